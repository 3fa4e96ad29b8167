"""Each metric over the sessions, and what fatigue does to it within a day.

Sessions that are not alike (another speed, view, surface, pose model or definition) are marked
with the reason and take no part in a change.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, tzinfo
from itertools import groupby

from leanline.model import Metric
from leanline.trends.change import ANY_SPEED, Change, Difference, change, differences, measured
from leanline.trends.session_data import Measured


@dataclass(frozen=True)
class Point:
    """One session in a trend; ``marks`` say in what it is unlike the reference."""

    session_id: str
    at: datetime
    name: str
    metric: Metric
    marks: tuple[Difference, ...]

    @property
    def alike(self) -> bool:
        """Whether the session may be compared with the reference."""
        return not self.marks


@dataclass(frozen=True)
class Trend:
    """One metric over the sessions in which it was measured, oldest first.

    ``reference`` is the session that the others are compared with: the newest unless said.
    ``since_first`` compares it with the first session alike, ``since_last`` with the last
    before it; None when there is none.
    """

    metric_id: str
    points: tuple[Point, ...]
    reference: str | None
    since_first: Change | None
    since_last: Change | None


@dataclass(frozen=True)
class Fatigue:
    """The first against the last clip of one day's running; no changes when not alike."""

    day: date
    first: Measured
    last: Measured
    marks: tuple[Difference, ...]
    changes: tuple[tuple[str, Change], ...]


def trend(history: Sequence[Measured], metric_id: str, reference: str | None = None) -> Trend:
    """One metric over the sessions.

    Parameters
    ----------
    history
        Sessions of one athlete in any order.
    metric_id
        Such as ``lean_body_deg``.
    reference
        The session to compare with; the newest one with this metric unless said.
    """
    having = [one for one in _in_order(history) if measured(one.metrics.get(metric_id))]
    end = next((one for one in having if one.session_id == reference), None)
    if end is None:
        end = having[-1] if having else None
    if end is None:
        return Trend(metric_id, (), None, None, None)
    points = tuple(
        Point(one.session_id, one.at, one.name, one.metrics[metric_id], _marks(one, end, metric_id))
        for one in having
    )
    before = [
        one
        for one, point in zip(having, points, strict=True)
        if point.alike and one is not end and one.at <= end.at
    ]
    changes = [change(one.metrics[metric_id], end.metrics[metric_id]) for one in before]
    return Trend(
        metric_id,
        points,
        end.session_id,
        changes[0] if changes else None,
        changes[-1] if changes else None,
    )


def trends(
    history: Sequence[Measured],
    metric_ids: Sequence[str] | None = None,
    reference: str | None = None,
) -> tuple[Trend, ...]:
    """The trends of some metrics, or of all that were ever measured, without empty ones."""
    if metric_ids is None:
        metric_ids = list(dict.fromkeys(name for one in history for name in one.metrics))
    found = (trend(history, name, reference) for name in metric_ids)
    return tuple(one for one in found if one.points)


def fatigue(history: Sequence[Measured], zone: tzinfo | None = None) -> tuple[Fatigue, ...]:
    """For each day with two clips of running or more, the first against the last.

    ``zone`` is where the days begin; the system's unless said.
    """
    running = [one for one in _in_order(history) if one.taken.activity == "running"]
    found = []
    for day, of_day in groupby(running, key=lambda one: day_of(one.at, zone)):
        clips = list(of_day)
        first, last = clips[0], clips[-1]
        if first.at == last.at:
            continue
        marks = differences(first.taken, last.taken)
        names = [name for name in first.metrics if measured(first.metrics[name])]
        pairs = [(name, change(first.metrics[name], last.metrics.get(name))) for name in names]
        told = tuple(pair for pair in pairs if pair[1].why != "not_measured")
        found.append(Fatigue(day, first, last, marks, () if marks else told))
    return tuple(found)


def day_of(moment: datetime, zone: tzinfo | None = None) -> date:
    """The day of a moment where the person is."""
    return moment.astimezone(zone).date()


def _in_order(history: Sequence[Measured]) -> list[Measured]:
    return sorted(history, key=lambda one: (one.at, one.session_id))


def _marks(one: Measured, end: Measured, metric_id: str) -> tuple[Difference, ...]:
    marks = differences(one.taken, end.taken)
    if metric_id in ANY_SPEED:
        return tuple(mark for mark in marks if mark.aspect != "speed")
    return marks
