"""The table of what was drawn on the frames of clips."""

from __future__ import annotations

from dataclasses import asdict

import sqlalchemy as sa

from leanline.store import schema
from leanline.store.database import Database
from leanline.store.errors import MissingError
from leanline.store.records import DrawnMark

_m = schema.drawn_mark


class Marks:
    """The marks in a store."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(self, mark: DrawnMark) -> DrawnMark:
        """Add a mark.

        Raises
        ------
        MissingError
            There is no such session.
        """
        try:
            with self._database.writing() as connection:
                connection.execute(_m.insert().values(**asdict(mark)))
        except sa.exc.IntegrityError as error:
            raise MissingError("store.no_session", id=mark.session_id) from error
        return mark

    def all(self, session_id: str) -> tuple[DrawnMark, ...]:
        """Return the marks of a session in the order of the clip."""
        query = sa.select(_m).where(_m.c.session_id == session_id)
        with self._database.reading() as connection:
            rows = connection.execute(query.order_by(_m.c.time_s, _m.c.made_at)).mappings()
            return tuple(DrawnMark(**row) for row in rows)

    def delete(self, session_id: str, mark_id: str) -> None:
        """Delete a mark; there is nothing to do if it is gone."""
        with self._database.writing() as connection:
            connection.execute(
                sa.delete(_m).where(_m.c.id == mark_id, _m.c.session_id == session_id)
            )
