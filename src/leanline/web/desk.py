"""The coach's list: every runner with what waits for somebody to look at it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import chain
from typing import Final, Literal

from leanline.registry.displays import HEADLINES
from leanline.store import Athlete
from leanline.trends.trend import compute_trends
from leanline.web import plans
from leanline.web.progress import WINDOW
from leanline.web.services import Services

Kind = Literal["failed", "new", "changed", "practice", "film"]
_NOTICED: Final = tuple(dict.fromkeys(chain.from_iterable(HEADLINES.values())))
# A clip is news for a week, the time between two sessions with a coach.
_NEWS: Final = timedelta(days=7)


@dataclass(frozen=True)
class Waiting:
    """One thing that waits.

    Parameters
    ----------
    kind
        What it is.
    metric
        What has changed; empty otherwise.
    session_id
        The clip to open; None if the plan waits.
    """

    kind: Kind
    metric: str = ""
    session_id: str | None = None


@dataclass(frozen=True)
class Desk:
    """A runner in the coach's list.

    Parameters
    ----------
    athlete
        Who.
    clips
        How many there are.
    filmed_at
        Of the newest clip with a result; None without one.
    waiting
        The most urgent first.
    """

    athlete: Athlete
    clips: int
    filmed_at: datetime | None
    waiting: tuple[Waiting, ...]


def desk(services: Services, today: datetime) -> tuple[Desk, ...]:
    """List the runners, those for whom something waits first.

    Parameters
    ----------
    services
        Of the server.
    today
        With a time zone.

    Returns
    -------
    tuple of Desk
        Otherwise by name.
    """
    counts = services.store.sessions.count_by_athlete()
    failed = _failed(services)
    rows = [
        _row(services, athlete, counts.get(athlete.id, 0), failed, today)
        for athlete in services.store.athletes.all()
    ]
    return tuple(sorted(rows, key=lambda row: not row.waiting))


def _row(
    services: Services, athlete: Athlete, clips: int, failed: Mapping[str, str], today: datetime
) -> Desk:
    history = services.store.sessions.history(athlete.id, _NOTICED, limit=WINDOW)
    newest = history[-1] if history else None
    waiting = [Waiting("failed", session_id=failed[athlete.id])] if athlete.id in failed else []
    if newest is not None and today - newest.at < _NEWS:
        waiting.append(Waiting("new", session_id=newest.session_id))
        waiting += [
            Waiting("changed", trend.metric_id, newest.session_id)
            for trend in compute_trends(history, _NOTICED)
            if trend.since_last is not None and trend.since_last.verdict == "changed"
        ]
    waiting += _due(services, athlete.id, today.date())
    return Desk(athlete, clips, None if newest is None else newest.at, tuple(waiting))


def _due(services: Services, athlete_id: str, today: date) -> Iterator[Waiting]:
    plan = plans.current(services, athlete_id)
    if plan is None:
        return
    progress = plan.progress(today)
    if progress.next_practice is not None and progress.next_practice.on <= today:
        yield Waiting("practice")
    if progress.next_film is not None and progress.next_film.on <= today:
        yield Waiting("film")


def _failed(services: Services) -> Mapping[str, str]:
    """Return the session of a failed clip by athlete."""
    return {
        item.session.athlete_id: item.session.id
        for item in services.queue.list_pending_jobs()
        if item.job.may_retry and item.session.athlete_id is not None
    }
