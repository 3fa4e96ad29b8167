"""An athlete's plan: made from a result, stored, shown and exported to calendars."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, time, timedelta

from leanline.errors import UsageError
from leanline.plan import (
    Plan,
    PlanProgress,
    from_plain,
    make_plan,
    plan_progress,
    plan_words,
    to_plain,
)
from leanline.plan.calendar import to_ics
from leanline.report.exercise_cards import ExerciseCard, exercise_cards
from leanline.store import MissingError, PlanRecord, PracticeLog, Session
from leanline.store.plan_basis import load_plan_basis
from leanline.store.records import Felt, now
from leanline.web.services import Services

_RECENT = 50


@dataclass(frozen=True)
class StoredPlan:
    """A plan in the store.

    Parameters
    ----------
    record
        As stored.
    plan
        Read from it.
    session
        What it was made from, if that still exists.
    done
        What was noted of its sessions.
    """

    record: PlanRecord
    plan: Plan
    session: Session | None
    done: tuple[PracticeLog, ...] = ()

    def progress(self, today: date) -> PlanProgress:
        """Return how far the plan has come."""
        return plan_progress(self.plan, self.done, today)

    @property
    def by_number(self) -> Mapping[int, PracticeLog]:
        """What was done, by the practice's number."""
        return {one.number: one for one in self.done}

    @property
    def words(self) -> Mapping[str, Mapping[str, str]]:
        """The plan's texts for its page, in its language."""
        return {part: plan_words(self.plan.language, part) for part in ("done", "outcomes")}

    @property
    def exercises(self) -> tuple[ExerciseCard, ...]:
        """The drills of its finding, with drawings, in its language."""
        return exercise_cards(self.plan.finding, self.plan.language)


def current(services: Services, athlete_id: str) -> StoredPlan | None:
    """Find the current plan, which is the newest.

    Parameters
    ----------
    services
        Of the server.
    athlete_id
        Whose.

    Returns
    -------
    StoredPlan or None
        None if there is none.
    """
    records = services.store.plans.all(athlete_id)
    return _load(services, records[0]) if records else None


def make(
    services: Services,
    athlete_id: str,
    *,
    session_id: str | None = None,
    starts_on: date | None = None,
    weeks: int = 3,
    language: str = "en",
) -> StoredPlan:
    """Make a plan from the findings of a session, and store it.

    Parameters
    ----------
    services
        Of the server.
    athlete_id
        Whose.
    session_id
        Which session; the newest if None.
    starts_on
        First day; tomorrow if None.
    weeks
        How long it runs.
    language
        Of its sentences.

    Returns
    -------
    StoredPlan
        The current plan from now on.

    Raises
    ------
    UsageError
        There is no result to make a plan from.
    MissingError
        The session does not belong to the athlete.
    """
    services.store.athletes.get(athlete_id)
    session = _session(services, athlete_id, session_id)
    first = starts_on or date.today() + timedelta(days=1)
    basis = load_plan_basis(services.store, athlete_id, session)
    try:
        plan = make_plan(basis.findings, basis.metrics, first, weeks=weeks, code=language)
    except OverflowError as error:
        raise UsageError("plan.too_far") from error
    record = services.store.plans.add(athlete_id, session.id, to_plain(plan))
    return StoredPlan(record, plan, session)


def tick(
    services: Services,
    stored: StoredPlan,
    number: int,
    felt: Felt,
    *,
    pain: bool = False,
    notes: str = "",
) -> None:
    """Note a session of a plan as done.

    Parameters
    ----------
    services
        Of the server.
    stored
        The plan.
    number
        Of its session.
    felt, pain, notes
        How it was, as the runner says.

    Raises
    ------
    UsageError
        The plan has no session of that number.
    """
    if not 1 <= number <= len(stored.plan.practices):
        raise UsageError("plan.no_such_practice", number=number, count=len(stored.plan.practices))
    done = PracticeLog(stored.record.id, number, now(), felt, pain, notes)
    services.store.plans.log(done)


def calendar(stored: StoredPlan, at: time | None = None) -> bytes:
    """Convert a plan to iCalendar.

    Parameters
    ----------
    stored
        The plan.
    at
        Time of day of its sessions; all-day events if None.

    Returns
    -------
    bytes
        An ``.ics`` file.
    """
    return to_ics(stored.plan, stored.record.id, stored.record.made_at, at)


def sources(services: Services, athlete_id: str) -> list[Session]:
    """The sessions that a plan can be made from.

    Parameters
    ----------
    services
        Of the server.
    athlete_id
        Whose.

    Returns
    -------
    list of Session
        Newest first.
    """
    candidates = services.store.sessions.all(athlete_id, limit=_RECENT)
    return [session for session in candidates if session.findings]


def _session(services: Services, athlete_id: str, session_id: str | None) -> Session:
    if session_id is None:
        candidates = sources(services, athlete_id)
        if not candidates:
            raise UsageError("plan.athlete_without_result")
        return candidates[0]
    session = services.store.sessions.get(session_id)
    if session.athlete_id != athlete_id:
        raise MissingError("plan.clip_of_somebody_else")
    return session


def _load(services: Services, record: PlanRecord) -> StoredPlan:
    session = None
    if record.session_id:
        try:
            session = services.store.sessions.get(record.session_id)
        except MissingError:
            session = None
    done = services.store.plans.logged(record.id)
    return StoredPlan(record, from_plain(record.plan), session, done)
