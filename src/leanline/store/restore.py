"""Restore a store from a backup, which is treated as untrusted and installed in one step."""

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
from leanline.store.archive import Backup, ProgressCallback, open_archive
from leanline.store.database import APPLICATION, Database
from leanline.store.errors import ConflictError
from leanline.store.files import Files
from leanline.store.identity import write_marker
from leanline.store.location import DATABASE_NAME, StoreLocation
from leanline.store.locks import STORE_LOCK, file_lock, is_free
from leanline.store.private import make_private_folder, restrict_to_owner
from leanline.store.replacing import finish_restore, install_staged, staging_folder
from leanline.store.sweep import sweep
from leanline.store.tables import Contents, connect_sqlite, copy_rows_in_order, read_contents
from leanline.store.untrusted import copy_checked

_UNTRUSTED: Final = "untrusted.sqlite3"
_SETTLE_S: Final = 2.0


def restore_backup(
    source: Path,
    where: StoreLocation,
    *,
    overwrite: bool = False,
    progress: ProgressCallback | None = None,
) -> Backup:
    """Replace the contents of a store by those of a backup.

    A store of files is kept beside the new one, under a name that ends in ``.before-`` and the
    time. The rows of a PostgreSQL store are replaced, and the clips they referenced move to its
    quarantine.

    Parameters
    ----------
    source
        The backup file.
    where
        The store to replace.
    overwrite
        Restore even if the store is not empty.
    progress
        Called with a phase and the share done, 0 to 1; may raise to stop.

    Returns
    -------
    Backup
        What was restored.

    Raises
    ------
    InputError
        The file is not a backup, or is corrupt.
    ConflictError
        The store is not empty, or is in use.
    FullError
        The disk has no room for it.
    """
    finish_restore(where)
    if not overwrite:
        _check_empty(where)
    with _exclusive_lock(where), staging_folder(where) as folder:
        restored, count = _unpack(source, folder, progress)
        if where.is_sqlite:
            if not overwrite:
                _check_empty(where)
            install_staged(folder, where)
        else:
            _load_into_postgres(folder, where)
    return Backup(source, restored.athletes, restored.sessions, files=count)


def _unpack(source: Path, folder: Path, progress: ProgressCallback | None) -> tuple[Contents, int]:
    """Unpack a backup as a complete store; return its contents and the number of files."""
    staged = StoreLocation(f"sqlite:///{(folder / DATABASE_NAME).as_posix()}", folder)
    with open_archive(source) as archive:
        archive.extract_database(folder / _UNTRUSTED)
        copy_checked(folder / _UNTRUSTED, staged)
        for path in folder.glob(f"{_UNTRUSTED}*"):
            path.unlink()
        archive.extract_files(_referenced_members(staged, archive.names), folder, progress)
    write_marker(staged)
    return read_contents(staged.database, Files(folder)), len(archive.names)


def _referenced_members(staged: StoreLocation, members: frozenset[str]) -> frozenset[str]:
    """Return the members of a backup that its database references."""
    with connect_sqlite(staged.database) as connection:
        media = connection.execute(sa.select(schema.media.c.sha256, schema.media.c.suffix)).all()
        results = set(connection.execute(sa.select(schema.session.c.result)).scalars())
    clips = {f"media/{sha256[:2]}/{sha256}{suffix}" for sha256, suffix in media}
    parts = {name for name in members if name.startswith("results/")}
    return frozenset(clips | {name for name in parts if name.split("/")[1] in results})


@contextmanager
def _exclusive_lock(where: StoreLocation) -> Iterator[None]:
    """Hold the store exclusively: nobody has it open, and nobody can open it."""
    if not where.folder.exists():
        yield
        return
    with file_lock(where.folder / "locks" / STORE_LOCK, wait_s=0.0) as held:
        worker_locks = (where.folder / "locks").glob("worker-*")
        if not held or not all(is_free(lock) for lock in worker_locks):
            raise _in_use_error(where)
        yield


def _check_empty(where: StoreLocation) -> None:
    if where.is_sqlite:
        occupied = where.database.exists() or Files(where.folder).has_any()
    else:
        database = Database(where)
        occupied = _has_rows(database)
        database.close()
    if occupied:
        raise _occupied_error(where)


def _load_into_postgres(folder: Path, where: StoreLocation) -> None:
    """Load files and rows into a PostgreSQL store: files first, then all rows at once."""
    make_private_folder(where.folder)
    database, files = Database(where), Files(where.folder)
    try:
        _check_no_connections(database, where)
        with files.adding():
            _copy_files(folder, where)
            with connect_sqlite(folder / DATABASE_NAME) as packed, database.writing() as connection:
                _replace_rows(packed, connection)
        write_marker(where, database.identity())
        sweep(database, files)
    finally:
        database.close()


def _copy_files(folder: Path, where: StoreLocation) -> None:
    for kind in ("media", "results"):
        for path in (p for p in (folder / kind).rglob("*") if p.is_file()):
            target = where.folder / path.relative_to(folder)
            make_private_folder(target.parent)
            with written_atomically(target) as part:
                shutil.copyfile(path, part)
                restrict_to_owner(part)


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


def _check_no_connections(database: Database, where: StoreLocation) -> None:
    """Refuse while servers on other machines, which hold no lock here, are connected."""
    others = sa.text(
        "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() "
        "AND application_name = :name AND pid <> pg_backend_pid()"
    )
    deadline = time.monotonic() + _SETTLE_S  # connections closed just before may linger
    while True:
        with database.reading() as connection:
            if not connection.execute(others, {"name": APPLICATION}).scalar_one():
                return
        if time.monotonic() > deadline:
            raise _in_use_error(where)
        time.sleep(0.05)


def _in_use_error(where: StoreLocation) -> ConflictError:
    return ConflictError("store.in_use", place=where.shown)


def _occupied_error(where: StoreLocation) -> ConflictError:
    return (
        ConflictError("store.occupied_folder", place=where.shown)
        if where.is_sqlite
        else ConflictError("store.occupied_database", place=where.shown)
    )
