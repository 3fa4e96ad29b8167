from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leanline.findings.decision import (
    CLEARLY,
    PROBABLY,
    certainty,
    probability_above,
    probability_between,
)

degrees = st.floats(-90.0, 90.0)
widths = st.floats(0.01, 40.0)


def interval(value: float, below: float, above: float) -> tuple[float, float]:
    return value - below, value + above


@given(degrees, widths, widths, degrees)
def test_a_probability_is_between_0_and_1(
    value: float, below: float, above: float, threshold: float
) -> None:
    assert 0.0 <= probability_above(value, interval(value, below, above), threshold) <= 1.0


@given(degrees, widths, widths, degrees, degrees)
def test_a_higher_threshold_is_never_likelier_to_be_exceeded(
    value: float, below: float, above: float, first: float, second: float
) -> None:
    ci95 = interval(value, below, above)
    low, high = sorted((first, second))
    assert probability_above(value, ci95, low) >= probability_above(value, ci95, high)


@given(degrees, widths, degrees, degrees)
def test_a_higher_value_of_the_same_doubt_is_never_less_likely_beyond(
    first: float, width: float, threshold: float, second: float
) -> None:
    low, high = sorted((first, second))
    at_low = probability_above(low, interval(low, width, width), threshold)
    assert probability_above(high, interval(high, width, width), threshold) >= at_low - 1e-12


@given(degrees, widths, widths, degrees)
def test_a_mirrored_measurement_mirrors_the_probability(
    value: float, below: float, above: float, threshold: float
) -> None:
    beyond = probability_above(value, interval(value, below, above), threshold)
    mirrored = probability_above(-value, interval(-value, above, below), -threshold)
    assert beyond + mirrored == pytest.approx(1.0)


@given(degrees, widths, widths)
def test_the_ends_of_the_interval_leave_one_tail_each(
    value: float, below: float, above: float
) -> None:
    low, high = ci95 = interval(value, below, above)
    assert probability_above(value, ci95, low) == pytest.approx(CLEARLY)
    assert probability_above(value, ci95, high) == pytest.approx(1.0 - CLEARLY)


@given(degrees, widths, widths, degrees, degrees)
def test_below_between_and_above_make_one(
    value: float, below: float, above: float, first: float, second: float
) -> None:
    ci95 = interval(value, below, above)
    low, high = sorted((first, second))
    parts = (
        1.0 - probability_above(value, ci95, low),
        probability_between(value, ci95, low, high),
        probability_above(value, ci95, high),
    )
    assert math.fsum(parts) == pytest.approx(1.0)


def test_an_exact_value_is_beyond_or_not() -> None:
    assert probability_above(3.0, (3.0, 3.0), 2.0) == 1.0
    assert probability_above(3.0, (3.0, 3.0), 4.0) == 0.0
    assert probability_above(3.0, (3.0, 3.0), 3.0) == 0.5


def test_an_unbounded_interval_decides_nothing() -> None:
    assert probability_above(20.0, (-math.inf, math.inf), 5.0) == 0.5


@pytest.mark.parametrize(
    ("probability", "word"),
    [
        (1.0, "clearly"),
        (CLEARLY, "clearly"),
        (0.97, "probably"),
        (PROBABLY, "probably"),
        (0.79, "open"),
        (0.0, "open"),
    ],
)
def test_the_word_for_a_probability(probability: float, word: str) -> None:
    assert certainty(probability) == word


@pytest.mark.parametrize("probability", [-0.01, 1.01, math.nan])
def test_what_is_no_probability_is_refused(probability: float) -> None:
    with pytest.raises(ValueError, match="not a probability"):
        certainty(probability)
