"""Angles and distances of hand-made figures, with the signs of the registry."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from leanline.camera.derotate import rotate
from leanline.metrics.geometry import ahead_of_line, flexion_deg, lean_deg, rise_deg

ORIGIN = np.array([[0.0, 0.0]])
ANGLES = st.floats(-80, 80)


def up(angle_deg: float, length: float = 1.0) -> np.ndarray:
    """The point at ``length`` from the origin, leaning forward by the angle."""
    angle = np.radians(angle_deg)
    return length * np.array([[np.sin(angle), np.cos(angle)]])


@pytest.mark.parametrize(
    ("high", "lean"), [((0, 1), 0), ((1, 1), 45), ((-1, 1), -45), ((1, 3**0.5), 30), ((1, 0), 90)]
)
def test_lean_is_from_the_vertical_positive_forward(high: tuple[float, float], lean: float) -> None:
    assert lean_deg(ORIGIN, np.array([high]))[0] == pytest.approx(lean)


@pytest.mark.parametrize(
    ("front", "rise"), [((1, 0), 0), ((1, 1), 45), ((1, -1), -45), ((3**0.5, 1), 30)]
)
def test_a_foot_with_its_toes_up_is_positive(front: tuple[float, float], rise: float) -> None:
    assert rise_deg(ORIGIN, np.array([front]))[0] == pytest.approx(rise)


@pytest.mark.parametrize("bend", [0, 20, 90, 150])
def test_flexion_is_zero_when_straight_and_grows_with_the_bend(bend: float) -> None:
    knee = ORIGIN
    hip, ankle = up(0), -up(bend)
    assert flexion_deg(hip, knee, ankle)[0] == pytest.approx(bend, abs=1e-6)
    # Bent the other way the angle is the same: flexion has no sign.
    assert flexion_deg(hip, knee, -up(-bend))[0] == pytest.approx(bend, abs=1e-6)


def test_distance_from_the_line_is_positive_ahead() -> None:
    start, end = ORIGIN, np.array([[0.0, 2.0]])
    assert ahead_of_line(np.array([[0.3, 1.0]]), start, end)[0] == pytest.approx(0.3)
    assert ahead_of_line(np.array([[-0.3, 5.0]]), start, end)[0] == pytest.approx(-0.3)
    slanted = np.array([[3.0, 4.0]])
    # The 3-4-5 triangle: (1, 0) is 0.8 ahead of the line from (0, 0) to (3, 4).
    assert ahead_of_line(np.array([[1.0, 0.0]]), ORIGIN, slanted)[0] == pytest.approx(0.8)


@given(ANGLES, st.floats(-45, 45))
def test_turning_the_points_turns_the_lean_back(angle: float, turn: float) -> None:
    # Counter-clockwise is backwards for who faces +x.
    assert lean_deg(ORIGIN, rotate(up(angle), turn))[0] == pytest.approx(angle - turn)


@given(ANGLES, ANGLES, st.floats(-180, 180), st.floats(0.01, 1e4))
def test_flexion_depends_neither_on_attitude_nor_on_size(
    thigh: float, shank: float, turn: float, size: float
) -> None:
    hip, ankle = up(thigh), -up(shank)
    moved = (size * rotate(point, turn) + [7.0, -3.0] for point in (hip, ORIGIN, ankle))
    assert flexion_deg(*moved)[0] == pytest.approx(abs(thigh - shank), abs=1e-4)


def test_missing_points_give_missing_angles() -> None:
    gone = np.full((2, 2), np.nan)
    there = np.ones((2, 2))
    for values in (
        lean_deg(gone, there),
        rise_deg(there, gone),
        flexion_deg(there, gone, there),
        ahead_of_line(gone, there, 2 * there),
    ):
        assert np.isnan(values).all()


def test_nothing_in_nothing_out() -> None:
    nothing = np.empty((0, 2))
    assert lean_deg(nothing, nothing).shape == (0,)
    assert rotate(nothing, 3.0).shape == (0, 2)
