"""What may be opened as an input: ordinary files that are there, of a size that fits in memory."""

from __future__ import annotations

import stat
from pathlib import Path
from typing import TYPE_CHECKING, Final

from leanline.errors import InputError, why_refused

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

#: An hour at 60 frames a second with 26 markers is 170 MB as text; reading takes ten times that.
MAX_TEXT_BYTES: Final = 256 << 20
#: The same in binary formats, which laboratories fill with other channels too.
MAX_BINARY_BYTES: Final = 1 << 30

#: Plausible frame rates, by the median interval: slower clips are time lapses, and no camera that
#: films runners is faster.
MIN_HZ, MAX_HZ = 1.0, 10_000.0
#: Signals are resampled to even times, which may take up to this many times more samples than
#: frames.
MAX_GAPS: Final = 10.0
# Clips with fewer frames need no limit.
FEW: Final = 1000

#: Exceptions raised while reading damaged content in any format, besides explicit checks.
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


def check_file(path: Path, max_bytes: int | None = None, *, name: str | None = None) -> None:
    """Refuse whatever cannot be read to its end: opening a pipe waits, a device never ends.

    Parameters
    ----------
    path
        The file to read; symbolic links are followed.
    max_bytes
        Maximum size; None for files that are never read into memory as a whole.
    name
        The user's name for the file, by default its path.

    Raises
    ------
    InputError
        It is missing, a folder, no ordinary file, empty, too large, or may not be read.
    """
    shown = name or str(path)
    try:
        status = path.stat()
    except FileNotFoundError as error:
        raise _missing(path) from error
    except (OSError, ValueError) as error:
        raise InputError("input.unopenable", path=shown, why=why_refused(error)) from error
    if stat.S_ISDIR(status.st_mode):
        raise InputError("input.folder", path=shown)
    if not stat.S_ISREG(status.st_mode):
        raise InputError("input.special_file", path=shown)
    if not status.st_size:
        raise InputError("input.empty", path=shown)
    if max_bytes is not None and status.st_size > max_bytes:
        raise InputError(
            "input.too_large", path=shown, size_mb=status.st_size / 1e6, max_mb=max_bytes / 1e6
        )
    try:
        with path.open("rb"):
            pass
    except OSError as error:
        raise InputError("input.unopenable", path=shown, why=why_refused(error)) from error


def check_times(path: Path, time_s: NDArray[np.float64]) -> None:
    """Refuse frames that are so far apart, or so close, that there is nothing to measure.

    Parameters
    ----------
    path
        The file, for the error message.
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
        raise InputError("input.frame_rate", path=path, step_s=step_s, min_hz=MIN_HZ, max_hz=MAX_HZ)
    if span_s > MAX_GAPS * step_s * max(len(time_s), FEW):
        raise InputError("input.gaps", path=path, step_s=step_s, frames=len(time_s), span_s=span_s)


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


def _missing(path: Path) -> InputError:
    if path.is_symlink():
        return InputError("input.missing_link", path=path, target=path.readlink())
    return InputError("input.missing", path=path)
