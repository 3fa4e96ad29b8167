"""Formatting of numbers, sizes and dates on the pages."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime
from typing import Any, Final

from leanline.report.catalog import texts
from leanline.report.minus import minus
from leanline.units import say, say_interval, spoken


def size(count: float) -> str:
    """Format a size in bytes."""
    if count < 1e6:
        return f"{max(count / 1e3, 1 if count else 0):.0f} kB"
    return f"{count / 1e6:.0f} MB" if count < 1e9 else f"{count / 1e9:.1f} GB"


def day(moment: datetime) -> str:
    """Format a date such as ``3 May 2026`` in the server's time zone."""
    local = _local(moment)
    return f"{local.day} {local:%b %Y}"


def moment(when: datetime) -> str:
    """Format a date and time of day."""
    return f"{day(when)}, {_local(when):%H:%M}"


def weekday(when: date) -> str:
    """Format a day of the week with its date, such as ``Sun 3 May``."""
    return f"{when:%a} {when.day} {when:%b}"


def value(number: float | str | None, metric_id: str) -> str:
    """Format a metric's value with its unit; a dash if it was not measured."""
    return "–" if number is None else minus(say(metric_id, number))


def interval(ci95: tuple[float, float] | None, metric_id: str, number: float) -> str:
    """Format a metric's confidence interval without its unit."""
    return "" if ci95 is None else minus(say_interval(metric_id, number, ci95))


def amount(number: float, metric_id: str) -> str:
    """Format a difference of a metric with sign and unit."""
    style = spoken(metric_id, number)
    text = style.number(number)
    sign = "+" if float(text) > 0 else ""
    return minus(sign + text) + style.unit


def metric_name(metric_id: str) -> str:
    """Return a metric's name, or its id if it has none."""
    known, key = texts("en"), f"metrics.{metric_id}.name"
    return known.say(key) if known.has(key) else metric_id


def ui(key: str, **places: object) -> str:
    """Return one of the report's texts."""
    return texts("en").say(f"ui.{key}", **places)


def _local(moment: datetime) -> datetime:
    aware = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return aware.astimezone()


FILTERS: Final[Mapping[str, Callable[..., Any]]] = {
    "size": size,
    "day": day,
    "moment": moment,
    "weekday": weekday,
    "value": value,
    "interval": interval,
    "amount": amount,
    "metric_name": metric_name,
}
