"""Writing files whole or not at all."""

from __future__ import annotations

import contextlib
import os
import secrets
from collections.abc import Iterator
from pathlib import Path


@contextlib.contextmanager
def written_whole(target: Path) -> Iterator[Path]:
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


def _to_disk(path: Path) -> None:
    """Wait until the disk has it; folders can be waited for on POSIX only."""
    if os.name != "posix" and path.is_dir():
        return
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
