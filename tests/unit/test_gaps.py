"""Short gaps are bridged, long ones and ends stay open."""

from __future__ import annotations

import numpy as np
import pytest

from leanline.signals.gaps import fill_gaps

TIME_S = np.arange(60) / 60


def test_a_short_gap_is_filled_along_the_curve() -> None:
    curve = np.sin(2 * np.pi * TIME_S)
    holed = curve.copy()
    holed[20:23] = np.nan
    assert fill_gaps(holed, TIME_S, max_s=0.1) == pytest.approx(curve, abs=5e-3)


def test_a_long_gap_stays_open() -> None:
    holed = np.ones(60)
    holed[20:40] = np.nan
    assert np.isnan(fill_gaps(holed, TIME_S, max_s=0.1)[20:40]).all()


def test_the_ends_are_never_extrapolated() -> None:
    holed = np.ones((60, 2))
    holed[:2, 0] = holed[-1:, 1] = np.nan
    filled = fill_gaps(holed, TIME_S, max_s=1.0)
    assert np.array_equal(np.isnan(filled), np.isnan(holed))


def test_the_input_is_left_alone() -> None:
    holed = np.ones(60)
    holed[5] = np.nan
    fill_gaps(holed, TIME_S, max_s=1.0)
    assert np.isnan(holed[5])


def test_nothing_known_stays_unknown() -> None:
    assert np.isnan(fill_gaps(np.full((5, 2), np.nan), TIME_S[:5], max_s=1.0)).all()
    assert fill_gaps(np.empty((0, 2)), np.empty(0), max_s=1.0).shape == (0, 2)
