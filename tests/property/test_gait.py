"""What must hold of events for any runner."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from leanline.model import PoseTrack
from leanline.signals.filters import lowpass
from tests.feet import ground_and_contacts, timing_errors
from tests.searching import everyday
from tests.synthetic import synthetic_runner

RUNNERS = st.fixed_dictionaries(
    {
        "fps": st.sampled_from([25.0, 29.97, 50.0, 60.0, 120.0]),
        "seconds": st.floats(2.5, 5.0),
        "cadence_spm": st.floats(145.0, 200.0),
        "duty_factor": st.floats(0.26, 0.42),
        "speed_mps": st.floats(2.0, 5.0),
        "foot_strike_angle_deg": st.floats(-12.0, 20.0),
        "start_s": st.floats(-0.3, 0.6),
        "surface": st.sampled_from(["treadmill", "overground"]),
        "noise": st.floats(0.0, 4.0),
        "seed": st.integers(0, 1000),
        # A bounce as gravity makes it: when the trunk falls fastest is a sign of contact.
        "bounce_m": st.none(),
    }
)


@given(RUNNERS)
@everyday(25)
def test_every_whole_contact_is_found_on_its_own_side(options: dict[str, object]) -> None:
    runner = synthetic_runner(**options)  # type: ignore[arg-type]
    ground, found = ground_and_contacts(runner.pose, runner.scene_shift, runner.leg_length)
    contact, toe_off = timing_errors(runner.contacts, found)
    assert ground.surface == runner.surface
    # The first and the last may be cut by the clip's ends or just not.
    assert len(runner.contacts) - 2 <= len(contact) <= len(found) <= len(runner.contacts) + 2
    # On average. The worst of 250 made-up runners was found 25 ms early: one with short contacts.
    assert abs(np.mean(contact)) < 0.03
    assert abs(np.mean(toe_off)) < 0.025


@given(st.floats(0.01, 100.0), st.floats(-1e3, 1e3), st.floats(-50.0, 50.0))
@everyday(10)
def test_scale_place_and_start_of_the_clock_do_not_matter(
    scale: float, place: float, start_s: float
) -> None:
    runner = synthetic_runner(seconds=3.0, fps=60.0, noise=2.0)
    pose = runner.pose
    moved = PoseTrack(
        pose.time_s + start_s, scale * (pose.xy + place), pose.confidence, pose.keypoints, "px"
    )
    _, here = ground_and_contacts(pose, runner.scene_shift, runner.leg_length)
    _, there = ground_and_contacts(moved, runner.scene_shift, scale * runner.leg_length)
    assert [c.side for c in here] == [c.side for c in there]
    for a, b in zip(here, there, strict=True):
        assert b.contact_s - start_s == pytest.approx(a.contact_s, abs=2e-4)
        assert b.toe_off_s - start_s == pytest.approx(a.toe_off_s, abs=2e-4)


@given(st.integers(4, 200), st.floats(2.0, 60.0), st.integers(0, 100))
@everyday(30)
def test_smoothing_a_reversed_curve_is_the_reversed_smooth_curve(
    frames: int, cutoff_hz: float, seed: int
) -> None:
    values = np.random.default_rng(seed).normal(size=frames)
    time_s = np.arange(frames) / 100
    forward = lowpass(values, time_s, cutoff_hz=cutoff_hz)
    backward = lowpass(values[::-1], time_s, cutoff_hz=cutoff_hz)[::-1]
    # The first pass starts from a state that it guesses; its trace fades within a cut-off period.
    margin = max(frames // 3, math.ceil(100 / cutoff_hz))
    middle = slice(margin, max(frames - margin, margin))
    assert forward[middle] == pytest.approx(backward[middle], abs=0.05)
