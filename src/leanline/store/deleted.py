"""Clips and athletes that were deleted and can still be put back.

Their rows are taken out of all tables, so that nothing else has to know of them, and kept together
as one compressed document for a week. Their files stay where they are.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, Literal

import sqlalchemy as sa

from leanline.store import schema
from leanline.store.database import Database
from leanline.store.deleted_rows import Rows, collect_rows, insert_rows, pack, unpack
from leanline.store.errors import ConflictError, MissingError
from leanline.store.records import new_id, now
from leanline.store.removal import Kind, cancel_removal, release_files

DeletedKind = Literal["athlete", "session"]
KEPT: Final = timedelta(days=7)
"""How long deleted items can be put back."""
_d, _f = schema.deleted_item, schema.deleted_file
_TABLES: Final = {"athlete": schema.athlete, "session": schema.session}
_MISSING: Final = {"athlete": "athlete.no_such_id", "session": "store.no_session"}
_NAME_LENGTH: Final = 255


@dataclass(frozen=True)
class DeletedItem:
    """A clip or an athlete that can be put back.

    Parameters
    ----------
    id
        Of the item.
    kind
        What was deleted.
    name
        Of the clip or the athlete.
    deleted_at
        UTC.
    """

    id: str
    kind: DeletedKind
    name: str
    deleted_at: datetime

    @property
    def ends_at(self) -> datetime:
        """When it is deleted for good."""
        return self.deleted_at + KEPT


class DeletedItems:
    """The deleted items of a store; ``Store.purge_deleted`` deletes them for good."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def discard(self, kind: DeletedKind, row_id: str) -> DeletedItem:
        """Delete an athlete or a session so that it can be put back.

        Jobs that wait or run are stopped for good, and links for runners are withdrawn.

        Raises
        ------
        MissingError
            There is no such row.
        """
        table = _TABLES[kind]
        with self._database.writing() as connection:
            name = connection.execute(sa.select(table.c.name).where(table.c.id == row_id)).scalar()
            if name is None:
                raise MissingError(_MISSING[kind], id=row_id)
            item = DeletedItem(new_id(), kind, str(name)[:_NAME_LENGTH], now())
            rows = collect_rows(connection, kind, row_id)
            _insert(connection, item, rows)
            connection.execute(sa.delete(table).where(table.c.id == row_id))
        return item

    def all(self) -> tuple[DeletedItem, ...]:
        """Return what can be put back, the last deleted first."""
        query = sa.select(_d.c.id, _d.c.kind, _d.c.name, _d.c.deleted_at)
        query = query.where(_d.c.deleted_at > now() - KEPT)
        query = query.order_by(_d.c.deleted_at.desc(), _d.c.id)
        with self._database.reading() as connection:
            return tuple(DeletedItem(**row) for row in connection.execute(query).mappings())

    def put_back(self, item_id: str) -> tuple[DeletedKind, str]:
        """Put an item back as it was.

        A clip whose runner is gone belongs to nobody.

        Returns
        -------
        tuple of DeletedKind and str
            What it is, and its id.

        Raises
        ------
        MissingError
            It was put back already or is deleted for good.
        ConflictError
            Another athlete has got the name.
        """
        with self._database.writing() as connection:
            row = connection.execute(sa.select(_d).where(_d.c.id == item_id)).mappings().first()
            if row is None or row["deleted_at"] <= now() - KEPT:
                raise MissingError("store.no_deleted_item")
            rows = unpack(row["content"])
            if row["kind"] == "athlete":
                _check_name(connection, str(row["name"]))
            for kind, names in _files_of(connection, [item_id]).items():
                cancel_removal(connection, kind, names)
            insert_rows(connection, rows)
            connection.execute(sa.delete(_d).where(_d.c.id == item_id))
        return row["kind"], str(rows.tables[row["kind"]][0]["id"])

    def purge(self, item_id: str | None = None) -> int:
        """Delete one item, or all that are due, for good; return how many.

        The files are scheduled for removal.
        """
        due = _d.c.deleted_at <= now() - KEPT if item_id is None else _d.c.id == item_id
        with self._database.reading() as connection:
            ids = connection.execute(sa.select(_d.c.id).where(due)).scalars().all()
        if not ids:
            return 0
        with self._database.writing() as connection:
            files = _files_of(connection, ids)
            connection.execute(sa.delete(_d).where(_d.c.id.in_(ids)))
            release_files(connection, files.get("clip", set()), files.get("result", set()))
        return len(ids)


def _insert(connection: sa.Connection, item: DeletedItem, rows: Rows) -> None:
    connection.execute(
        _d.insert().values(
            id=item.id,
            kind=item.kind,
            name=item.name,
            deleted_at=item.deleted_at,
            content=pack(rows),
        )
    )
    sessions = rows.tables["session"]
    names = {
        *(("clip", row["media_sha256"]) for row in sessions if row["media_sha256"]),
        *(("result", row["result"]) for row in sessions if row["result"]),
    }
    if names:
        files = [
            {"deleted_item_id": item.id, "kind": kind, "name": name} for kind, name in sorted(names)
        ]
        connection.execute(_f.insert(), files)


def _files_of(connection: sa.Connection, item_ids: Sequence[str]) -> Mapping[Kind, set[str]]:
    query = sa.select(_f.c.kind, _f.c.name).where(_f.c.deleted_item_id.in_(item_ids))
    found: dict[Kind, set[str]] = {}
    for kind, name in connection.execute(query):
        found.setdefault(kind, set()).add(name)
    return found


def _check_name(connection: sa.Connection, name: str) -> None:
    taken = sa.select(schema.athlete.c.id).where(schema.athlete.c.name == name)
    if connection.execute(taken).first() is not None:
        raise ConflictError("athlete.exists", name=name)
