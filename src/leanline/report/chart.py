"""Charts as plain data, independent of the renderer, and the scale arithmetic for drawing.

Colours are roles with the same meaning everywhere: ``left`` and ``right`` foot, ``trunk``, ``band``
(the coaching band), ``mean``, ``goal``.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal

from leanline.model import Array

Role = Literal["left", "right", "trunk", "band", "mean", "goal"]


@dataclass(frozen=True)
class Look:
    """Appearance of a role: colours for light and dark themes, and dashes and markers."""

    light: str
    dark: str
    dash: str = ""
    marker: Literal["circle", "diamond"] = "circle"


# Distinguishable with any colour vision, and by dash and marker (after Okabe and Ito 2008); 3:1
# contrast on white and on black, as required for graphics.
LOOKS: Final[Mapping[Role, Look]] = {
    "left": Look("#0072b2", "#56b4e9"),
    "right": Look("#c25b00", "#e69f00", dash="7 3", marker="diamond"),
    "trunk": Look("#5f6670", "#a9b1bb", dash="2 3"),
    "band": Look("#009e73", "#2fc79b"),
    "mean": Look("#1c2127", "#eef1f4"),
    "goal": Look("#a8467f", "#e08fbf"),
}


@dataclass(frozen=True)
class Strip:
    """A labelled horizontal stripe from ``low`` to ``high`` over the whole width."""

    low: float
    high: float
    role: Role
    label: str = ""


@dataclass(frozen=True, eq=False)
class Curve:
    """A line through (x, y) with a band of ``spread`` on either side; NaN is a gap."""

    x: Array
    y: Array
    role: Role
    label: str = ""
    spread: Array | None = None


@dataclass(frozen=True, eq=False)
class Dots:
    """Individual points."""

    x: Array
    y: Array
    role: Role
    label: str = ""


@dataclass(frozen=True)
class Chart:
    """A chart: texts, ranges, and layers from back to front."""

    id: str
    title: str
    alt: str
    x_label: str
    y_label: str
    x: tuple[float, float]
    y: tuple[float, float]
    strips: tuple[Strip, ...] = ()
    curves: tuple[Curve, ...] = ()
    dots: tuple[Dots, ...] = ()


def ticks(low: float, high: float, most: int = 6) -> tuple[float, ...]:
    """Return at most ``most`` round tick positions from ``low`` to ``high``."""
    if not high > low:
        return ()
    raw = (high - low) / max(most - 1, 1)
    power = 10.0 ** math.floor(math.log10(raw))
    step = next((m * power for m in (1.0, 2.0, 5.0, 10.0) if m * power >= raw), 10.0 * power)
    first = math.ceil(low / step - 1e-9)
    last = math.floor(high / step + 1e-9)
    return tuple(round(i * step, 10) + 0.0 for i in range(first, last + 1))


def pad_range(low: float, high: float, share: float = 0.08) -> tuple[float, float]:
    """Return a range slightly wider than its content, and never empty."""
    room = max((high - low) * share, 0.5)
    return low - room, high + room
