"""What a disk or a database refuses, as errors with a sentence for a person."""

from __future__ import annotations

import errno
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

import sqlalchemy as sa

from leanline.errors import LeanlineError, UsageError
from leanline.store.errors import BusyError, FullError, ReadOnlyError, StoreError

_FULL: Final = frozenset({errno.ENOSPC, errno.EDQUOT})
_READ_ONLY: Final = frozenset({errno.EROFS, errno.EACCES, errno.EPERM})
# SQLSTATE classes and codes of PostgreSQL; SQLite says it in words only.
_PG_FULL: Final = ("53100",)
_PG_READ_ONLY: Final = ("25006",)
_PG_BUSY: Final = ("53", "55", "40")
_PG_AWAY: Final = ("08", "57")


def fault_of(error: BaseException) -> LeanlineError | None:
    """The sentence for an error of the disk or the database; None for any other error."""
    if isinstance(error, OSError):
        return _of_disk(error)
    if isinstance(error, sa.exc.TimeoutError):
        return busy()
    if isinstance(error, sa.exc.DataError):
        return UsageError("The database cannot hold such a value.")
    if isinstance(error, sa.exc.DBAPIError) and not isinstance(error, sa.exc.IntegrityError):
        return _of_database(error)
    return None


@contextmanager
def translated_faults() -> Iterator[None]:
    """Errors of the disk or the database become those with a sentence."""
    try:
        yield
    except (sa.exc.SQLAlchemyError, OSError) as error:
        fault = fault_of(error)
        if fault is None:
            raise
        raise fault from error


def busy() -> BusyError:
    """Others are writing."""
    return BusyError(
        "The store is busy: other programs are using its database.",
        hint="Nothing is lost. Try again in a moment.",
    )


def full() -> FullError:
    """There is no room."""
    return FullError("The disk is full.", hint="Make room on it, then try again.")


def read_only() -> ReadOnlyError:
    """Nothing can be written."""
    return ReadOnlyError(
        "The store is read-only: its folder cannot be written to.",
        hint="It can be looked at and backed up; to change it, give yourself the right to write.",
    )


def _of_disk(error: OSError) -> LeanlineError | None:
    if error.errno in _FULL:
        return full()
    if error.errno in _READ_ONLY:
        return read_only()
    return None


def _of_database(error: sa.exc.DBAPIError) -> LeanlineError:
    said = str(error.orig).lower()
    code = str(getattr(error.orig, "sqlstate", None) or "")
    if "is full" in said or code in _PG_FULL:
        return full()
    if "readonly" in said or code in _PG_READ_ONLY:
        return read_only()
    if "locked" in said or "busy" in said or code.startswith(_PG_BUSY):
        return busy()
    if "malformed" in said or "not a database" in said:
        return StoreError(
            "The database of the store is damaged.",
            hint="Stop leanline and restore the newest backup: leanline restore FILE.",
        )
    away = not code and not isinstance(error.orig, sqlite3.Error)
    if error.connection_invalidated or away or code.startswith(_PG_AWAY):
        return BusyError(
            "The database of the store does not answer.",
            hint="Check that it runs; leanline goes on by itself when it is back.",
        )
    return StoreError("The database of the store refused.", hint="The server's log says why.")
