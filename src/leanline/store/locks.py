"""Inter-process file locks that the system releases when their holder dies."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Final

from leanline.store.private import make_private_folder

STORE_LOCK: Final = "store"
"""Held shared by every open store, exclusively by a restore."""
_POLL_S: Final = 0.02
_MODE: Final = 0o600


@contextmanager
def file_lock(path: Path, *, shared: bool = False, wait_s: float | None = None) -> Iterator[bool]:
    """Hold a lock on a file (created if missing), shared or exclusive.

    Parameters
    ----------
    path
        The lock file.
    shared
        Allow other shared holders.
    wait_s
        Timeout; None waits for ever.

    Yields
    ------
    bool
        Whether the lock was acquired; the block runs either way.
    """
    deadline = None if wait_s is None else time.monotonic() + wait_s
    file, held = _try_lock(path, shared=shared)
    while not held and (deadline is None or time.monotonic() < deadline):
        file.close()
        time.sleep(_POLL_S)
        file, held = _try_lock(path, shared=shared)
    with file:
        try:
            yield held
        finally:
            if held:
                _release(file)


def _try_lock(path: Path, *, shared: bool) -> tuple[IO[bytes], bool]:
    """Open and lock a file; the lock does not count if the file was deleted in the meantime."""
    file = _open_lock_file(path)
    held = _acquire(file, shared=shared)
    if held and sys.platform != "win32" and not _is_at(file, path):
        _release(file)
        held = False
    return file, held


class SharedLock:
    """A shared lock, held until it is released or the process ends.

    Windows has no shared locks, so nothing is held there; Windows itself refuses to move open
    files. Nothing is held either when ``path`` is None.
    """

    def __init__(self, path: Path | None) -> None:
        self._file: IO[bytes] | None = None
        self.held = True
        if sys.platform == "win32" or path is None:
            return
        file, self.held = _try_lock(path, shared=True)
        if self.held:
            self._file = file
        else:
            file.close()

    def release(self) -> None:
        """Release the lock."""
        if self._file is not None and not self._file.closed:
            self._file.close()


def _is_at(file: IO[bytes], path: Path) -> bool:
    try:
        return os.path.samestat(os.fstat(file.fileno()), path.stat())
    except FileNotFoundError:
        return False


def _open_lock_file(path: Path) -> IO[bytes]:
    """Open a lock file, creating it if missing; read-only if it cannot be written to."""
    try:
        make_private_folder(path.parent)
        handle = os.open(path, os.O_CREAT | os.O_RDWR | os.O_CLOEXEC, _MODE)
    except OSError:
        return path.open("rb")
    return os.fdopen(handle, "r+b")


def is_free(path: Path) -> bool:
    """Whether nobody holds the lock; True if the file does not exist."""
    if not path.exists():
        return True
    with file_lock(path, wait_s=0.0) as held:
        return held


def remove_if_free(path: Path) -> None:
    """Delete a lock file unless somebody holds the lock."""
    with file_lock(path, wait_s=0.0) as held:
        if held:
            path.unlink(missing_ok=True)


if sys.platform == "win32":
    import msvcrt

    def _acquire(file: IO[bytes], *, shared: bool) -> bool:
        """Windows has no shared locks: holders that could share wait for each other."""
        del shared
        file.seek(0)
        try:
            msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        return True

    def _release(file: IO[bytes]) -> None:
        file.seek(0)
        msvcrt.locking(file.fileno(), msvcrt.LK_UNLCK, 1)

else:
    import fcntl

    def _acquire(file: IO[bytes], *, shared: bool) -> bool:
        try:
            fcntl.flock(file, (fcntl.LOCK_SH if shared else fcntl.LOCK_EX) | fcntl.LOCK_NB)
        except OSError:
            return False
        return True

    def _release(file: IO[bytes]) -> None:
        fcntl.flock(file, fcntl.LOCK_UN)
