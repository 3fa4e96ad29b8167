"""Repeated, frozen and dropped frames are found, and only those."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

from leanline.model import Array
from leanline.video.freeze import (
    ChangeMeter,
    FreshFrames,
    dropped_frame_warnings,
    find_fresh_frames,
)
from leanline.video.reader import read_frames
from tests.clips import Picture, make_clip

RATE = 30


def moving_square(position: int) -> Picture:
    """A textured square on its way across a picture."""
    texture = np.random.default_rng(1).integers(60, 250, (24, 24, 1))
    picture = np.full((64, 160, 3), 40, np.uint8)
    left = 4 + (5 * position) % 130
    picture[20:44, left : left + 24] = texture
    return picture


def read_back(order: list[int], path: Path) -> tuple[FreshFrames, Array]:
    clip = make_clip(
        path / "clip.mp4", paint=lambda i: moving_square(order[i]), frames=len(order), fps=RATE
    )
    meter, times = ChangeMeter(), []
    for frame in read_frames(clip):
        meter.see(frame.rgb())
        times.append(frame.time_s)
    time_s = np.array(times)
    return find_fresh_frames(np.array(meter.changes), time_s), time_s


def test_every_frame_of_a_moving_picture_is_new(tmp_path: Path) -> None:
    fresh, _ = read_back(list(range(40)), tmp_path)
    assert fresh.kept.all()
    assert fresh.notes == ()


def test_every_sixth_frame_of_twenty_five_in_thirty_is_a_repeat(tmp_path: Path) -> None:
    order = [n - n // 6 for n in range(60)]
    fresh, _ = read_back(order, tmp_path)
    expected = np.diff(order, prepend=-1) > 0
    assert np.array_equal(fresh.kept, expected)
    assert [note.code for note in fresh.notes] == ["duplicate_frames"]
    assert fresh.notes[0].reason.params["repeats"] == 9


def test_every_second_frame_of_a_screen_recording_is_a_repeat(tmp_path: Path) -> None:
    fresh, _ = read_back([n // 2 for n in range(60)], tmp_path)
    assert np.array_equal(fresh.kept, np.arange(60) % 2 == 0)


@pytest.mark.parametrize("start", [True, False])
def test_a_frozen_end_is_cut_off_and_told(start: bool, tmp_path: Path) -> None:
    order = [0] * 15 + list(range(40)) if start else [*range(40), *[39] * 15]
    fresh, time_s = read_back(order, tmp_path)
    kept_s = time_s[fresh.kept]
    assert [note.code for note in fresh.notes] == ["frozen"]
    assert fresh.kept.sum() == 39
    assert (kept_s[0] > 0.45) == start


def test_of_a_clip_that_freezes_the_longer_moving_part_is_kept(tmp_path: Path) -> None:
    order = [*range(12), *[12] * 15, *range(27, 60)]
    fresh, time_s = read_back(order, tmp_path)
    assert time_s[fresh.kept][0] == pytest.approx(27 / RATE)
    assert fresh.kept.sum() == 33


def test_a_still_scene_has_no_repeats() -> None:
    changes = np.array([np.inf, *np.random.default_rng(0).uniform(0.0, 0.8, 50)])
    assert find_fresh_frames(changes, np.arange(51) / RATE).kept.all()


def test_no_frames_are_no_news() -> None:
    fresh = find_fresh_frames(np.empty(0), np.empty(0))
    assert len(fresh.kept) == 0
    assert dropped_frame_warnings(np.empty(0)) == ()


def test_a_gap_in_the_stamps_is_told_and_an_uneven_clock_is_not() -> None:
    even = np.arange(90) / RATE
    assert dropped_frame_warnings(even) == ()
    assert dropped_frame_warnings(even + np.random.default_rng(2).uniform(0, 0.01, 90)) == ()
    gone = np.delete(even, np.arange(40, 50))
    assert [note.code for note in dropped_frame_warnings(gone)] == ["dropped_frames"]


def test_the_rate_a_phone_recorded_at_is_read(tmp_path: Path) -> None:
    import av

    from leanline.video.probe import probe

    plain = make_clip(tmp_path / "plain.mp4", frames=12, fps=Fraction(30))
    assert probe(plain).time_scale == 1.0
    tagged = tmp_path / "tagged.mp4"
    with (
        av.open(str(plain)) as source,
        av.open(str(tagged), "w", options={"movflags": "use_metadata_tags"}) as target,
    ):
        target.metadata["com.android.capture.fps"] = "240.000000"
        stream = target.add_stream_from_template(source.streams.video[0])
        for packet in source.demux(video=0):
            if packet.dts is not None:
                packet.stream = stream
                target.mux(packet)
    assert probe(tagged).time_scale == 8.0


def test_a_frame_that_comes_early_is_no_missing_frame() -> None:
    times = np.arange(90) / 30.0
    times[41:] -= 0.02
    assert dropped_frame_warnings(times) == ()
