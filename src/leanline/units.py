"""A metric's value written for a person, with its unit."""

from __future__ import annotations

from leanline.registry.formats import CENTIMETRES_BELOW_M, FORMATS, NumberFormat, unit_of
from leanline.registry.metrics import METRICS
from leanline.wording.catalogue import value_word

__all__ = ["NumberFormat", "say", "say_interval", "spoken", "unit_of"]


def spoken(metric_id: str, value: float) -> NumberFormat:
    """Return how to write numbers of a metric of about one size.

    Parameters
    ----------
    metric_id
        Any name that ends in a unit.
    value
        In that unit; metres below 0.5 are written in centimetres.

    Returns
    -------
    NumberFormat
        For this value and others to be shown on the same scale.
    """
    known = METRICS.get(metric_id)
    style = known.format if known else FORMATS[unit_of(metric_id) or "plain"]
    short = style == FORMATS["m"] and abs(value) < CENTIMETRES_BELOW_M
    return FORMATS["centimetres"] if short else style


def say(metric_id: str, value: float | str) -> str:
    """Write a value with its unit, in English.

    Parameters
    ----------
    metric_id
        Any name that ends in a unit.
    value
        In that unit, or a category.

    Returns
    -------
    str
        Such as ``6.1°``, ``17.1 cm`` or ``rearfoot``.
    """
    if isinstance(value, str):
        return value_word(value, "en")
    style = spoken(metric_id, value)
    return style.number(value) + style.unit


def say_interval(metric_id: str, value: float, ci95: tuple[float, float]) -> str:
    """Write an interval without its unit, on the scale of its value, in English.

    Parameters
    ----------
    metric_id
        Any name that ends in a unit.
    value
        In that unit.
    ci95
        Lower and upper end of its interval, in the same unit.

    Returns
    -------
    str
        Such as ``4.9 to 7.3``.
    """
    style = spoken(metric_id, value)
    return f"{style.number(ci95[0])} to {style.number(ci95[1])}"
