"""The people who are filmed."""

from __future__ import annotations

from dataclasses import asdict
from typing import Final

import sqlalchemy as sa

from leanline.errors import UsageError
from leanline.store import schema
from leanline.store.database import Database
from leanline.store.errors import ConflictError, MissingError
from leanline.store.records import Athlete, new_id, now
from leanline.store.rows import athlete_of

MAX_NAME_LENGTH: Final = 200
_HEIGHT_M: Final = (1.0, 2.3)


class Athletes:
    """The athletes of a store; to delete one is ``Store.delete_athlete``."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(self, name: str, *, height_m: float | None = None, notes: str = "") -> Athlete:
        """A new athlete.

        Raises
        ------
        UsageError
            No name, or a height that nobody has.
        ConflictError
            There is one of that name.
        """
        athlete = Athlete(new_id(), _checked(name), _height(height_m), notes, now())
        try:
            with self._database.writing() as connection:
                connection.execute(schema.athlete.insert().values(**asdict(athlete)))
        except sa.exc.IntegrityError as error:
            raise _taken(athlete.name) from error
        return athlete

    def all(self) -> tuple[Athlete, ...]:
        """All athletes by name."""
        query = sa.select(schema.athlete).order_by(schema.athlete.c.name)
        with self._database.reading() as connection:
            return tuple(athlete_of(row) for row in connection.execute(query).mappings())

    def get(self, athlete_id: str) -> Athlete:
        """The athlete of an id; ``MissingError`` if there is none."""
        query = sa.select(schema.athlete).where(schema.athlete.c.id == athlete_id)
        with self._database.reading() as connection:
            row = connection.execute(query).mappings().first()
        if row is None:
            raise MissingError(f"There is no athlete {athlete_id!r}.")
        return athlete_of(row)

    def find(self, name: str) -> Athlete:
        """The athlete of a name (any case) or id; ``MissingError`` if there is none."""
        wanted = name.strip().casefold()
        found = [a for a in self.all() if wanted in (a.id, a.name.casefold())]
        exact = [a for a in found if a.name == name.strip()]
        if not found:
            raise MissingError(
                f"There is no athlete {name!r}.",
                hint="leanline athlete list names them; leanline athlete add NAME adds one.",
            )
        return (exact or found)[0]

    def change(self, athlete: Athlete) -> Athlete:
        """Keep an athlete with another name, height or notes (``dataclasses.replace``)."""
        values = {
            "name": _checked(athlete.name),
            "height_m": _height(athlete.height_m),
            "notes": athlete.notes,
        }
        change = sa.update(schema.athlete).where(schema.athlete.c.id == athlete.id).values(**values)
        try:
            with self._database.writing() as connection:
                known = connection.execute(change).rowcount
        except sa.exc.IntegrityError as error:
            raise _taken(athlete.name) from error
        if not known:
            raise MissingError(f"There is no athlete {athlete.id!r}.")
        return self.get(athlete.id)


def _checked(name: str) -> str:
    name = " ".join(name.split())
    if not name or len(name) > MAX_NAME_LENGTH or not name.isprintable():
        raise UsageError(f"An athlete's name has 1 to {MAX_NAME_LENGTH} characters.")
    return name


def _height(height_m: float | None) -> float | None:
    low, high = _HEIGHT_M
    if height_m is not None and not low <= height_m <= high:
        raise UsageError(f"A height is {low:g} to {high:g} metres, not {height_m:g}.")
    return height_m


def _taken(name: str) -> ConflictError:
    return ConflictError(f"There is an athlete {name!r} already.", hint="Give another name.")
