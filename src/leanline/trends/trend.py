"""Metrics over sessions, and changes within a day.

Sessions that are not comparable (different speed, view, surface, pose model or definition) are
marked with the differences and excluded from changes.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, tzinfo
from itertools import groupby

from leanline.model import Metric
from leanline.trends.change import (
    ANY_SPEED,
    Change,
    Difference,
    compare_metric,
    find_differences,
    has_value,
)
from leanline.trends.session_data import SessionMeasurement
from leanline.trends.window import WINDOW, pooled, unchanged, without_duplicates


@dataclass(frozen=True)
class Point:
    """One session in a trend.

    Parameters
    ----------
    session_id, at, name
        The session.
    metric
        What was measured in it.
    marks
        In what it is not comparable with the reference; empty if it is.
    """

    session_id: str
    at: datetime
    name: str
    metric: Metric
    marks: tuple[Difference, ...]

    @property
    def alike(self) -> bool:
        """Whether the session can be compared with the reference."""
        return not self.marks


@dataclass(frozen=True)
class Trend:
    """One metric over the sessions in which it was measured.

    Parameters
    ----------
    metric_id
        The metric.
    points
        Oldest first.
    reference
        Id of the session that the others are compared with.
    since_first
        Change from ``first`` to ``now``; None without one.
    since_last
        Change since the last comparable session before; None without one.
    first
        The first comparable sessions combined; None without an earlier one.
    now
        The reference combined with the sessions shortly before it that agree; None without one.
    clips
        How many clips ``first`` and ``now`` are from.
    """

    metric_id: str
    points: tuple[Point, ...]
    reference: str | None
    since_first: Change | None
    since_last: Change | None
    first: Metric | None = None
    now: Metric | None = None
    clips: tuple[int, int] = (0, 0)


@dataclass(frozen=True)
class DayComparison:
    """The first against the last clip of one day of running.

    Parameters
    ----------
    day
        The day.
    first, last
        The two sessions.
    marks
        In what they are not comparable.
    changes
        By metric id; empty when not comparable.
    """

    day: date
    first: SessionMeasurement
    last: SessionMeasurement
    marks: tuple[Difference, ...]
    changes: tuple[tuple[str, Change], ...]


def compute_trend(
    history: Sequence[SessionMeasurement], metric_id: str, reference: str | None = None
) -> Trend:
    """Compute the trend of one metric.

    Parameters
    ----------
    history
        Sessions of one athlete in any order.
    metric_id
        Such as ``lean_body_deg``.
    reference
        Id of the session to compare with; by default the newest with this metric.

    Returns
    -------
    Trend
        Without points and reference if no session has the metric.
    """
    sessions = [
        session
        for session in without_duplicates(history)
        if has_value(session.metrics.get(metric_id))
    ]
    newest = next((session for session in sessions if session.session_id == reference), None)
    if newest is None:
        newest = sessions[-1] if sessions else None
    if newest is None:
        return Trend(metric_id, (), None, None, None)
    points = tuple(
        Point(
            session.session_id,
            session.at,
            session.name,
            session.metrics[metric_id],
            _find_marks(session, newest, metric_id),
        )
        for session in sessions
    )
    alike = [
        session
        for session, point in zip(sessions, points, strict=True)
        if point.alike and session.at <= newest.at
    ]
    before = [session for session in alike if session is not newest]
    if not before:
        only = newest.metrics[metric_id]
        return Trend(metric_id, points, newest.session_id, None, None, None, only, (0, 1))
    earliest, current = _first_and_now(alike, newest, metric_id)
    first, now = pooled(earliest, metric_id), pooled(current, metric_id)
    return Trend(
        metric_id,
        points,
        newest.session_id,
        compare_metric(first, now),
        compare_metric(before[-1].metrics[metric_id], newest.metrics[metric_id]),
        first,
        now,
        (len(earliest), len(current)),
    )


def _first_and_now(
    alike: Sequence[SessionMeasurement], newest: SessionMeasurement, metric_id: str
) -> tuple[list[SessionMeasurement], list[SessionMeasurement]]:
    """Return the first sessions and the present ones.

    If all of them are present ones, the first session alone is compared with them.
    """
    recent = [session for session in alike if newest.at - session.at <= WINDOW]
    current = unchanged(recent, metric_id, newest)
    earlier = [session for session in alike if session not in current]
    if not earlier:
        return [session for session in alike if session is not newest][:1], current
    soon = [session for session in earlier if session.at - earlier[0].at <= WINDOW]
    return unchanged(soon, metric_id, earlier[0]), current


def compute_trends(
    history: Sequence[SessionMeasurement],
    metric_ids: Sequence[str] | None = None,
    reference: str | None = None,
) -> tuple[Trend, ...]:
    """Compute the trends of some or all metrics, without empty ones.

    Parameters
    ----------
    history
        Sessions in any order.
    metric_ids
        Which metrics; all that were ever measured if None.
    reference
        Id of the session to compare with; the newest if None.

    Returns
    -------
    tuple of Trend
        Without empty ones.
    """
    if metric_ids is None:
        metric_ids = list(dict.fromkeys(name for session in history for name in session.metrics))
    found = (compute_trend(history, name, reference) for name in metric_ids)
    return tuple(session for session in found if session.points)


def compare_within_days(
    history: Sequence[SessionMeasurement], zone: tzinfo | None = None
) -> tuple[DayComparison, ...]:
    """Compare the first with the last running clip of each day that has at least two.

    ``zone`` is the time zone in which days begin, by default the system's.

    Parameters
    ----------
    history
        Sessions in any order.
    zone
        Time zone in which days begin; the system's if None.

    Returns
    -------
    tuple of DayComparison
        In order of time.
    """
    running = [
        session for session in without_duplicates(history) if session.taken.activity == "running"
    ]
    found = []
    for day, of_day in groupby(running, key=lambda session: local_day(session.at, zone)):
        clips = list(of_day)
        first, last = clips[0], clips[-1]
        if first.at == last.at:
            continue
        marks = find_differences(first.taken, last.taken)
        names = [name for name in first.metrics if has_value(first.metrics[name])]
        pairs = [
            (name, compare_metric(first.metrics[name], last.metrics.get(name))) for name in names
        ]
        measured_changes = tuple(pair for pair in pairs if pair[1].why != "not_measured")
        found.append(DayComparison(day, first, last, marks, () if marks else measured_changes))
    return tuple(found)


def local_day(moment: datetime, zone: tzinfo | None = None) -> date:
    """Return the local date of a moment.

    Parameters
    ----------
    moment
        Aware.
    zone
        Time zone; the system's if None.

    Returns
    -------
    date
        In that zone.
    """
    return moment.astimezone(zone).date()


def _find_marks(
    session: SessionMeasurement, newest: SessionMeasurement, metric_id: str
) -> tuple[Difference, ...]:
    marks = find_differences(session.taken, newest.taken)
    if metric_id in ANY_SPEED:
        return tuple(mark for mark in marks if mark.aspect != "speed")
    return marks
