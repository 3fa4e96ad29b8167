"""What may be opened as an input: ordinary files that are there, of a size that fits in memory."""

from __future__ import annotations

import os
import stat
from pathlib import Path
from typing import Final

from leanline.errors import InputError

#: An hour at 60 frames a second with 26 markers is 170 MB as text; reading takes ten times that.
MOST_TEXT_BYTES: Final = 256 << 20
#: The same in binary formats, which laboratories fill with other channels too.
MOST_BINARY_BYTES: Final = 1 << 30

_AGAIN: Final = "Check the name and the folder."


def check_file(path: Path, most_bytes: int | None = None) -> None:
    """Refuse whatever cannot be read to its end: opening a pipe waits, a device never ends.

    Parameters
    ----------
    path
        What is to be read; links are followed.
    most_bytes
        How large it may be; None for files that are never read into memory as a whole.

    Raises
    ------
    InputError
        It is missing, a folder, no ordinary file, empty, too large, or may not be read.
    """
    try:
        about = path.stat()
    except FileNotFoundError as error:
        raise InputError(_missing(path), hint=_AGAIN) from error
    except (OSError, ValueError) as error:
        raise InputError(f"{path} cannot be opened: {_reason(error)}.", hint=_AGAIN) from error
    if stat.S_ISDIR(about.st_mode):
        raise InputError(f"{path} is a folder.", hint="Give the file inside it.")
    if not stat.S_ISREG(about.st_mode):
        raise InputError(
            f"{path} is no file but a device, a pipe or a socket.", hint="Save it as a file first."
        )
    if not about.st_size:
        raise InputError(f"{path} is empty (0 bytes).", hint="Copy or export it again.")
    if most_bytes is not None and about.st_size > most_bytes:
        raise InputError(
            f"{path} has {about.st_size / 1e6:.0f} MB; more than {most_bytes / 1e6:.0f} MB are "
            f"not read.",
            hint="Give a shorter part of it.",
        )
    try:
        with path.open("rb"):
            pass
    except OSError as error:
        raise InputError(
            f"{path} cannot be opened: {_reason(error)}.", hint="Check that you may read it."
        ) from error


def is_folder(path: Path) -> bool:
    """Whether ``path`` is a folder; no for names that cannot be."""
    try:
        return path.is_dir()
    except OSError:
        return False


def is_there(path: Path) -> bool:
    """Whether there is anything at ``path``; no for names that cannot be."""
    try:
        return path.exists()
    except OSError:
        return False


def _missing(path: Path) -> str:
    if path.is_symlink():
        return f"{path} does not exist: it is a link to {os.fspath(path.readlink())}."
    return f"{path} does not exist."


def _reason(error: OSError | ValueError) -> str:
    return error.strerror or str(error) if isinstance(error, OSError) else str(error)
