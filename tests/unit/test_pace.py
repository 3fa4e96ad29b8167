"""A clip that changes its speed is cut to its longest steady part; others are left whole."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from leanline.model import Array, Capture
from leanline.runner.pace import paces, part_of_one_pace
from tests.captures import capture, standing
from tests.synthetic import synthetic_runner


def ramped(real_s: Array, start_s: float, end_s: float, factor: float) -> Array:
    """Stamps of a clip that plays a part of real time slower."""
    slow = (real_s > start_s) & (real_s <= end_s)
    return np.asarray(np.cumsum(np.diff(real_s, prepend=0.0) * np.where(slow, factor, 1.0)))


def run(start_s: float, end_s: float, factor: float) -> Capture:
    made = capture(synthetic_runner(fps=120, seconds=8.0, noise=2.0), picture=True)
    pose = replace(made.pose, time_s=ramped(made.pose.time_s, start_s, end_s, factor))
    return replace(made, pose=pose)


@pytest.mark.parametrize("cadence_spm", [110.0, 150.0, 200.0])
@pytest.mark.parametrize("stretch", [1.0, 8.0])
def test_one_pace_leaves_the_clip_whole(cadence_spm: float, stretch: float) -> None:
    made = capture(synthetic_runner(fps=60, cadence_spm=cadence_spm, noise=2.0))
    slow = replace(made, pose=replace(made.pose, time_s=made.pose.time_s * stretch))
    assert part_of_one_pace(slow) is slow


def test_somebody_who_stands_has_no_pace() -> None:
    assert paces(standing()) == ()


@pytest.mark.parametrize("factor", [2.0, 4.0, 8.0])
def test_a_slowed_middle_is_found_and_cut_out(factor: float) -> None:
    clip = run(1.5, 3.5, factor)
    parts = paces(clip.pose)
    found_spm = [60 * part.step_hz for part in parts]
    assert found_spm == pytest.approx([170, 170 / factor, 170], rel=0.06)
    cut = part_of_one_pace(clip)
    assert [note.code for note in cut.notes] == ["speed_change"]
    assert cut.pose.time_s[0] == pytest.approx(1.5 + 2 * factor, abs=0.6)
    assert cut.pose.time_s[-1] == clip.pose.time_s[-1]
    assert cut.camera is not None
    assert len(cut.camera.shift_px) == len(cut.pose.time_s)


def test_a_slowed_part_with_more_steps_is_the_one_measured() -> None:
    clip = run(2.0, 8.0, 4.0)
    cut = part_of_one_pace(clip)
    assert cut.pose.time_s[0] == pytest.approx(2.0, abs=0.9)
    assert "as played" in cut.notes[0].text


def test_a_given_factor_speaks_of_the_slowed_part() -> None:
    clip = run(0.0, 3.0, 8.0)
    assert part_of_one_pace(clip).pose.time_s[0] > 20.0
    assert part_of_one_pace(clip, 8.0).pose.time_s[-1] < 24.5
