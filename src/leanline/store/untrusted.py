"""Reading a SQLite database that may have been tampered with.

Its rows are validated and copied into a freshly created database, so that no trigger, view or
unexpected table reaches the store, and no row names a file outside it.
"""

from __future__ import annotations

import re
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Final

import sqlalchemy as sa

from leanline.errors import DamageError
from leanline.store import schema
from leanline.store.database import Database
from leanline.store.files import ID, SHA256, SUFFIX
from leanline.store.location import StoreLocation
from leanline.store.tables import LEFT_OUT, connect_sqlite, copy_rows

# Specific to one store: its id, its pending removals, and what backups leave out.
_STORE_SPECIFIC: Final = (schema.store_info, schema.removal, *LEFT_OUT)
_NAME_PATTERNS: Final[tuple[tuple[sa.Column[str], re.Pattern[str]], ...]] = (
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


def copy_checked(source: Path, target: StoreLocation) -> None:
    """Fill a new SQLite database with the rows of an untrusted one.

    Parameters
    ----------
    source
        The untrusted database; it is migrated.
    target
        Where to create the new one.

    Raises
    ------
    DamageError
        The database is corrupt, not leanline's, or holds invalid names.
    """
    try:
        _check_file(source)
        Database(StoreLocation(f"sqlite:///{source.as_posix()}", source.parent)).close()
        Database(target).close()
        with connect_sqlite(source) as untrusted, connect_sqlite(target.database) as created:
            _check_names(untrusted)
            for table in schema.metadata.sorted_tables:
                if table not in _STORE_SPECIFIC:
                    copy_rows(untrusted, created, table)
        with closing(sqlite3.connect(target.database)) as connection:
            if connection.execute("PRAGMA foreign_key_check").fetchall():
                raise DamageError("damage.dangling_rows")
    except (sqlite3.DatabaseError, sa.exc.SQLAlchemyError) as error:
        raise DamageError("damage.other", detail=str(error).partition("\n")[0]) from error


def _check_file(database: Path) -> None:
    """Check integrity, and refuse anything executable such as triggers and virtual tables."""
    with closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True)) as connection:
        connection.execute("PRAGMA trusted_schema=OFF")
        (verdict,) = connection.execute("PRAGMA integrity_check").fetchone()
        if verdict != "ok":
            raise DamageError("damage.other", detail=str(verdict))
        unexpected = "SELECT name FROM sqlite_master WHERE type NOT IN ('table', 'index')"
        virtual = "SELECT name FROM sqlite_master WHERE sql LIKE 'CREATE VIRTUAL%'"
        for query in (unexpected, virtual):
            if executable := connection.execute(query).fetchone():
                raise DamageError("damage.active_part", name=str(executable[0])[:40])


def _check_names(connection: sa.Connection) -> None:
    for column, pattern in _NAME_PATTERNS:
        for value in connection.execute(sa.select(column).where(column.is_not(None))).scalars():
            if not isinstance(value, str) or not pattern.fullmatch(value):
                raise DamageError("damage.odd_value", column=f"{column.table.name}.{column.name}")
