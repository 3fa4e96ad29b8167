"""The athletes table."""

from __future__ import annotations

from dataclasses import asdict
from typing import Final

import sqlalchemy as sa

from leanline.errors import UsageError
from leanline.store import schema
from leanline.store.database import Database
from leanline.store.errors import ConflictError, MissingError
from leanline.store.records import Athlete, new_id, now
from leanline.store.rows import to_athlete

MAX_NAME_LENGTH: Final = 200
_HEIGHT_M: Final = (1.0, 2.3)


class Athletes:
    """The athletes in a store; ``Store.delete_athlete`` deletes one."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(self, name: str, *, height_m: float | None = None, notes: str = "") -> Athlete:
        """Add an athlete.

        Raises
        ------
        UsageError
            The name is empty or too long, or the height is implausible.
        ConflictError
            The name is taken.
        """
        athlete = Athlete(new_id(), _validate_name(name), _validate_height(height_m), notes, now())
        try:
            with self._database.writing() as connection:
                connection.execute(schema.athlete.insert().values(**asdict(athlete)))
        except sa.exc.IntegrityError as error:
            raise _name_conflict(athlete.name) from error
        return athlete

    def all(self) -> tuple[Athlete, ...]:
        """Return all athletes, sorted by name."""
        query = sa.select(schema.athlete).order_by(schema.athlete.c.name)
        with self._database.reading() as connection:
            return tuple(to_athlete(row) for row in connection.execute(query).mappings())

    def get(self, athlete_id: str) -> Athlete:
        """Return an athlete by id; ``MissingError`` if there is none."""
        query = sa.select(schema.athlete).where(schema.athlete.c.id == athlete_id)
        with self._database.reading() as connection:
            row = connection.execute(query).mappings().first()
        if row is None:
            raise MissingError("athlete.no_such_id", id=athlete_id)
        return to_athlete(row)

    def find(self, name: str) -> Athlete:
        """Return an athlete by name (case-insensitive) or id; ``MissingError`` if there is none."""
        wanted = name.strip().casefold()
        matches = [a for a in self.all() if wanted in (a.id, a.name.casefold())]
        exact = [a for a in matches if a.name == name.strip()]
        if not matches:
            raise MissingError("athlete.no_such_name", name=name)
        return (exact or matches)[0]

    def update(self, athlete: Athlete) -> Athlete:
        """Save an athlete whose name, height or notes were changed (``dataclasses.replace``)."""
        values = {
            "name": _validate_name(athlete.name),
            "height_m": _validate_height(athlete.height_m),
            "notes": athlete.notes,
        }
        statement = (
            sa.update(schema.athlete).where(schema.athlete.c.id == athlete.id).values(**values)
        )
        try:
            with self._database.writing() as connection:
                updated = connection.execute(statement).rowcount
        except sa.exc.IntegrityError as error:
            raise _name_conflict(athlete.name) from error
        if not updated:
            raise MissingError("athlete.no_such_id", id=athlete.id)
        return self.get(athlete.id)


def _validate_name(name: str) -> str:
    name = " ".join(name.split())
    if not name or len(name) > MAX_NAME_LENGTH or not name.isprintable():
        raise UsageError("athlete.name_length", max_length=MAX_NAME_LENGTH)
    return name


def _validate_height(height_m: float | None) -> float | None:
    low, high = _HEIGHT_M
    if height_m is not None and not low <= height_m <= high:
        raise UsageError("athlete.height", low_m=low, high_m=high, height_m=height_m)
    return height_m


def _name_conflict(name: str) -> ConflictError:
    return ConflictError("athlete.exists", name=name)
