"""The charts of an analysis on Matplotlib axes; needs ``leanline[plot]``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from leanline.model import Analysis
from leanline.report.notebook import plot_one

if TYPE_CHECKING:
    from matplotlib.axes import Axes


def plot_steps(analysis: Analysis, axes: Axes | None = None) -> Axes:
    """Plot the body lean at mid-stance, degrees, step by step.

    Parameters
    ----------
    analysis
        Of a run or a walk from the side, not read back from a file.
    axes
        Where to draw; a figure of its own if None.

    Returns
    -------
    matplotlib.axes.Axes
        The axes drawn on.

    Raises
    ------
    UsageError
        The analysis lacks these numbers, or Matplotlib is not installed.
    """
    return plot_one(analysis, "lean_steps", axes)


def plot_cycle(analysis: Analysis, axes: Axes | None = None) -> Axes:
    """Plot the lean through the gait cycle, mean and spread of each foot, degrees over percent.

    Parameters, result and errors are those of ``plot_steps``.
    """
    return plot_one(analysis, "lean_cycle", axes)


def plot_strike(analysis: Analysis, axes: Axes | None = None) -> Axes:
    """Plot the foot-strike angle, degrees, step by step.

    Parameters, result and errors are those of ``plot_steps``.
    """
    return plot_one(analysis, "strike_steps", axes)


def plot_standing(analysis: Analysis, axes: Axes | None = None) -> Axes:
    """Plot the lean along a clip of the standing drill, degrees over seconds.

    Parameters, result and errors are those of ``plot_steps``.
    """
    return plot_one(analysis, "stand_time", axes)
