"""Type checks of deserialised data against the data model."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from functools import cache
from types import NoneType, UnionType
from typing import Any, Final, Literal, Union, get_args, get_origin, get_type_hints

import numpy as np

from leanline.errors import DamageError

#: No plausible number of seconds, degrees, pixels or counts is larger.
MAX_COUNT: Final = 1e12


def check_types(value: object, kind: Any = None, name: str = "") -> None:  # noqa: ANN401
    """Check a value against a type, recursively.

    Parameters
    ----------
    value
        An instance of one of the model's dataclasses, or anything if ``kind`` is given.
    kind
        The type, as in an annotation; by default the value's own class. Numbers may be missing
        (NaN) but neither infinite nor beyond ``MAX_COUNT``.
    name
        Name of the value for the error message.

    Raises
    ------
    TypeError
        The value has another type.
    """
    kind = kind or type(value)
    if not _fits(value, kind, name):
        raise DamageError("damage.wrong_type", name=name, value=repr(value)[:40])


def _fits(value: object, kind: Any, name: str) -> bool:  # noqa: ANN401
    if get_origin(kind) in (Union, UnionType):
        return any(_fits(value, choice, name) for choice in get_args(kind))
    if get_origin(kind) is Literal:
        return value in get_args(kind)
    if kind in (int, float):
        return _is_number(value, kind)
    if kind in (str, bool, NoneType):
        return isinstance(value, kind)
    if isinstance(kind, type) and is_dataclass(kind):
        return isinstance(value, kind) and _fits_parts(value)
    return _fits_container(value, kind, name)


def _fits_parts(value: Any) -> bool:  # noqa: ANN401
    own: Any = type(value)
    kinds = _parts(own)
    for part, kind in kinds.items():
        check_types(getattr(value, part), kind, part)
    return True


def _fits_container(value: object, kind: Any, name: str) -> bool:  # noqa: ANN401
    inner = get_args(kind)
    if get_origin(kind) is tuple and isinstance(value, tuple):
        kinds = inner[:1] * len(value) if inner[-1] is Ellipsis else inner
        for part, wanted in zip(value, kinds, strict=True):
            check_types(part, wanted, name)
        return True
    if get_origin(kind) is Mapping and isinstance(value, Mapping):
        for key, part in value.items():
            check_types(part, inner[1], f"{name}.{key}")
        return True
    return kind is Any


def _is_number(value: object, kind: type) -> bool:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return False
    if kind is int and not isinstance(value, int):
        return False
    return abs(value) < MAX_COUNT or value != value


@cache
def _parts(kind: type) -> Mapping[str, Any]:
    """Return the fields of a dataclass with their types, except for arrays."""
    hints = get_type_hints(kind)
    return {
        field.name: hints[field.name]
        for field in fields(kind)
        if "ndarray" not in str(hints[field.name])
    }


def check_numbers(values: Mapping[str, np.ndarray[Any, Any]]) -> None:
    """Refuse numbers that are infinite or implausibly large.

    Parameters
    ----------
    values
        Arrays by name; NaN is missing.

    Raises
    ------
    ValueError
        A number is infinite or beyond ``MAX_COUNT``.
    """
    for name, array in values.items():
        if array.dtype.kind == "f" and (np.abs(array.astype(np.float64)) >= MAX_COUNT).any():
            raise DamageError("damage.impossible_number", name=name)
