"""Given heights and speeds are held against the clip; what no body does is no value."""

from __future__ import annotations

import pytest

from leanline.errors import UsageError
from leanline.metrics.plausible import withhold_implausible
from leanline.model import Analysis, Metric
from leanline.registry.metrics import METRICS
from tests.captures import analysed
from tests.synthetic import synthetic_runner

RUNNER = synthetic_runner(speed_mps=2.8, bounce_m=None, noise=1.0)


def codes(analysis: Analysis) -> set[str]:
    return {note.code for note in analysis.warnings}


def test_what_agrees_with_the_clip_is_taken_without_a_word() -> None:
    found = analysed(RUNNER, picture=True, height_m=1.75, speed_mps=2.8)
    assert not codes(found) & {"speed_disagrees", "height_disagrees"}
    assert found.metrics["speed_mps"].ci95 == (2.8, 2.8)


@pytest.mark.parametrize("height_m", [1.75, None])
def test_a_belt_speed_in_the_wrong_unit_is_refused(height_m: float | None) -> None:
    known = {"height_m": height_m} if height_m else {}
    with pytest.raises(UsageError) as refused:
        analysed(RUNNER, picture=True, speed_mps=10.0, **known)
    assert refused.value.reason.code in ("usage.speed_against_cadence", "usage.speed_against_feet")


def test_miles_for_kilometres_are_refused_by_the_planted_feet() -> None:
    with pytest.raises(UsageError) as refused:
        analysed(RUNNER, picture=True, height_m=1.75, speed_mps=2.8 * 1.609)
    assert refused.value.reason.code == "usage.speed_against_feet"
    assert refused.value.reason.params["seen_kmh"] == pytest.approx(2.8 * 3.6, rel=0.1)


def test_a_speed_that_is_somewhat_off_is_told_and_widens() -> None:
    found = analysed(RUNNER, picture=True, height_m=1.75, speed_mps=3.5)
    assert "speed_disagrees" in codes(found)
    for name in ("speed_mps", "step_length_m"):
        metric = found.metrics[name]
        assert metric.ci95 is not None
        assert isinstance(metric.value, float)
        assert metric.ci95[0] < metric.value * 2.8 / 3.5 < metric.value <= metric.ci95[1]
        assert metric.quality == "poor"


def test_a_height_that_the_fall_contradicts_is_told_and_widens() -> None:
    tall = synthetic_runner(height_m=2.2, bounce_m=None, noise=1.0)
    agreed = analysed(tall, picture=True, height_m=2.2)
    found = analysed(tall, picture=True, height_m=1.0, slow_motion=1.0)
    assert "height_disagrees" in codes(found)
    assert "height_disagrees" not in codes(agreed)
    scale, right = found.camera.metres_per_px, agreed.camera.metres_per_px
    assert scale is not None
    assert right is not None
    assert scale.ci95[0] < right.value < scale.ci95[1]


@pytest.mark.parametrize("name", sorted(METRICS))
def test_a_value_outside_the_plausible_range_is_withheld(name: str) -> None:
    definition = METRICS[name]
    if definition.kind == "label":
        pytest.skip("a category")
    assert definition.plausible is not None, f"{name} has no plausible range"
    for value in (definition.plausible[0] - 1e-6, definition.plausible[1] * 1.01 + 1e-6):
        (found,) = withhold_implausible({name: Metric(name, value, n=9, quality="good")}).values()
        assert found.value is None
        assert found.why is not None
        assert found.why.code == "metric.implausible"
    kept = Metric(name, definition.plausible[1], n=9, quality="good")
    assert withhold_implausible({name: kept}) == {name: kept}


def test_a_strike_falls_with_its_implausible_angle() -> None:
    angle = Metric("foot_strike_angle_deg", 80.0, n=9, quality="good")
    strike = Metric("foot_strike", "rear", n=9, quality="good")
    found = withhold_implausible({angle.id: angle, strike.id: strike})
    assert found["foot_strike"].value is None
