"""History, trends and changes within a day, for the athlete's page and the API."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from typing import Final

from leanline.model import Metric
from leanline.registry.displays import PROGRESS
from leanline.registry.metrics import METRICS
from leanline.report.catalog import catalog, texts
from leanline.report.minus import minus
from leanline.trends.change import Change, Difference
from leanline.trends.session_data import SessionMeasurement
from leanline.trends.trend import (
    DayComparison,
    Point,
    Trend,
    compare_within_days,
    compute_trends,
    local_day,
)
from leanline.trends.watch import WatchAgreement
from leanline.units import spoken
from leanline.web import formatting
from leanline.web.formatting import metric_name

# Sessions on the athlete's page: some years of weekly filming; more on demand.
WINDOW: Final = 150


@dataclass(frozen=True)
class PointView:
    """One session of a trend; ``why_not`` lists why it cannot be compared with the newest."""

    session_id: str
    at: datetime
    name: str
    value: float
    low: float | None
    high: float | None
    why_not: tuple[str, ...]


@dataclass(frozen=True)
class TrendView:
    """A metric over the sessions, with a sentence about its change.

    ``scale`` and ``decimals`` convert its numbers to the displayed ``unit``.
    """

    metric_id: str
    name: str
    unit: str
    scale: float
    decimals: int
    band: tuple[float, float] | None
    verdict: str
    sentence: str
    points: tuple[PointView, ...]


@dataclass(frozen=True)
class DayView:
    """What changed within a day, from its first clip to its last."""

    day: date
    first: SessionMeasurement
    last: SessionMeasurement
    sentences: tuple[str, ...]


def trend_views(
    history: Sequence[SessionMeasurement], metric_ids: Sequence[str] | None = PROGRESS
) -> tuple[TrendView, ...]:
    """Return the trends of some or all metrics that have numeric values."""
    if metric_ids is None:
        metric_ids = [entry.id for entry in catalog()]
    return tuple(trend_view(one) for one in compute_trends(history, metric_ids) if _numeric(one))


def trend_view(trend: Trend) -> TrendView:
    """A trend in words and plain numbers."""
    known = METRICS.get(trend.metric_id)
    band = known.band if known else None
    last = trend.points[-1]
    style = spoken(trend.metric_id, _value(last))
    unit = style.unit if style.unit != " steps/min" else ""
    return TrendView(
        metric_id=trend.metric_id,
        name=metric_name(trend.metric_id),
        unit=unit,
        scale=style.scale,
        decimals=style.decimals,
        band=None if band is None else (band.low, band.high),
        verdict=trend.since_first.verdict if trend.since_first else "alone",
        sentence=_sentence(trend),
        points=tuple(_point(point) for point in trend.points),
    )


def day_views(history: Sequence[SessionMeasurement], most: int) -> tuple[DayView, ...]:
    """Return the newest days with at least two clips, newest first."""
    return tuple(_day(one) for one in compare_within_days(history)[: -most - 1 : -1])


def describe_agreement(one: WatchAgreement) -> str:
    """Describe a watch's number beside the video's in a sentence."""
    against = {
        "moment": "at the time of the clip",
        "speed": "at the clip's speed",
        "run": "over the whole run",
    }[one.basis]
    text = (
        f"{metric_name(one.metric_id)}: "
        f"{formatting.value(one.video.value, one.metric_id)} by video, "
        f"{formatting.value(one.watch, one.metric_id)} by the watch {against}"
    )
    if one.agrees is None:
        return f"{text}."
    verdict = "they agree within" if one.agrees else "they differ by more than"
    return f"{text}; {verdict} the uncertainty of the video ({_size(one.allowed, one.metric_id)})."


def _numeric(trend: Trend) -> bool:
    return all(isinstance(point.metric.value, float) for point in trend.points)


def _point(point: Point) -> PointView:
    metric, value = point.metric, _value(point)
    low, high = metric.ci95 or (None, None)
    return PointView(
        point.session_id,
        point.at,
        point.name,
        value,
        low,
        high,
        tuple(_difference(mark) for mark in point.marks),
    )


def _value(point: Point) -> float:
    value = point.metric.value
    return value if isinstance(value, float) else 0.0


def _sentence(trend: Trend) -> str:
    """Compare the newest session with the first comparable one."""
    name, last = trend.metric_id, trend.points[-1]
    alike = [point for point in trend.points if point.alike]
    now = formatting.value(_pooled(trend.now, last), name)
    if len(trend.points) == 1:
        return f"{now}, in the only clip so far."
    if trend.since_first is None or len(alike) < 2:
        return f"{now}; no earlier clip is similar enough to compare with."
    first, change = alike[0], trend.since_first
    apart = formatting.amount(change.apart or 0.0, name)
    then = formatting.value(_pooled(trend.first, first), name)
    same_day = local_day(first.at) == local_day(last.at)
    when = formatting.moment(first.at) if same_day else formatting.day(first.at)
    span = f"{then} on {when}, {now} now ({apart})"
    return f"{span}: {_verdict_sentence(change, name)}"


def _pooled(metric: Metric | None, point: Point) -> float:
    """Return what several clips say together, or the single clip's value."""
    value = None if metric is None else metric.value
    return value if isinstance(value, float) else _value(point)


def _verdict_sentence(change: Change, name: str) -> str:
    least = _size(change.smallest, name)
    if change.verdict == "changed":
        return f"a change: more than {least}, the smallest detectable change."
    if change.verdict == "same":
        return f"no clear change; the smallest detectable change is {least}."
    return "unclear, because an interval is missing."


def _size(amount: float | None, name: str) -> str:
    """Format the size of a difference without its sign."""
    return "?" if amount is None else formatting.amount(abs(amount), name).lstrip("+")


@lru_cache(maxsize=4096)  # the result is the same for all metrics of a session
def _difference(mark: Difference) -> str:
    """Describe how a session differs from the newest."""
    say = texts("en").say
    a, b = mark.before, mark.after
    if mark.aspect == "speed":
        speeds = (minus(formatting.value(float(x), "speed_mps")) for x in (a, b))
        return say("compare.other_speed", **dict(zip("ab", speeds, strict=True)))
    if mark.aspect == "view":
        return say("compare.other_view")
    key = "model" if mark.aspect == "pose_model" else mark.aspect
    if mark.aspect in ("activity", "surface"):
        a, b = (say(f"{mark.aspect}.{x}").lower() for x in (a, b))
    return say(f"compare.other_{key}", a=a, b=b)


def _day(one: DayComparison) -> DayView:
    if one.marks:
        told = tuple(f"Not compared: {_difference(mark)}." for mark in one.marks)
        return DayView(one.day, one.first, one.last, told)
    changed = tuple(
        f"{metric_name(name)} {formatting.amount(change.apart, name)}"
        for name, change in one.changes
        if change.verdict == "changed" and change.apart is not None
    )
    nothing = ("No change exceeds the smallest detectable change.",)
    return DayView(one.day, one.first, one.last, changed or nothing)
