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
from leanline.report.catalog import catalog
from leanline.trends.change import Difference
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
from leanline.web.formatting import PageWords, page_words

# Sessions on the athlete's page: some years of weekly filming; more on demand.
WINDOW: Final = 150
# Sentence by verdict.
_SENTENCES: Final = {"changed": "is_change", "same": "no_change", "cannot": "unclear"}


@dataclass(frozen=True)
class PointView:
    """One session of a trend.

    Parameters
    ----------
    session_id, at, name
        Of the session.
    value
        Of the metric.
    low, high
        Ends of its interval, if it has one.
    why_not
        Why it cannot be compared with the newest, if it cannot.
    """

    session_id: str
    at: datetime
    name: str
    value: float
    low: float | None
    high: float | None
    why_not: tuple[str, ...]


@dataclass(frozen=True)
class TrendView:
    """A metric over the sessions.

    Parameters
    ----------
    metric_id, name
        Of the metric.
    unit
        As written.
    scale, decimals
        From its numbers to the written ones.
    band
        Coaching band, if it has one.
    verdict, sentence
        What is clear about its change, as a key and as a sentence.
    points
        Oldest first.
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
    """What changed within a day.

    Parameters
    ----------
    day
        The day.
    first, last
        Its first and last clip.
    sentences
        One for each change.
    """

    day: date
    first: SessionMeasurement
    last: SessionMeasurement
    sentences: tuple[str, ...]


def trend_views(
    history: Sequence[SessionMeasurement],
    words: PageWords,
    metric_ids: Sequence[str] | None = PROGRESS,
) -> tuple[TrendView, ...]:
    """The trends of metrics that have numeric values.

    Parameters
    ----------
    history
        Analysed sessions, oldest first.
    words
        Of the language.
    metric_ids
        Which metrics; all of the report if None.

    Returns
    -------
    tuple of TrendView
        In the order asked for.
    """
    if metric_ids is None:
        metric_ids = [entry.id for entry in catalog()]
    trends = compute_trends(history, metric_ids)
    return tuple(trend_view(one, words) for one in trends if _numeric(one))


def trend_view(trend: Trend, words: PageWords) -> TrendView:
    """Word the trend of one metric.

    Parameters
    ----------
    trend
        With at least one session.
    words
        Of the language.

    Returns
    -------
    TrendView
        For a page or as JSON.
    """
    known = METRICS.get(trend.metric_id)
    band = known.band if known else None
    last = trend.points[-1]
    style = spoken(trend.metric_id, _value(last))
    unit = style.unit if style.unit != " steps/min" else ""
    return TrendView(
        metric_id=trend.metric_id,
        name=words.metric_name(trend.metric_id),
        unit=unit,
        scale=style.scale,
        decimals=style.decimals,
        band=None if band is None else (band.low, band.high),
        verdict=trend.since_first.verdict if trend.since_first else "alone",
        sentence=_sentence(trend, words),
        points=tuple(_point(point, words) for point in trend.points),
    )


def day_views(
    history: Sequence[SessionMeasurement], most: int, words: PageWords
) -> tuple[DayView, ...]:
    """The days with at least two clips.

    Parameters
    ----------
    history
        Analysed sessions, oldest first.
    most
        How many days at most.
    words
        Of the language.

    Returns
    -------
    tuple of DayView
        Newest first.
    """
    return tuple(_day(one, words) for one in compare_within_days(history)[: -most - 1 : -1])


def describe_agreement(words: PageWords, one: WatchAgreement) -> str:
    """Describe a watch's number beside the video's.

    Parameters
    ----------
    words
        Of the language.
    one
        What was compared.

    Returns
    -------
    str
        A sentence.
    """
    comparison = words.say(
        f"watch.{one.basis}",
        metric=words.metric_name(one.metric_id),
        video=words.value(one.video.value, one.metric_id),
        watch=words.value(one.watch, one.metric_id),
    )
    if one.agrees is None:
        return words.say("watch.alone", comparison=comparison)
    return words.say(
        "watch.agrees" if one.agrees else "watch.differs",
        comparison=comparison,
        allowed=_size(one.allowed, one.metric_id, words),
    )


def _numeric(trend: Trend) -> bool:
    return all(isinstance(point.metric.value, float) for point in trend.points)


def _point(point: Point, words: PageWords) -> PointView:
    metric, value = point.metric, _value(point)
    low, high = metric.ci95 or (None, None)
    return PointView(
        point.session_id,
        point.at,
        point.name,
        value,
        low,
        high,
        tuple(_difference(mark, words.code) for mark in point.marks),
    )


def _value(point: Point) -> float:
    value = point.metric.value
    return value if isinstance(value, float) else 0.0


def _sentence(trend: Trend, words: PageWords) -> str:
    """Compare the newest session with the first comparable one."""
    name, last = trend.metric_id, trend.points[-1]
    alike = [point for point in trend.points if point.alike]
    now = words.value(_pooled(trend.now, last), name)
    if len(trend.points) == 1:
        return words.say("trend.first", now=now)
    if trend.since_first is None or len(alike) < 2:
        return words.say("trend.no_other", now=now)
    first, change = alike[0], trend.since_first
    same_day = local_day(first.at) == local_day(last.at)
    return words.say(
        f"trend.{_SENTENCES[change.verdict]}",
        before=words.value(_pooled(trend.first, first), name),
        date=words.moment(first.at) if same_day else words.day(first.at),
        now=now,
        difference=words.amount(change.apart or 0.0, name),
        smallest=_size(change.smallest, name, words),
    )


def _pooled(metric: Metric | None, point: Point) -> float:
    """Return what several clips say together, or the single clip's value."""
    value = None if metric is None else metric.value
    return value if isinstance(value, float) else _value(point)


def _size(amount: float | None, name: str, words: PageWords) -> str:
    """Format the size of a difference without its sign."""
    if amount is None:
        return words.say("trend.unknown_size")
    return words.amount(abs(amount), name).lstrip("+")


@lru_cache(maxsize=4096)  # the result is the same for all metrics of a session
def _difference(mark: Difference, language: str) -> str:
    """Describe how a session differs from the newest."""
    words = page_words(language)
    say = words.report.say
    a, b = mark.before, mark.after
    if mark.aspect == "speed":
        speeds = (words.value(float(x), "speed_mps") for x in (a, b))
        return say("compare.other_speed", **dict(zip("ab", speeds, strict=True)))
    if mark.aspect == "view":
        return say("compare.other_view")
    key = "model" if mark.aspect == "pose_model" else mark.aspect
    if mark.aspect == "activity":
        a, b = (say(f"activities.{x}") for x in (a, b))
    if mark.aspect == "surface":
        a, b = (say(f"surface.{x}") for x in (a, b))
    return say(f"compare.other_{key}", a=a, b=b)


def _day(one: DayComparison, words: PageWords) -> DayView:
    if one.marks:
        told = tuple(
            words.say("trend.day_not_compared", why=_difference(mark, words.code))
            for mark in one.marks
        )
        return DayView(one.day, one.first, one.last, told)
    changed = tuple(
        f"{words.metric_name(name)} {words.amount(change.apart, name)}"
        for name, change in one.changes
        if change.verdict == "changed" and change.apart is not None
    )
    return DayView(one.day, one.first, one.last, changed or (words.say("trend.day_same"),))
