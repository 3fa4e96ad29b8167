"""The connection to the database: SQLite in WAL mode or PostgreSQL, brought up to date.

A SQLite store that cannot be written to is read from a copy of its database, since SQLite
needs to write even to read what is in its log.
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

from leanline.redact import redacted
from leanline.store.errors import StoreError
from leanline.store.faults import read_only
from leanline.store.location import DATABASE_NAME, Place
from leanline.store.private import close_to_others, private_file, private_folder
from leanline.store.schema import HEAD, store_info

APPLICATION: Final = "leanline"
_WAIT_S: Final = 10.0
# A server answers up to 40 requests at once, and its supervisor looks after the workers.
_POOL: Final = {"pool_size": 20, "max_overflow": 30, "pool_timeout": _WAIT_S}
_MIGRATION_LOCK: Final = 7_102_034  # any number that other programs do not use
_WRITES: Final = "leanline_writes"
_REVISION: Final = "SELECT revision FROM store_info"
_RISES: Final = sa.update(store_info).values(revision=store_info.c.revision + 1)


class Database:
    """Transactions on the store's database."""

    def __init__(self, place: Place) -> None:
        self.is_sqlite = place.is_sqlite
        self.read_only = not place.writable
        self._copy: tempfile.TemporaryDirectory[str] | None = None
        try:
            if self.read_only:
                self._copy = tempfile.TemporaryDirectory(prefix="leanline-read-")
                place = _copied(place, Path(self._copy.name))
            self._engine = _engine(place)
        except OSError as error:
            raise StoreError(
                f"The store cannot be at {place.shown}: {error.strerror}.",
                hint="Choose another folder, with --data or LEANLINE_DATA.",
            ) from error
        except (sa.exc.ArgumentError, ValueError) as error:
            # What is wrong is not repeated, as it may be the password.
            raise StoreError(
                "The address of the database cannot be read.",
                hint="It is like postgresql://user:password@host:5432/leanline; signs such as @ "
                "and / in a password are written %40 and %2F.",
            ) from error
        except ImportError as error:
            raise StoreError(
                "PostgreSQL needs the package psycopg, which is not installed.",
                hint="pip install 'leanline[postgres]'",
            ) from error
        self._quick: sqlite3.Connection | None = None
        self._quick_turn = threading.Lock()
        try:
            migrate(self)
            if self.is_sqlite:
                self._quick = _quick(place)
        except sa.exc.DBAPIError as error:
            self.close()
            raise StoreError(
                f"The store at {place.shown} cannot be opened: {_said(error)}.",
                hint="Check the place, its rights and, for PostgreSQL, that it runs.",
            ) from error
        except BaseException:
            self.close()
            raise

    @contextmanager
    def reading(self, *, steady: bool = False) -> Iterator[sa.Connection]:
        """A transaction that changes nothing.

        In SQLite it sees one state of the store, in PostgreSQL only if it is to be ``steady``.
        """
        with self._engine.connect() as connection:
            if steady and not self.is_sqlite:
                connection = connection.execution_options(isolation_level="REPEATABLE READ")
            with connection.begin():
                yield connection

    @contextmanager
    def writing(self, *, shown: bool = True) -> Iterator[sa.Connection]:
        """A transaction that is on the disk when the block has ended, or never was.

        Parameters
        ----------
        shown
            Whether pages show what changes, so that the store's revision rises.

        Raises
        ------
        ReadOnlyError
            The store cannot be written to.
        """
        if self.read_only:
            raise read_only()
        with self._written(shown=shown) as connection:
            yield connection

    def revision(self) -> int:
        """A number that is another one whenever something that pages show has changed."""
        with self.reading() as connection:
            return int(connection.execute(sa.select(store_info.c.revision)).scalar_one())

    def revision_at_once(self) -> int | None:
        """``revision`` without waiting for anybody; None where that cannot be had."""
        if self._quick is None or not self._quick_turn.acquire(blocking=False):
            return None
        try:
            row = self._quick.execute(_REVISION).fetchone()
        except sqlite3.Error:
            return None
        else:
            return None if row is None else int(row[0])
        finally:
            self._quick_turn.release()

    def identity(self) -> str:
        """The id of the store that this is the database of."""
        with self.reading() as connection:
            return str(connection.execute(sa.select(store_info.c.id)).scalar_one())

    @contextmanager
    def _written(self, *, shown: bool) -> Iterator[sa.Connection]:
        with self._engine.connect() as connection:
            connection = connection.execution_options(**{_WRITES: True})
            with connection.begin():
                yield connection
                if shown:
                    connection.execute(_RISES)

    def forget(self) -> None:
        """Bring deletions from SQLite's log into the file, so that nothing is left to read."""
        if self.is_sqlite and not self.read_only:
            with closing(self._engine.raw_connection()) as connection:
                connection.cursor().execute("PRAGMA wal_checkpoint(TRUNCATE)")

    def save_copy(self, target: Path) -> None:
        """Write one state of a SQLite database to a file, while others go on writing."""
        with (
            closing(self._engine.raw_connection()) as source,
            closing(sqlite3.connect(target)) as copy,
        ):
            connection: Any = source.driver_connection
            connection.backup(copy)

    def close(self) -> None:
        """Close all connections."""
        if self._quick is not None:
            self._quick.close()
        self._engine.dispose()
        if self._copy is not None:
            self._copy.cleanup()


def migrate(database: Database) -> None:
    """Bring the tables up to date; several processes may try at once.

    Raises
    ------
    StoreError
        The store was written by a newer leanline.
    """
    with database.reading() as connection:
        if _version(connection) == HEAD:
            return
    with database._written(shown=False) as connection:  # also of a copy
        if not database.is_sqlite:
            connection.execute(sa.text(f"SELECT pg_advisory_xact_lock({_MIGRATION_LOCK})"))
        if _version(connection) != HEAD:
            upgrade(connection)


def upgrade(connection: sa.Connection) -> None:
    """Run the migrations that are missing, in the transaction of ``connection``."""
    from alembic import command
    from alembic.config import Config
    from alembic.util import CommandError

    config = Config()
    config.set_main_option("script_location", str(files("leanline.store") / "migrations"))
    config.attributes["connection"] = connection
    try:
        command.upgrade(config, "head")
    except CommandError as error:
        raise StoreError(
            "The store was written by a newer leanline than this one.",
            hint="Update leanline: pip install -U leanline.",
        ) from error


def _version(connection: sa.Connection) -> str | None:
    if not sa.inspect(connection).has_table("alembic_version"):
        return None
    found = connection.execute(sa.text("SELECT version_num FROM alembic_version")).scalar()
    return None if found is None else str(found)


def _copied(place: Place, folder: Path) -> Place:
    """A copy of a SQLite database with its log; the files stay where they are."""
    for suffix in ("", "-wal"):
        source = place.folder / f"{DATABASE_NAME}{suffix}"
        if source.exists():
            shutil.copyfile(source, folder / source.name)
    return Place(f"sqlite:///{(folder / DATABASE_NAME).as_posix()}", folder)


def _engine(place: Place) -> sa.Engine:
    if not place.is_sqlite:
        told = {"application_name": APPLICATION, "connect_timeout": 10}
        return sa.create_engine(place.url, pool_pre_ping=True, connect_args=told, **_POOL)
    private_folder(place.folder)
    private_file(place.database)
    for suffix in ("", "-wal", "-shm"):
        path = place.folder / f"{DATABASE_NAME}{suffix}"
        if path.exists():
            close_to_others(path)
    engine = sa.create_engine(place.url, connect_args={"timeout": _WAIT_S}, **_POOL)
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def _prepare_sqlite(connection: Any, record: object) -> None:  # noqa: ANN401
    """Readers never wait for the writer; what was committed survives a power cut, and what was
    deleted is overwritten.
    """
    del record
    connection.isolation_level = None  # transactions begin where we say
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "secure_delete=ON"):
        connection.execute(f"PRAGMA {pragma}")


def _begin_sqlite(connection: sa.Connection) -> None:
    """A writer takes its turn at once, instead of finding out late that another was first."""
    writes = connection.get_execution_options().get(_WRITES, False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


def _quick(place: Place) -> sqlite3.Connection:
    """A connection for one small question that must never wait; from any thread."""
    return sqlite3.connect(
        place.database, timeout=0.0, isolation_level=None, check_same_thread=False
    )


def _said(error: sa.exc.DBAPIError) -> str:
    return redacted(str(error.orig).strip().splitlines()[0].rstrip("."))
