"""Arrays and the categories of the data."""

from __future__ import annotations

from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

Array = NDArray[np.float64]
Activity = Literal["running", "walking", "standing", "none"]
View = Literal["side", "front", "back"]
Direction = Literal["left", "right"]
Surface = Literal["treadmill", "overground", "unknown"]
Unit = Literal["px", "m"]


def frozen_array(values: ArrayLike) -> Array:
    """Return a read-only float copy of ``values``.

    Parameters
    ----------
    values
        Numbers of any shape; copied.

    Returns
    -------
    Array
        Same shape, read-only.
    """
    array = np.array(values, dtype=np.float64)
    array.flags.writeable = False
    return array


def freeze(instance: object, *names: str) -> None:
    """Replace array fields of a frozen dataclass by read-only copies; None stays.

    Parameters
    ----------
    instance
        The dataclass, in its ``__post_init__``.
    *names
        Its fields to replace.
    """
    for name in names:
        if (values := getattr(instance, name)) is not None:
            object.__setattr__(instance, name, frozen_array(values))
