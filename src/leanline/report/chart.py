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
    """Appearance of a role.

    Parameters
    ----------
    light, dark
        Colours on light and on dark pages, ``#rrggbb``.
    dash
        Lengths of dashes and gaps as in SVG; empty for a solid line.
    marker
        Shape of its points.
    """

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
    """A horizontal stripe over the whole width of a chart.

    Parameters
    ----------
    low, high
        Its edges, in units of the y axis.
    role
        For its colour.
    label
        Written on it.
    """

    low: float
    high: float
    role: Role
    label: str = ""


@dataclass(frozen=True, eq=False)
class Curve:
    """A line, with a band on either side of it.

    Parameters
    ----------
    x, y
        (N,) in units of the axes; NaN is a gap.
    role
        For its colour and dashes.
    label
        In the legend.
    spread
        (N,) half the height of the band; None for no band.
    """

    x: Array
    y: Array
    role: Role
    label: str = ""
    spread: Array | None = None


@dataclass(frozen=True, eq=False)
class Dots:
    """Individual points.

    Parameters
    ----------
    x, y
        (N,) in units of the axes.
    role
        For colour and marker.
    label
        In the legend.
    """

    x: Array
    y: Array
    role: Role
    label: str = ""


@dataclass(frozen=True)
class Chart:
    """A chart as plain data.

    Parameters
    ----------
    id
        For anchors and file names.
    title, alt
        Heading, and a description for those who do not see it.
    x_label, y_label
        Names of the axes with units.
    x, y
        Ranges of the axes.
    strips, curves, dots
        Layers from back to front.
    """

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


def ticks(low: float, high: float, max_ticks: int = 6) -> tuple[float, ...]:
    """Choose round positions for the ticks of an axis.

    Parameters
    ----------
    low, high
        Its range.
    max_ticks
        How many ticks there may be, at least 2.

    Returns
    -------
    tuple of float
        Rising, within the range; empty for an empty range.
    """
    if not high > low:
        return ()
    raw = (high - low) / max(max_ticks - 1, 1)
    power = 10.0 ** math.floor(math.log10(raw))
    step = next((m * power for m in (1.0, 2.0, 5.0, 10.0) if m * power >= raw), 10.0 * power)
    first = math.ceil(low / step - 1e-9)
    last = math.floor(high / step + 1e-9)
    return tuple(round(i * step, 10) + 0.0 for i in range(first, last + 1))


def pad_range(low: float, high: float, share: float = 0.08) -> tuple[float, float]:
    """Widen a range a little, so that its ends are not on the edge of the chart.

    Parameters
    ----------
    low, high
        The range.
    share
        How much to add at either end, as a share of its length; at least 0.5.

    Returns
    -------
    tuple of float
        Never empty.
    """
    room = max((high - low) * share, 0.5)
    return low - room, high + room
