"""Every statistic against a case verified by hand, or a published one."""

from __future__ import annotations

import math

import numpy as np
import pytest

from leanline.scoring.agreement import agreement, limits_of_agreement, total_variance
from leanline.scoring.bootstrap import cluster_interval, sums_by_person
from leanline.scoring.calibration import binomial_interval, calibration, interval_scores
from leanline.scoring.icc import MeanSquares, exact_interval, icc, icc_of_persons

ALONE = ["a", "b", "c", "d"]


def array(*values: float) -> np.ndarray:
    return np.array(values, dtype=np.float64)


def test_bias_error_and_worst_by_hand() -> None:
    found = agreement(array(-1.0, 2.0, 3.0, 0.0), ALONE)
    assert (found.n, found.persons) == (4, 4)
    assert (found.bias, found.mae, found.worst) == (1.0, 1.5, 3.0)
    assert found.median == 1.0
    # Squares about the mean: 4, 1, 4, 1.
    assert found.sd == pytest.approx(math.sqrt(10 / 3))
    assert found.robust_sd == pytest.approx(1.4826 * 1.5)


def test_limits_of_agreement_are_bias_and_1_96_sd() -> None:
    low, high = limits_of_agreement(array(-1.0, 2.0, 3.0, 0.0), ALONE) or (0, 0)
    assert (low + high) / 2 == pytest.approx(1.0)
    assert high - low == pytest.approx(2 * 1.96 * math.sqrt(10 / 3))


def test_limits_of_the_worked_example_of_bland_and_altman_1986() -> None:
    """Peak flow by two meters, 17 people: mean -2.1, SD 38.8, limits -79.7 and 75.5 l/min."""
    large = array(
        494, 395, 516, 434, 476, 557, 413, 442, 650, 433, 417, 656, 267, 478, 178, 423, 427
    )
    small = array(
        512, 430, 520, 428, 500, 600, 364, 380, 658, 445, 432, 626, 260, 477, 259, 350, 451
    )
    found = agreement(large - small, [str(n) for n in range(17)])
    assert found.bias == pytest.approx(-2.1, abs=0.05)
    assert found.sd == pytest.approx(38.8, abs=0.05)
    # The paper takes two standard deviations.
    assert found.limits == pytest.approx((-2.1 - 1.96 * 38.8, -2.1 + 1.96 * 38.8), abs=0.2)


def test_limits_with_several_clips_of_a_person_add_both_variances() -> None:
    """Within: (2 + 2) / 2 = 2. Between: mean square 16, so (16 - 2) / 2 = 7. Together 9."""
    differences, who = array(1.0, 3.0, 5.0, 7.0), ["a", "a", "b", "b"]
    assert total_variance(differences, who) == pytest.approx(9.0)
    assert limits_of_agreement(differences, who) == pytest.approx((4 - 5.88, 4 + 5.88))


def test_unequal_numbers_of_clips_are_weighed() -> None:
    """Mean 4, means of persons 2 and 8: within 2 / 1, between (2 x 4 + 1 x 16) / 1 = 24.

    A person has (3 - (4 + 1) / 3) / 1 = 4 / 3 clips.
    """
    differences, who = array(1.0, 3.0, 8.0), ["a", "a", "b"]
    assert total_variance(differences, who) == pytest.approx(2 + (24 - 2) / (4 / 3))


def test_a_negative_variance_between_persons_counts_as_zero() -> None:
    differences, who = array(-1.0, 1.0, -1.0, 1.0), ["a", "a", "b", "b"]
    assert total_variance(differences, who) == pytest.approx(2.0)


def test_too_few_values_tell_no_spread() -> None:
    found = agreement(array(1.5), ["a"])
    assert (found.sd, found.limits, found.bias_ci95) == (None, None, None)
    assert found.bias == 1.5


def test_one_person_has_limits_but_no_interval() -> None:
    found = agreement(array(1.0, 3.0), ["a", "a"])
    assert found.limits == pytest.approx((2 - 1.96 * math.sqrt(2), 2 + 1.96 * math.sqrt(2)))
    assert found.bias_ci95 is None


def test_sums_are_by_person_in_the_order_of_their_names() -> None:
    sums = sums_by_person(["b", "a", "b"], np.array([[1, 2], [3, 4], [5, 6]], dtype=float))
    assert sums.tolist() == [[3, 4], [6, 8]]


def test_the_bootstrap_of_two_persons_gives_their_own_means() -> None:
    """A sample is one of them twice with a chance of a quarter each, so both are in the tails."""
    found = agreement(array(1.0, 1.0, 4.0), ["a", "a", "b"])
    assert found.bias_ci95 == (1.0, 4.0)


def test_the_bootstrap_agrees_with_the_standard_error_of_many_persons() -> None:
    chance = np.random.default_rng(3)
    differences = chance.normal(0.5, 2.0, 400)
    low, high = agreement(differences, [str(n) for n in range(400)]).bias_ci95 or (0, 0)
    half = 1.96 * differences.std() / 20
    assert (high - low) / 2 == pytest.approx(half, rel=0.1)
    assert (high + low) / 2 == pytest.approx(differences.mean(), abs=0.1 * half)


def test_clips_of_one_person_do_not_count_as_independent() -> None:
    chance = np.random.default_rng(4)
    per_person = np.repeat(chance.normal(0.0, 2.0, 20), 10)
    alone = agreement(per_person, [str(n) for n in range(200)]).bias_ci95 or (0, 0)
    together = agreement(per_person, [str(n // 10) for n in range(200)]).bias_ci95 or (0, 0)
    assert together[1] - together[0] > 2.5 * (alone[1] - alone[0])


def test_the_bootstrap_is_the_same_every_time() -> None:
    columns = np.random.default_rng(5).normal(size=(30, 1))
    who = [str(n % 7) for n in range(30)]
    first, again = (cluster_interval(who, columns, lambda sums: sums[:, 0]) for _ in range(2))
    assert first == again


def test_the_bootstrap_leaves_out_samples_where_nothing_is_defined() -> None:
    columns = np.ones((4, 1))
    assert cluster_interval(ALONE, columns, lambda sums: np.full(len(sums), np.nan)) is None


def shrout_and_fleiss() -> MeanSquares:
    """Six targets and four judges; mean squares of their table 3."""
    return MeanSquares(array(11.242)[0], array(32.486)[0], array(1.019)[0], array(6)[0], k=4)


def test_icc_of_shrout_and_fleiss_1979() -> None:
    assert float(shrout_and_fleiss().agreement) == pytest.approx(0.290, abs=0.001)
    assert exact_interval(shrout_and_fleiss()) == pytest.approx((0.019, 0.761), abs=0.002)


def test_icc_by_hand() -> None:
    """True 1 2 3, measured 2 3 4: rows 2, columns 1.5, error 0; 2 / (2 + 2 / 3 * 1.5) = 2 / 3."""
    found = icc(array(1, 2, 3), array(2, 3, 4), ["a", "b", "c"])
    assert found is not None
    assert found.value == pytest.approx(2 / 3)
    assert found.method == "McGraw & Wong 1996"


def test_icc_of_perfect_agreement_is_one() -> None:
    found = icc(array(1, 2, 4), array(1, 2, 4), ["a", "b", "c"])
    assert found is not None
    assert found.value == 1.0
    assert found.ci95 == (1.0, 1.0)


def test_icc_needs_three_pairs_that_differ() -> None:
    assert icc(array(1, 2), array(1, 2), ["a", "b"]) is None
    assert icc(array(5, 5, 5), array(5, 5, 5), ["a", "b", "c"]) is None


def test_icc_of_persons_with_several_clips_resamples_persons() -> None:
    true, who = array(1, 1, 5, 5, 9, 9), ["a", "a", "b", "b", "c", "c"]
    measured = true + array(1, -1, 1, -1, 1, -1)
    found = icc(true, measured, who)
    assert found is not None
    assert found.method == "persons resampled"
    assert found.ci95 is not None
    # Every person's mean is exactly right.
    means = icc_of_persons(true, measured, who)
    assert means is not None
    assert means.value == 1.0


def test_icc_of_one_person_has_no_interval() -> None:
    found = icc(array(1, 2, 4), array(1, 3, 4), ["a", "a", "a"])
    assert found is not None
    assert found.ci95 is None


@pytest.mark.parametrize(
    ("hits", "n", "low", "high"),
    [
        (0, 10, 0.0, 1 - 0.025**0.1),
        (10, 10, 0.025**0.1, 1.0),
        (5, 10, 0.18709, 0.81291),  # tables of Clopper & Pearson
        (1, 1, 0.025, 1.0),
    ],
)
def test_the_exact_binomial_interval(hits: int, n: int, low: float, high: float) -> None:
    assert binomial_interval(hits, n) == pytest.approx((low, high), abs=1e-5)


def test_coverage_width_and_interval_score_by_hand() -> None:
    true, low, high = array(1, 5, 9), array(0, 4, 4), array(2, 8, 8)
    found = calibration(true, low, high)
    assert found.n == 3
    assert found.covered == pytest.approx(2 / 3)
    assert found.width == 4.0
    # 2, 4, and 4 + 40 x 1 for the truth that is 1 beyond.
    assert interval_scores(true, low, high) == pytest.approx([2.0, 4.0, 44.0])
    assert found.interval_score == pytest.approx(50 / 3)


def test_both_ends_belong_to_the_interval() -> None:
    assert calibration(array(1, 2), array(1, 1), array(2, 2)).covered == 1.0


def test_reliability_shrinks_and_grows_the_intervals_as_a_normal_does() -> None:
    """Of +-1.96 the half at 50 % is 0.6745, at 68 % 0.9945, at 99 % 2.576."""
    true = array(0.6, 0.9, 1.9, 2.5)
    found = calibration(true, np.full(4, -1.96), np.full(4, 1.96))
    covered = {row.level: row.covered for row in found.reliability}
    assert covered == {0.5: 0.25, 0.68: 0.5, 0.8: 0.5, 0.9: 0.5, 0.95: 0.75, 0.99: 1.0}
    at_half = found.reliability[0]
    assert at_half.brier == pytest.approx(0.25)
    assert found.reliability[-1].brier == pytest.approx(0.01**2)
    assert found.brier == pytest.approx(sum(row.brier for row in found.reliability) / 6)


def test_calibrated_intervals_are_reliable_at_every_level() -> None:
    true = np.random.default_rng(6).normal(0.0, 1.0, 20_000)
    half = np.full(len(true), 1.959964)
    found = calibration(true, -half, half)
    for row in found.reliability:
        assert row.covered == pytest.approx(row.level, abs=0.015)
        assert row.brier == pytest.approx(row.level * (1 - row.level), abs=0.015)
