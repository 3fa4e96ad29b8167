"""Speeds and heights as people write them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leanline.errors import UsageError
from leanline.quantities import parse_height, parse_speed
from leanline.settings import ClipInfo, Settings


@pytest.mark.parametrize(
    ("text", "speed_mps"),
    [
        ("10 km/h", 10 / 3.6),
        ("10km/h", 10 / 3.6),
        ("10,5 KM/H", 10.5 / 3.6),
        ("10 kph", 10 / 3.6),
        ("6:00 min/km", 1000 / 360),
        ("6:00/km", 1000 / 360),
        ("5'30\"/km", 1000 / 330),
        ("5′30″ /km", 1000 / 330),
        ("6 min/km", 1000 / 360),
        ("6:00 per km", 1000 / 360),
        ("9:40 min/mile", 1609.344 / 580),
        ("8:00/mi", 1609.344 / 480),
        ("6.2 mph", 6.2 * 1609.344 / 3600),
        ("2.8 m/s", 2.8),
        ("2.8mps", 2.8),
    ],
)
def test_speeds_are_read_in_every_common_unit(text: str, speed_mps: float) -> None:
    assert parse_speed(text) == pytest.approx(speed_mps)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("10", "usage.speed_unit"),
        ("2.8", "usage.speed_unit"),
        ("5:30", "usage.pace_unit"),
        ("0:00 min/km", "usage.pace_unit"),
        ("5.30 min/km", "usage.pace_decimal"),
        ("0 min/km", "usage.pace_decimal"),
        ("fast", "usage.speed_unreadable"),
        ("10 knots", "usage.speed_unreadable"),
        ("5:30 km/h", "usage.speed_unreadable"),
        ("", "usage.speed_unreadable"),
    ],
)
def test_a_speed_without_a_clear_unit_is_asked_about(text: str, code: str) -> None:
    with pytest.raises(UsageError) as refused:
        parse_speed(text)
    assert refused.value.reason.code == code


@pytest.mark.parametrize(
    ("text", "height_m"),
    [
        ("1.78", 1.78),
        ("1,78 m", 1.78),
        ("1m78", 1.78),
        ("178", 1.78),
        ("178 cm", 1.78),
        ("5'9\"", 1.7526),
        ("5’9”", 1.7526),
        ("5 ft 9", 1.7526),
        ("5 foot 9 inches", 1.7526),
        ("5ft9.5in", 1.7653),
        ("6 ft", 1.8288),
        ("6'", 1.8288),
        ("70 in", 1.778),
        ('70"', 1.778),
        ("5.75 ft", 1.7526),
    ],
)
def test_heights_are_read_in_every_common_unit(text: str, height_m: float) -> None:
    assert parse_height(text) == pytest.approx(height_m)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("5.9", "usage.height_unit"),
        ("70", "usage.height_unit"),
        ("5'13\"", "usage.height_unreadable"),
        ("tall", "usage.height_unreadable"),
        ("", "usage.height_unreadable"),
    ],
)
def test_a_height_without_a_clear_unit_is_asked_about(text: str, code: str) -> None:
    with pytest.raises(UsageError) as refused:
        parse_height(text)
    assert refused.value.reason.code == code


@given(st.text(alphabet="0123456789.,:'\"mkhpsincft/- e", max_size=14))
def test_no_text_does_anything_but_give_a_number_or_a_usage_error(text: str) -> None:
    for parse in (parse_speed, parse_height):
        try:
            assert isinstance(parse(text), float)
        except UsageError:
            continue


def test_settings_take_text_and_keep_numbers() -> None:
    settings = Settings(height_m="5 ft 10", speed_mps="10 km/h")
    assert settings.clip == ClipInfo(height_m=1.778, speed_mps=10 / 3.6)
    assert Settings(speed_mps=10.0).clip.speed_mps == 10.0


def test_a_speed_outside_what_people_run_is_refused_after_conversion() -> None:
    with pytest.raises(UsageError, match=r"from 0\.2 to 12"):
        Settings(speed_mps="100 km/h")
