"""Charts as SVG text; colours are CSS classes, so that light and dark themes work."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from html import escape
from typing import Final, Literal, TypeAlias

import numpy as np

from leanline.model import Array
from leanline.report.chart import LOOKS, Chart, Curve, Dots, Role, Strip, ticks

WIDE: Final = (980, 350)
NARROW: Final = (380, 300)
_LEFT, _RIGHT, _BOTTOM = 44.0, 12.0, 40.0
_LEGEND_LINE: Final = 20.0
_LETTER: Final = 7.0


# Legend entries: role, text, and symbol.
_Entry: TypeAlias = tuple[Role, str, Literal["line", "marker", "stripe"]]


@dataclass(frozen=True)
class _Plot:
    """The plot area, and the mapping from values to positions."""

    chart: Chart
    left: float
    top: float
    right: float
    bottom: float

    def x(self, value: float) -> float:
        low, high = self.chart.x
        return self.left + (value - low) / (high - low) * (self.right - self.left)

    def y(self, value: float) -> float:
        low, high = self.chart.y
        return self.bottom - (value - low) / (high - low) * (self.bottom - self.top)


def svg(
    chart: Chart, size: tuple[int, int] = WIDE, *, alone: bool = False, decimal: str = "."
) -> str:
    """Draw a chart as an ``<svg>`` element.

    Parameters
    ----------
    chart
        What to draw.
    size
        Width and height of the view box; text stays the same size, so draw a narrow one for a
        narrow place.
    alone
        Whether it is to stand as a file of its own: with its own colours and its title in it.
    decimal
        Decimal mark of the numbers on the axes.

    Returns
    -------
    str
        With texts escaped.
    """
    width, height = size
    rows = _legend_rows(chart, width)
    top = 12.0 + _LEGEND_LINE * len(rows) + (22.0 if alone else 0.0)
    plot = _Plot(chart, _LEFT, top + 16.0, width - _RIGHT, height - _BOTTOM)
    name = escape(f"{chart.title}. {chart.alt}", quote=True)
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" class="chart" '
        f'role="img" aria-label="{name}">'
    ]
    if alone:
        parts += [f"<style>{style_sheet()}</style>", _text(12, 18, chart.title, "t b")]
    parts += _legend(rows, top - _LEGEND_LINE * len(rows) + 4.0)
    parts += [piece for strip in chart.strips for piece in _strip(strip, plot)]
    parts += _axes(plot, decimal)
    parts += [piece for curve in chart.curves for piece in _curve(curve, plot)]
    parts += [piece for dots in chart.dots for piece in _dots(dots, plot)]
    parts += [piece for strip in chart.strips for piece in _strip_label(strip, plot)]
    return "".join([*parts, "</svg>"])


def style_sheet() -> str:
    """Return the style sheet of a standalone chart, for light and dark themes."""
    base = (
        "svg{font:13px system-ui,sans-serif}.t{fill:#1c2127}.s{fill:#545b64}.b{font-weight:600}"
        ".g{stroke:#dde1e6}.h{stroke:#8a929c}"
        ".l{paint-order:stroke;stroke:#fff;stroke-width:3px}"
    )
    dark = ".t{fill:#eef1f4}.s{fill:#b4bcc6}.g{stroke:#343b44}.h{stroke:#7d8691}"
    dark += ".l{stroke:#1c2127}" + role_rules("dark")
    return f"{base}{role_rules('light')}@media(prefers-color-scheme:dark){{{dark}}}"


def role_rules(theme: str) -> str:
    """Return CSS of the roles' colours: ``.k-left`` as stroke, ``.f-left`` as fill."""
    rules = []
    for role, look in LOOKS.items():
        colour = look.light if theme == "light" else look.dark
        rules.append(f".k-{role}{{stroke:{colour}}}.f-{role}{{fill:{colour}}}")
    return "".join(rules)


def _legend_rows(chart: Chart, width: float) -> list[list[_Entry]]:
    """Break the legend into rows that fit."""
    entries: list[_Entry] = [(c.role, c.label, "line") for c in chart.curves if c.label]
    entries += [(d.role, d.label, "marker") for d in chart.dots if d.label]
    entries += [(s.role, s.label, "stripe") for s in chart.strips if s.role == "band"]
    rows: list[list[_Entry]] = []
    room = 0.0
    for entry in entries:
        need = 40.0 + _LETTER * len(entry[1])
        if not rows or need > room:
            rows.append([])
            room = width - 24.0
        rows[-1].append(entry)
        room -= need
    return rows


def _legend(rows: Sequence[Sequence[_Entry]], top: float) -> Iterator[str]:
    for number, row in enumerate(rows):
        x, y = 12.0, top + _LEGEND_LINE * number
        for role, words, kind in row:
            if kind == "line":
                dash = f' stroke-dasharray="{LOOKS[role].dash}"' if LOOKS[role].dash else ""
                yield (
                    f'<line x1="{_n(x)}" x2="{_n(x + 22)}" y1="{_n(y)}" y2="{_n(y)}" '
                    f'class="k-{role}" stroke-width="2.5"{dash}/>'
                )
            elif kind == "marker":
                yield _marker(role, x + 11, y)
            else:
                box = f'x="{_n(x)}" y="{_n(y - 6)}" width="22" height="12" rx="2"'
                yield f'<rect {box} class="f-{role}" fill-opacity=".4"/>'
            yield _text(x + 28, y + 4.5, words, "t")
            x += 40.0 + _LETTER * len(words)


def _strip(strip: Strip, plot: _Plot) -> Iterator[str]:
    top, bottom = _strip_ends(strip, plot)
    shade = ".18" if strip.role == "band" else ".09" if strip.role == "trunk" else ".03"
    yield (
        f'<rect x="{_n(plot.left)}" y="{_n(top)}" width="{_n(plot.right - plot.left)}" '
        f'height="{_n(max(bottom - top, 0))}" class="f-{strip.role}" fill-opacity="{shade}"/>'
    )


def _strip_label(strip: Strip, plot: _Plot) -> Iterator[str]:
    top, bottom = _strip_ends(strip, plot)
    if strip.label and strip.role != "band" and bottom - top > 14:
        yield _text(plot.right - 6, top + 14, strip.label, "s l", anchor="end")


def _strip_ends(strip: Strip, plot: _Plot) -> tuple[float, float]:
    """Return top and bottom of the stripe, clipped to the axes."""
    low, high = plot.chart.y
    return plot.y(min(strip.high, high)), plot.y(max(strip.low, low))


def _axes(plot: _Plot, decimal: str) -> Iterator[str]:
    chart = plot.chart
    for value in ticks(*chart.y):
        y = _n(plot.y(value))
        kind = "h" if value == 0 else "g"
        yield f'<line x1="{_n(plot.left)}" x2="{_n(plot.right)}" y1="{y}" y2="{y}" class="{kind}"/>'
        yield _text(plot.left - 7, plot.y(value) + 4.5, _number(value, decimal), "s", anchor="end")
    few = 5 if plot.right - plot.left < 400 else 9
    for value in ticks(*chart.x, max_ticks=few):
        yield _text(plot.x(value), plot.bottom + 17, _number(value, decimal), "s", anchor="middle")
    line = (
        f'x1="{_n(plot.left)}" x2="{_n(plot.right)}" y1="{_n(plot.bottom)}" y2="{_n(plot.bottom)}"'
    )
    yield f'<line {line} class="h"/>'
    yield _text(
        0.5 * (plot.left + plot.right), plot.bottom + 34, chart.x_label, "s", anchor="middle"
    )
    yield _text(plot.left - 30, plot.top - 8, chart.y_label, "s")


def _curve(curve: Curve, plot: _Plot) -> Iterator[str]:
    look = LOOKS[curve.role]
    for part in _runs(curve.x, curve.y):
        x, y = curve.x[part], curve.y[part]
        if curve.spread is not None:
            spread = np.nan_to_num(curve.spread[part])
            shade = ".08" if curve.role == "mean" else ".16"
            rim = [*zip(x, y + spread, strict=True), *zip(x[::-1], (y - spread)[::-1], strict=True)]
            yield f'<path d="{_path(rim, plot)}Z" class="f-{curve.role}" fill-opacity="{shade}"/>'
        dash = f' stroke-dasharray="{look.dash}"' if look.dash else ""
        yield (
            f'<path d="{_path(zip(x, y, strict=True), plot)}" class="k-{curve.role}" fill="none" '
            f'stroke-width="2.5" stroke-linejoin="round"{dash}/>'
        )


def _dots(dots: Dots, plot: _Plot) -> Iterator[str]:
    for x, y in zip(dots.x, dots.y, strict=True):
        if np.isfinite(y):
            yield _marker(dots.role, plot.x(float(x)), plot.y(float(y)))


def _marker(role: Role, x: float, y: float) -> str:
    if LOOKS[role].marker == "diamond":
        d = f"M{_n(x)} {_n(y - 5.5)}l5.5 5.5l-5.5 5.5l-5.5 -5.5Z"
        return f'<path d="{d}" class="f-{role}"/>'
    return f'<circle cx="{_n(x)}" cy="{_n(y)}" r="4.5" class="f-{role}"/>'


def _runs(x: Array, y: Array) -> Iterator[slice]:
    """Yield stretches without gaps, at least two points long."""
    known = np.isfinite(x) & np.isfinite(y)
    edges = np.flatnonzero(np.diff(np.concatenate([[False], known, [False]]).astype(int)))
    for start, end in zip(edges[::2], edges[1::2], strict=True):
        if end - start > 1:
            yield slice(int(start), int(end))


def _path(points: Iterable[tuple[float, float]], plot: _Plot) -> str:
    places = [f"{_n(plot.x(float(x)))} {_n(plot.y(float(y)))}" for x, y in points]
    return "M" + "L".join(places)


def _text(x: float, y: float, words: str, style: str, anchor: str = "start") -> str:
    at = "" if anchor == "start" else f' text-anchor="{anchor}"'
    return f'<text x="{_n(x)}" y="{_n(y)}" class="{style}"{at}>{escape(words)}</text>'


def _number(value: float, decimal: str) -> str:
    return f"{value:g}".replace("-", "−").replace(".", decimal)


def _n(value: float) -> str:
    return f"{value:.1f}".removesuffix(".0")
