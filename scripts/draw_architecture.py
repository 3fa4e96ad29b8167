"""Draw the packages of leanline by layer, from the imports in the code.

    python -m scripts.draw_architecture            # write docs/architecture.svg and the table
    python -m scripts.draw_architecture --check    # fail when they are not current

An arrow means "imports"; every arrow points down. An import that follows from others (``a``
imports ``b``, ``b`` imports ``c``, and ``a`` imports ``c`` as well) is not drawn, so that the
picture stays readable. Imports for type checkers alone do not count, as in import-linter.
"""

from __future__ import annotations

import argparse
import ast
import sys
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from html import escape
from itertools import pairwise
from pathlib import Path
from typing import Final

import grimp

ROOT: Final = Path(__file__).parents[1]
PICTURE: Final = ROOT / "docs" / "architecture.svg"
PAGE: Final = ROOT / "docs" / "explanation" / "architecture.md"
MARKERS: Final = ("<!-- packages: made by scripts/draw_architecture.py -->", "<!-- end -->")

WIDTH: Final = 900
ROW_HEIGHT: Final = 86
BOX_HEIGHT: Final = 30
BOX_WIDTH: Final = 94
WAYPOINT_WIDTH: Final = 6
MARGIN: Final = 14
SWEEPS: Final = 40

STYLE: Final = """
  text { font: 13px system-ui, sans-serif; text-anchor: middle; fill: #1b2733; }
  rect { fill: #e8f1fb; stroke: #4a7fb5; }
  path { fill: none; stroke: #7d8a97; stroke-width: 1.1; }
  .tip { fill: #7d8a97; }
  @media (prefers-color-scheme: dark) {
    text { fill: #e8eef4; }
    rect { fill: #1f3347; stroke: #6ea3d8; }
    path { stroke: #8794a1; }
    .tip { fill: #8794a1; }
  }
"""

Imports = Mapping[str, frozenset[str]]


@dataclass(frozen=True)
class Package:
    """One package or module directly under ``leanline``: name, rank from below, purpose."""

    name: str
    rank: int
    purpose: str


def read_imports() -> Imports:
    """For each package, the packages that it imports when the program runs."""
    graph = grimp.build_graph("leanline", exclude_type_checking_imports=True, cache_dir=None)
    names = sorted({_package(module) for module in graph.modules if module != "leanline"})
    found: dict[str, set[str]] = {name: set() for name in names}
    for module in graph.modules - {"leanline"}:
        for target in graph.find_modules_directly_imported_by(module) - {"leanline"}:
            if _package(target) != _package(module):
                found[_package(module)].add(_package(target))
    return {name: frozenset(targets) for name, targets in found.items()}


def ranks(imports: Imports) -> dict[str, int]:
    """Length of the longest chain of imports below each package.

    Raises
    ------
    ValueError
        The packages import each other in a circle.
    """
    known: dict[str, int] = {}
    while len(known) < len(imports):
        ready = [n for n in imports if n not in known and imports[n] <= known.keys()]
        if not ready:
            circle = ", ".join(sorted(imports.keys() - known.keys()))
            raise ValueError(f"These packages import each other in a circle: {circle}")
        known |= {n: 1 + max((known[t] for t in imports[n]), default=-1) for n in ready}
    return known


def without_implied(imports: Imports) -> Imports:
    """The imports that do not follow from others (transitive reduction)."""
    below = _all_below(imports)
    return {
        name: frozenset(
            target
            for target in targets
            if not any(target in below[other] for other in targets - {target})
        )
        for name, targets in imports.items()
    }


def packages(imports: Imports) -> tuple[Package, ...]:
    """All packages, the highest rank first, then by name."""
    rank = ranks(imports)
    found = [Package(name, rank[name], _purpose(name)) for name in imports]
    return tuple(sorted(found, key=lambda package: (-package.rank, package.name)))


def picture(imports: Imports) -> str:
    """The diagram as SVG."""
    drawing = _lay_out(imports)
    height = ROW_HEIGHT * (1 + max(ranks(imports).values())) + MARGIN
    lines = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" role="img" '
        'aria-label="Packages of leanline by layer; arrows point to what is imported">',
        f"<style>{STYLE}</style>",
        '<marker id="tip" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" markerHeight="7" '
        'orient="auto"><path class="tip" d="M0,0 L8,4 L0,8 z"/></marker>',
        *(_arrow([drawing.places[node] for node in chain]) for chain in drawing.chains),
        *(_box(name, *drawing.places[name]) for name in sorted(imports)),
    ]
    return "\n".join([*lines, "</svg>", ""])


def page(imports: Imports, text: str) -> str:
    """The text of the page with its table of packages made afresh."""
    rows = [f"| `{p.name}` | {p.purpose} |" for p in packages(imports)]
    table = "\n".join(["", "| package | what it does |", "|---|---|", *rows, ""])
    head, _, rest = text.partition(MARKERS[0])
    _, end, tail = rest.partition(MARKERS[1])
    if not end:
        raise ValueError(f"{PAGE} has no {MARKERS[0]} and {MARKERS[1]}")
    return f"{head}{MARKERS[0]}\n{table}\n{MARKERS[1]}{tail}"


def outdated() -> tuple[Path, ...]:
    """The files that do not agree with the code."""
    imports = read_imports()
    wanted = {PICTURE: picture(imports), PAGE: page(imports, _text(PAGE))}
    return tuple(path for path, text in wanted.items() if _text(path) != text)


def main() -> int:
    """Write the picture and the table, or check them."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--check", action="store_true", help="write nothing; fail when outdated")
    if parser.parse_args().check:
        old = outdated()
        for path in old:
            print(f"{path.relative_to(ROOT)} is outdated: python -m scripts.draw_architecture")
        return 1 if old else 0
    imports = read_imports()
    PICTURE.write_text(picture(imports), encoding="utf-8")
    PAGE.write_text(page(imports, _text(PAGE)), encoding="utf-8")
    return 0


def _package(module: str) -> str:
    return module.split(".")[1]


def _all_below(imports: Imports) -> dict[str, set[str]]:
    rank = ranks(imports)
    below: dict[str, set[str]] = {}
    for name in sorted(imports, key=lambda name: rank[name]):
        below[name] = set(imports[name]).union(*(below[target] for target in imports[name]))
    return below


@dataclass(frozen=True)
class _Drawing:
    """Top middle of every node, and the nodes that each arrow runs through.

    Nodes are packages, and for arrows over several rows a waypoint (``a>b:row``) in each row
    between, so that no arrow runs behind a box.
    """

    places: Mapping[str, tuple[float, int]]
    chains: tuple[tuple[str, ...], ...]


def _lay_out(imports: Imports) -> _Drawing:
    """Neighbours of arrows near one another (barycentre sweeps of Sugiyama et al. 1981)."""
    rank, arrows = ranks(imports), without_implied(imports)
    row_of = dict(rank)
    chains = []
    for name in sorted(arrows):
        for target in sorted(arrows[name]):
            between = range(rank[name] - 1, rank[target], -1)
            waypoints = {f"{name}>{target}:{row}": row for row in between}
            row_of |= waypoints
            chains.append((name, *waypoints, target))
    linked: dict[str, set[str]] = {node: set() for node in row_of}
    for upper, lower in (pair for chain in chains for pair in pairwise(chain)):
        linked[upper].add(lower)
        linked[lower].add(upper)
    top = max(rank.values())
    rows = [sorted(n for n in row_of if row_of[n] == level) for level in range(top, -1, -1)]
    x = _spread(rows)
    for _ in range(SWEEPS):
        wanted = {node: _mean(x[n] for n in near or {node}) for node, near in linked.items()}
        rows = [sorted(row, key=lambda node: (wanted[node], node)) for row in rows]
        x = _spread(rows)
    places = {
        node: (x[node], MARGIN + ROW_HEIGHT * level)
        for level, row in enumerate(rows)
        for node in row
    }
    return _Drawing(places, tuple(chains))


def _spread(rows: Iterable[list[str]]) -> dict[str, float]:
    """Middle of each node along its row, gaps between neighbours all alike."""
    found = {}
    for row in rows:
        widths = [WAYPOINT_WIDTH if ">" in node else BOX_WIDTH for node in row]
        gap = (WIDTH - sum(widths)) / (len(row) + 1)
        left = gap
        for node, width in zip(row, widths, strict=True):
            found[node] = left + width / 2
            left += width + gap
    return found


def _mean(values: Iterable[float]) -> float:
    # In order, so that the last digit does not depend on how a set is iterated.
    known = sorted(values)
    return round(sum(known) / len(known), 6)


def _arrow(nodes: list[tuple[float, int]]) -> str:
    """A smooth line from the bottom of the first box, straight past rows, to the last box."""
    x, y = nodes[0][0], nodes[0][1] + BOX_HEIGHT
    parts = [f"M{x:.1f},{y}"]
    for next_x, next_y in nodes[1:]:
        bend = 0.5 * (next_y - y)
        parts.append(
            f"C{x:.1f},{y + bend:.1f} {next_x:.1f},{next_y - bend:.1f} {next_x:.1f},{next_y}"
        )
        x, y = next_x, next_y + BOX_HEIGHT
        parts.append(f"V{y}")
    return f'<path d="{" ".join(parts[:-1])}" marker-end="url(#tip)"/>'


def _box(name: str, x: float, y: int) -> str:
    return (
        f'<rect x="{x - BOX_WIDTH / 2:.1f}" y="{y}" width="{BOX_WIDTH}" height="{BOX_HEIGHT}" '
        f'rx="6"/><text x="{x:.1f}" y="{y + 20}">{escape(name)}</text>'
    )


def _purpose(package: str) -> str:
    folder = ROOT / "src" / "leanline" / package
    path = folder / "__init__.py" if folder.is_dir() else folder.with_suffix(".py")
    doc = ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))) or ""
    return " ".join(doc.partition("\n\n")[0].split()).replace("``", "`").replace("|", "\\|")


def _text(path: Path) -> str:
    return path.read_text(encoding="utf-8") if path.exists() else ""


if __name__ == "__main__":
    sys.exit(main())
