"""Bars: the lowest and highest that a number of a score may be."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

from pydantic import ConfigDict, Field, TypeAdapter, ValidationError

from leanline.errors import InputError
from leanline.inputs import MAX_TEXT_BYTES, check_file
from leanline.scoring.truth import first_error

_End = Annotated[float, Field(allow_inf_nan=False)] | None
_LAYOUT: TypeAdapter[dict[str, tuple[_End, _End]]] = TypeAdapter(
    dict[str, tuple[_End, _End]], config=ConfigDict(strict=True)
)


@dataclass(frozen=True)
class Bar:
    """The lowest and highest that the number of a key may be; None is no limit."""

    key: str
    low: float | None
    high: float | None


@dataclass(frozen=True)
class MissedBar:
    """A bar whose number is beyond its limits, or not known (None)."""

    bar: Bar
    value: float | None

    def __str__(self) -> str:
        value = "not known" if self.value is None else f"{self.value:.4g}"
        ends = ("any" if end is None else f"{end:g}" for end in (self.bar.low, self.bar.high))
        return f"{self.bar.key} is {value}, allowed {' to '.join(ends)}"


def read_bars(path: Path) -> tuple[Bar, ...]:
    """The bars of a JSON file, ``{"metric.lean_body_deg.mae": [null, 1.0], ...}``.

    Raises
    ------
    InputError
        It cannot be read, or is not made so.
    """
    check_file(path, MAX_TEXT_BYTES)
    try:
        read = _LAYOUT.validate_json(path.read_bytes())
    except ValidationError as error:
        raise InputError("score.bad_bars", path=path, why=first_error(error)) from error
    return tuple(Bar(key, low, high) for key, (low, high) in read.items())


def missed_bars(bars: Sequence[Bar], summary: Mapping[str, float]) -> tuple[MissedBar, ...]:
    """The bars that these numbers miss; a number that is not known misses its bar."""
    found = [MissedBar(bar, summary.get(bar.key)) for bar in bars]
    return tuple(one for one in found if not _holds(one))


def _holds(one: MissedBar) -> bool:
    if one.value is None:
        return False
    above = one.bar.low is None or one.value >= one.bar.low
    return above and (one.bar.high is None or one.value <= one.bar.high)
