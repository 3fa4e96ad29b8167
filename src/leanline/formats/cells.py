"""Text of tables as people and programs write it: encodings, missing values, decimal commas."""

from __future__ import annotations

import codecs
import re
from typing import Final

import numpy as np

#: What programs write for a value that is not there, in lower case.
MISSING: Final = frozenset(
    (
        *("", "nan", "-nan", "+nan", "-nan(ind)", "nan(ind)", "na", "n/a", "#n/a", "null", "none"),
        *("-", "--", "missing", "1.#qnan", "-1.#ind", "1.#ind", "inf", "-inf", "+inf"),
    )
)
_DECIMAL_COMMA: Final = re.compile(r"[+-]?\d*,\d+(?:[eE][+-]?\d+)?")
_UTF16: Final = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


def decode(data: bytes) -> str:
    """The text of a file: UTF-16 if it begins so, as Excel writes Unicode, else UTF-8."""
    if data.startswith(_UTF16):
        return data.decode("utf-16", errors="replace")
    return data.decode("utf-8-sig", errors="replace")


def number(cell: str) -> float:
    """The number in a cell, with a decimal point or comma; NaN if it is missing.

    Raises
    ------
    ValueError
        The cell is neither a number nor a word for a missing value.
    """
    text = cell.strip().strip('"').strip()
    if text.lower() in MISSING:
        return float("nan")
    value = float(text.replace(",", ".") if _DECIMAL_COMMA.fullmatch(text) else text)
    return value if np.isfinite(value) else float("nan")
