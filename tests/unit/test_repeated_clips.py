"""What clips of one body have in common."""

from __future__ import annotations

import numpy as np
import pytest

from validation.repeated_clips import shared_share


def test_errors_that_are_a_bodys_own_are_shared() -> None:
    assert shared_share([[1.0, 1.0], [3.0, 3.0, 3.0]]) == pytest.approx(1.0)


def test_errors_that_change_with_every_clip_are_not() -> None:
    assert shared_share([[-1.0, 1.0], [-1.0, 1.0], [1.0, -1.0]]) == pytest.approx(0.0)


def test_the_share_of_many_bodies_is_found() -> None:
    chance = np.random.default_rng(7)
    own = chance.normal(0.0, 2.0, 800)
    groups = [(one + chance.normal(0.0, 1.0, 3)).tolist() for one in own]
    assert shared_share(groups) == pytest.approx(0.8, abs=0.03)
