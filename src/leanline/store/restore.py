"""A store from a backup: read as if somebody else had made it, put in place in one step."""

from __future__ import annotations

import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import sqlalchemy as sa

from leanline.files import written_atomically
from leanline.store import schema
from leanline.store.archive import Backup, OnPart, opened
from leanline.store.database import APPLICATION, Database
from leanline.store.errors import ConflictError
from leanline.store.files import Files
from leanline.store.identity import mark
from leanline.store.location import DATABASE_NAME, Place
from leanline.store.locks import STORE_LOCK, is_free, locked
from leanline.store.private import close_to_others, private_folder
from leanline.store.replacing import finish_restore, put_in_place, staging
from leanline.store.sweep import sweep
from leanline.store.tables import Contents, contents, copy_rows_in_order, plain
from leanline.store.untrusted import copy_checked

_UNTRUSTED: Final = "untrusted.sqlite3"
_SETTLE_S: Final = 2.0


def restore_backup(
    source: Path, where: Place, *, overwrite: bool = False, progress: OnPart | None = None
) -> Backup:
    """Make a store what a backup holds.

    What was in a store of files before is kept beside it, under a name that ends in
    ``.before-`` and the time; rows of a PostgreSQL store are replaced, and the clips that they
    named move to its quarantine.

    Parameters
    ----------
    overwrite
        Also when there is something in the store.

    Raises
    ------
    InputError
        The file is no backup, or damaged.
    ConflictError
        There is something in the store, or it is in use.
    FullError
        The disk has no room for it.
    """
    finish_restore(where)
    if not overwrite:
        _refuse_occupied(where)
    with _alone(where), staging(where) as folder:
        found, count = _unpacked(source, folder, progress)
        if where.is_sqlite:
            if not overwrite:
                _refuse_occupied(where)
            put_in_place(folder, where)
        else:
            _fill(folder, where)
    return Backup(source, found.athletes, found.sessions, files=count)


def _unpacked(source: Path, folder: Path, progress: OnPart | None) -> tuple[Contents, int]:
    """A whole store in a folder; what is in it, and how many files."""
    made = Place(f"sqlite:///{(folder / DATABASE_NAME).as_posix()}", folder)
    with opened(source) as archive:
        archive.database(folder / _UNTRUSTED)
        copy_checked(folder / _UNTRUSTED, made)
        for path in folder.glob(f"{_UNTRUSTED}*"):
            path.unlink()
        archive.unpack(_named(made, archive.names), folder, progress)
    mark(made)
    return contents(made.database, Files(folder)), len(archive.names)


def _named(made: Place, offered: frozenset[str]) -> frozenset[str]:
    """The files of a backup that its database names."""
    with plain(made.database) as connection:
        media = connection.execute(sa.select(schema.media.c.sha256, schema.media.c.suffix)).all()
        results = set(connection.execute(sa.select(schema.session.c.result)).scalars())
    clips = {f"media/{sha256[:2]}/{sha256}{suffix}" for sha256, suffix in media}
    parts = {name for name in offered if name.startswith("results/")}
    return frozenset(clips | {name for name in parts if name.split("/")[1] in results})


@contextmanager
def _alone(where: Place) -> Iterator[None]:
    """While nobody has the store open, and nobody can open it."""
    if not where.folder.exists():
        yield
        return
    with locked(where.folder / "locks" / STORE_LOCK, wait_s=0.0) as held:
        working = (where.folder / "locks").glob("worker-*")
        if not held or not all(is_free(lock) for lock in working):
            raise _in_use(where)
        yield


def _refuse_occupied(where: Place) -> None:
    if where.is_sqlite:
        occupied = where.database.exists() or Files(where.folder).has_any()
    else:
        database = Database(where)
        occupied = _has_rows(database)
        database.close()
    if occupied:
        raise _occupied(where)


def _fill(folder: Path, where: Place) -> None:
    """Put files and rows into a PostgreSQL store: files first, then all rows at once."""
    private_folder(where.folder)
    database, files = Database(where), Files(where.folder)
    try:
        _refuse_connected(database, where)
        with files.adding():
            _copy_files(folder, where)
            with plain(folder / DATABASE_NAME) as packed, database.writing() as connection:
                _replace_rows(packed, connection)
        mark(where, database.identity())
        sweep(database, files)
    finally:
        database.close()


def _copy_files(folder: Path, where: Place) -> None:
    for kind in ("media", "results"):
        for path in (p for p in (folder / kind).rglob("*") if p.is_file()):
            target = where.folder / path.relative_to(folder)
            private_folder(target.parent)
            with written_atomically(target) as part:
                shutil.copyfile(path, part)
                close_to_others(part)


def _replace_rows(source: sa.Connection, target: sa.Connection) -> None:
    tables = [t for t in schema.metadata.sorted_tables if t is not schema.store_info]
    for table in reversed(tables):
        target.execute(sa.delete(table))
    for table in tables:
        copy_rows_in_order(source, target, table)
    target.execute(
        sa.text(
            "SELECT setval(pg_get_serial_sequence('correction', 'number'), "
            "(SELECT coalesce(max(number), 0) + 1 FROM correction), false)"
        )
    )


def _has_rows(database: Database) -> bool:
    with database.reading() as connection:
        return any(
            connection.execute(sa.select(table).limit(1)).first() is not None
            for table in (schema.athlete, schema.session)
        )


def _refuse_connected(database: Database, where: Place) -> None:
    """A server of another machine holds no lock here, but has connections to the database."""
    others = sa.text(
        "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() "
        "AND application_name = :name AND pid <> pg_backend_pid()"
    )
    ends = time.monotonic() + _SETTLE_S  # connections that were just closed take a moment
    while True:
        with database.reading() as connection:
            if not connection.execute(others, {"name": APPLICATION}).scalar_one():
                return
        if time.monotonic() > ends:
            raise _in_use(where)
        time.sleep(0.05)


def _in_use(where: Place) -> ConflictError:
    return ConflictError(
        f"The store at {where.shown} is in use.", hint="Stop leanline serve first."
    )


def _occupied(where: Place) -> ConflictError:
    return ConflictError(
        f"There is something in the store at {where.shown} already.",
        hint="Restore into another folder (--data DIR), or add --overwrite"
        + ("; what is there is kept beside it." if where.is_sqlite else ", which replaces it."),
    )
