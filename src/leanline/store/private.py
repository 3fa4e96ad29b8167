"""Files for their owner's eyes only: folders 0700, files 0600."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Final

_FOLDER: Final = 0o700
_FILE: Final = 0o600
_OTHERS: Final = 0o077


def private_folder(path: Path) -> Path:
    """Make a folder, and those above it that are missing, for the owner only; its path."""
    missing = [path, *path.parents]
    for folder in reversed([one for one in missing if not one.exists()]):
        folder.mkdir(mode=_FOLDER, exist_ok=True)
    return path


def private_file(path: Path) -> None:
    """Make an empty file for the owner only, unless it is there."""
    os.close(os.open(path, os.O_CREAT | os.O_WRONLY, _FILE))


def close_to_others(path: Path) -> None:
    """Take the rights of group and others from a file, or from a folder and all in it."""
    if os.name != "posix":
        return
    _restrict(path)
    if path.is_dir():
        for inner in path.rglob("*"):
            _restrict(inner)


def _restrict(path: Path) -> None:
    """Only what is too open is touched; what vanishes meanwhile is nobody's business."""
    try:
        mode = path.lstat().st_mode
        if not path.is_symlink() and mode & _OTHERS:
            path.chmod(mode & ~_OTHERS & 0o7777)
    except FileNotFoundError:
        return
