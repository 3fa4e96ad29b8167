"""What can go wrong, said to a person.

LeanlineError
├── UsageError          the call asks for something impossible           exit 2
├── InputError          the file cannot be read as a clip or a track     exit 3
└── NobodyError         readable, but nobody running, walking or         exit 4
                        standing to measure

Each message is one sentence that names the file and what is wrong; ``hint`` says what to do.
"""

from __future__ import annotations


class LeanlineError(Exception):
    """Base of all errors that leanline raises on purpose.

    Parameters
    ----------
    message
        What is wrong, with which file.
    hint
        What the person can do about it.
    """

    exit_code = 1

    def __init__(self, message: str, *, hint: str = "") -> None:
        super().__init__(message)
        self.hint = hint


class UsageError(LeanlineError):
    """An option or argument that cannot be used as given."""

    exit_code = 2


class InputError(LeanlineError):
    """A file that cannot be read as a clip or as a pose track."""

    exit_code = 3


class NobodyError(LeanlineError):
    """A readable clip without anybody running, walking or standing to measure."""

    exit_code = 4


class CancelledError(LeanlineError):
    """The person stopped the analysis; nothing was written."""

    exit_code = 130
