"""Locks between processes that the system lets go of when their holder dies, however it dies."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Final

_POLL_S: Final = 0.02


@contextmanager
def locked(path: Path, *, shared: bool = False, wait_s: float | None = None) -> Iterator[bool]:
    """Hold the lock of a file (made if need be) as one of many or alone.

    Parameters
    ----------
    wait_s
        How long to try; None until it is had.

    Yields
    ------
    bool
        Whether the lock is held; without it the block runs all the same.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a+b") as file:
        ends = None if wait_s is None else time.monotonic() + wait_s
        held = _take(file, shared=shared)
        while not held and (ends is None or time.monotonic() < ends):
            time.sleep(_POLL_S)
            held = _take(file, shared=shared)
        try:
            yield held
        finally:
            if held:
                _let_go(file)


def is_free(path: Path) -> bool:
    """Whether nobody holds the lock; True where there is no such file."""
    if not path.exists():
        return True
    with locked(path, wait_s=0.0) as held:
        return held


if sys.platform == "win32":
    import msvcrt

    def _take(file: IO[bytes], *, shared: bool) -> bool:
        """Windows has no shared locks: many wait for each other there."""
        del shared
        file.seek(0)
        try:
            msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        return True

    def _let_go(file: IO[bytes]) -> None:
        file.seek(0)
        msvcrt.locking(file.fileno(), msvcrt.LK_UNLCK, 1)

else:
    import fcntl

    def _take(file: IO[bytes], *, shared: bool) -> bool:
        try:
            fcntl.flock(file, (fcntl.LOCK_SH if shared else fcntl.LOCK_EX) | fcntl.LOCK_NB)
        except OSError:
            return False
        return True

    def _let_go(file: IO[bytes]) -> None:
        fcntl.flock(file, fcntl.LOCK_UN)
