"""Read-only links for runners, found by the hash of their secret part."""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime
from typing import Final

import sqlalchemy as sa

from leanline.store import schema
from leanline.store.database import Database
from leanline.store.errors import MissingError
from leanline.store.records import new_id, now

_t = schema.share_link
_TOKEN_BYTES: Final = 32
_MAX_TOKEN_LENGTH: Final = 100


@dataclass(frozen=True)
class ShareLink:
    """A link that shows the results of one runner, or of one clip.

    Parameters
    ----------
    id
        By which it is withdrawn.
    athlete_id
        Whose results it shows; None if those of one clip.
    session_id
        The clip; None if it shows a runner's.
    made_at
        UTC.
    """

    id: str
    athlete_id: str | None
    session_id: str | None
    made_at: datetime


_COLUMNS: Final = (_t.c.id, _t.c.athlete_id, _t.c.session_id, _t.c.made_at)


class ShareLinks:
    """The links of a store. They go with their runner or clip, and are not part of backups."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(
        self, *, athlete_id: str | None = None, session_id: str | None = None
    ) -> tuple[ShareLink, str]:
        """Make a link to the results of a runner or of a clip.

        Returns
        -------
        tuple of ShareLink and str
            With the secret part, which is not kept and cannot be read again.

        Raises
        ------
        MissingError
            There is no such runner or clip.
        """
        token = secrets.token_urlsafe(_TOKEN_BYTES)
        link = ShareLink(new_id(), athlete_id, session_id, now())
        values = {column.name: getattr(link, column.name) for column in _COLUMNS}
        try:
            with self._database.writing() as connection:
                connection.execute(_t.insert().values(token_sha256=_hash(token), **values))
        except sa.exc.IntegrityError as error:
            raise MissingError("store.session_parts_missing") from error
        return link, token

    def find(self, token: str) -> ShareLink | None:
        """Return the link with this secret part, or None if it was withdrawn or never made."""
        if len(token) > _MAX_TOKEN_LENGTH:
            return None
        query = sa.select(*_COLUMNS).where(_t.c.token_sha256 == _hash(token))
        with self._database.reading() as connection:
            row = connection.execute(query).mappings().first()
        return None if row is None else ShareLink(**row)

    def all(
        self, *, athlete_id: str | None = None, session_id: str | None = None
    ) -> tuple[ShareLink, ...]:
        """Return the links to a runner or to a clip, the newest first."""
        column = _t.c.athlete_id if session_id is None else _t.c.session_id
        value = athlete_id if session_id is None else session_id
        query = sa.select(*_COLUMNS).where(column == value).order_by(_t.c.made_at.desc(), _t.c.id)
        with self._database.reading() as connection:
            return tuple(ShareLink(**row) for row in connection.execute(query).mappings())

    def withdraw(self, link_id: str) -> None:
        """Withdraw a link; there is nothing to do if it is gone."""
        with self._database.writing() as connection:
            connection.execute(sa.delete(_t).where(_t.c.id == link_id))


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()
