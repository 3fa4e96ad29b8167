"""Values of single steps against a runner whose leans are known."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest

from leanline.metrics.sampling import Sampler
from leanline.metrics.steps import measure_steps
from leanline.model import Contact, Step
from tests.captures import rotated
from tests.feet import facing_right
from tests.legs import with_xy
from tests.synthetic import SHANK, THIGH, SyntheticRunner, synthetic_runner

HEIGHT = 1.75 * 250
LEG = (THIGH + SHANK) * HEIGHT


def steps_of(made: SyntheticRunner, roll_deg: float = 0.0) -> tuple[Step, ...]:
    """Steps at the true contacts, so that only the measuring is tested."""
    pose, _ = facing_right(made)
    return measure_steps(made.contacts, Sampler(pose, roll_deg, LEG))


def mean(steps: Sequence[Step], name: str) -> float:
    values = [step.values[name] for step in steps]
    known = [value for value in values if np.isfinite(value)]
    return float(np.mean(known))


@pytest.mark.parametrize("direction", ["left", "right"])
@pytest.mark.parametrize(("leg", "trunk"), [(5.0, 7.0), (2.0, 2.0), (9.0, 20.0), (-3.0, -6.0)])
def test_leans_are_those_of_the_runner(direction: str, leg: float, trunk: float) -> None:
    made = synthetic_runner(
        lean_leg_deg=leg,
        lean_trunk_deg=trunk,
        direction=direction,  # type: ignore[arg-type]
    )
    steps = steps_of(made)
    assert mean(steps, "lean_body_deg") == pytest.approx(made.lean_body_deg, abs=0.1)
    assert mean(steps, "lean_leg_deg") == pytest.approx(leg, abs=0.1)
    assert mean(steps, "lean_trunk_deg") == pytest.approx(trunk, abs=0.1)
    assert mean(steps, "waist_bend_deg") == pytest.approx(trunk - leg, abs=0.1)


@pytest.mark.parametrize("fps", [25, 60, 240])
def test_values_between_frames_do_not_depend_on_the_frame_rate(fps: float) -> None:
    made = synthetic_runner(fps=fps)
    steps = steps_of(made)
    assert mean(steps, "lean_body_deg") == pytest.approx(made.lean_body_deg, abs=0.3)
    assert mean(steps, "lean_trunk_deg") == pytest.approx(made.lean_trunk_deg, abs=0.1)


@pytest.mark.parametrize("roll_deg", [-5.0, 3.0])
def test_the_given_roll_is_taken_out_of_every_lean(roll_deg: float) -> None:
    made = synthetic_runner()
    turned = measure_steps(made.contacts, Sampler(rotated(made.pose, roll_deg), roll_deg, LEG))
    level = steps_of(made)
    for one, other in zip(turned, level, strict=True):
        for name, value in one.values.items():
            assert value == pytest.approx(other.values[name], abs=1e-6, nan_ok=True), name


def test_a_straight_body_has_no_offsets_and_a_bent_one_hips_behind() -> None:
    straight = steps_of(synthetic_runner(lean_leg_deg=6.0, lean_trunk_deg=6.0))
    assert mean(straight, "hip_offset_pct") == pytest.approx(0, abs=0.1)
    assert mean(straight, "shoulder_offset_pct") == pytest.approx(0, abs=0.2)
    bent = steps_of(synthetic_runner(lean_leg_deg=4.0, lean_trunk_deg=20.0))
    assert mean(bent, "hip_offset_pct") < -1.0
    assert mean(bent, "shoulder_offset_pct") > 3.0
    assert mean(bent, "head_offset_pct") > mean(bent, "shoulder_offset_pct")


@pytest.mark.parametrize("strike_deg", [-8.0, 0.0, 15.0])
def test_the_strike_angle_is_against_the_flat_foot_toes_up_positive(strike_deg: float) -> None:
    made = synthetic_runner(fps=240, foot_strike_angle_deg=strike_deg)
    assert mean(steps_of(made), "foot_strike_angle_deg") == pytest.approx(strike_deg, abs=0.6)


def test_a_sloping_floor_does_not_change_the_strike_angle() -> None:
    made = synthetic_runner(fps=240)
    sloped = measure_steps(made.contacts, Sampler(rotated(made.pose, 4.0), 0.0, LEG))
    level = mean(steps_of(made), "foot_strike_angle_deg")
    assert mean(sloped, "foot_strike_angle_deg") == pytest.approx(level, abs=0.01)


def test_the_foot_lands_ahead_of_the_body_and_the_shin_reaches() -> None:
    made = synthetic_runner()
    steps = steps_of(made)
    assert mean(steps, "landing_distance_pct") > 5.0
    # Landing farther ahead, the shin leans back more: reaching is positive.
    reaching = steps_of(synthetic_runner(lean_leg_deg=0.0))
    assert mean(reaching, "shin_angle_deg") > mean(steps, "shin_angle_deg") > 0
    assert mean(reaching, "landing_distance_pct") > mean(steps, "landing_distance_pct")


def test_times_are_those_of_the_contacts() -> None:
    made = synthetic_runner(cadence_spm=180, duty_factor=0.3)
    steps = steps_of(made)
    assert mean(steps, "step_time_s") == pytest.approx(1 / 3)
    assert mean(steps, "contact_time_s") == pytest.approx(0.2)
    assert mean(steps, "flight_time_s") == pytest.approx(1 / 3 - 0.2)
    assert mean(steps, "duty_factor_pct") == pytest.approx(30.0)


def test_the_bounce_is_measured_at_the_centre_of_mass() -> None:
    low = steps_of(synthetic_runner(bounce_m=0.05))
    high = steps_of(synthetic_runner(bounce_m=0.10))
    more = mean(high, "vertical_oscillation_pct") - mean(low, "vertical_oscillation_pct")
    # The trunk, head and arms go all the way up; legs that are on the ground do not.
    assert 0.5 < more / (100 * 0.05 / 1.75) < 1.05


def test_a_step_that_is_missing_leaves_a_gap_not_a_long_step() -> None:
    made = synthetic_runner()
    kept = [contact for k, contact in enumerate(made.contacts) if k != 5]
    steps = measure_steps(kept, Sampler(made.pose, 0.0, LEG))
    assert np.isnan(steps[4].values["step_time_s"])
    assert mean(steps, "step_time_s") == pytest.approx(60 / 170)
    assert np.isnan(steps[-1].values["flight_time_s"])


def test_a_keypoint_that_is_not_seen_costs_only_what_needs_it() -> None:
    made = synthetic_runner()
    xy = made.pose.xy.copy()
    gone = [made.pose.keypoints.index(f"{side}_ankle") for side in ("left", "right")]
    xy[:, gone] = np.nan
    (step, *_) = measure_steps(made.contacts, Sampler(with_xy(made.pose, xy), 0.0, LEG))
    assert np.isnan(step.values["lean_body_deg"])
    assert step.values["lean_trunk_deg"] == pytest.approx(7.0, abs=0.1)
    assert np.isfinite(step.values["foot_strike_angle_deg"])


def test_a_moment_far_from_any_seen_frame_is_not_made_up() -> None:
    made = synthetic_runner(fps=60)
    xy = made.pose.xy.copy()
    xy[120:150] = np.nan
    sampler = Sampler(with_xy(made.pose, xy), 0.0, LEG)
    at = np.array([1.0, 2.25, 2.51])
    assert np.isnan(sampler.point("left_hip", at)).any(axis=1).tolist() == [False, True, False]


def test_no_contacts_no_steps() -> None:
    made = synthetic_runner(seconds=1.0)
    assert measure_steps((), Sampler(made.pose, 0.0, LEG)) == ()


def test_a_single_contact_has_posture_but_no_step_time() -> None:
    made = synthetic_runner()
    only: tuple[Contact, ...] = made.contacts[2:3]
    (step,) = measure_steps(only, Sampler(made.pose, 0.0, LEG))
    assert np.isfinite(step.values["lean_body_deg"])
    assert np.isnan(step.values["step_time_s"])
