"""Errors that the store raises.

StoreError
├── BusyError       the database is locked, overloaded or temporarily unreachable
├── FullError       the disk is full
├── ReadOnlyError   the store cannot be written to
└── ForeignError    the database and the folder belong to different stores
"""

from __future__ import annotations

from leanline.errors import LeanlineError


class StoreError(LeanlineError):
    """The store cannot be opened, read or written."""

    exit_code = 3


class BusyError(StoreError):
    """The store is temporarily unavailable; retry later."""


class FullError(StoreError):
    """The disk is full."""


class ReadOnlyError(StoreError):
    """The store can be read but not written to."""


class ForeignError(StoreError):
    """The folder of files and the database belong to different stores."""


class MissingError(LeanlineError):
    """The store has no such athlete, session, job or file."""

    exit_code = 2


class ConflictError(LeanlineError):
    """The request conflicts with what the store already holds."""

    exit_code = 2
