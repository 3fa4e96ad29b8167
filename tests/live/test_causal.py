from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from leanline.live.causal import RESET_GAP_S, CausalOneEuro

Times = st.lists(st.floats(0.005, 0.2), min_size=2, max_size=40)


def fed(times_s: np.ndarray, values: np.ndarray) -> np.ndarray:
    euro = CausalOneEuro(1.0, 2.0)
    return np.array([euro.feed(float(t), v) for t, v in zip(times_s, values, strict=True)])


@given(Times, st.integers(1, 39), st.integers(0, 99))
def test_what_comes_later_changes_nothing(steps: list[float], cut: int, seed: int) -> None:
    times = np.cumsum(steps)
    values = np.random.default_rng(seed).normal(size=(len(times), 3))
    np.testing.assert_array_equal(fed(times[:cut], values[:cut]), fed(times, values)[:cut])


@given(Times, st.floats(-100, 100))
def test_what_does_not_change_passes_unchanged(steps: list[float], value: float) -> None:
    times = np.cumsum(steps)
    np.testing.assert_allclose(fed(times, np.full((len(times), 1), value)), value, atol=1e-9)


@given(Times, st.integers(0, 99))
def test_nothing_leaves_the_range_of_what_came_in(steps: list[float], seed: int) -> None:
    times = np.cumsum(steps)
    values = np.random.default_rng(seed).uniform(-1, 1, size=(len(times), 2))
    found = fed(times, values)
    assert found.min() >= values.min() - 1e-12
    assert found.max() <= values.max() + 1e-12


def test_noise_at_rest_becomes_smaller() -> None:
    times = np.arange(300) / 30
    noise = np.random.default_rng(0).normal(0, 0.01, size=(300, 1))
    assert fed(times, noise)[60:].std() < 0.6 * noise[60:].std()


def test_a_quick_move_is_followed_more_closely_than_a_slow_filter_would() -> None:
    times = np.arange(60) / 30
    ramp = np.clip(times - 1.0, 0, None)[:, None] * 3.0
    slow = CausalOneEuro(1.0, 0.0)
    plain = np.array([slow.feed(float(t), v) for t, v in zip(times, ramp, strict=True)])
    behind, far_behind = ramp[-1] - fed(times, ramp)[-1], ramp[-1] - plain[-1]
    assert 0 < behind < 0.6 * far_behind


def test_the_missing_stays_missing_and_does_not_spread() -> None:
    times = np.arange(6) / 30
    values = np.ones((6, 2))
    values[2:4, 0] = np.nan
    found = fed(times, values)
    np.testing.assert_array_equal(np.isnan(found), np.isnan(values))
    np.testing.assert_allclose(found[np.isfinite(found)], 1.0)


def test_after_a_long_gap_the_past_is_forgotten() -> None:
    euro = CausalOneEuro(0.1, 0.0)
    euro.feed(0.0, np.array([5.0]))
    assert euro.feed(RESET_GAP_S + 0.01, np.array([1.0])) == 1.0


def test_a_time_that_does_not_advance_changes_nothing() -> None:
    euro = CausalOneEuro(1.0, 0.0)
    euro.feed(1.0, np.array([2.0]))
    assert euro.feed(1.0, np.array([9.0])) == 2.0
    assert euro.feed(0.5, np.array([9.0])) == 2.0
