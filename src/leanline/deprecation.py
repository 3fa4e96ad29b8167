"""Old names that still work for one release, with a warning that gives the new name."""

from __future__ import annotations

import warnings
from types import ModuleType


def renamed(module: str, old: str, new: str, home: ModuleType) -> object:
    """The object that ``old`` was renamed to, after a ``DeprecationWarning``.

    Parameters
    ----------
    module
        Name of the module, as people import it.
    old, new
        The old and the new name.
    home
        Module that holds the object under its new name.
    """
    warnings.warn(
        f"{module}.{old} is now {module}.{new}; the old name goes in the next minor release.",
        DeprecationWarning,
        stacklevel=3,
    )
    value: object = getattr(home, new)
    return value
