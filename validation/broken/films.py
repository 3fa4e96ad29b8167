"""Small films, and films whose headers say what is not so."""

from __future__ import annotations

import struct
from collections.abc import Callable, Mapping
from fractions import Fraction
from pathlib import Path
from typing import Any, Final

import av
import numpy as np

from tests.clips import make_clip, make_sound

DEMO: Final = Path(__file__).resolve().parents[2] / "src" / "leanline" / "assets" / "demo.mp4"
WIDE, HIGH, FRAMES = 320, 180, 90


def small_film(path: Path, options: Mapping[str, str] | None = None) -> Path:
    """The first second and a half of the demo, small; ``options`` of the container."""
    with av.open(str(DEMO)) as demo, av.open(str(path), "w", options=dict(options or {})) as out:
        stream: Any = out.add_stream("libx264", rate=60, options={"crf": "18"})
        stream.width, stream.height, stream.pix_fmt = WIDE, HIGH, "yuv420p"
        for number, frame in enumerate(demo.decode(video=0)):
            if number == FRAMES:
                break
            small = frame.reformat(WIDE, HIGH, format="yuv420p")
            small.pts, small.time_base = number, Fraction(1, 60)
            out.mux(stream.encode(small))
        out.mux(stream.encode())
    return path


def _write_restamped(path: Path, step_s: Fraction, first_s: int = 0) -> None:
    """The demo's packets with other times."""
    with av.open(str(DEMO)) as demo, av.open(str(path), "w") as out:
        source = demo.streams.video[0]
        stream = out.add_stream_from_template(source)
        base = Fraction(1, 90_000)
        for number, packet in enumerate(demo.demux(source)):
            if packet.dts is None:
                continue
            packet.stream, packet.time_base = stream, base
            packet.pts = packet.dts = round((number * step_s + first_s) / base)
            out.mux(packet)


def _header_says_ten_hours(path: Path) -> None:
    data = bytearray(DEMO.read_bytes())
    for name, scale, lasts in ((b"mvhd", 12, 16), (b"mdhd", 12, 16)):
        at = data.index(name) + 4
        (units,) = struct.unpack_from(">I", data, at + scale)
        struct.pack_into(">I", data, at + lasts, min(36_000 * units, 2**32 - 1))
    path.write_bytes(data)


def _sample_entry(path: Path, width: int, height: int) -> None:
    data = bytearray(DEMO.read_bytes())
    at = data.index(b"avc1", data.index(b"stsd")) + 4
    struct.pack_into(">HH", data, at + 24, width, height)
    path.write_bytes(data)


def _plain(path: Path, codec: str, form: str, width: int, height: int) -> None:
    """Two black pictures."""
    with av.open(str(path), "w") as out:
        stream: Any = out.add_stream(codec, rate=30, options={"threads": "1"})
        stream.width, stream.height, stream.pix_fmt = width, height, form
        for number in range(2):
            frame = av.VideoFrame(width, height, form)
            for plane in frame.planes:
                plane.update(bytes(plane.buffer_size))
            frame.pts = number
            out.mux(stream.encode(frame))
        out.mux(stream.encode())


def _huge_jpegs(path: Path) -> None:
    """Motion JPEG whose pictures say that they are 16384 x 16384."""
    _plain(path, "mjpeg", "yuvj420p", 64, 48)
    data = bytearray(path.read_bytes())
    at = data.find(b"\xff\xc0")
    while at >= 0:
        struct.pack_into(">HH", data, at + 5, 16_384, 16_384)
        at = data.find(b"\xff\xc0", at + 2)
    path.write_bytes(data)


def _huge(path: Path) -> None:
    """Pictures that really are as large as FFmpeg makes any."""
    _plain(path, "libx264", "yuv420p", 16_000, 16_000)


def _encrypt(path: Path) -> None:
    small_film(
        path,
        {
            "encryption_scheme": "cenc-aes-ctr",
            "encryption_key": "76a6c65c5ea762046bd749a2e632ccbb",
            "encryption_kid": "a7e61c373e219033c21091fa607bf3b8",
        },
    )


def _quick(path: Path) -> None:
    make_clip(path, stamps=range(60), time_base=Fraction(1, 30_000))


def _tiny(path: Path) -> None:
    make_clip(path, codec="ffv1", frames=30, paint=lambda i: np.full((1, 1, 3), i, np.uint8))


Make = Callable[[Path], object]
#: Name, how to make it, and the exit codes that are right.
ODD_FILMS: Final[tuple[tuple[str, Make, tuple[int, ...]], ...]] = (
    ("no bytes.mp4", lambda path: path.touch(), (3,)),
    ("only zeros.mp4", lambda path: path.write_bytes(bytes(100_000)), (3,)),
    ("text.mp4", lambda path: path.write_text("This is no film.\n" * 99), (3,)),
    ("sound alone.mov", make_sound, (3,)),
    ("sound alone.mp4", make_sound, (3,)),
    ("one frame.mp4", lambda path: make_clip(path, frames=1), (3,)),
    ("two frames.mp4", lambda path: make_clip(path, frames=2), (4,)),
    ("one pixel.avi", _tiny, (3,)),
    ("16k by its pictures.avi", _huge_jpegs, (3,)),
    ("16k for real.mp4", _huge, (3,)),
    ("16k by its header.mp4", lambda path: _sample_entry(path, 16_384, 16_384), (0, 3)),
    ("64k by its header.mp4", lambda path: _sample_entry(path, 65_535, 65_535), (0, 3)),
    ("1000 a second.mp4", lambda path: _write_restamped(path, Fraction(1, 1000)), (0, 4)),
    ("30000 a second.mp4", _quick, (3,)),
    ("ten hours by its header.mp4", _header_says_ten_hours, (0,)),
    ("ten hours by its stamps.mp4", lambda path: _write_restamped(path, Fraction(100)), (3,)),
    ("a frame a second.mp4", lambda path: _write_restamped(path, Fraction(1)), (0, 3, 4)),
    ("begins before zero.mkv", lambda path: _write_restamped(path, Fraction(1, 60), -20), (0, 4)),
    (
        "begins after a day.mp4",
        lambda path: _write_restamped(path, Fraction(1, 60), 86_400),
        (0, 4),
    ),
    ("encrypted.mp4", _encrypt, (3, 4)),
)
