"""The plan of an athlete: made from a result, kept, shown, and taken into a calendar."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, time, timedelta

from leanline.errors import UsageError
from leanline.plan import Plan, from_plain, make_plan, to_plain
from leanline.plan.calendar import to_ics
from leanline.store import MissingError, PlanRecord, Session
from leanline.web.services import Services

_RECENT = 50


@dataclass(frozen=True)
class Kept:
    """A plan as it is in the store, with the session it was made from, if that is there."""

    record: PlanRecord
    plan: Plan
    session: Session | None


def current(services: Services, athlete_id: str) -> Kept | None:
    """The plan that counts: the newest; None when there is none."""
    records = services.store.plans.all(athlete_id)
    return _kept(services, records[0]) if records else None


def make(
    services: Services,
    athlete_id: str,
    *,
    session_id: str | None = None,
    starts_on: date | None = None,
    weeks: int = 3,
) -> Kept:
    """Make a plan from a session's findings, the newest one's unless said, and keep it.

    Raises
    ------
    UsageError
        There is no result to make a plan from.
    MissingError
        The session is not one of the athlete's.
    """
    services.store.athletes.get(athlete_id)
    session = _session(services, athlete_id, session_id)
    first = starts_on or date.today() + timedelta(days=1)
    metrics = services.store.sessions.metrics(session.id)
    try:
        plan = make_plan(session.findings, metrics, first, weeks=weeks)
    except OverflowError as error:
        raise UsageError("plan.too_far") from error
    record = services.store.plans.add(athlete_id, session.id, to_plain(plan))
    return Kept(record, plan, session)


def calendar(kept: Kept, at: time | None = None) -> bytes:
    """The plan for a calendar program."""
    return to_ics(kept.plan, kept.record.id, kept.record.made_at, at)


def sources(services: Services, athlete_id: str) -> list[Session]:
    """The sessions that a plan can be made from, newest first."""
    found = services.store.sessions.all(athlete_id, most=_RECENT)
    return [session for session in found if session.findings]


def _session(services: Services, athlete_id: str, session_id: str | None) -> Session:
    if session_id is None:
        found = sources(services, athlete_id)
        if not found:
            raise UsageError("plan.athlete_without_result")
        return found[0]
    session = services.store.sessions.get(session_id)
    if session.athlete_id != athlete_id:
        raise MissingError("plan.clip_of_somebody_else")
    return session


def _kept(services: Services, record: PlanRecord) -> Kept:
    session = None
    if record.session_id:
        try:
            session = services.store.sessions.get(record.session_id)
        except MissingError:
            session = None
    return Kept(record, from_plain(record.plan), session)
