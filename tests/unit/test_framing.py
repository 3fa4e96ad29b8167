"""Films that are turned, cropped, or change their size half-way."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest

from leanline.errors import UsageError
from leanline.settings import ClipInfo
from leanline.video.framing import Box, Framing, black_out
from leanline.video.probe import probe, stream_warnings
from leanline.video.reader import read_frames
from tests.clips import Picture, corners, grey_steps, make_clip, read_corners

TURNED = {0: "RGBK", 90: "BRKG", 180: "KBGR", 270: "GKRB"}


@pytest.mark.parametrize("rotate_deg", sorted(TURNED))
def test_pictures_are_turned_clockwise(tmp_path: Path, rotate_deg: int) -> None:
    clip = make_clip(tmp_path / "clip.mp4", paint=corners(64, 32))
    frame = next(read_frames(clip, framing=Framing(rotate_deg)))
    info = probe(clip, rotate_deg)
    assert read_corners(frame.rgb()) == TURNED[rotate_deg]
    assert frame.rgb().shape == frame.picture().shape == (info.height, info.width, 3)
    assert info.rotated_deg == rotate_deg


def test_outside_the_crop_is_black_and_inside_unchanged(tmp_path: Path) -> None:
    clip = make_clip(tmp_path / "clip.mp4", paint=grey_steps(96, 64))
    box = Box(8, 16, 40, 30)
    plain = next(read_frames(clip, framing=Framing(270))).rgb()
    cropped = next(read_frames(clip, framing=Framing(270, box))).rgb()
    assert cropped.shape == plain.shape
    inside = np.s_[16:46, 8:48]
    np.testing.assert_array_equal(cropped[inside], plain[inside])
    cropped[inside] = 0
    assert not cropped.any()


@pytest.mark.parametrize("rotate_deg", sorted(TURNED))
def test_planes_are_cropped_where_the_picture_is(tmp_path: Path, rotate_deg: int) -> None:
    clip = make_clip(tmp_path / "clip.mp4", paint=corners(96, 64))
    framing = Framing(rotate_deg, Box(10, 4, 30, 20))
    frame = next(read_frames(clip, framing=framing))
    from leanline.video.picture import cut_square

    side = max(frame.rgb().shape)
    planes = cut_square(frame.picture(), 0, 0, side, side).astype(int)
    whole = np.zeros_like(planes)
    whole[: frame.rgb().shape[0], : frame.rgb().shape[1]] = frame.rgb()
    assert np.mean(np.abs(planes - whole)) < 3.0


def test_a_crop_turns_along_with_the_picture() -> None:
    picture = np.random.default_rng(0).integers(1, 255, (48, 64, 3)).astype(np.uint8)
    framing = Framing(0, Box(4, 6, 20, 10))
    shown = black_out(picture, Box(4, 6, 20, 10))
    assert isinstance(shown, np.ndarray)
    for turn in (90, 180, 270):
        further = framing.then_turned(turn, 64, 48)
        turned = np.ascontiguousarray(np.rot90(picture, -turn // 90))
        assert further.rotate_deg == turn
        cropped = further.show(turned)
        assert isinstance(cropped, np.ndarray)
        np.testing.assert_array_equal(cropped, np.rot90(shown, -turn // 90))


@pytest.mark.parametrize("crop", ["", "1,2,3", "0,0,8,8", "a,b,c,d", "-1,0,50,50", "0;0;50;50"])
def test_an_impossible_crop_is_refused(crop: str) -> None:
    with pytest.raises(UsageError, match="x,y,width,height"):
        ClipInfo(crop=crop)


def test_settings_of_the_framing() -> None:
    assert ClipInfo(crop=" 0, 10,640 ,720").crop_px == (0, 10, 640, 720)
    assert ClipInfo().crop_px is None
    with pytest.raises(UsageError, match="rotate_deg"):
        ClipInfo(rotate_deg=45)


def _joined(path: Path, sizes: list[tuple[int, int]]) -> Path:
    """An MPEG-TS file whose parts have these sizes; each frame has four colours in the corners."""
    whole = bytearray()
    for part, (width, height) in enumerate(sizes):
        piece = make_clip(
            path.with_suffix(f".{part}.ts"),
            paint=corners(width, height),
            frames=6,
            stamps=[6 * part + k for k in range(6)],
            time_base=Fraction(1, 30),
        )
        whole += piece.read_bytes()
    path.write_bytes(bytes(whole))
    return path


@pytest.mark.parametrize("second", [(64, 48), (256, 192), (192, 128), (96, 128)])
def test_frames_of_another_size_are_scaled_to_the_first(
    tmp_path: Path, second: tuple[int, int]
) -> None:
    clip = _joined(tmp_path / "clip.ts", [(128, 96), second])
    said: list[str] = []
    frames = list(read_frames(clip, on_resize=lambda: said.append("size")))
    assert {frame.rgb().shape for frame in frames} == {(96, 128, 3)}
    assert {frame.picture().shape for frame in frames} == {(96, 128, 3)}
    assert said == ["size"]
    assert len(frames) == 12


def test_a_file_of_one_size_says_nothing(tmp_path: Path) -> None:
    said: list[str] = []
    list(read_frames(make_clip(tmp_path / "clip.mp4"), on_resize=lambda: said.append("size")))
    assert said == []


def _two_films(
    path: Path,
    first: Callable[[int], Picture],
    second: Callable[[int], Picture],
    seconds: tuple[int, int],
) -> Path:
    with av.open(str(path), "w") as out:
        streams: list[Any] = []
        for paint in (first, second):
            stream: Any = out.add_stream("libx264", rate=30)
            stream.height, stream.width = paint(0).shape[:2]
            stream.pix_fmt = "yuv420p"
            streams.append(stream)
        for stream, paint, frames in zip(streams, (first, second), seconds, strict=True):
            for k in range(frames):
                frame = av.VideoFrame.from_ndarray(paint(k), format="rgb24")
                frame.pts = k
                out.mux(stream.encode(frame))
            out.mux(stream.encode())
    return path


@pytest.mark.parametrize("suffix", ["mp4", "mkv"])
def test_the_film_is_the_largest_stream_of_many_pictures(tmp_path: Path, suffix: str) -> None:
    small, large = grey_steps(64, 48), grey_steps(128, 96)
    clip = _two_films(tmp_path / f"clip.{suffix}", small, large, (40, 40))
    assert probe(clip).width == 128
    (note,) = stream_warnings(clip)
    assert note.code == "several_streams"
    assert "film 2, 128 x 96" in note.text
    still = _two_films(tmp_path / f"still.{suffix}", large, small, (1, 40))
    assert probe(still).width == 64
