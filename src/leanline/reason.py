"""Why something was not measured, refused or noted: a stable code with typed parameters.

Modules pass reasons, never sentences. Words are made at the edges (terminal, page, report, API)
by ``leanline.wording``, from one catalogue per language.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final, NoReturn, TypeAlias, Union

Param: TypeAlias = Union[str, int, float, tuple[str, ...], "Reason"]
#: A sentence that was written before there were codes; its ``text`` is all that is known.
LEGACY: Final = "legacy.text"


@dataclass(frozen=True)
class Reason:
    """A code such as ``"metric.too_few_steps"`` and the values that its sentence needs.

    Parameters
    ----------
    code
        Stable, dotted: the kind (``input``, ``usage``, ``metric``, ``warning``, ...) and the
        case. Codes are part of ``analysis.json`` and of the API; they are never reused.
    params
        Numbers in the unit that their name ends in, plain text such as a file's name, or the
        reason behind this one.
    """

    code: str
    params: Mapping[str, Param] = field(default_factory=dict)

    def __post_init__(self) -> None:
        object.__setattr__(self, "params", _ReadOnly(self.params))

    def __hash__(self) -> int:
        return hash((self.code, tuple(sorted(self.params.items(), key=lambda item: item[0]))))

    def with_params(self, **changed: Param) -> Reason:
        """The same reason with other or further values."""
        return Reason(self.code, {**self.params, **changed})

    def map_text(self, change: Callable[[str], str]) -> Reason:
        """The same reason with every text in it changed, also in the reasons behind it."""
        return Reason(self.code, {key: _map_param(p, change) for key, p in self.params.items()})


class _ReadOnly(dict[str, Param]):
    """A dictionary that cannot be changed, yet can be pickled and copied, as ``asdict`` does."""

    def _refuse(self, *_: object, **__: object) -> NoReturn:
        raise TypeError("The parameters of a reason cannot be changed.")

    __setitem__ = __delitem__ = __ior__ = _refuse
    clear = pop = popitem = setdefault = update = _refuse

    def __reduce__(self) -> tuple[type[_ReadOnly], tuple[dict[str, Param]]]:
        return _ReadOnly, (dict(self),)


def to_json(reason: Reason) -> dict[str, Any]:
    """Convert a reason to JSON values; numbers that are not finite become text.

    Parameters
    ----------
    reason
        Of any kind.

    Returns
    -------
    dict of str to Any
        Its ``code`` and ``params``.
    """
    return {
        "code": reason.code,
        "params": {name: _plain(value) for name, value in reason.params.items()},
    }


def from_json(data: Mapping[str, Any]) -> Reason:
    """Convert JSON values to a reason.

    Parameters
    ----------
    data
        As from ``to_json``.

    Returns
    -------
    Reason
        With lists as tuples of text.
    """
    return Reason(str(data["code"]), {k: _param(value) for k, value in data["params"].items()})


def _map_param(value: Param, change: Callable[[str], str]) -> Param:
    if isinstance(value, Reason):
        return value.map_text(change)
    if isinstance(value, tuple):
        return tuple(map(change, value))
    return change(value) if isinstance(value, str) else value


def _plain(value: Param) -> Any:  # noqa: ANN401
    if isinstance(value, Reason):
        return to_json(value)
    if isinstance(value, tuple):
        return list(value)
    if isinstance(value, float) and not math.isfinite(value):
        return str(value)
    return value


def _param(value: Any) -> Param:  # noqa: ANN401
    if isinstance(value, Mapping):
        return from_json(value)
    return tuple(map(str, value)) if isinstance(value, list) else value
