"""How a metric's number is said to a person; the unit is read off the end of its id."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

_SUFFIXES: Final = ("deg", "pct", "spm", "mps", "s", "m")
_WORDS: Final = {
    "rear": "rearfoot",
    "mid": "midfoot",
    "fore": "forefoot",
    "straight": "nowhere",
    "hip_back": "hips back",
    "waist_bent": "waist bent",
    "hips_ahead": "hips ahead",
    "knees_bent": "knees bent",
    "head_dropped": "head dropped",
    "head_back": "head back",
}
_CENTIMETRES_BELOW_M: Final = 0.5


@dataclass(frozen=True)
class NumberFormat:
    """How numbers of one metric are written: times ``scale``, so many ``decimals``, ``unit``."""

    scale: float
    decimals: int
    unit: str

    def number(self, value: float) -> str:
        """The bare number, never ``-0.0``."""
        return f"{round(value * self.scale, self.decimals) + 0.0:.{self.decimals}f}"


def unit_of(metric_id: str) -> str | None:
    """Unit that the id ends in (``deg``, ``pct``, ``spm``, ``mps``, ``s``, ``m``) or None."""
    suffix = metric_id.rpartition("_")[2]
    return suffix if suffix in _SUFFIXES else None


def spoken(metric_id: str, value: float) -> NumberFormat:
    """How to write numbers of a metric of about this size."""
    unit = unit_of(metric_id)
    if unit == "m":
        short = abs(value) < _CENTIMETRES_BELOW_M
        return NumberFormat(100.0, 1, " cm") if short else NumberFormat(1.0, 2, " m")
    if metric_id == "hold_s":
        return NumberFormat(1.0, 1, " s")
    if metric_id == "stand_repetitions":
        return NumberFormat(1.0, 0, "")
    return {
        "deg": NumberFormat(1.0, 1, "°"),
        "pct": NumberFormat(1.0, 1, " %"),
        "spm": NumberFormat(1.0, 1, " steps/min"),
        "mps": NumberFormat(1.0, 2, " m/s"),
        "s": NumberFormat(1000.0, 0, " ms"),
    }.get(unit or "", NumberFormat(1.0, 2, ""))


def say(metric_id: str, value: float | str) -> str:
    """A value with its unit, such as ``6.1°``, ``17.1 cm`` or ``rearfoot``."""
    if isinstance(value, str):
        return _WORDS.get(value, value)
    style = spoken(metric_id, value)
    return style.number(value) + style.unit


def say_interval(metric_id: str, value: float, ci95: tuple[float, float]) -> str:
    """An interval without its unit, on the scale of its value: ``4.9 to 7.3``."""
    style = spoken(metric_id, value)
    return f"{style.number(ci95[0])} to {style.number(ci95[1])}"
