"""Several clips combined into one estimate, on made-up clips whose answer is known."""

from __future__ import annotations

import math
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leanline.confidence import NORMAL_95
from leanline.model import Metric
from leanline.trends.change import compare_metric
from leanline.trends.pooling import Reading, pool, pool_metric, pool_metrics
from tests.analyses import metric

LEAN = "lean_body_deg"
SDS = st.floats(0.01, 5.0)


@st.composite
def readings(draw: st.DrawFn) -> Reading:
    sd = draw(SDS)
    return Reading(draw(st.floats(-20.0, 20.0)), sd, sd * draw(st.floats(0.0, 1.0)))


def clip(value: float, sd: float, shared: float, **more: object) -> Metric:
    return metric(LEAN, value, NORMAL_95 * sd, shared_sd=shared, **more)


def test_a_single_clip_is_left_as_it_is() -> None:
    alone = clip(8.0, 1.0, 0.5)
    assert pool_metric([alone]) is alone


def test_two_equal_clips_halve_the_variance_of_their_own_part_only() -> None:
    found = pool([Reading(8.0, 1.0, 0.6), Reading(8.0, 1.0, 0.6)])
    assert found.value == pytest.approx(8.0)
    assert found.own_sd**2 == pytest.approx(0.5 * (1.0 - 0.36))
    assert found.shared_sd == 0.6
    assert found.between_sd == 0.0


def test_clips_that_disagree_are_as_uncertain_as_they_lie_apart() -> None:
    # Two equal clips d apart: the variance between them is d^2 / 2 less their own.
    found = pool([Reading(6.0, 0.5, 0.0), Reading(10.0, 0.5, 0.0)])
    assert found.between_sd**2 == pytest.approx(8.0 - 0.25)
    assert found.own_sd == pytest.approx(2.0)


def test_a_clearer_clip_counts_more() -> None:
    assert pool([Reading(6.0, 0.5, 0.0), Reading(7.0, 1.0, 0.0)]).value == pytest.approx(6.2)


@given(st.lists(readings(), min_size=1, max_size=6), st.randoms())
def test_the_order_does_not_matter(clips: list[Reading], chance: object) -> None:
    mixed = clips.copy()
    chance.shuffle(mixed)  # type: ignore[attr-defined]
    a, b = pool(clips), pool(mixed)
    assert a.value == pytest.approx(b.value, abs=1e-6)
    assert a.sd == pytest.approx(b.sd, rel=1e-6)


@given(st.lists(readings(), min_size=1, max_size=6), readings())
def test_a_clip_that_agrees_narrows(clips: list[Reading], more: Reading) -> None:
    before = pool(clips)
    after = pool([*clips, replace(more, value=before.value)])
    assert after.sd <= before.sd * (1.0 + 1e-6)


@given(st.lists(readings(), min_size=1, max_size=6))
def test_no_number_of_clips_gets_below_the_shared_part(clips: list[Reading]) -> None:
    least = min(reading.shared_sd for reading in clips)
    assert pool(clips * 20).sd >= least * (1.0 - 1e-9)


@given(st.lists(readings(), min_size=1, max_size=6))
def test_the_estimate_lies_among_the_clips(clips: list[Reading]) -> None:
    values = [reading.value for reading in clips]
    assert min(values) - 1e-6 <= pool(clips).value <= max(values) + 1e-6


def test_nothing_cannot_be_pooled() -> None:
    with pytest.raises(ValueError, match="nothing"):
        pool([])


def test_results_without_a_known_split_do_not_narrow() -> None:
    old = metric(LEAN, 8.0, 2.0)
    found = pool_metric([old, old])
    assert found is not None
    assert found.ci95 == pytest.approx((6.0, 10.0))


def test_steps_add_up_and_sides_are_averaged() -> None:
    pair = clip(8.0, 1.0, 0.5, n=6, left=7.0, right=9.0), clip(8.2, 1.0, 0.5, n=8, left=8.0)
    found = pool_metric(pair)
    assert found is not None
    assert (found.n, found.left, found.right) == (14, 7.5, 9.0)
    assert found.shared_sd == 0.5


def test_a_word_is_the_most_frequent_or_the_newest() -> None:
    words = [metric("foot_strike", word) for word in ("rear", "mid", "rear", "mid")]
    assert pool_metric(words) is words[3]
    assert pool_metric(words[:3]) is words[2]


def test_what_no_clip_measured_stays_unmeasured() -> None:
    found = pool_metrics([{LEAN: metric(LEAN, None)}, {LEAN: metric(LEAN, None)}])
    assert found[LEAN].value is None


def test_a_value_without_an_interval_keeps_the_pool_without_one() -> None:
    found = pool_metric([metric(LEAN, 8.0, None), clip(9.0, 1.0, 0.5)])
    assert found is not None
    assert (found.value, found.ci95) == (8.5, None)


def test_what_both_clips_read_wrong_alike_cancels_in_a_change() -> None:
    a, b = clip(8.0, 2.0, 1.9, sdc95=1.0), clip(10.0, 2.0, 1.9, sdc95=1.0)
    found = compare_metric(a, b)
    assert found.half_width == pytest.approx(NORMAL_95 * math.sqrt(2.0 * (4.0 - 1.9**2)))
    assert found.verdict == "changed"


def test_a_change_needs_both_the_interval_and_the_smallest_detectable_change() -> None:
    wide = [clip(x, 1.0, 0.0, sdc95=0.1) for x in (8.0, 10.0)]
    assert compare_metric(*wide).verdict == "same"
    small = [clip(x, 0.1, 0.0, sdc95=3.0) for x in (8.0, 10.0)]
    assert compare_metric(*small).verdict == "same"


def test_pooled_clips_detect_a_smaller_change() -> None:
    pools = [pool_metric([clip(x, 0.5, 0.2, sdc95=1.5)] * 4) for x in (8.0, 9.0)]
    assert compare_metric(*pools).verdict == "changed"
    singles = [clip(x, 0.5, 0.2, sdc95=1.5) for x in (8.0, 9.0)]
    assert compare_metric(*singles).verdict == "same"
