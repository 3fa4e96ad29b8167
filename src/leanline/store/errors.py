"""What the store refuses, said to a person.

StoreError
├── BusyError       the database is locked, overloaded or away for now
├── FullError       the disk has no room
├── ReadOnlyError   nothing can be written
└── ForeignError    a database and a folder that do not belong together
"""

from __future__ import annotations

from leanline.errors import LeanlineError


class StoreError(LeanlineError):
    """The store cannot be opened, read or written."""

    exit_code = 3


class BusyError(StoreError):
    """The store cannot be used for the moment; the same will work later."""


class FullError(StoreError):
    """There is no room on the disk."""


class ReadOnlyError(StoreError):
    """The store can be read but not written."""


class ForeignError(StoreError):
    """The folder of files and the database are not of the same store."""


class MissingError(LeanlineError):
    """There is no such athlete, session, job or file in the store."""

    exit_code = 2


class ConflictError(LeanlineError):
    """What is asked for contradicts what is there already."""

    exit_code = 2
