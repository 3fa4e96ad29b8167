"""The plans table; plans are stored as plain data."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

import sqlalchemy as sa

from leanline.store import schema
from leanline.store.database import Database
from leanline.store.errors import MissingError
from leanline.store.records import PlanRecord, PracticeLog, new_id, now
from leanline.store.rows import to_plan

_p = schema.plan
_l = schema.practice_log


class Plans:
    """The plans in a store."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(self, athlete_id: str, session_id: str | None, plan: Mapping[str, Any]) -> PlanRecord:
        """Add a plan; an athlete's newest plan is the current one."""
        record = PlanRecord(new_id(), athlete_id, session_id, now(), dict(plan))
        try:
            with self._database.writing() as connection:
                connection.execute(_p.insert().values(**asdict(record)))
        except sa.exc.IntegrityError as error:
            raise MissingError("store.plan_parts_missing") from error
        return record

    def all(self, athlete_id: str) -> tuple[PlanRecord, ...]:
        """Return an athlete's plans, newest first."""
        query = sa.select(_p).where(_p.c.athlete_id == athlete_id).order_by(_p.c.made_at.desc())
        with self._database.reading() as connection:
            return tuple(to_plan(row) for row in connection.execute(query).mappings())

    def log(self, done: PracticeLog) -> None:
        """Record a practice that was done, in place of what was recorded for it before.

        Raises
        ------
        MissingError
            There is no such plan.
        """
        try:
            with self._database.writing() as connection:
                connection.execute(_of_practice(done.plan_id, done.number))
                connection.execute(_l.insert().values(**asdict(done)))
        except sa.exc.IntegrityError as error:
            raise MissingError("store.plan_parts_missing") from error

    def unlog(self, plan_id: str, number: int) -> None:
        """Forget that a practice was done."""
        with self._database.writing() as connection:
            connection.execute(_of_practice(plan_id, number))

    def logged(self, plan_id: str) -> tuple[PracticeLog, ...]:
        """Return the practices of a plan that were done, in the plan's order."""
        query = sa.select(_l).where(_l.c.plan_id == plan_id).order_by(_l.c.number)
        with self._database.reading() as connection:
            return tuple(PracticeLog(**row) for row in connection.execute(query).mappings())


def _of_practice(plan_id: str, number: int) -> sa.Delete:
    return sa.delete(_l).where((_l.c.plan_id == plan_id) & (_l.c.number == number))
