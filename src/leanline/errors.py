"""What can go wrong.

LeanlineError
├── UsageError          the call asks for something impossible           exit 2
├── InputError          the file cannot be read as a clip or a track     exit 3
└── NobodyError         readable, but nobody running, walking or         exit 4
                        standing to measure

An error is data: a code and the values that its sentence needs. The sentences, and the hints
that say what to do, stand in ``wording/texts``.
"""

from __future__ import annotations

import copy
import errno
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Final, Self

from leanline.reason import Param, Reason
from leanline.wording.catalogue import NameOfSetting, hint, render


class LeanlineError(Exception):
    """Base of all errors that leanline raises on purpose.

    Parameters
    ----------
    code
        What is wrong, such as ``"input.empty"``; the catalogue has its sentence, and its hint
        under the same code with ``_hint`` at the end.
    params
        The values of the sentence's placeholders; paths become text.
    """

    exit_code = 1

    def __init__(self, code: str, /, **params: Param | os.PathLike[str]) -> None:
        super().__init__(code)
        plain = {k: os.fspath(v) if isinstance(v, os.PathLike) else v for k, v in params.items()}
        self.reason = Reason(code, plain)

    @classmethod
    def from_reason(cls, reason: Reason) -> Self:
        """The error of a reason, such as one that another process found."""
        return cls(reason.code, **reason.params)

    def __str__(self) -> str:
        return self.message()

    @property
    def hint(self) -> str:
        """What the person can do about it, in English; empty where nothing is known."""
        return self.advice()

    def message(self, language: str = "en", names: NameOfSetting = str) -> str:
        """What is wrong, with which file.

        Parameters
        ----------
        language
            One of ``leanline.wording.catalogue.LANGUAGE_CODES``.
        names
            How the person knows a setting, given its name in Python (``height_m``): on the
            command line, for instance, as ``--height``.
        """
        return render(self.reason, language, names)

    def advice(self, language: str = "en", names: NameOfSetting = str) -> str:
        """``hint`` in any language; parameters as of ``message``."""
        return hint(self.reason, language, names)

    def map_text(self, change: Callable[[str], str]) -> Self:
        """The same error with every text in it changed, such as paths into names."""
        changed = copy.copy(self)
        changed.reason = self.reason.map_text(change)
        return changed


class UsageError(LeanlineError):
    """An option or argument that cannot be used as given."""

    exit_code = 2


class InputError(LeanlineError):
    """A file that cannot be read as a clip or as a pose track."""

    exit_code = 3


class NobodyError(LeanlineError):
    """A readable clip without anybody running, walking or standing to measure."""

    exit_code = 4
    #: Who was found all the same (``leanline.model.FoundPeople``); None where nothing is known.
    found: object = None


class CancelledError(LeanlineError):
    """The person stopped the analysis; nothing was written."""

    exit_code = 130


_REFUSALS: Final = {
    errno.ENOENT: Reason("system.missing"),
    errno.ENOTDIR: Reason("system.not_a_folder"),
    errno.EISDIR: Reason("system.is_a_folder"),
    errno.EACCES: Reason("system.denied"),
    errno.EPERM: Reason("system.denied"),
    errno.EROFS: Reason("system.read_only"),
    errno.ENOSPC: Reason("system.full"),
    errno.EDQUOT: Reason("system.full"),
    errno.ENAMETOOLONG: Reason("system.name_too_long"),
    errno.ELOOP: Reason("system.link_loop"),
    errno.EIO: Reason("system.device"),
    errno.EEXIST: Reason("system.exists"),
    errno.EADDRINUSE: Reason("system.port_taken"),
}


class DamageError(ValueError):
    """What a reader trips over inside a file; whoever opened the file names it.

    Parameters
    ----------
    code, params
        As of ``LeanlineError``.
    """

    def __init__(self, code: str, /, **params: Param) -> None:
        self.reason = Reason(code, params)
        super().__init__(code)

    def __str__(self) -> str:
        return render(self.reason)

    @classmethod
    def from_reason(cls, reason: Reason) -> Self:
        """The error of a reason, such as one that another process found."""
        return cls(reason.code, **reason.params)


@contextmanager
def writing_to(path: str | os.PathLike[str]) -> Iterator[None]:
    """Say of an output that cannot be written in the block which one it is, and why.

    Parameters
    ----------
    path
        The file or folder.

    Yields
    ------
    None
        For the duration of the block.

    Raises
    ------
    UsageError
        Instead of an ``OSError`` in the block.
    """
    try:
        yield
    except OSError as error:
        raise UsageError("output.unwritable", path=path, why=why_refused(error)) from error


def why_refused(error: BaseException) -> Reason:
    """What a reader, the system or a library refused; in their own words where it is rare."""
    if isinstance(error, DamageError):
        return error.reason
    if isinstance(error, OSError) and error.errno in _REFUSALS:
        return _REFUSALS[error.errno]
    cause = (error.strerror if isinstance(error, OSError) else None) or str(error)
    words = " ".join(cause.split()) or type(error).__name__
    return Reason("system.other", {"detail": words if len(words) <= 120 else f"{words[:117]}..."})
