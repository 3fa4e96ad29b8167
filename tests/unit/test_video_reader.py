from __future__ import annotations

import gc
import weakref
from collections.abc import Callable, Iterator
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

from leanline.errors import InputError
from leanline.video.probe import probe
from leanline.video.reader import Frame, read_frames
from tests.clips import (
    corners,
    grey_of,
    grey_steps,
    make_clip,
    make_sound,
    read_corners,
    show_as,
    start_later,
    stop_the_clock,
)

CODECS = [
    ("libx264", "mp4"),
    ("libx264", "mov"),
    ("libx264", "mkv"),
    ("libx264", "ts"),
    ("libx265", "mp4"),
    ("libvpx-vp9", "webm"),
    ("libsvtav1", "mp4"),
    ("mpeg4", "mp4"),
    ("mpeg4", "avi"),
]
SIDEWAYS = {0: "RGBK", 90: "GKRB", 180: "KBGR", 270: "BRKG"}


def greys(frames: list[Frame]) -> list[int]:
    """The grey of each frame, rounded to the nearest step of the painter."""
    return [int(60 * round((float(f.rgb().mean()) - 40) / 60) + 40) for f in frames]


@pytest.mark.parametrize(("codec", "suffix"), CODECS)
@pytest.mark.parametrize("size", [(96, 64), (64, 96)], ids=["landscape", "portrait"])
def test_every_codec_gives_all_frames_at_their_times(
    tmp_path: Path, codec: str, suffix: str, size: tuple[int, int]
) -> None:
    clip = make_clip(tmp_path / f"clip.{suffix}", paint=grey_steps(*size), codec=codec)
    frames = list(read_frames(clip))
    info = probe(clip)
    assert greys(frames) == [grey_of(i) for i in range(12)]
    assert [f.index for f in frames] == list(range(12))
    np.testing.assert_allclose([f.time_s for f in frames], np.arange(12) / 30, atol=6e-4)
    assert (info.width, info.height) == size
    assert info.frames == 12
    assert info.fps == pytest.approx(30, rel=2e-3)
    assert info.duration_s == pytest.approx(0.4, rel=2e-3)


@pytest.mark.parametrize("rotation", [0, 90, 180, 270])
def test_a_turned_phone_gives_the_picture_as_it_is_shown(tmp_path: Path, rotation: int) -> None:
    clip = make_clip(tmp_path / "clip.mp4", paint=corners(), rotation=rotation)
    picture = next(read_frames(clip)).rgb()
    info = probe(clip)
    assert read_corners(picture) == SIDEWAYS[rotation]
    assert picture.shape == (info.height, info.width, 3)
    assert (info.width, info.height) == ((64, 32) if rotation % 180 == 0 else (32, 64))
    assert picture.flags.c_contiguous


def test_a_clip_marked_as_mirrored_is_shown_mirrored(tmp_path: Path) -> None:
    clip = show_as(make_clip(tmp_path / "clip.mp4", paint=corners()), -1, 0, 0, 1)
    assert read_corners(next(read_frames(clip)).rgb()) == "GRKB"


def test_oblong_pixels_are_made_square(tmp_path: Path) -> None:
    clip = make_clip(tmp_path / "clip.mp4", paint=corners(), aspect=Fraction(4, 3), rotation=90)
    info = probe(clip)
    assert (info.width, info.height) == (32, 85)
    assert next(read_frames(clip)).rgb().shape == (85, 32, 3)


@pytest.mark.parametrize(
    ("time_base", "stamps"),
    [
        (Fraction(1, 90000), [0, 3003, 6000, 12012, 15000, 15700, 30030]),
        (Fraction(1001, 30000), [0, 1, 2, 5, 6, 7, 8]),
        (Fraction(1, 600), [7, 27, 46, 67, 87, 200, 210]),
    ],
)
def test_a_varying_rate_keeps_the_clips_own_times(
    tmp_path: Path, time_base: Fraction, stamps: list[int]
) -> None:
    clip = make_clip(tmp_path / "clip.mp4", stamps=stamps, time_base=time_base)
    expected_s = [float((s - stamps[0]) * time_base) for s in stamps]
    np.testing.assert_allclose([f.time_s for f in read_frames(clip)], expected_s, atol=1e-4)
    assert probe(clip).fps == pytest.approx(6 / expected_s[-1], rel=1e-3)


def test_pictures_shown_out_of_coding_order_come_in_order_from_zero(tmp_path: Path) -> None:
    clip = make_clip(
        tmp_path / "clip.mp4",
        frames=20,
        options={"bf": "3", "b-adapt": "0", "preset": "medium"},
        container_options={"movflags": "negative_cts_offsets"},
    )
    frames = list(read_frames(clip))
    assert greys(frames) == [grey_of(i) for i in range(20)]
    np.testing.assert_allclose([f.time_s for f in frames], np.arange(20) / 30)


def test_a_clip_trimmed_on_the_phone_starts_at_the_trim(tmp_path: Path) -> None:
    clip = make_clip(tmp_path / "clip.mp4", frames=30, options={"g": "10"})
    whole_s = probe(clip).duration_s
    start_later(clip, 512 * 13)
    frames = list(read_frames(clip))
    assert frames[0].time_s == 0.0
    assert greys(frames)[:3] == [grey_of(13), grey_of(14), grey_of(15)]
    assert probe(clip).frames == len(frames) == 17
    assert probe(clip).duration_s == pytest.approx(whole_s - 13 / 30)


def test_stamps_that_do_not_rise_are_left_out(tmp_path: Path) -> None:
    clip = make_clip(tmp_path / "clip.mp4", stamps=[0, 1, 3, 4, 5], time_base=Fraction(1, 30))
    times = [f.time_s for f in read_frames(stop_the_clock(clip))]
    np.testing.assert_allclose(times, [0, 1 / 30, 2 / 30, 3 / 30])
    assert probe(clip).frames == 4


def test_a_part_is_half_open_and_keeps_the_clips_numbers(tmp_path: Path) -> None:
    clip = make_clip(tmp_path / "clip.mp4", frames=30)
    part = list(read_frames(clip, start_s=5 / 30, end_s=9 / 30))
    assert [f.index for f in part] == [5, 6, 7, 8]


@pytest.mark.parametrize(("codec", "suffix"), CODECS)
def test_a_part_far_in_is_the_same_as_reading_up_to_it(
    tmp_path: Path, codec: str, suffix: str
) -> None:
    clip = make_clip(
        tmp_path / f"clip.{suffix}", frames=200, fps=10, codec=codec, options={"g": "25"}
    )
    whole = [f for f in read_frames(clip) if 12.34 <= f.time_s < 15.0]
    part = list(read_frames(clip, start_s=12.34, end_s=15.0))
    assert [(f.index, f.time_s) for f in part] == [(f.index, f.time_s) for f in whole]
    assert greys(part) == greys(whole)
    assert list(read_frames(clip, start_s=50.0)) == []


def test_memory_stays_flat_over_many_frames(tmp_path: Path) -> None:
    clip = make_clip(tmp_path / "clip.mp4", frames=2000)
    alive: weakref.WeakSet[Frame] = weakref.WeakSet()
    for frame in read_frames(clip):
        alive.add(frame)
        assert len(alive) <= 2


def test_a_cut_file_gives_its_frames_or_a_sentence(tmp_path: Path) -> None:
    clip = make_clip(
        tmp_path / "clip.mp4",
        frames=60,
        options={"g": "5"},
        container_options={"movflags": "faststart"},
    )
    data = clip.read_bytes()
    for size in [1, 5, 40, *range(100, len(data), len(data) // 40), len(data) - 1]:
        cut = tmp_path / "cut.mp4"
        cut.write_bytes(data[:size])
        said: list[str] = []
        frames, hint = frames_or_hint(cut, said)
        assert (0 < frames <= 60) != bool(hint)
        assert frames in (0, 60) or len(said) == 1


def frames_or_hint(clip: Path, said: list[str]) -> tuple[int, str]:
    """How many frames there are, or the hint of the error; any other error passes."""
    try:
        return len(list(read_frames(clip, on_damage=lambda: said.append("damaged")))), ""
    except InputError as error:
        return 0, error.hint


def test_a_broken_middle_costs_frames_and_is_said_once(tmp_path: Path) -> None:
    clip = make_clip(tmp_path / "clip.mp4", frames=60, options={"g": "5"})
    data = bytearray(clip.read_bytes())
    start = data.index(b"mdat") + len(data) // 3
    data[start : start + 300] = bytes(np.random.default_rng(1).integers(0, 256, 300, np.uint8))
    clip.write_bytes(data)
    said: list[str] = []
    times = [f.time_s for f in read_frames(clip, on_damage=lambda: said.append("damaged"))]
    assert len(times) < 60
    assert times[-1] == pytest.approx(59 / 30)
    assert len(said) == 1


def test_a_whole_file_is_not_called_damaged(tmp_path: Path) -> None:
    clip = make_clip(tmp_path / "clip.mp4")
    said: list[str] = []
    list(read_frames(clip, on_damage=lambda: said.append("damaged")))
    assert said == []


def _text(folder: Path) -> Path:
    (folder / "clip.mp4").write_text("This is not a video.\n" * 50)
    return folder / "clip.mp4"


def _empty(folder: Path) -> Path:
    (folder / "clip.mp4").touch()
    return folder / "clip.mp4"


def _play_list(folder: Path) -> Path:
    make_clip(folder / "other.mp4")
    (folder / "clip.mp4").write_text("ffconcat version 1.0\nfile other.mp4\n")
    return folder / "clip.mp4"


def _without_index(folder: Path) -> Path:
    clip = make_clip(folder / "clip.mp4")
    data = clip.read_bytes()
    clip.write_bytes(data[: data.index(b"moov") - 4])
    return clip


def _rename_codec(folder: Path, name: bytes) -> Path:
    clip = make_clip(folder / "clip.mp4")
    clip.write_bytes(clip.read_bytes().replace(b"avc1\0", name + b"\0"))
    return clip


@pytest.mark.parametrize(
    ("make", "says"),
    [
        (lambda folder: folder / "clip.mp4", "does not exist"),
        (lambda folder: folder, "is a folder"),
        (_empty, "is empty"),
        (_text, "cannot be read as a video"),
        (_play_list, "cannot be read as a video"),
        (_without_index, "cannot be read as a video"),
        (lambda folder: make_sound(folder / "clip.m4a"), "no video"),
        (lambda folder: _rename_codec(folder, b"zzzz"), "unknown codec"),
        (lambda folder: _rename_codec(folder, b"encv"), "protected"),
    ],
)
def test_what_is_no_clip_is_said_in_a_sentence(
    tmp_path: Path, make: Callable[[Path], Path], says: str
) -> None:
    path = make(tmp_path)
    for read in (probe, lambda p: next(read_frames(p))):
        with pytest.raises(InputError, match=says) as caught:
            read(path)
        assert str(path) in str(caught.value)
        assert caught.value.hint


def test_a_still_picture_is_not_a_clip(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="has one frame"):
        probe(make_clip(tmp_path / "clip.mp4", frames=1))


def test_a_name_like_a_protocol_is_just_a_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_clip(tmp_path / "clip.mp4").rename(tmp_path / "concat:a%03d.mp4")
    monkeypatch.chdir(tmp_path)
    assert probe(Path("concat:a%03d.mp4")).frames == 12


def test_pictures_that_were_seen_are_let_go_without_waiting_for_the_garbage(tmp_path: Path) -> None:
    path = make_clip(tmp_path / "clip.mp4", frames=40)
    gc.collect()
    gc.disable()
    try:
        for frame in read_frames(path):
            frame.rgb()
        held = sum(type(thing).__name__ == "VideoFrame" for thing in gc.get_objects())
    finally:
        gc.enable()
    assert held < 10


def test_sparse_reading_leaves_out_frames_and_keeps_the_times_of_the_others(tmp_path: Path) -> None:
    clip = make_clip(tmp_path / "clip.mp4", frames=60, options={"preset": "medium", "bf": "3"})
    times = [f.time_s for f in read_frames(clip)]
    some = {f.time_s: grey for f, grey in _with_greys(read_frames(clip, sparse=True))}
    assert 15 < len(some) < 55
    assert set(some) < set(times)
    assert list(some.values()) == [grey_of(times.index(time_s)) for time_s in some]


def _with_greys(frames: Iterator[Frame]) -> Iterator[tuple[Frame, int]]:
    return ((frame, greys([frame])[0]) for frame in frames)
