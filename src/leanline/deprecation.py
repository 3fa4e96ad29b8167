"""Old names that still work for one release, with a warning that gives the new name."""

from __future__ import annotations

import functools
import warnings
from collections.abc import Callable, Mapping
from types import ModuleType
from typing import ParamSpec, TypeVar

P = ParamSpec("P")
R = TypeVar("R")


def warn_renamed(old: str, new: str, stacklevel: int = 3) -> None:
    """Warn that ``old`` is called ``new``; by default at the caller of the calling function."""
    warnings.warn(
        f"{old} is now {new}; the old name goes in the next minor release.",
        DeprecationWarning,
        stacklevel=stacklevel,
    )


def renamed_arguments(names: Mapping[str, str]) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Let a function take keyword arguments under their old names too, with a warning.

    Parameters
    ----------
    names
        The present name of each old one.
    """

    def decorate(function: Callable[P, R]) -> Callable[P, R]:
        @functools.wraps(function)
        def wrapped(*args: P.args, **kwargs: P.kwargs) -> R:
            for old in names.keys() & kwargs.keys():
                new = names[old]
                if kwargs.get(new) is not None:
                    raise TypeError(f"{old} is the old name of {new}; give one of them")
                warn_renamed(old, new)
                kwargs[new] = kwargs.pop(old)
            return function(*args, **kwargs)

        return wrapped

    return decorate


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
    warn_renamed(f"{module}.{old}", f"{module}.{new}", stacklevel=4)
    value: object = getattr(home, new)
    return value
