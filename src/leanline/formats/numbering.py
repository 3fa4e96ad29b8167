"""Frame numbers in names: of files, of images in a list, of rows in a table."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

_DIGITS: Final = re.compile(r"(\d+)")
# What Roboflow adds to the name of each picture: a hash.
_HASH: Final = re.compile(r"[._](?:jpe?g|png)?[._]?rf[._][0-9a-zA-Z]{16,64}")
#: Longer numbers are hashes or identities, not counts of frames.
MAX_DIGITS: Final = 12


def frame_numbers(names: Sequence[str]) -> list[int] | None:
    """The number in each name that counts the frames.

    It is the one that differs from name to name while the rest stays the same: ``7`` in
    ``run_0007_1280x720`` and in ``run-0007_jpg.rf.HASH``. Where several numbers change, as in
    names with a time of day, it is the one that never repeats.

    Parameters
    ----------
    names
        Without endings such as ``.jpg``.

    Returns
    -------
    list of int or None
        In the order of ``names``; None if no number counts them.
    """
    parts = [_DIGITS.split(_HASH.sub("", name)) for name in names]
    if len({tuple(part[::2]) for part in parts}) != 1:
        return None
    columns = list(zip(*(part[1::2] for part in parts), strict=True))
    changing = [column for column in columns if len(set(column)) > 1]
    if not changing and len(names) == 1:
        changing = columns[-1:]
    counting = [
        [int(cell) for cell in column] for column in changing if max(map(len, column)) <= MAX_DIGITS
    ]
    distinct = [numbers for numbers in counting if len(set(numbers)) == len(names)]
    return distinct[0] if len(distinct) == 1 else None


def natural_key(name: str) -> tuple[tuple[int, str], ...]:
    """A key that sorts ``frame 10`` after ``frame 9``."""
    return tuple(
        (int(part[-MAX_DIGITS:]), "") if part.isdigit() else (-1, part.lower())
        for part in _DIGITS.split(name)
    )
