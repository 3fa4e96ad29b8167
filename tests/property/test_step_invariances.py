"""What must not change a step's values once its contacts are known: tried on many runners."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from leanline.metrics.sampling import Sampler
from leanline.metrics.steps import measure_steps
from leanline.model import Contact, PoseTrack, Step
from leanline.skeleton import other, swapped_name
from tests.captures import later, part, rotated, scaled, shuffled
from tests.searching import FORMS, Form, everyday, seen

LEG_PX: Final = 200.0
# Degrees, percent and seconds that are equal but for rounding.
SAME: Final = 1e-6
MANY: Final = everyday(100)
RUNNERS: Final = FORMS.map(lambda form: {**form, "direction": "right", "surface": "treadmill"})


def contacts_of(form: Form, seconds: float) -> tuple[Contact, ...]:
    """Contacts as they were made: one foot after the other, within the clip."""
    step_s = 60.0 / form["cadence_spm"]
    contact_s = 2.0 * step_s * form["duty_factor"]
    starts = np.arange(form["start_s"], seconds - contact_s, step_s)
    sides = ("left", "right")
    return tuple(
        Contact(sides[k % 2], float(at), float(at + contact_s))  # type: ignore[arg-type]
        for k, at in enumerate(starts)
    )


def measure(
    track: PoseTrack, contacts: Sequence[Contact], *, roll_deg: float = 0.0, scale: float = 1.0
) -> tuple[Step, ...]:
    return measure_steps(contacts, Sampler(track, roll_deg, scale * LEG_PX))


def assert_same(one: Sequence[Step], two: Sequence[Step], within: float = SAME) -> None:
    for a, b in zip(one, two, strict=True):
        assert a.values.keys() == b.values.keys()
        for name, value in a.values.items():
            np.testing.assert_allclose(b.values[name], value, atol=within, err_msg=name)


def exchanged(track: PoseTrack) -> PoseTrack:
    """Left called right."""
    order = [track.keypoints.index(swapped_name(name)) for name in track.keypoints]
    return replace(track, xy=track.xy[:, order], confidence=track.confidence[:, order])


@MANY
@given(
    RUNNERS,
    st.floats(-100.0, 3600.0),
    st.floats(0.2, 8.0),
    st.tuples(st.floats(-2000, 2000), st.floats(-2000, 2000)),
    st.floats(-30.0, 30.0),
    st.permutations(range(33)),
)
def test_clock_pixels_place_known_roll_and_order_of_keypoints_do_not_matter(
    form: Form,
    by_s: float,
    factor: float,
    by_px: tuple[float, float],
    roll_deg: float,
    order: list[int],
) -> None:
    track, contacts = seen(form, seconds=2.0), contacts_of(form, 2.0)
    plain = measure(track, contacts)
    moved = tuple(Contact(c.side, c.contact_s + by_s, c.toe_off_s + by_s) for c in contacts)
    assert_same(plain, measure(later(track, by_s), moved), within=1e-5)
    assert_same(plain, measure(scaled(track, factor), contacts, scale=factor))
    assert_same(plain, measure(track.with_xy(track.xy + by_px), contacts))
    assert_same(plain, measure(rotated(track, roll_deg), contacts, roll_deg=roll_deg))
    assert_same(plain, measure(shuffled(track, order), contacts))


@MANY
@given(RUNNERS)
def test_left_called_right_exchanges_the_sides_of_the_steps(form: Form) -> None:
    track, contacts = seen(form, seconds=2.0), contacts_of(form, 2.0)
    turned = [replace(c, side=other(c.side)) for c in contacts]
    back = measure(exchanged(track), turned)
    assert [step.side for step in back] == [c.side for c in turned]
    assert_same(measure(track, contacts), back)


@MANY
@given(RUNNERS, st.floats(-20.0, 20.0))
def test_every_lean_follows_the_body_degree_for_degree(form: Form, by_deg: float) -> None:
    track, contacts = seen(form, seconds=2.0), contacts_of(form, 2.0)
    plain, turned = measure(track, contacts), measure(rotated(track, -by_deg), contacts)
    for a, b in zip(plain, turned, strict=True):
        for name in ("lean_body_deg", "lean_leg_deg", "lean_trunk_deg", "lean_body_toe_off_deg"):
            np.testing.assert_allclose(b.values[name] - a.values[name], by_deg, atol=SAME)
        for name in ("waist_bend_deg", "knee_flexion_contact_deg", "head_offset_pct"):
            np.testing.assert_allclose(b.values[name], a.values[name], atol=SAME)


@MANY
@given(RUNNERS, st.floats(0.3, 0.7))
def test_steps_well_inside_a_part_of_the_clip_are_those_of_the_whole(
    form: Form, share: float
) -> None:
    track, contacts = seen(form, seconds=3.0), contacts_of(form, 3.0)
    count = round(share * len(track.time_s))
    kept = part(track, slice(count))
    inside = [c for c in contacts if c.toe_off_s < kept.time_s[-1] - 0.2]
    whole = measure(track, contacts)[: len(inside)]
    for a, b in zip(whole, measure(kept, inside), strict=True):
        for name in ("lean_body_deg", "lean_trunk_deg", "shin_angle_deg"):
            np.testing.assert_allclose(b.values[name], a.values[name], atol=0.01, err_msg=name)
