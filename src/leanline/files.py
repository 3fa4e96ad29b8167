"""Writing files completely or not at all, singly or several together."""

from __future__ import annotations

import contextlib
import os
import secrets
import shutil
from collections.abc import Iterator
from pathlib import Path


@contextlib.contextmanager
def written_atomically(target: Path) -> Iterator[Path]:
    """A temporary path beside ``target``, renamed to ``target`` when the block succeeds.

    Yields
    ------
    Path
        In the folder of ``target`` (created if missing), with the same suffix. When the block
        ends, the file is flushed to the disk and replaces ``target`` in one step; when the
        block raises, nothing is left behind and ``target`` is unchanged.

    Raises
    ------
    OSError
        The folder cannot be created or written to.
    """
    made = not target.parent.exists()
    target.parent.mkdir(parents=True, exist_ok=True)
    # Not the whole name, which may be as long as names can be.
    part = target.with_name(f".{secrets.token_hex(8)}{target.suffix[-16:]}")
    try:
        yield part
        replace_durably(part, target)
    except BaseException:
        with contextlib.suppress(OSError):
            part.unlink(missing_ok=True)
            if made:
                target.parent.rmdir()
        raise


@contextlib.contextmanager
def written_together(directory: Path) -> Iterator[Path]:
    """A temporary folder whose files move to ``directory`` when the block succeeds.

    Yields
    ------
    Path
        Inside ``directory`` (created if missing). When the block ends, its files are flushed
        to the disk and replace those of the same names, in reverse order of their names; when
        the block raises, as on a full disk, ``directory`` is unchanged.

    Raises
    ------
    OSError
        The directory cannot be created or written to.
    """
    made = not directory.exists()
    directory.mkdir(parents=True, exist_ok=True)
    new = directory / f".{secrets.token_hex(4)}"
    try:
        new.mkdir()
        yield new
        sync_tree(new)
        for part in sorted(new.iterdir(), reverse=True):
            part.replace(directory / part.name)
        new.rmdir()
        sync_to_disk(directory)
    except BaseException:
        with contextlib.suppress(OSError):
            shutil.rmtree(new, ignore_errors=True)
            if made:
                directory.rmdir()
        raise


def replace_durably(part: Path, target: Path) -> None:
    """Rename a finished file or folder to ``target`` once the disk holds everything in it.

    After a power failure there is either what ``target`` was before or all of ``part``.

    Parameters
    ----------
    part
        In the folder of ``target``, or at least on the same disk.
    target
        A file there is replaced; a folder there must be empty.

    Raises
    ------
    OSError
        The disk is full, or ``target`` cannot be replaced.
    """
    sync_tree(part)
    part.replace(target)
    sync_to_disk(target.parent)


def sync_tree(path: Path) -> None:
    """Wait until the disk holds a file, or a folder and everything below it."""
    for inner in path.rglob("*"):
        sync_to_disk(inner)
    sync_to_disk(path)


def sync_to_disk(path: Path) -> None:
    """Wait until the disk holds a file's bytes or a folder's names (folders on POSIX only)."""
    if os.name != "posix" and path.is_dir():
        return
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
