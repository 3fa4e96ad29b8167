"""Putting a restored folder in the place of a store's, in steps that a crash cannot spoil.

The new folder is made beside the old one, ``.leanline-restore-…``, under a lock. When it is
complete it says so in a file of its own; from then on whoever opens the store finishes the
move. Before that, it is a leftover.
"""

from __future__ import annotations

import json
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from secrets import token_hex
from typing import Final

from leanline.files import sync_to_disk, sync_tree
from leanline.store.errors import BusyError, StoreError
from leanline.store.location import Place
from leanline.store.locks import is_free, locked
from leanline.store.private import close_to_others, private_folder
from leanline.store.records import now

_PREFIX: Final = ".leanline-restore-"
_COMPLETE: Final = "restored.json"
_LOCK: Final = "restoring"


@contextmanager
def staging(where: Place) -> Iterator[Path]:
    """A folder beside the store to restore into; it is gone when the block has ended."""
    private_folder(where.folder.parent)
    clear_abandoned(where)
    folder = Path(tempfile.mkdtemp(prefix=_PREFIX, dir=where.folder.parent))
    try:
        with locked(_lock(folder)):
            yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)
        _lock(folder).unlink(missing_ok=True)


def put_in_place(folder: Path, where: Place) -> None:
    """Make a staging folder the store's; what was there is kept as ``NAME.before-TIME``."""
    close_to_others(folder)
    (folder / _COMPLETE).write_text(json.dumps({"folder": where.folder.name}), encoding="utf-8")
    sync_tree(folder)
    sync_to_disk(folder.parent)
    try:
        _set_aside(where.folder)
        _move(folder, where.folder)
    except OSError as error:
        raise StoreError(
            f"The store at {where.shown} cannot be replaced: {error.strerror}.",
            hint="Restore into another folder: --data DIR.",
        ) from error


def finish_restore(where: Place) -> None:
    """Finish what a restore that was killed has not: the old store is aside, the new not there.

    Raises
    ------
    BusyError
        The restore still goes on.
    """
    if not where.is_sqlite or where.folder.exists():
        return
    for folder in where.folder.parent.glob(f"{_PREFIX}*/{_COMPLETE}"):
        if _meant_for(folder) != where.folder.name:
            continue
        if not is_free(_lock(folder.parent)):
            raise BusyError(
                f"A backup is being restored into the store at {where.shown}.",
                hint="Wait until that is done.",
            )
        _move(folder.parent, where.folder)
        _lock(folder.parent).unlink(missing_ok=True)
        return


def clear_abandoned(where: Place) -> int:
    """Delete what restores that were killed have left half made; how many folders."""
    found = [
        folder
        for folder in where.folder.parent.glob(f"{_PREFIX}*")
        if folder.is_dir() and not (folder / _COMPLETE).exists() and is_free(_lock(folder))
    ]
    for folder in found:
        shutil.rmtree(folder, ignore_errors=True)
        _lock(folder).unlink(missing_ok=True)
    return len(found)


def is_vacant(folder: Path) -> bool:
    """Whether there is nothing in a folder but locks."""
    return not folder.exists() or all(path.name == "locks" for path in folder.iterdir())


def _set_aside(folder: Path) -> None:
    if not folder.exists():
        return
    if is_vacant(folder):
        shutil.rmtree(folder)
        return
    stamp = now().strftime("%Y%m%d-%H%M%S-%f")
    target = folder.with_name(f"{folder.name}.before-{stamp}")
    folder.rename(target.with_name(f"{target.name}-{token_hex(2)}") if target.exists() else target)


def _move(folder: Path, target: Path) -> None:
    folder.rename(target)
    sync_to_disk(target.parent)
    (target / _COMPLETE).unlink(missing_ok=True)


def _lock(folder: Path) -> Path:
    """Beside the folder, which moves."""
    return folder.with_name(f"{folder.name}.{_LOCK}")


def _meant_for(complete: Path) -> str | None:
    try:
        return str(json.loads(complete.read_text(encoding="utf-8"))["folder"])
    except (OSError, ValueError, KeyError, TypeError):
        return None
