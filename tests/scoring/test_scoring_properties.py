"""What must hold whatever the numbers: signs, order and units change nothing but themselves."""

from __future__ import annotations

from dataclasses import astuple
from typing import Any

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from leanline.scoring.agreement import agreement
from leanline.scoring.calibration import calibration
from leanline.scoring.events import compare_foot, match_events
from leanline.scoring.icc import icc

NUMBERS = st.floats(-50.0, 50.0).map(lambda x: round(x, 3))
PAIRS = st.lists(
    st.tuples(NUMBERS, NUMBERS, st.sampled_from("abcd"), st.floats(0.01, 9.0)),
    min_size=3,
    max_size=12,
)
TIMES = st.lists(st.integers(0, 400), max_size=12, unique=True).map(
    lambda ticks: tuple(sorted(tick / 100 for tick in ticks))
)


def columns(rows: list[tuple[float, float, str, float]]) -> tuple[Any, Any, list[str], Any]:
    true, measured, who, half = zip(*rows, strict=True)
    return np.array(true), np.array(measured), list(who), np.array(half)


def flat(*found: Any) -> list[float]:
    """Every number of some dataclasses, None as a number that nothing else is."""
    numbers: list[float] = []
    for one in found:
        if isinstance(one, tuple):
            numbers += flat(*one)
        elif one is None:
            numbers.append(-999.0)
        elif not isinstance(one, str):
            numbers.append(float(one))
    return numbers


@given(PAIRS, st.randoms(use_true_random=False))
def test_the_order_of_rows_does_not_matter(
    rows: list[tuple[float, float, str, float]], chance: Any
) -> None:
    mixed = rows.copy()
    chance.shuffle(mixed)
    found = []
    for some in (rows, mixed):
        true, measured, who, half = columns(some)
        found.append(
            flat(
                astuple(agreement(measured - true, who)),
                astuple(calibration(true, measured - half, measured + half)),
            )
        )
    assert found[0] == pytest.approx(found[1], abs=1e-9)


@given(PAIRS)
def test_the_other_sign_convention_turns_the_bias_and_nothing_else(
    rows: list[tuple[float, float, str, float]],
) -> None:
    true, measured, who, half = columns(rows)
    one, turned = agreement(measured - true, who), agreement(true - measured, who)
    assert turned.bias == pytest.approx(-one.bias)
    assert turned.median == pytest.approx(-one.median)
    for name in ("mae", "worst", "sd", "robust_sd"):
        assert getattr(turned, name) == pytest.approx(getattr(one, name), abs=1e-9)
    assert one.limits is not None
    assert turned.limits == pytest.approx((-one.limits[1], -one.limits[0]))
    if one.bias_ci95 is not None:
        assert turned.bias_ci95 == pytest.approx((-one.bias_ci95[1], -one.bias_ci95[0]), abs=1e-9)
    before = calibration(true, measured - half, measured + half)
    after = calibration(-true, -measured - half, -measured + half)
    assert flat(astuple(after)) == pytest.approx(flat(astuple(before)))


@given(PAIRS, st.sampled_from([0.001, 0.1, 57.29578, 1000.0]))
def test_another_unit_scales_what_has_a_unit(
    rows: list[tuple[float, float, str, float]], scale: float
) -> None:
    true, measured, who, _ = columns(rows)
    one, scaled = agreement(measured - true, who), agreement(scale * (measured - true), who)
    names = ("bias", "median", "mae", "worst", "sd", "robust_sd", "limits", "bias_ci95", "mae_ci95")
    for name in names:
        before, after = flat(getattr(one, name)), flat(getattr(scaled, name))
        expected = [x if x == -999.0 else scale * x for x in before]
        assert after == pytest.approx(expected, abs=1e-9 * scale)


@given(PAIRS, st.sampled_from([-1.0, 0.01, 57.29578]), st.floats(-100.0, 100.0))
def test_icc_knows_no_unit_no_sign_and_no_zero(
    rows: list[tuple[float, float, str, float]], scale: float, shift: float
) -> None:
    true, measured, who, _ = columns(rows)
    one, other = (
        icc(true, measured, who),
        icc(scale * true + shift, scale * measured + shift, who),
    )
    # Too little that differs would be lost in the digits that a shift leaves.
    assume(one is not None and np.ptp(np.concatenate([true, measured])) > 0.1)
    assert one is not None
    assert other is not None
    assert other.value == pytest.approx(one.value, abs=1e-6)


@given(PAIRS)
def test_numbers_lie_where_they_must(rows: list[tuple[float, float, str, float]]) -> None:
    true, measured, who, half = columns(rows)
    found = agreement(measured - true, who)
    assert abs(found.bias) <= found.mae + 1e-9
    assert found.mae <= found.worst + 1e-9
    held = calibration(true, measured - half, measured + half)
    low, high = held.covered_ci95
    assert 0.0 <= low <= held.covered <= high <= 1.0
    shares = [row.covered for row in held.reliability]
    assert shares == sorted(shares)
    assert held.interval_score >= (2 * half).mean() - 1e-9


@given(TIMES, TIMES)
def test_events_match_one_to_one(true: tuple[float, ...], found: tuple[float, ...]) -> None:
    pairs = match_events(true, found)
    assert all(abs(b - a) <= 0.1 for a, b in pairs)
    assert len({a for a, _ in pairs}) == len({b for _, b in pairs}) == len(pairs)
    foot = compare_foot(true, found, ())
    assert foot.right_side <= len(foot.differences_s) <= min(foot.true, foot.counted)


@given(TIMES, st.floats(-0.02, 0.02))
def test_a_clock_that_is_late_is_late_for_every_event(
    true: tuple[float, ...], late_s: float
) -> None:
    spaced = tuple(5.0 * t for t in true)
    foot = compare_foot(spaced, tuple(t + late_s for t in spaced), ())
    assert foot.differences_s == pytest.approx([late_s] * len(true))
    assert foot.right_side == foot.true == foot.counted == len(true)
