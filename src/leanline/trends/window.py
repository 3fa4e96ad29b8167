"""Which sessions of a runner are combined into one estimate."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Final

from leanline.model import Metric
from leanline.trends.change import compare_metric, find_differences
from leanline.trends.pooling import pool_metric
from leanline.trends.session_data import SessionMeasurement

#: Sessions within so long of one another are taken to show the same way of running: a habit takes
#: weeks to change (chosen).
WINDOW: Final = timedelta(days=14)


def by_time(history: Sequence[SessionMeasurement]) -> list[SessionMeasurement]:
    """Return the sessions, oldest first.

    Parameters
    ----------
    history
        In any order.

    Returns
    -------
    list of SessionMeasurement
        Those of one moment by id.
    """
    return sorted(history, key=lambda session: (session.at, session.session_id))


def without_duplicates(history: Sequence[SessionMeasurement]) -> list[SessionMeasurement]:
    """Return the sessions, oldest first, with the newest of those that show the same film.

    Parameters
    ----------
    history
        In any order.

    Returns
    -------
    list of SessionMeasurement
        Sessions of unknown content are kept.
    """
    kept: dict[str, SessionMeasurement] = {}
    for session in by_time(history):
        key = session.content or session.session_id
        kept.pop(key, None)
        kept[key] = session
    return by_time(list(kept.values()))


def duplicates(
    history: Sequence[SessionMeasurement],
) -> tuple[tuple[SessionMeasurement, SessionMeasurement], ...]:
    """Return each session that shows the film of a later one, with that one.

    Parameters
    ----------
    history
        In any order.

    Returns
    -------
    tuple of pairs of SessionMeasurement
        The session that does not count and the one that does, oldest first.
    """
    counted = {one.content: one for one in without_duplicates(history) if one.content}
    return tuple(
        (session, counted[session.content])
        for session in by_time(history)
        if session.content and counted[session.content] is not session
    )


def sessions_like(
    history: Sequence[SessionMeasurement], reference: SessionMeasurement
) -> list[SessionMeasurement]:
    """Return the sessions that are combined with one: comparable, and shortly before it.

    Parameters
    ----------
    history
        In any order.
    reference
        One of them.

    Returns
    -------
    list of SessionMeasurement
        Oldest first, the reference last; without duplicates of a film.
    """
    recent = [
        session
        for session in without_duplicates(history)
        if session.session_id != reference.session_id
        and (session.content is None or session.content != reference.content)
        and timedelta(0) <= reference.at - session.at <= WINDOW
        and not find_differences(session.taken, reference.taken)
    ]
    return [*recent, reference]


def unchanged(
    sessions: Sequence[SessionMeasurement], metric_id: str, reference: SessionMeasurement
) -> list[SessionMeasurement]:
    """Return the sessions in which a metric was not really different from the reference.

    Parameters
    ----------
    sessions
        Comparable ones, oldest first.
    metric_id
        The metric; sessions without it are left out.
    reference
        The session to agree with.

    Returns
    -------
    list of SessionMeasurement
        In the same order.
    """
    now = reference.metrics.get(metric_id)
    return [
        session
        for session in sessions
        if session is reference
        or compare_metric(session.metrics.get(metric_id), now).verdict == "same"
    ]


def pooled(sessions: Sequence[SessionMeasurement], metric_id: str) -> Metric | None:
    """Return one metric of several sessions combined.

    Parameters
    ----------
    sessions
        Oldest first.
    metric_id
        The metric.

    Returns
    -------
    Metric or None
        None if no session has a value.
    """
    metrics = [session.metrics[metric_id] for session in sessions if metric_id in session.metrics]
    return pool_metric(metrics)
