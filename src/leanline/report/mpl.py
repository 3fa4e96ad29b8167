"""Charts with Matplotlib, looking as on the page, for notebooks and PNG files."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np

from leanline.errors import UsageError
from leanline.report.chart import LOOKS, Chart, Curve, Dots, Strip

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_MARKERS: Final = {"circle": "o", "diamond": "D"}
_DASHES: Final = {"": "-", "7 3": "--", "2 3": ":"}
_INCHES: Final = (7.6, 3.4)


def plot(chart: Chart, axes: Axes | None = None) -> Axes:
    """Draw a chart with Matplotlib.

    Parameters
    ----------
    chart
        What to draw.
    axes
        Where to draw; new ones in a new figure when None.

    Returns
    -------
    Axes
        Those drawn on.

    Raises
    ------
    UsageError
        Matplotlib is not installed.
    """
    axes = axes if axes is not None else _new_axes()
    for strip in chart.strips:
        _strip(axes, strip, chart)
    for curve in chart.curves:
        _curve(axes, curve)
    for dots in chart.dots:
        _dots(axes, dots)
    axes.set(
        xlim=chart.x, ylim=chart.y, xlabel=chart.x_label, ylabel=chart.y_label, title=chart.title
    )
    axes.grid(axis="y", color="#dde1e6", linewidth=0.8)
    axes.set_axisbelow(True)
    for side in ("top", "right", "left"):
        axes.spines[side].set_visible(False)
    if axes.get_legend_handles_labels()[1]:
        axes.legend(frameon=False, loc="upper left", ncols=3, fontsize="small")
    return axes


def _new_axes() -> Axes:
    try:
        from matplotlib import pyplot
    except ImportError as error:
        raise UsageError("package.matplotlib") from error
    axes: Axes = pyplot.subplots(figsize=_INCHES, layout="constrained")[1]
    return axes


def _strip(axes: Axes, strip: Strip, chart: Chart) -> None:
    shade = 0.18 if strip.role == "band" else 0.09 if strip.role == "trunk" else 0.03
    axes.axhspan(
        strip.low, strip.high, color=LOOKS[strip.role].light, alpha=shade, linewidth=0, zorder=0
    )
    if strip.label:
        place: dict[str, Any] = {"ha": "right", "va": "top", "fontsize": "small"}
        axes.annotate(
            strip.label,
            (chart.x[1], min(strip.high, chart.y[1])),
            xytext=(-4, -3),
            textcoords="offset points",
            color="#545b64",
            **place,
        )


def _curve(axes: Axes, curve: Curve) -> None:
    look = LOOKS[curve.role]
    if curve.spread is not None:
        spread = np.asarray(curve.spread)
        axes.fill_between(
            curve.x, curve.y - spread, curve.y + spread, color=look.light, alpha=0.16, linewidth=0
        )
    style = _DASHES[look.dash]
    axes.plot(curve.x, curve.y, style, color=look.light, linewidth=2.0, label=curve.label or None)


def _dots(axes: Axes, dots: Dots) -> None:
    look = LOOKS[dots.role]
    axes.plot(
        dots.x,
        dots.y,
        _MARKERS[look.marker],
        color=look.light,
        markersize=5.5,
        label=dots.label or None,
    )
