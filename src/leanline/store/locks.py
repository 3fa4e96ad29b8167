"""Locks between processes that the system lets go of when their holder dies, however it dies."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Final

from leanline.store.private import private_folder

STORE_LOCK: Final = "store"
"""Held as one of many by every open store, alone by a restore."""
_POLL_S: Final = 0.02
_MODE: Final = 0o600


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
    ends = None if wait_s is None else time.monotonic() + wait_s
    file, held = _try(path, shared=shared)
    while not held and (ends is None or time.monotonic() < ends):
        file.close()
        time.sleep(_POLL_S)
        file, held = _try(path, shared=shared)
    with file:
        try:
            yield held
        finally:
            if held:
                _let_go(file)


def _try(path: Path, *, shared: bool) -> tuple[IO[bytes], bool]:
    """Open a lock's file and try to lock it; one that was deleted meanwhile counts for nothing."""
    file = _opened(path)
    held = _take(file, shared=shared)
    if held and sys.platform != "win32" and not _is_at(file, path):
        _let_go(file)
        held = False
    return file, held


class Hold:
    """A lock that is held as one of many until it is let go of, or the process ends.

    Where the system has no shared locks (Windows) nothing is held; there the system itself
    refuses to move a file that is open. Nothing is held for None either.
    """

    def __init__(self, path: Path | None) -> None:
        self._file: IO[bytes] | None = None
        self.held = True
        if sys.platform == "win32" or path is None:
            return
        file, self.held = _try(path, shared=True)
        if self.held:
            self._file = file
        else:
            file.close()

    def release(self) -> None:
        """Let go."""
        if self._file is not None and not self._file.closed:
            self._file.close()


def _is_at(file: IO[bytes], path: Path) -> bool:
    try:
        return os.path.samestat(os.fstat(file.fileno()), path.stat())
    except FileNotFoundError:
        return False


def _opened(path: Path) -> IO[bytes]:
    """The file of a lock, made if need be; one that cannot be written to is opened to read."""
    try:
        private_folder(path.parent)
        handle = os.open(path, os.O_CREAT | os.O_RDWR | os.O_CLOEXEC, _MODE)
    except OSError:
        return path.open("rb")
    return os.fdopen(handle, "r+b")


def is_free(path: Path) -> bool:
    """Whether nobody holds the lock; True where there is no such file."""
    if not path.exists():
        return True
    with locked(path, wait_s=0.0) as held:
        return held


def drop_if_free(path: Path) -> None:
    """Delete the file of a lock that nobody holds."""
    with locked(path, wait_s=0.0) as held:
        if held:
            path.unlink(missing_ok=True)


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
