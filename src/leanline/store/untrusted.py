"""A SQLite database that somebody else may have made, read without believing it.

Its rows are checked and copied into a database of our own making, so that no trigger, view or
odd table of it gets into a store, and no row names a file outside of one.
"""

from __future__ import annotations

import re
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Final

import sqlalchemy as sa

from leanline.store import schema
from leanline.store.database import Database
from leanline.store.files import ID, SHA256, SUFFIX
from leanline.store.location import Place
from leanline.store.tables import copy_rows, plain

# What belongs to one store only: its id, and what was still to be deleted in it.
_OWN: Final = (schema.store_info, schema.removal)
_CHECKED: Final[tuple[tuple[sa.Column[str], re.Pattern[str]], ...]] = (
    (schema.media.c.sha256, SHA256),
    (schema.media.c.suffix, SUFFIX),
    (schema.session.c.result, ID),
    (schema.session.c.media_sha256, SHA256),
    *((table.c.id, ID) for table in schema.metadata.sorted_tables if "id" in table.c),
    *(
        (column, ID)
        for table in schema.metadata.sorted_tables
        for column in table.c
        if column.name.endswith("_id") or column.name == "retry_of"
    ),
)


def copy_checked(source: Path, target: Place) -> None:
    """Fill a new SQLite database with the rows of one that is not trusted.

    Raises
    ------
    ValueError
        It is damaged, not leanline's, or names what leanline never does.
    """
    try:
        _check_file(source)
        Database(Place(f"sqlite:///{source.as_posix()}", source.parent)).close()
        Database(target).close()
        with plain(source) as untrusted, plain(target.database) as made:
            _check_names(untrusted)
            for table in schema.metadata.sorted_tables:
                if table not in _OWN:
                    copy_rows(untrusted, made, table)
        with closing(sqlite3.connect(target.database)) as connection:
            if connection.execute("PRAGMA foreign_key_check").fetchall():
                raise ValueError("its rows point to rows that are not there")
    except (sqlite3.DatabaseError, sa.exc.SQLAlchemyError) as error:
        raise ValueError(str(error).partition("\n")[0]) from error


def _check_file(database: Path) -> None:
    """Whole, and with nothing in it that acts by itself."""
    with closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True)) as connection:
        connection.execute("PRAGMA trusted_schema=OFF")
        (told,) = connection.execute("PRAGMA integrity_check").fetchone()
        if told != "ok":
            raise ValueError(str(told))
        odd = "SELECT name FROM sqlite_master WHERE type NOT IN ('table', 'index')"
        virtual = "SELECT name FROM sqlite_master WHERE sql LIKE 'CREATE VIRTUAL%'"
        for query in (odd, virtual):
            if found := connection.execute(query).fetchone():
                raise ValueError(f"its database has a part {str(found[0])[:40]!r} that acts")


def _check_names(connection: sa.Connection) -> None:
    for column, pattern in _CHECKED:
        for value in connection.execute(sa.select(column).where(column.is_not(None))).scalars():
            if not isinstance(value, str) or not pattern.fullmatch(value):
                raise ValueError(f"its database has an odd {column.table.name}.{column.name}")
