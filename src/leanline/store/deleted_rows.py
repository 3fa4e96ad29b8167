"""The rows of a deleted clip or athlete: collected, packed as a document, and inserted again."""

from __future__ import annotations

import base64
import json
import zlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

import sqlalchemy as sa

from leanline.store import schema
from leanline.store.records import FINAL_STATES

_s, _p = schema.session, schema.plan
_Row = dict[str, Any]
# In the order in which foreign keys allow their rows to be inserted.
_TABLES: Final = (
    schema.athlete,
    schema.watch_run,
    schema.session,
    schema.session_metric,
    schema.job,
    schema.correction,
    schema.drawn_mark,
    schema.arrival,
    schema.plan,
    schema.practice_log,
)
_OF_SESSION: Final = (
    schema.session_metric,
    schema.job,
    schema.correction,
    schema.drawn_mark,
    schema.arrival,
)


@dataclass(frozen=True)
class Link:
    """A reference that the database empties when the row referred to is deleted.

    Parameters
    ----------
    table, row_id
        The row that refers.
    column
        Its column.
    target
        Id of the session referred to.
    """

    table: str
    row_id: str
    column: str
    target: str


@dataclass(frozen=True)
class Rows:
    """The rows of a deleted item.

    Parameters
    ----------
    tables
        Rows by the name of their table.
    links
        References to sessions among them, and from them.
    """

    tables: Mapping[str, list[_Row]]
    links: tuple[Link, ...]


def collect_rows(connection: sa.Connection, kind: str, row_id: str) -> Rows:
    """Read everything that is deleted together with an athlete or a session.

    Parameters
    ----------
    connection
        A transaction.
    kind
        ``athlete`` or ``session``.
    row_id
        Its id.

    Returns
    -------
    Rows
        Without jobs that wait or run.
    """
    ids = sa.select(_s.c.id).where((_s.c.athlete_id if kind == "athlete" else _s.c.id) == row_id)
    conditions: dict[sa.Table, sa.ColumnElement[bool]] = {
        table: table.c.session_id.in_(ids) for table in _OF_SESSION
    }
    conditions[schema.job] &= schema.job.c.state.in_(FINAL_STATES)
    conditions[schema.session] = _s.c.id.in_(ids)
    if kind == "athlete":
        conditions[schema.athlete] = schema.athlete.c.id == row_id
        for table in (schema.watch_run, schema.plan):
            conditions[table] = table.c.athlete_id == row_id
        plans = sa.select(_p.c.id).where(_p.c.athlete_id == row_id)
        conditions[schema.practice_log] = schema.practice_log.c.plan_id.in_(plans)
    tables = {
        table.name: _read(connection, table, conditions[table]) if table in conditions else []
        for table in _TABLES
    }
    return Rows(tables, _links(connection, ids))


def insert_rows(connection: sa.Connection, rows: Rows) -> None:
    """Insert rows again; what they refer to and is gone is left empty.

    Parameters
    ----------
    connection
        A write transaction.
    rows
        From ``collect_rows``, or from ``unpack``.
    """
    own = {row["id"] for row in rows.tables["athlete"]}
    for table in _TABLES:
        values = [_insertable(table, row) for row in rows.tables[table.name]]
        if table is schema.session:
            for row in values:
                if row["athlete_id"] not in own and not _exists(
                    connection, schema.athlete, row["athlete_id"]
                ):
                    row["athlete_id"] = None
        if values:
            connection.execute(table.insert(), values)
    for link in rows.links:
        table = schema.metadata.tables[link.table]
        if _exists(connection, _s, link.target):
            column = table.c[link.column]
            statement = sa.update(table).where(table.c.id == link.row_id, column.is_(None))
            connection.execute(statement.values({link.column: link.target}))


def pack(rows: Rows) -> bytes:
    """Write rows as a compressed document."""
    document = {
        "tables": {
            name: [_converted(schema.metadata.tables[name], row, _to_json) for row in values]
            for name, values in rows.tables.items()
        },
        "links": [[link.table, link.row_id, link.column, link.target] for link in rows.links],
    }
    return zlib.compress(json.dumps(document).encode())


def unpack(packed: bytes) -> Rows:
    """Read what ``pack`` wrote."""
    document = json.loads(zlib.decompress(packed))
    return Rows(
        {
            name: [_converted(schema.metadata.tables[name], row, _from_json) for row in values]
            for name, values in document["tables"].items()
        },
        tuple(Link(*parts) for parts in document["links"]),
    )


def _read(connection: sa.Connection, table: sa.Table, which: sa.ColumnElement[bool]) -> list[_Row]:
    order = table.c.number if "number" in table.c else next(iter(table.primary_key))
    query = sa.select(table).where(which).order_by(order)
    return [dict(row) for row in connection.execute(query).mappings()]


def _links(connection: sa.Connection, ids: sa.Select[tuple[str]]) -> tuple[Link, ...]:
    involved = _s.c.id.in_(ids) | _s.c.standing_id.in_(ids)
    standing = sa.select(_s.c.id, _s.c.standing_id).where(involved, _s.c.standing_id.is_not(None))
    planned = sa.select(_p.c.id, _p.c.session_id).where(_p.c.session_id.in_(ids))
    return (
        *(Link("session", row, "standing_id", to) for row, to in connection.execute(standing)),
        *(Link("plan", row, "session_id", to) for row, to in connection.execute(planned)),
    )


def _insertable(table: sa.Table, row: _Row) -> _Row:
    """Leave out what is set last, and what the database counts by itself."""
    if table is schema.session:
        return {**row, "standing_id": None}
    if table is schema.plan:
        return {**row, "session_id": None}
    if table is schema.correction:
        return {name: value for name, value in row.items() if name != "number"}
    return row


def _exists(connection: sa.Connection, table: sa.Table, row_id: str | None) -> bool:
    query = sa.select(table.c.id).where(table.c.id == row_id)
    return connection.execute(query).first() is not None


_Convert = Callable[[sa.Column[Any], Any], Any]


def _converted(table: sa.Table, row: Mapping[str, Any], convert: _Convert) -> _Row:
    """Convert the values of a row; columns of other revisions are left out."""
    return {
        name: None if value is None else convert(table.c[name], value)
        for name, value in row.items()
        if name in table.c
    }


def _to_json(column: sa.Column[Any], value: Any) -> Any:  # noqa: ANN401
    if isinstance(column.type, schema.UtcDateTime):
        return value.isoformat()
    if isinstance(column.type, sa.LargeBinary):
        return base64.b64encode(value).decode("ascii")
    return value


def _from_json(column: sa.Column[Any], value: Any) -> Any:  # noqa: ANN401
    if isinstance(column.type, schema.UtcDateTime):
        return datetime.fromisoformat(value)
    if isinstance(column.type, sa.LargeBinary):
        return base64.b64decode(value)
    return value
