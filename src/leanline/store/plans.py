"""The plans table; plans are stored as plain data."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

import sqlalchemy as sa

from leanline.store import schema
from leanline.store.database import Database
from leanline.store.errors import MissingError
from leanline.store.records import PlanRecord, new_id, now
from leanline.store.rows import to_plan

_p = schema.plan


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
