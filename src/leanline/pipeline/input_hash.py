"""The hash by which an input is known again."""

from __future__ import annotations

import hashlib
from pathlib import Path

from leanline.errors import InputError, why_refused
from leanline.inputs import check_file, is_folder


def sha256_of(path: Path) -> str:
    """SHA-256 of a file, or of the sorted names and hashes of a folder's files.

    Parameters
    ----------
    path
        A file or folder.

    Returns
    -------
    str
        64 hexadecimal digits.

    Raises
    ------
    InputError
        The file or folder cannot be read.
    """
    try:
        if is_folder(path):
            inside = sorted(file for file in path.iterdir() if file.is_file())
            text = "".join(f"{file.name} {sha256_of(file)}\n" for file in inside)
            return hashlib.sha256(text.encode()).hexdigest()
        check_file(path)
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise InputError("input.unreadable", path=path, why=why_refused(error)) from error
