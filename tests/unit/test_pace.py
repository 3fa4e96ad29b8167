"""A jump of pace cuts a clip to its longest part; a runner who changes pace is measured whole."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from leanline.model import Array, Capture, Contact, PoseTrack
from leanline.pipeline import analyze_capture
from leanline.playback.pace import (
    PacePart,
    cut_to_constant_pace,
    evenly_paced_time,
    find_paces,
    slowed_against,
)
from leanline.settings import Settings
from tests.captures import analysed, capture, standing
from tests.feet import timing_errors
from tests.searching import everyday
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
    assert cut_to_constant_pace(slow) is slow


def test_somebody_who_stands_has_no_pace() -> None:
    assert find_paces(standing()) == ()


@pytest.mark.parametrize("factor", [2.0, 4.0, 8.0])
def test_a_slowed_middle_is_found_and_cut_out(factor: float) -> None:
    clip = run(1.5, 3.5, factor)
    parts = find_paces(clip.pose)
    found_spm = [60 * part.step_hz for part in parts]
    assert found_spm == pytest.approx([170, 170 / factor, 170], rel=0.06)
    cut = cut_to_constant_pace(clip)
    assert [note.code for note in cut.notes] == ["speed_change"]
    assert cut.pose.time_s[0] == pytest.approx(1.5 + 2 * factor, abs=0.6)
    assert cut.pose.time_s[-1] == clip.pose.time_s[-1]
    assert cut.camera is not None
    assert len(cut.camera.shift_px) == len(cut.pose.time_s)


def test_a_slowed_part_with_more_steps_is_the_one_measured() -> None:
    clip = run(2.0, 8.0, 4.0)
    cut = cut_to_constant_pace(clip)
    assert cut.pose.time_s[0] == pytest.approx(2.0, abs=0.9)
    assert "as played" in cut.notes[0].text


@pytest.mark.parametrize("factor", [4.0, 8.0])
def test_the_real_time_part_tells_how_slow_the_other_is(factor: float) -> None:
    clip = run(2.4, 8.0, factor)
    slow = cut_to_constant_pace(clip)
    assert slow.pose.time_s[0] > 1.5
    assert slow.video.time_scale == factor
    said = {n.code: n.reason.params for n in analyze_capture(clip, Settings()).warnings}
    params = said["slow_motion_own_part"]
    assert params["factor"] == factor
    assert float(str(params["low"])) < factor < float(str(params["high"]))


def test_a_change_of_a_runners_own_pace_is_no_slow_motion() -> None:
    stroll, walk, jog, dash = (
        PacePart(0.0, 9.0, spm / 60.0) for spm in (85.0, 110.0, 150.0, 190.0)
    )
    assert [slowed_against(one, [dash]) for one in (stroll, walk, jog)] == [1.0, 1.0, 1.0]
    assert slowed_against(walk, [PacePart(0.0, 9.0, 250.0 / 60.0)]) == 1.0
    assert slowed_against(PacePart(0.0, 9.0, 43.0 / 60.0), [jog, dash]) == pytest.approx(4.42, 0.01)


def test_a_given_factor_speaks_of_the_slowed_part() -> None:
    clip = run(0.0, 3.0, 8.0)
    assert cut_to_constant_pace(clip).pose.time_s[0] > 20.0
    assert cut_to_constant_pace(clip, 8.0).pose.time_s[-1] < 24.5


def ramp(start_spm: float, end_spm: float, seconds: float) -> tuple[PoseTrack, list[Contact]]:
    """A runner on a treadmill that is sped up evenly, and the true contacts."""
    mean = 0.5 * (start_spm + end_spm)
    time_s = np.arange(round(60 * seconds)) / 60.0
    pace = (start_spm + (end_spm - start_spm) * time_s / seconds) / mean
    even = np.concatenate([[0.0], np.cumsum(0.5 * (pace[1:] + pace[:-1]) * np.diff(time_s))])
    made = synthetic_runner(time_s=even, cadence_spm=mean, noise=2.0)
    contacts = [
        replace(
            contact,
            contact_s=float(np.interp(contact.contact_s, even, time_s)),
            toe_off_s=float(np.interp(contact.toe_off_s, even, time_s)),
        )
        for contact in made.contacts
    ]
    return made.pose.with_time(time_s), contacts


@pytest.mark.slow
@pytest.mark.parametrize(("start", "end"), [(162.0, 193.0), (193.0, 162.0), (150.0, 185.0)])
def test_a_treadmill_that_is_sped_up_is_measured_whole(start: float, end: float) -> None:
    track, true = ramp(start, end, 30.0)
    found = analysed(track, picture=True, roll_deg=0.0)
    assert len(found.contacts) >= len(true) - 1
    assert found.metrics["cadence_spm"].value == pytest.approx(0.5 * (start + end), rel=0.01)
    contact, toe_off = timing_errors(tuple(true), found.contacts)
    assert abs(np.mean(contact)) < 0.015
    assert abs(np.mean(toe_off)) < 0.015
    # The first and the last quarter of the ramp are as late as its middle.
    quarter = len(contact) // 4
    assert abs(np.mean(contact[:quarter]) - np.mean(contact[-quarter:])) < 0.006


@pytest.mark.parametrize("seconds", [4.0, 20.0])
def test_a_steady_runner_keeps_their_own_time(seconds: float) -> None:
    track = synthetic_runner(fps=60, seconds=seconds, noise=3.0).pose
    assert evenly_paced_time(track) is track.time_s


@given(st.floats(155, 175), st.floats(0.85, 1.2))
@everyday(10)
def test_even_time_makes_strides_even(spm: float, factor: float) -> None:
    track, true = ramp(spm, factor * spm, 30.0)
    even = evenly_paced_time(track)
    assert (np.diff(even) > 0).all()
    assert even[0] == pytest.approx(track.time_s[0])
    assert even[-1] == pytest.approx(track.time_s[-1])
    at = np.interp([c.contact_s for c in true], track.time_s, even)
    steps = np.diff(at)[2:-2]
    assert steps.max() / steps.min() < 1.07
