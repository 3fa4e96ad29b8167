"""The connection to the database: SQLite in WAL mode or PostgreSQL, brought up to date."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, contextmanager
from importlib.resources import files
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy import event

from leanline.store.errors import StoreError
from leanline.store.place import Place
from leanline.store.schema import HEAD

_WAIT_S: Final = 20.0
_MIGRATION_LOCK: Final = 7_102_034  # any number that other programs do not use
_WRITES: Final = "leanline_writes"


class Database:
    """Transactions on the store's database."""

    def __init__(self, place: Place) -> None:
        self.is_sqlite = place.is_sqlite
        self._place = place
        try:
            self._engine = _engine(place)
        except OSError as error:
            raise StoreError(
                f"The store cannot be at {place.shown}: {error.strerror}.",
                hint="Choose another folder, with --data or LEANLINE_DATA.",
            ) from error
        except ImportError as error:
            raise StoreError(
                "PostgreSQL needs the package psycopg, which is not installed.",
                hint="pip install 'leanline[postgres]'",
            ) from error
        try:
            migrate(self)
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
    def writing(self) -> Iterator[sa.Connection]:
        """A transaction that is on the disk when the block has ended, or never was."""
        with self._engine.connect() as connection:
            connection = connection.execution_options(**{_WRITES: True})
            with connection.begin():
                yield connection

    def forget(self) -> None:
        """Bring deletions from SQLite's log into the file, so that nothing is left to read."""
        if self.is_sqlite:
            with closing(self._engine.raw_connection()) as connection:
                connection.cursor().execute("PRAGMA wal_checkpoint(TRUNCATE)")

    def close(self) -> None:
        """Close all connections."""
        self._engine.dispose()


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
    with database.writing() as connection:
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


def _engine(place: Place) -> sa.Engine:
    if not place.is_sqlite:
        return sa.create_engine(place.url, pool_pre_ping=True)
    place.folder.mkdir(mode=0o700, parents=True, exist_ok=True)  # of people, for nobody else
    engine = sa.create_engine(place.url, connect_args={"timeout": _WAIT_S})
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


def _said(error: sa.exc.DBAPIError) -> str:
    return str(error.orig).strip().splitlines()[0].rstrip(".")
