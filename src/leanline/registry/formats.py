"""Units and how numbers in them are written for a person."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal, get_args

Unit = Literal["deg", "pct", "spm", "mps", "s", "m"]
UNITS: Final[tuple[Unit, ...]] = get_args(Unit)


@dataclass(frozen=True)
class NumberFormat:
    """How values in some unit are written for a person.

    Parameters
    ----------
    scale
        Factor from the stored unit to the written one.
    decimals
        Digits after the point.
    unit
        Written after the number, with the space before it if there is one.
    """

    scale: float
    decimals: int
    unit: str

    def number(self, value: float) -> str:
        """The bare number, never ``-0.0``."""
        return f"{round(value * self.scale, self.decimals) + 0.0:.{self.decimals}f}"


# By unit; ``seconds``, ``count`` and ``centimetres`` write a unit in another way.
FORMATS: Final[Mapping[str, NumberFormat]] = {
    "deg": NumberFormat(1.0, 1, "°"),
    "pct": NumberFormat(1.0, 1, " %"),
    "spm": NumberFormat(1.0, 1, " steps/min"),
    "mps": NumberFormat(1.0, 2, " m/s"),
    "s": NumberFormat(1000.0, 0, " ms"),
    "m": NumberFormat(1.0, 2, " m"),
    "centimetres": NumberFormat(100.0, 1, " cm"),
    "seconds": NumberFormat(1.0, 1, " s"),
    "count": NumberFormat(1.0, 0, ""),
    "plain": NumberFormat(1.0, 2, ""),
}
# Shorter lengths are written in centimetres.
CENTIMETRES_BELOW_M: Final = 0.5


def unit_of(name: str) -> Unit | None:
    """Unit that a name ends in.

    Parameters
    ----------
    name
        Of a metric or a column, such as ``lean_body_deg``.

    Returns
    -------
    Unit or None
        None for names that end in none of ``UNITS``.
    """
    suffix = name.rpartition("_")[2]
    return suffix if suffix in UNITS else None
