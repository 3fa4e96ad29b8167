"""Small clips made in the test, so that their content and stamps are known."""

from __future__ import annotations

import struct
from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import numpy as np
from numpy.typing import NDArray

Picture = NDArray[np.uint8]
Painter = Callable[[int], Picture]

# x265 writes outside its memory (cutree) when pictures are as narrow as these.
QUIET: Mapping[str, Mapping[str, str]] = {
    "libx264": {"preset": "ultrafast"},
    "libx265": {"preset": "ultrafast", "x265-params": "log-level=none:cutree=0"},
    "libvpx-vp9": {"deadline": "realtime", "cpu-used": "8"},
    "libsvtav1": {"preset": "12"},
}


def grey_steps(width: int = 96, height: int = 64) -> Painter:
    """A painter whose frame ``i`` is plain grey of the value ``grey_of(i)``."""
    return lambda i: np.full((height, width, 3), grey_of(i), np.uint8)


def grey_of(index: int) -> int:
    """The grey of frame ``index``; neighbours differ by much more than coding noise."""
    return 40 + 60 * (index % 4)


def corners(width: int = 64, height: int = 32) -> Painter:
    """Red top left, green top right, blue bottom left, black bottom right."""
    picture = np.zeros((height, width, 3), np.uint8)
    picture[: height // 2, : width // 2] = (255, 0, 0)
    picture[: height // 2, width // 2 :] = (0, 255, 0)
    picture[height // 2 :, : width // 2] = (0, 0, 255)
    return lambda _: picture


def read_corners(picture: Picture) -> str:
    """The four corners' colours, reading order, as letters: ``RGBK`` is upright."""
    height, width = picture.shape[:2]
    seen = [picture[y, x] for y in (3, height - 4) for x in (3, width - 4)]
    return "".join("RGB"[int(np.argmax(p))] if p.max() > 100 else "K" for p in seen)


def make_clip(
    path: Path,
    *,
    paint: Painter | None = None,
    frames: int = 12,
    fps: Fraction | int = 30,
    stamps: Sequence[int] | None = None,
    time_base: Fraction | None = None,
    codec: str = "libx264",
    rotation: int = 0,
    aspect: Fraction | None = None,
    options: Mapping[str, str] | None = None,
    container_options: Mapping[str, str] | None = None,
) -> Path:
    """Write a clip; ``stamps`` are presentation stamps in units of ``time_base``.

    ``rotation`` (0, 90, 180, 270; MP4 only) is how far players turn it counter-clockwise.
    """
    paint = paint or grey_steps()
    count = frames if stamps is None else len(stamps)
    with av.open(str(path), "w", options=dict(container_options or {})) as container:
        stream: Any = container.add_stream(
            codec, rate=fps, options={**QUIET.get(codec, {}), **(options or {})}
        )
        stream.height, stream.width = paint(0).shape[:2]
        stream.pix_fmt = "yuv420p"
        if aspect:
            stream.codec_context.sample_aspect_ratio = aspect
        if time_base:
            stream.time_base = stream.codec_context.time_base = time_base
        for index in range(count):
            frame = av.VideoFrame.from_ndarray(paint(index), format="rgb24")
            frame.pts = index if stamps is None else stamps[index]
            if time_base:
                frame.time_base = time_base
            container.mux(stream.encode(frame))
        container.mux(stream.encode())
    if rotation:
        cos, sin = ((1, 0), (0, 1), (-1, 0), (0, -1))[rotation // 90]
        show_as(path, cos, -sin, sin, cos)
    return path


def make_sound(path: Path) -> Path:
    """Write a file with half a second of silence and no pictures."""
    with av.open(str(path), "w") as container:
        stream: Any = container.add_stream("aac", rate=44100, layout="mono")
        for start in range(0, 22528, 1024):
            frame = av.AudioFrame.from_ndarray(
                np.zeros((1, 1024), np.float32), format="fltp", layout="mono"
            )
            frame.sample_rate, frame.pts = 44100, start
            container.mux(stream.encode(frame))
        container.mux(stream.encode())
    return path


def show_as(path: Path, a: int, b: int, c: int, d: int) -> Path:
    """Make the MP4 be shown with x' = a x + c y, y' = b x + d y, y down."""
    data = bytearray(path.read_bytes())
    # In a version 0 header the nine numbers of the matrix stand 40 bytes after the name.
    at = data.index(b"tkhd") + 4 + 40
    assert struct.unpack_from(">5i", data, at) == (1 << 16, 0, 0, 0, 1 << 16)
    struct.pack_into(">5i", data, at, a << 16, b << 16, 0, c << 16, d << 16)
    path.write_bytes(data)
    return path


def start_later(path: Path, units: int) -> Path:
    """Trim the MP4's start by its edit list, as phones do, by ``units`` of the media."""
    data = bytearray(path.read_bytes())
    at = data.index(b"elst") + 4 + 8 + 4
    (media_time,) = struct.unpack(">i", data[at : at + 4])
    data[at : at + 4] = struct.pack(">i", media_time + units)
    path.write_bytes(data)
    return path


def stop_the_clock(path: Path) -> Path:
    """Give the frame after the MP4's first change of pace the stamp of the frame before it."""
    data = bytearray(path.read_bytes())
    at = data.index(b"stts") + 4 + 8 + 8 + 4
    data[at : at + 4] = struct.pack(">i", 0)
    path.write_bytes(data)
    return path
