"""Names of settings on the command line."""

from __future__ import annotations

import re
from typing import Final

_UNIT: Final = re.compile(r"_(m|mps|deg|s)$")


def flag_of(setting: str) -> str:
    """Name the option that sets a setting: ``height_m`` is ``--height``.

    Parameters
    ----------
    setting
        The field of ``Settings``, or the parameter of a function; options drop its unit.

    Returns
    -------
    str
        As typed in a terminal.
    """
    return f"--{_UNIT.sub('', setting).replace('_', '-')}"
