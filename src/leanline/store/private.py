"""Files that only their owner can access: folders 0700, files 0600."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Final

_FOLDER: Final = 0o700
_FILE: Final = 0o600
_OTHERS: Final = 0o077


def make_private_folder(path: Path) -> Path:
    """Create a folder and its missing parents for the owner only; return its path."""
    missing = [path, *path.parents]
    for folder in reversed([folder for folder in missing if not folder.exists()]):
        folder.mkdir(mode=_FOLDER, exist_ok=True)
    return path


def create_private_file(path: Path) -> None:
    """Create an empty file for the owner only, unless it exists."""
    os.close(os.open(path, os.O_CREAT | os.O_WRONLY, _FILE))


def restrict_to_owner(path: Path) -> None:
    """Remove the permissions of group and others from a file, or from a folder's whole tree."""
    if os.name != "posix":
        return
    _restrict(path)
    if path.is_dir():
        for inner in path.rglob("*"):
            _restrict(inner)


def _restrict(path: Path) -> None:
    """Change the mode only where it is too open; files may vanish while the tree is walked."""
    try:
        mode = path.lstat().st_mode
        if not path.is_symlink() and mode & _OTHERS:
            path.chmod(mode & ~_OTHERS & 0o7777)
    except FileNotFoundError:
        return
