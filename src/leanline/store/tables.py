"""Whole tables, from one database to another."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from leanline.store import schema
from leanline.store.files import Files

_ROWS = 500


@dataclass(frozen=True)
class Contents:
    """The files that the rows of a database name, by their place, and how much there is."""

    names: tuple[str, ...]
    athletes: int
    sessions: int


@contextmanager
def plain(database: Path) -> Iterator[sa.Connection]:
    """A transaction on a SQLite file, without the order that foreign keys ask for."""
    engine = sa.create_engine(f"sqlite:///{database}")
    try:
        with engine.begin() as connection:
            yield connection
    finally:
        engine.dispose()


def contents(database: Path, files: Files) -> Contents:
    """What a SQLite database names; a result's files are those that ``files`` has of it."""
    media, session = schema.media.c, schema.session.c
    with plain(database) as connection:
        clips = connection.execute(sa.select(media.sha256, media.suffix)).all()
        results = connection.execute(sa.select(session.result)).scalars().all()
        count = sa.select(sa.func.count())
        athletes = connection.execute(count.select_from(schema.athlete)).scalar_one()
    names = [f"media/{sha256[:2]}/{sha256}{suffix}" for sha256, suffix in clips]
    for result in filter(None, results):
        own = sorted(path.name for path in files.result(result).glob("[!.]*"))
        names += [f"results/{result}/{name}" for name in own or ["analysis.json"]]
    return Contents(tuple(names), int(athletes), len(results))


def copy_rows(source: sa.Connection, target: sa.Connection, table: sa.Table) -> None:
    """All rows of a table, to where foreign keys are not looked at."""
    for rows in source.execute(sa.select(table)).mappings().partitions(_ROWS):
        target.execute(table.insert(), [dict(row) for row in rows])


def copy_rows_in_order(source: sa.Connection, target: sa.Connection, table: sa.Table) -> None:
    """All rows of a table; what points into the table itself is set when all of it is there."""
    own = [c for c in table.c if any(key.column.table is table for key in c.foreign_keys)]
    later: list[dict[str, Any]] = []
    for rows in source.execute(sa.select(table)).mappings().partitions(_ROWS):
        found = [dict(row) for row in rows]
        for row in found:
            pointing = {c.name: row[c.name] for c in own if row[c.name] is not None}
            if pointing:
                later.append({"of": row["id"], **pointing})
                row.update(dict.fromkeys(pointing))
        target.execute(table.insert(), found)
    for row in later:
        of = row.pop("of")
        target.execute(sa.update(table).where(table.c.id == of).values(**row))
