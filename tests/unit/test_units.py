from __future__ import annotations

import pytest

from leanline.units import say, say_interval, unit_of


@pytest.mark.parametrize(
    ("metric_id", "unit"),
    [
        ("lean_body_deg", "deg"),
        ("cadence_spm", "spm"),
        ("contact_time_s", "s"),
        ("landing_distance_m", "m"),
        ("hip_offset_pct", "pct"),
        ("speed_mps", "mps"),
        ("foot_strike", None),
    ],
)
def test_the_unit_is_the_end_of_the_name(metric_id: str, unit: str | None) -> None:
    assert unit_of(metric_id) == unit


@pytest.mark.parametrize(
    ("metric_id", "value", "words"),
    [
        ("lean_body_deg", 6.06, "6.1°"),
        ("lean_body_deg", -0.01, "0.0°"),
        ("contact_time_s", 0.2688, "269 ms"),
        ("landing_distance_m", 0.1714, "17.1 cm"),
        ("step_length_m", 1.0449, "1.04 m"),
        ("cadence_spm", 168.0, "168.0 steps/min"),
        ("speed_mps", 2.8, "2.80 m/s"),
        ("foot_strike", "rear", "rearfoot"),
    ],
)
def test_values_are_said_with_the_unit_a_runner_uses(
    metric_id: str, value: float | str, words: str
) -> None:
    assert say(metric_id, value) == words


def test_an_interval_is_said_on_the_scale_of_its_value() -> None:
    assert say_interval("landing_distance_m", 0.45, (0.35, 0.55)) == "35.0 to 55.0"
