"""Writing files whole or not at all, one by one or several together."""

from __future__ import annotations

import contextlib
import os
import secrets
import shutil
from collections.abc import Iterator
from pathlib import Path


@contextlib.contextmanager
def written_atomically(target: Path) -> Iterator[Path]:
    """A place beside ``target`` to write to, which becomes ``target`` when all went well.

    Yields
    ------
    Path
        A name in the folder of ``target`` (made if need be), with its suffix. When the block
        ends, what was written there is brought to the disk and replaces ``target`` in one
        move; when it raises, nothing new is left behind and ``target`` stays as it was.

    Raises
    ------
    OSError
        The folder cannot be made or written to.
    """
    made = not target.parent.exists()
    target.parent.mkdir(parents=True, exist_ok=True)
    part = target.with_name(f".{target.stem}.{secrets.token_hex(4)}{target.suffix}")
    try:
        yield part
        _to_disk(part)
        part.replace(target)
        _to_disk(target.parent)
    except BaseException:
        with contextlib.suppress(OSError):
            part.unlink(missing_ok=True)
            if made:
                target.parent.rmdir()
        raise


@contextlib.contextmanager
def written_together(directory: Path) -> Iterator[Path]:
    """A folder to write files to, which go to ``directory`` when all went well.

    Yields
    ------
    Path
        A new folder inside ``directory`` (which is made if need be). When the block ends, its
        files take the places of those of the same names, in the order of their names backwards;
        when it raises, as on a full disk, ``directory`` stays as it was.

    Raises
    ------
    OSError
        The directory cannot be made or written to.
    """
    made = not directory.exists()
    directory.mkdir(parents=True, exist_ok=True)
    new = directory / f".{secrets.token_hex(4)}"
    try:
        new.mkdir()
        yield new
        for part in sorted(new.iterdir(), reverse=True):
            part.replace(directory / part.name)
        new.rmdir()
        _to_disk(directory)
    except BaseException:
        with contextlib.suppress(OSError):
            shutil.rmtree(new, ignore_errors=True)
            if made:
                directory.rmdir()
        raise


def _to_disk(path: Path) -> None:
    """Wait until the disk has it; folders can be waited for on POSIX only."""
    if os.name != "posix" and path.is_dir():
        return
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
