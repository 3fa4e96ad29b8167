"""Arrays of an ``.npz`` file, with a limit on memory."""

from __future__ import annotations

import tokenize
import zlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final
from zipfile import BadZipFile, ZipFile

import numpy as np

from leanline import inputs
from leanline.errors import DamageError
from leanline.formats.type_checks import check_numbers
from leanline.inputs import MAX_BINARY_BYTES, check_file

#: Exceptions raised while reading damaged or foreign ``.npz`` files, besides ``check_file``'s.
DAMAGE: Final = (*inputs.DAMAGE, BadZipFile, SyntaxError, tokenize.TokenError, zlib.error)


def npz_arrays(path: Path) -> Mapping[str, Any]:
    """Open the arrays of an NPZ file, without running any code in it.

    Parameters
    ----------
    path
        The file.

    Returns
    -------
    mapping of str to array
        By name, read when asked for.

    Raises
    ------
    InputError
        It is not a regular file, is empty or is too large.
    """
    check_file(path, MAX_BINARY_BYTES)
    with ZipFile(path) as archive:
        # A megabyte can expand to a gigabyte of zeros.
        unpacked = sum(entry.file_size for entry in archive.infolist())
    if unpacked > MAX_BINARY_BYTES:
        raise DamageError("damage.unpacked_size", size_mb=unpacked / 1e6)
    with np.load(path, allow_pickle=False) as data:
        arrays = {name: data[name] for name in data.files}
    check_numbers(arrays)
    return arrays
