"""What the store refuses, said to a person."""

from __future__ import annotations

from leanline.errors import LeanlineError


class StoreError(LeanlineError):
    """The store cannot be opened, read or written."""

    exit_code = 3


class MissingError(LeanlineError):
    """There is no such athlete, session, job or file in the store."""

    exit_code = 2


class ConflictError(LeanlineError):
    """What is asked for contradicts what is there already."""

    exit_code = 2
