"""Acceptance bars: limits on the numbers of a score."""

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
    """Limits on one number of a score, both inclusive.

    Parameters
    ----------
    key
        Of the number, such as ``metric.lean_body_deg.mae``.
    low, high
        None for no limit.
    """

    key: str
    low: float | None
    high: float | None


@dataclass(frozen=True)
class MissedBar:
    """A bar whose number is out of bounds or unknown.

    Parameters
    ----------
    bar
        The bar.
    value
        The number; None if unknown.
    """

    bar: Bar
    value: float | None

    def __str__(self) -> str:
        value = "not known" if self.value is None else f"{self.value:.4g}"
        ends = ("any" if end is None else f"{end:g}" for end in (self.bar.low, self.bar.high))
        return f"{self.bar.key} is {value}, allowed {' to '.join(ends)}"


def read_bars(path: Path) -> tuple[Bar, ...]:
    """Read bars from a JSON file such as ``{"metric.lean_body_deg.mae": [null, 1.0], ...}``.

    Parameters
    ----------
    path
        The file.

    Returns
    -------
    tuple of Bar
        In the order of the file.

    Raises
    ------
    InputError
        The file cannot be read or has another layout.
    """
    check_file(path, MAX_TEXT_BYTES)
    try:
        limits = _LAYOUT.validate_json(path.read_bytes())
    except ValidationError as error:
        raise InputError("score.bad_bars", path=path, why=first_error(error)) from error
    return tuple(Bar(key, low, high) for key, (low, high) in limits.items())


def missed_bars(bars: Sequence[Bar], summary: Mapping[str, float]) -> tuple[MissedBar, ...]:
    """Return the bars that are missed; an unknown number misses its bar.

    Parameters
    ----------
    bars
        All bars.
    summary
        Numbers by key, from ``summarize``.

    Returns
    -------
    tuple of MissedBar
        In the order of ``bars``.
    """
    found = [MissedBar(bar, summary.get(bar.key)) for bar in bars]
    return tuple(missed for missed in found if not _holds(missed))


def _holds(missed: MissedBar) -> bool:
    if missed.value is None:
        return False
    above_low = missed.bar.low is None or missed.value >= missed.bar.low
    return above_low and (missed.bar.high is None or missed.value <= missed.bar.high)
