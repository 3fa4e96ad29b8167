"""Copies of whole tables between databases."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import sqlalchemy as sa

from leanline.store import schema
from leanline.store.files import Files

_ROWS = 500
LEFT_OUT: Final = (schema.deleted_file, schema.deleted_item, schema.share_link)
"""Tables that backups leave out: deleted items, and links that may be withdrawn by then."""


@dataclass(frozen=True)
class Contents:
    """What a database holds.

    Parameters
    ----------
    names
        Relative paths of the files that it references.
    athletes, sessions
        How many rows there are.
    """

    names: tuple[str, ...]
    athletes: int
    sessions: int


@contextmanager
def connect_sqlite(database: Path) -> Iterator[sa.Connection]:
    """Open a transaction on a SQLite file without enforcing foreign keys.

    Parameters
    ----------
    database
        The file, created if missing.

    Yields
    ------
    Connection
        Committed at the end of the block.
    """
    engine = sa.create_engine(f"sqlite:///{database}")
    try:
        with engine.begin() as connection:
            yield connection
    finally:
        engine.dispose()


def read_contents(database: Path, files: Files) -> Contents:
    """Read what a SQLite database holds.

    Parameters
    ----------
    database
        The file.
    files
        Folder in which the files of its results are listed.

    Returns
    -------
    Contents
        With ``analysis.json`` for a result whose folder is missing.
    """
    media, session = schema.media.c, schema.session.c
    with connect_sqlite(database) as connection:
        clips = connection.execute(sa.select(media.sha256, media.suffix)).all()
        results = connection.execute(sa.select(session.result)).scalars().all()
        count = sa.select(sa.func.count())
        athletes = connection.execute(count.select_from(schema.athlete)).scalar_one()
    names = [f"media/{sha256[:2]}/{sha256}{suffix}" for sha256, suffix in clips]
    for result in filter(None, results):
        self_references = sorted(path.name for path in files.result_folder(result).glob("[!.]*"))
        names += [f"results/{result}/{name}" for name in self_references or ["analysis.json"]]
    return Contents(tuple(names), int(athletes), len(results))


def copy_rows(source: sa.Connection, target: sa.Connection, table: sa.Table) -> None:
    """Copy all rows of a table; foreign keys of the target must not be enforced.

    Parameters
    ----------
    source, target
        Transactions on two databases with the same tables.
    table
        Which one.
    """
    for rows in source.execute(sa.select(table)).mappings().partitions(_ROWS):
        target.execute(table.insert(), [dict(row) for row in rows])


def copy_rows_in_order(source: sa.Connection, target: sa.Connection, table: sa.Table) -> None:
    """Copy all rows of a table under enforced foreign keys; references to itself are set last.

    Parameters
    ----------
    source, target
        Transactions on two databases with the same tables.
    table
        Which one.
    """
    self_references = [
        c for c in table.c if any(key.column.table is table for key in c.foreign_keys)
    ]
    deferred: list[dict[str, Any]] = []
    for rows in source.execute(sa.select(table)).mappings().partitions(_ROWS):
        values = [dict(row) for row in rows]
        for row in values:
            references = {c.name: row[c.name] for c in self_references if row[c.name] is not None}
            if references:
                deferred.append({"of": row["id"], **references})
                row.update(dict.fromkeys(references))
        target.execute(table.insert(), values)
    for row in deferred:
        row_id = row.pop("of")
        target.execute(sa.update(table).where(table.c.id == row_id).values(**row))
