"""The pitch of a shoe from the lower edge of the mask."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from leanline.model import Array
from leanline.pose.crops import Square
from leanline.pose.outline import MASK_SHIFT_PX
from leanline.pose.sole import soles_deg

SIZE = 256
SHIFT = np.array([MASK_SHIFT_PX, 0.0])
SQUARE = Square(100, 50, 512)


def shoe(pitch_deg: float, facing: int) -> tuple[Array, Array, Array]:
    """A leg on a shoe pitched toes up, as logits; its heel and toe in the picture."""
    angle = np.radians(pitch_deg)
    forward = np.array([facing * np.cos(angle), -np.sin(angle)])
    up = np.array([-facing * np.sin(angle), -np.cos(angle)])
    heel = np.array([128.0, 200.0])
    sole = [heel, heel + 34 * forward, heel + 34 * forward + 6 * up, heel + 14 * up]
    knee = heel + np.array([0.0, -90.0])
    leg = [heel + 2 * up, heel + 12 * forward + 2 * up, knee, knee - np.array([12.0 * facing, 0])]
    fine = np.zeros((4 * SIZE, 4 * SIZE), np.float32)
    for part in (sole, leg):
        corners = 4 * (np.array(part) + 0.5) - 0.5
        cv2.fillPoly(fine, [np.round(corners).astype(np.int32)], 1.0)
    mask = 16.0 * cv2.resize(fine, (SIZE, SIZE), interpolation=cv2.INTER_AREA) - 8.0
    # Landmarks sit above the edge, as annotators click on the shoe, and the mask is off by a bit.
    seen = [p + SHIFT for p in (heel + 5 * up, heel + 32 * forward + 4 * up)]
    to_picture = SQUARE.side / SIZE
    heel_px, toe_px = (p * to_picture + (SQUARE.left, SQUARE.top) for p in seen)
    return np.asarray(mask, np.float64), heel_px, toe_px


def sole_deg(mask: Array, heel: Array, toe: Array) -> float:
    return float(soles_deg(mask.astype(np.float32), heel[None], toe[None], SQUARE)[0])


@pytest.mark.parametrize("facing", [1, -1])
@pytest.mark.parametrize("pitch_deg", [-20.0, -8.0, 0.0, 5.0, 18.0, 30.0])
def test_the_pitch_is_that_of_the_shoe_toes_up_positive(pitch_deg: float, facing: int) -> None:
    mask, heel, toe = shoe(pitch_deg, facing)
    found = sole_deg(mask, heel, toe)
    assert found == pytest.approx(pitch_deg, abs=1.5)


def test_landmarks_that_follow_the_foot_only_in_part_do_not_matter_much() -> None:
    mask, heel, toe = shoe(18.0, 1)
    lazy = toe + np.array([0.0, 10.0])
    found = sole_deg(mask, heel, lazy)
    assert found == pytest.approx(18.0, abs=3.0)


def test_a_foot_too_small_or_not_in_the_mask_has_no_pitch() -> None:
    mask, heel, toe = shoe(10.0, 1)
    assert np.isnan(sole_deg(mask, heel, heel + 0.05 * (toe - heel)))
    assert np.isnan(sole_deg(np.full((SIZE, SIZE), -8.0), heel, toe))
    outside = np.array([2000.0, 0.0])
    assert np.isnan(sole_deg(mask, heel + outside, toe + outside))


def test_both_feet_at_once_are_each_what_they_are_alone() -> None:
    mask, heel, toe = shoe(10.0, 1)
    lost = np.array([2000.0, 0.0])
    found = soles_deg(
        mask.astype(np.float32), np.stack([heel, heel + lost]), np.stack([toe, toe + lost]), SQUARE
    )
    assert found[0] == sole_deg(mask, heel, toe)
    assert np.isnan(found[1])
