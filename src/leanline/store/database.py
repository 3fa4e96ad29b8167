"""Connections to the database (SQLite in WAL mode, or PostgreSQL), migrated when opened.

SQLite has to write even to read what is in its log, so a read-only store is opened from a
temporary copy of its database.
"""

from __future__ import annotations

import shutil
import sqlite3
import tempfile
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from importlib.resources import files
from pathlib import Path
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy import event

from leanline.errors import why_refused
from leanline.reason import Reason
from leanline.redact import redacted
from leanline.store.errors import StoreError
from leanline.store.faults import read_only_error
from leanline.store.location import DATABASE_NAME, StoreLocation
from leanline.store.private import create_private_file, make_private_folder, restrict_to_owner
from leanline.store.schema import HEAD, store_info

APPLICATION: Final = "leanline"
_LOCK_TIMEOUT_S: Final = 10.0
# A server handles up to 40 requests at once, and its supervisor watches the workers.
_POOL_OPTIONS: Final = {"pool_size": 20, "max_overflow": 30, "pool_timeout": _LOCK_TIMEOUT_S}
_MIGRATION_LOCK: Final = 7_102_034  # arbitrary, but unlikely to be used elsewhere
_WRITE_OPTION: Final = "leanline_writes"
_REVISION: Final = "SELECT revision FROM store_info"
_BUMP_REVISION: Final = sa.update(store_info).values(revision=store_info.c.revision + 1)


class Database:
    """Transactions on the store's database."""

    def __init__(self, place: StoreLocation) -> None:
        self.is_sqlite = place.is_sqlite
        self.read_only = not place.writable
        self._copy: tempfile.TemporaryDirectory[str] | None = None
        try:
            if self.read_only:
                self._copy = tempfile.TemporaryDirectory(prefix="leanline-read-")
                place = _copy_sqlite(place, Path(self._copy.name))
            self._engine = _engine(place)
        except OSError as error:
            raise StoreError(
                "store.unusable_place", place=place.shown, why=why_refused(error)
            ) from error
        except (sa.exc.ArgumentError, ValueError) as error:
            # The message does not quote the URL, which may hold the password.
            raise StoreError("store.bad_address") from error
        except ImportError as error:
            raise StoreError("package.psycopg") from error
        self._revision_connection: sqlite3.Connection | None = None
        self._revision_lock = threading.Lock()
        try:
            migrate(self)
            if self.is_sqlite:
                self._revision_connection = _connect_without_waiting(place)
        except sa.exc.DBAPIError as error:
            self.close()
            raise StoreError(
                "store.unopenable",
                place=place.shown,
                why=Reason("system.other", {"detail": _driver_message(error)}),
            ) from error
        except BaseException:
            self.close()
            raise

    @contextmanager
    def reading(self, *, steady: bool = False) -> Iterator[sa.Connection]:
        """Open a read-only transaction.

        A SQLite transaction always sees one snapshot; a PostgreSQL one only with ``steady``.
        """
        with self._engine.connect() as connection:
            if steady and not self.is_sqlite:
                connection = connection.execution_options(isolation_level="REPEATABLE READ")
            with connection.begin():
                yield connection

    @contextmanager
    def writing(self, *, shown: bool = True) -> Iterator[sa.Connection]:
        """Open a transaction that commits durably at the end of the block, or not at all.

        Parameters
        ----------
        shown
            Whether the change is visible on a page, so that the store's revision increases.

        Raises
        ------
        ReadOnlyError
            The store cannot be written to.
        """
        if self.read_only:
            raise read_only_error()
        with self._begin_write(shown=shown) as connection:
            yield connection

    def revision(self) -> int:
        """Return a number that increases with every change that is visible on a page."""
        with self.reading() as connection:
            return int(connection.execute(sa.select(store_info.c.revision)).scalar_one())

    def try_revision(self) -> int | None:
        """Return ``revision`` without blocking, or None when the database is busy."""
        if self._revision_connection is None or not self._revision_lock.acquire(blocking=False):
            return None
        try:
            row = self._revision_connection.execute(_REVISION).fetchone()
        except sqlite3.Error:
            return None
        else:
            return None if row is None else int(row[0])
        finally:
            self._revision_lock.release()

    def identity(self) -> str:
        """Return the id of the store that this database belongs to."""
        with self.reading() as connection:
            return str(connection.execute(sa.select(store_info.c.id)).scalar_one())

    @contextmanager
    def _begin_write(self, *, shown: bool) -> Iterator[sa.Connection]:
        with self._engine.connect() as connection:
            connection = connection.execution_options(**{_WRITE_OPTION: True})
            with connection.begin():
                yield connection
                if shown:
                    connection.execute(_BUMP_REVISION)

    def truncate_log(self) -> None:
        """Truncate SQLite's log, so that deleted rows cannot be read from it."""
        if self.is_sqlite and not self.read_only:
            with closing(self._engine.raw_connection()) as connection:
                connection.cursor().execute("PRAGMA wal_checkpoint(TRUNCATE)")

    def save_copy(self, target: Path) -> None:
        """Write a snapshot of a SQLite database to a file without blocking writers."""
        with (
            closing(self._engine.raw_connection()) as source,
            closing(sqlite3.connect(target)) as copy,
        ):
            connection: Any = source.driver_connection
            connection.backup(copy)

    def close(self) -> None:
        """Close all connections."""
        if self._revision_connection is not None:
            self._revision_connection.close()
        self._engine.dispose()
        if self._copy is not None:
            self._copy.cleanup()


def migrate(database: Database) -> None:
    """Upgrade the tables to this version; safe to call from several processes at once.

    Parameters
    ----------
    database
        Any open database.

    Raises
    ------
    StoreError
        A newer version of leanline wrote the store.
    """
    with database.reading() as connection:
        if _version(connection) == HEAD:
            return
    with database._begin_write(shown=False) as connection:  # a read-only store's copy too
        if not database.is_sqlite:
            connection.execute(sa.text(f"SELECT pg_advisory_xact_lock({_MIGRATION_LOCK})"))
        if _version(connection) != HEAD:
            upgrade(connection)


def upgrade(connection: sa.Connection) -> None:
    """Run the outstanding migrations.

    Parameters
    ----------
    connection
        In whose transaction they run.

    Raises
    ------
    StoreError
        A newer version of leanline wrote the store.
    """
    from alembic import command
    from alembic.config import Config
    from alembic.util import CommandError

    config = Config()
    config.set_main_option("script_location", str(files("leanline.store") / "migrations"))
    config.attributes["connection"] = connection
    try:
        command.upgrade(config, "head")
    except CommandError as error:
        raise StoreError("store.newer") from error


def _version(connection: sa.Connection) -> str | None:
    if not sa.inspect(connection).has_table("alembic_version"):
        return None
    version = connection.execute(sa.text("SELECT version_num FROM alembic_version")).scalar()
    return None if version is None else str(version)


def _copy_sqlite(place: StoreLocation, folder: Path) -> StoreLocation:
    """Copy a SQLite database and its log into ``folder``."""
    for suffix in ("", "-wal"):
        source = place.folder / f"{DATABASE_NAME}{suffix}"
        if source.exists():
            shutil.copyfile(source, folder / source.name)
    return StoreLocation(f"sqlite:///{(folder / DATABASE_NAME).as_posix()}", folder)


def _engine(place: StoreLocation) -> sa.Engine:
    if not place.is_sqlite:
        connect_args = {"application_name": APPLICATION, "connect_timeout": 10}
        return sa.create_engine(
            place.url, pool_pre_ping=True, connect_args=connect_args, **_POOL_OPTIONS
        )
    make_private_folder(place.folder)
    create_private_file(place.database)
    for suffix in ("", "-wal", "-shm"):
        path = place.folder / f"{DATABASE_NAME}{suffix}"
        if path.exists():
            restrict_to_owner(path)
    engine = sa.create_engine(place.url, connect_args={"timeout": _LOCK_TIMEOUT_S}, **_POOL_OPTIONS)
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def _prepare_sqlite(connection: Any, record: object) -> None:  # noqa: ANN401
    """Set up a connection: readers never wait for the writer, commits survive a power cut, and
    deleted content is overwritten.
    """
    del record
    connection.isolation_level = None  # ``_begin_sqlite`` starts transactions
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "secure_delete=ON"):
        connection.execute(f"PRAGMA {pragma}")


def _begin_sqlite(connection: sa.Connection) -> None:
    """Take the write lock when a write transaction begins, rather than fail at its first write."""
    writes = connection.get_execution_options().get(_WRITE_OPTION, False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


def _connect_without_waiting(place: StoreLocation) -> sqlite3.Connection:
    """Open a connection, usable from any thread, for a query that must never block."""
    return sqlite3.connect(
        place.database, timeout=0.0, isolation_level=None, check_same_thread=False
    )


def _driver_message(error: sa.exc.DBAPIError) -> str:
    return redacted(str(error.orig).strip().splitlines()[0].rstrip("."))
