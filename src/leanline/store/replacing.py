"""Crash-safe replacement of a store's folder by a restored one.

The restored folder is staged beside the old one as ``.leanline-restore-…``, under a lock. Once
complete it gets a marker file; from then on whoever opens the store finishes the move. Without
the marker it is an abandoned leftover.
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

from leanline.errors import why_refused
from leanline.files import sync_to_disk, sync_tree
from leanline.store.errors import BusyError, StoreError
from leanline.store.location import StoreLocation
from leanline.store.locks import file_lock, is_free
from leanline.store.private import make_private_folder, restrict_to_owner
from leanline.store.records import now

_PREFIX: Final = ".leanline-restore-"
_COMPLETE: Final = "restored.json"
_LOCK: Final = "restoring"


@contextmanager
def staging_folder(where: StoreLocation) -> Iterator[Path]:
    """Make a folder beside the store to restore into, for the duration of the block.

    Parameters
    ----------
    where
        The store to be replaced.

    Yields
    ------
    Path
        Empty; removed at the end of the block unless it was installed.
    """
    make_private_folder(where.folder.parent)
    remove_abandoned(where)
    folder = Path(tempfile.mkdtemp(prefix=_PREFIX, dir=where.folder.parent))
    try:
        with file_lock(_lock(folder)):
            yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)
        _lock(folder).unlink(missing_ok=True)


def install_staged(folder: Path, where: StoreLocation) -> None:
    """Move a staged folder to the store's place; the old one is kept as ``NAME.before-TIME``.

    Parameters
    ----------
    folder
        A complete store from ``staging_folder``.
    where
        The store to replace.

    Raises
    ------
    StoreError
        A folder cannot be moved.
    """
    restrict_to_owner(folder)
    (folder / _COMPLETE).write_text(json.dumps({"folder": where.folder.name}), encoding="utf-8")
    sync_tree(folder)
    sync_to_disk(folder.parent)
    try:
        _move_aside(where.folder)
        _move(folder, where.folder)
    except OSError as error:
        raise StoreError(
            "store.unreplaceable", place=where.shown, why=why_refused(error)
        ) from error


def finish_restore(where: StoreLocation) -> None:
    """Finish a restore that was killed after the old store was moved away.

    Parameters
    ----------
    where
        The store that is about to be opened.

    Raises
    ------
    BusyError
        The restore is still running.
    """
    if not where.is_sqlite or where.folder.exists():
        return
    for folder in where.folder.parent.glob(f"{_PREFIX}*/{_COMPLETE}"):
        if _target_name(folder) != where.folder.name:
            continue
        if not is_free(_lock(folder.parent)):
            raise BusyError("store.restoring", place=where.shown)
        _move(folder.parent, where.folder)
        _lock(folder.parent).unlink(missing_ok=True)
        return


def remove_abandoned(where: StoreLocation) -> int:
    """Delete folders that killed restores left incomplete.

    Parameters
    ----------
    where
        The store beside which they are.

    Returns
    -------
    int
        How many there were.
    """
    abandoned = [
        folder
        for folder in where.folder.parent.glob(f"{_PREFIX}*")
        if folder.is_dir() and not (folder / _COMPLETE).exists() and is_free(_lock(folder))
    ]
    for folder in abandoned:
        shutil.rmtree(folder, ignore_errors=True)
        _lock(folder).unlink(missing_ok=True)
    return len(abandoned)


def is_empty(folder: Path) -> bool:
    """Whether a folder is missing or holds nothing but locks."""
    return not folder.exists() or all(path.name == "locks" for path in folder.iterdir())


def _move_aside(folder: Path) -> None:
    if not folder.exists():
        return
    if is_empty(folder):
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
    """Return the path of a staging folder's lock, beside it because the folder itself moves."""
    return folder.with_name(f"{folder.name}.{_LOCK}")


def _target_name(complete: Path) -> str | None:
    try:
        return str(json.loads(complete.read_text(encoding="utf-8"))["folder"])
    except (OSError, ValueError, KeyError, TypeError):
        return None
