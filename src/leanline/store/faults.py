"""Translation of disk and database errors into errors with a message for the user."""

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
# PostgreSQL SQLSTATE classes and codes; SQLite reports the same only in its messages.
_PG_FULL: Final = ("53100",)
_PG_READ_ONLY: Final = ("25006",)
_PG_BUSY: Final = ("53", "55", "40")
_PG_DISCONNECTED: Final = ("08", "57")


def translate_error(error: BaseException) -> LeanlineError | None:
    """Find the error to show to the user for a disk or database error.

    Parameters
    ----------
    error
        Any error.

    Returns
    -------
    LeanlineError or None
        None for an error of another kind.
    """
    if isinstance(error, OSError):
        return _translate_os_error(error)
    if isinstance(error, sa.exc.TimeoutError):
        return busy_error()
    if isinstance(error, sa.exc.DataError):
        return UsageError("store.impossible_value")
    if isinstance(error, sa.exc.DBAPIError) and not isinstance(error, sa.exc.IntegrityError):
        return _translate_database_error(error)
    return None


@contextmanager
def translating_errors() -> Iterator[None]:
    """Re-raise disk and database errors inside the block as errors to show to the user.

    Yields
    ------
    None
        Errors of other kinds pass unchanged.

    Raises
    ------
    BusyError
        The database is in use or cannot be reached; retry later.
    FullError
        The disk is full.
    ReadOnlyError
        The store cannot be written to.
    StoreError
        The database is damaged or refuses.
    """
    try:
        yield
    except (sa.exc.SQLAlchemyError, OSError) as error:
        fault = translate_error(error)
        if fault is None:
            raise
        raise fault from error


def busy_error() -> BusyError:
    """Return the error for a database that others are writing to."""
    return BusyError("store.busy")


def full_error() -> FullError:
    """Return the error for a full disk."""
    return FullError("store.full")


def read_only_error() -> ReadOnlyError:
    """Return the error for a store that cannot be written to."""
    return ReadOnlyError("store.read_only")


def _translate_os_error(error: OSError) -> LeanlineError | None:
    if error.errno in _FULL:
        return full_error()
    if error.errno in _READ_ONLY:
        return read_only_error()
    return None


def _translate_database_error(error: sa.exc.DBAPIError) -> LeanlineError:
    message = str(error.orig).lower()
    code = str(getattr(error.orig, "sqlstate", None) or "")
    if "is full" in message or code in _PG_FULL:
        return full_error()
    if "readonly" in message or code in _PG_READ_ONLY:
        return read_only_error()
    if "locked" in message or "busy" in message or code.startswith(_PG_BUSY):
        return busy_error()
    if "malformed" in message or "not a database" in message:
        return StoreError("store.damaged")
    disconnected = not code and not isinstance(error.orig, sqlite3.Error)
    if error.connection_invalidated or disconnected or code.startswith(_PG_DISCONNECTED):
        return BusyError("store.away")
    return StoreError("store.refused")
