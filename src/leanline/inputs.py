"""What may be opened as an input: ordinary files that are there, of a size that fits in memory."""

from __future__ import annotations

import os
import stat
from pathlib import Path
from typing import TYPE_CHECKING, Final

from leanline.errors import InputError

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

#: An hour at 60 frames a second with 26 markers is 170 MB as text; reading takes ten times that.
MAX_TEXT_BYTES: Final = 256 << 20
#: The same in binary formats, which laboratories fill with other channels too.
MAX_BINARY_BYTES: Final = 1 << 30

#: Frames a second, by the middle of their distances: time lapse is no motion, and nothing that
#: films a runner is faster.
MIN_HZ, MAX_HZ = 1.0, 10_000.0
#: What is measured is laid on even times; so many times more of them than frames may be needed.
MAX_GAPS: Final = 10.0
# Fewer frames do no harm.
FEW: Final = 1000

#: What reading damaged content raises, whatever the format, beside what is looked for.
DAMAGE: Final = (
    ArithmeticError,
    AttributeError,
    EOFError,
    LookupError,
    MemoryError,
    OSError,
    RecursionError,
    RuntimeError,
    TypeError,
    ValueError,
)

_AGAIN: Final = "Check the name and the folder."


def check_file(path: Path, max_bytes: int | None = None, *, name: str | None = None) -> None:
    """Refuse whatever cannot be read to its end: opening a pipe waits, a device never ends.

    Parameters
    ----------
    path
        What is to be read; links are followed.
    max_bytes
        How large it may be; None for files that are never read into memory as a whole.
    name
        What the person calls it; the path unless said.

    Raises
    ------
    InputError
        It is missing, a folder, no ordinary file, empty, too large, or may not be read.
    """
    shown = name or path
    try:
        about = path.stat()
    except FileNotFoundError as error:
        raise InputError(_missing(path), hint=_AGAIN) from error
    except (OSError, ValueError) as error:
        raise InputError(f"{shown} cannot be opened: {_reason(error)}.", hint=_AGAIN) from error
    if stat.S_ISDIR(about.st_mode):
        raise InputError(f"{shown} is a folder.", hint="Give the file inside it.")
    if not stat.S_ISREG(about.st_mode):
        raise InputError(
            f"{shown} is no file but a device, a pipe or a socket.", hint="Save it as a file first."
        )
    if not about.st_size:
        raise InputError(f"{shown} is empty (0 bytes).", hint="Copy or export it again.")
    if max_bytes is not None and about.st_size > max_bytes:
        raise InputError(
            f"{shown} has {about.st_size / 1e6:.0f} MB; more than {max_bytes / 1e6:.0f} MB are "
            f"not read.",
            hint="Give a shorter part of it.",
        )
    try:
        with path.open("rb"):
            pass
    except OSError as error:
        raise InputError(
            f"{shown} cannot be opened: {_reason(error)}.", hint="Check that you may read it."
        ) from error


def check_times(path: Path, time_s: NDArray[np.float64]) -> None:
    """Refuse frames that are so far apart, or so close, that there is nothing to measure.

    Parameters
    ----------
    time_s
        (T,) seconds, at least two, rising.

    Raises
    ------
    InputError
        The usual time between two frames is not that of a film of motion, or most of the
        frames between the first and the last are missing.
    """
    import numpy as np

    step_s, span_s = float(np.median(np.diff(time_s))), float(time_s[-1] - time_s[0])
    if not 1.0 / MAX_HZ <= step_s <= 1.0 / MIN_HZ:
        raise InputError(
            f"{path} has a frame every {step_s:.3g} s; films of motion have from "
            f"{MIN_HZ:g} to {MAX_HZ:g} a second.",
            hint="Check the times in it, or export it again.",
        )
    if span_s > MAX_GAPS * step_s * max(len(time_s), FEW):
        raise InputError(
            f"{path} has a frame every {step_s:.3g} s, but only {len(time_s)} of them in "
            f"{span_s:.4g} s; most are missing, or its times are damaged.",
            hint="Cut it where the gaps are, or export it again.",
        )


def is_folder(path: Path) -> bool:
    """Whether ``path`` is a folder; no for names that cannot be."""
    try:
        return path.is_dir()
    except OSError:
        return False


def is_there(path: Path) -> bool:
    """Whether there is anything at ``path``, if only a link; no for names that cannot be."""
    try:
        return path.exists() or path.is_symlink()
    except OSError:
        return False


def _missing(path: Path) -> str:
    if path.is_symlink():
        return f"{path} does not exist: it is a link to {os.fspath(path.readlink())}."
    return f"{path} does not exist."


def _reason(error: OSError | ValueError) -> str:
    return error.strerror or str(error) if isinstance(error, OSError) else str(error)
