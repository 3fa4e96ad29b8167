"""Speeds and heights as people write them, such as ``10 km/h``, ``6:00 min/km`` or ``5 ft 9``."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping
from typing import Any, Final

from leanline.errors import UsageError

INCH_M: Final = 0.0254
FOOT_M: Final = 0.3048
KILOMETRE_M: Final = 1000.0
MILE_M: Final = 1609.344
HOUR_S: Final = 3600.0
MINUTE_S: Final = 60.0
#: Heights of people without a unit that can only be metres, and those that can only be
#: centimetres; anything else may be feet, inches or a slip.
METRES: Final = (1.0, 2.3)
CENTIMETRES: Final = (100.0, 230.0)
INCHES_PER_FOOT: Final = 12.0

_SPEED_UNITS: Final[Mapping[str, float]] = {
    **dict.fromkeys(("m/s", "mps", "ms-1", "m/sec"), 1.0),
    **dict.fromkeys(("km/h", "kmh", "kph", "kmph", "km/hr", "km/std"), KILOMETRE_M / HOUR_S),
    **dict.fromkeys(("mph", "mi/h", "mi/hr", "mile/h", "miles/h"), MILE_M / HOUR_S),
}
_PACE_UNITS: Final[Mapping[str, float]] = {
    **dict.fromkeys(("min/km", "/km", "minutes/km"), KILOMETRE_M),
    **dict.fromkeys(("min/mile", "min/mi", "/mile", "/mi", "minutes/mile", "minutes/mi"), MILE_M),
}
_LENGTH_UNITS: Final[Mapping[str, float]] = {
    **dict.fromkeys(("m", "metre", "metres", "meter", "meters"), 1.0),
    **dict.fromkeys(("cm", "centimetre", "centimetres", "centimeter", "centimeters"), 0.01),
    **dict.fromkeys(("ft", "foot", "feet", "'"), FOOT_M),
    **dict.fromkeys(("in", "inch", "inches", '"'), INCH_M),
}
_NUMBER: Final = r"\d{1,9}(?:\.\d{1,9})?"
_QUANTITY: Final = re.compile(rf"(?P<number>[+-]?{_NUMBER})(?P<unit>.*)")
_PACE: Final = re.compile(r"""(?P<minutes>\d{1,3})[:'](?P<seconds>[0-5]\d)"?(?P<unit>.*)""")
_METRES_CM: Final = re.compile(r"(?P<metres>\d)m(?P<centimetres>\d\d)")
_FEET_INCHES: Final = re.compile(
    rf"""(?P<feet>\d)(?:ft|foot|feet|')(?P<inches>{_NUMBER})(?:in|inch|inches|"|'')?"""
)
_SIMPLER: Final = str.maketrans({"′": "'", "’": "'", "″": '"', "”": '"', "“": '"', "−": "-"})


def parse_speed(text: str, setting: str = "speed_mps") -> float:
    """Read a speed or a pace; a number without a unit is refused, as it could be any.

    Parameters
    ----------
    text
        A number with km/h, mph or m/s, or minutes and seconds for a kilometre or a mile. Decimal
        points and commas are both read.
    setting
        What the speed is for, named in the error.

    Returns
    -------
    float
        Metres a second.

    Raises
    ------
    UsageError
        The unit is missing, or the text is no speed.
    """
    plain = _normalize(text).replace("per", "/").replace("p/", "/")
    if pace := _PACE.fullmatch(plain):
        distance_m = _PACE_UNITS.get(pace["unit"])
        if distance_m is None and pace["unit"]:
            raise UsageError("usage.speed_unreadable", setting=setting, value=text)
        duration_s = MINUTE_S * int(pace["minutes"]) + int(pace["seconds"])
        if distance_m is None or duration_s == 0:
            raise UsageError("usage.pace_unit", setting=setting, value=text.strip())
        return distance_m / duration_s
    found = _QUANTITY.fullmatch(plain)
    if found is None:
        raise UsageError("usage.speed_unreadable", setting=setting, value=text)
    number, unit = float(found["number"]), found["unit"]
    if not unit:
        raise UsageError("usage.speed_unit", setting=setting, value=text.strip())
    if unit in _SPEED_UNITS:
        return number * _SPEED_UNITS[unit]
    if unit in _PACE_UNITS and number.is_integer() and number > 0:
        return _PACE_UNITS[unit] / (MINUTE_S * number)
    if unit in _PACE_UNITS:
        raise UsageError("usage.pace_decimal", setting=setting, value=text.strip())
    raise UsageError("usage.speed_unreadable", setting=setting, value=text)


def parse_height(text: str, setting: str = "height_m") -> float:
    """Read a height; without a unit only what can be nothing but metres or centimetres.

    Parameters
    ----------
    text
        Such as ``1.78``, ``1,78 m``, ``1m78``, ``178 cm``, ``5'10"``, ``5 ft 10`` or ``70 in``.
    setting
        What the height is for, named in the error.

    Returns
    -------
    float
        Metres.

    Raises
    ------
    UsageError
        The unit is missing and not clear, or the text is no height.
    """
    plain = _normalize(text)
    if both := _METRES_CM.fullmatch(plain):
        return int(both["metres"]) + 0.01 * int(both["centimetres"])
    both = _FEET_INCHES.fullmatch(plain)
    if both and float(both["inches"]) < INCHES_PER_FOOT:
        return FOOT_M * int(both["feet"]) + INCH_M * float(both["inches"])
    found = _QUANTITY.fullmatch(plain)
    if found is None:
        raise UsageError("usage.height_unreadable", setting=setting, value=text)
    number, unit = float(found["number"]), found["unit"]
    if unit in _LENGTH_UNITS:
        return number * _LENGTH_UNITS[unit]
    if unit:
        raise UsageError("usage.height_unreadable", setting=setting, value=text)
    if METRES[0] <= number <= METRES[1]:
        return number
    if CENTIMETRES[0] <= number <= CENTIMETRES[1]:
        return 0.01 * number
    raise UsageError("usage.height_unit", setting=setting, value=text.strip())


#: How a setting is read when it comes as text.
PARSERS: Final[Mapping[str, Callable[[str], float]]] = {
    "height_m": parse_height,
    "speed_mps": parse_speed,
}


def as_number(setting: str, value: Any) -> Any:  # noqa: ANN401
    """Read a setting that may be given as text with a unit.

    Parameters
    ----------
    setting
        Name in Python, such as ``height_m``.
    value
        Any value of it.

    Returns
    -------
    Any
        The number in the setting's unit for a text of ``PARSERS``; everything else unchanged.

    Raises
    ------
    UsageError
        The text cannot be read.
    """
    if isinstance(value, str) and setting in PARSERS:
        number = PARSERS[setting](value)
        return number if math.isfinite(number) else value
    return value


def describe(setting: str, value: float) -> str:
    """Write a height or a speed in the units that people use, to be confirmed.

    Parameters
    ----------
    setting
        ``height_m`` or ``speed_mps``.
    value
        In its unit.

    Returns
    -------
    str
        Such as ``10.0 km/h = 6:00 min/km = 6.2 mph = 2.78 m/s``.
    """
    if setting == "height_m":
        inches = round(value / INCH_M)
        feet, rest = divmod(inches, int(INCHES_PER_FOOT))
        return f"{value:.2f} m = {feet} ft {rest} in"
    per_hour = value * HOUR_S
    pace_s = round(KILOMETRE_M / value)
    pace = f"{pace_s // 60}:{pace_s % 60:02d}"
    return (
        f"{per_hour / KILOMETRE_M:.1f} km/h = {pace} min/km = "
        f"{per_hour / MILE_M:.1f} mph = {value:.2f} m/s"
    )


def _normalize(text: str) -> str:
    """Lower case without spaces, with decimal points and plain quotation marks."""
    plain = re.sub(r"\s+", "", text.translate(_SIMPLER).lower()).replace("''", '"')
    return re.sub(r"(?<=\d),(?=\d)", ".", plain).rstrip(".")
