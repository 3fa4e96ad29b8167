"""Tracks made elsewhere, and made-up ones, as pose sources."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from leanline.errors import InputError
from leanline.formats.trc import write_trc
from leanline.pose.fake import FakeBackend
from leanline.pose.recorded import Recorded, track_to_capture
from leanline.settings import Settings
from tests.synthetic import synthetic_runner


def quiet(phase: str, share: float) -> None:
    del phase, share


@pytest.fixture
def track(tmp_path: Path) -> Path:
    path = tmp_path / "run.trc"
    write_trc(synthetic_runner(fps=50, seconds=3.0, unit="m").pose, path)
    return path


def test_a_track_has_no_picture_and_its_own_rate(track: Path) -> None:
    found = Recorded().capture(track, Settings(), quiet)
    assert found.source == "recorded"
    assert (found.video.width, found.video.height) == (0, 0)
    assert found.video.fps == pytest.approx(50)
    assert found.video.frames == len(found.pose.time_s) == 150
    assert found.camera is None
    assert found.pose.unit == "m"


def test_start_and_end_are_half_open_and_keep_the_tracks_times(track: Path) -> None:
    pose = Recorded().capture(track, Settings(start_s=1.0, end_s=2.0), quiet).pose
    assert pose.time_s[0] == pytest.approx(1.0)
    assert pose.time_s[-1] == pytest.approx(1.98)


def test_a_part_without_frames_says_from_when_to_when_the_track_runs(track: Path) -> None:
    with pytest.raises(InputError, match="no frames between") as caught:
        Recorded().capture(track, Settings(start_s=10.0), quiet)
    assert "0.00 to 2.98" in caught.value.hint


def test_a_missing_track_is_refused_by_name(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"gone\.trc"):
        Recorded().capture(tmp_path / "gone.trc", Settings(), quiet)


def test_the_scripted_source_plays_back_what_it_was_given() -> None:
    made = track_to_capture(synthetic_runner(seconds=1.0).pose, "made", "scripted")
    assert FakeBackend(made).capture(Path("anything"), Settings(), quiet) is made


def test_the_rate_of_a_track_is_that_of_its_stamps() -> None:
    time_s = np.array([0.0, 0.03, 0.07, 0.10])
    made = track_to_capture(synthetic_runner(time_s=time_s).pose, "made", "scripted")
    assert made.video.fps == pytest.approx(30)
    assert made.video.duration_s == pytest.approx(0.10)
