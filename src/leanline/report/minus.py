"""Minus signs in texts with numbers."""

from __future__ import annotations

import re
from typing import Final

# A hyphen before a number and not after a word.
_MINUS: Final = re.compile(r"(?<!\w)-(?=\d)")


def minus(text: str) -> str:
    """Replace hyphens before numbers by minus signs."""
    return _MINUS.sub("−", text)
