"""Who signs the sheets: the coach's name and logo."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import sqlalchemy as sa

from leanline.errors import UsageError
from leanline.store import schema
from leanline.store.database import Database

MAX_NAME_LENGTH: Final = 200
_t = schema.letterhead
_ONLY: Final = 1


@dataclass(frozen=True)
class Letterhead:
    """Name and logo at the top of a sheet.

    Parameters
    ----------
    name
        Of the coach or the practice; empty if none was given.
    logo
        A PNG file; None without one.
    """

    name: str = ""
    logo: bytes | None = None


class LetterheadTable:
    """The letterhead of a store."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def get(self) -> Letterhead:
        """Return the letterhead, which is empty until it is set."""
        with self._database.reading() as connection:
            row = connection.execute(sa.select(_t.c.name, _t.c.logo)).first()
        return Letterhead() if row is None else Letterhead(row.name, row.logo)

    def save(self, letterhead: Letterhead) -> None:
        """Replace the letterhead.

        Raises
        ------
        UsageError
            The name is too long or has invisible characters.
        """
        name = " ".join(letterhead.name.split())
        if len(name) > MAX_NAME_LENGTH or not name.isprintable():
            raise UsageError("letterhead.name_length", max_length=MAX_NAME_LENGTH)
        with self._database.writing() as connection:
            connection.execute(sa.delete(_t))
            row = {"number": _ONLY, "name": name, "logo": letterhead.logo}
            connection.execute(_t.insert().values(**row))
