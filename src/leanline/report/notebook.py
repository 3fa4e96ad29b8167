"""Notebook display of an analysis."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

from leanline.errors import UsageError
from leanline.model import Analysis
from leanline.report.charts import charts
from leanline.report.view_model import report_model

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_STYLE = "text-align:left;padding:2px 14px 2px 0"


def table_html(analysis: Analysis) -> str:
    """Return a small table of metrics with intervals, by the steps of the method."""
    model = report_model(analysis)
    rows = [
        f"<p><b>{escape(model.activity)}</b> {escape(model.name)}<br>"
        f"<small>{escape(', '.join(model.facts))}</small></p>",
        "<table>",
    ]
    for section in model.sections:
        rows.append(f'<tr><th style="{_STYLE}" colspan="4">{escape(section.name)}</th></tr>')
        for row in section.rows:
            cells = (row.name, row.value + row.unit, row.interval, row.quality_word)
            rows.append(
                "<tr>"
                + "".join(f'<td style="{_STYLE}">{escape(cell)}</td>' for cell in cells)
                + "</tr>"
            )
        rows += [
            f'<tr><td style="{_STYLE}" colspan="4"><small>{escape(text)}</small></td></tr>'
            for text in section.missing
        ]
    first = model.advice[0]
    return "".join([*rows, f"</table><p><b>{escape(first.heading)}</b>: {escape(first.text)}</p>"])


def plot_one(analysis: Analysis, name: str, axes: Axes | None = None) -> Axes:
    """Draw one of the report's charts with Matplotlib.

    Parameters
    ----------
    analysis
        Of the clip.
    name
        Id of the chart.
    axes
        Where to draw; new ones in a new figure when None.

    Returns
    -------
    Axes
        Those drawn on.

    Raises
    ------
    UsageError
        The analysis does not have the numbers for it, or Matplotlib is not installed.
    """
    from leanline.report.mpl import plot

    drawn = charts(analysis)
    if name not in drawn:
        if not drawn:
            raise UsageError("report.no_charts")
        raise UsageError("report.no_such_chart", chart=str(name), charts=tuple(drawn))
    return plot(drawn[name], axes)
