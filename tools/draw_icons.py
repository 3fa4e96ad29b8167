"""Draw the icons of the web app: the mark of ``static/icon.svg`` as PNG.

``python tools/draw_icons.py src/leanline/web/static/icons``
"""

from __future__ import annotations

import sys
from math import hypot
from pathlib import Path
from typing import Final

from PIL import Image, ImageDraw

# The mark in a square of 24: the vertical, dashed, and the runner's line.
PAPER, VERTICAL, LEAN = "#13171b", "#ffffff", "#ffd447"
FOOT, TOP, HEAD = (8.0, 20.0), (8.0, 4.0), (14.5, 4.0)
DASH, GAP = 2.4, 1.8
SIDE: Final = 24.0
CORNER: Final = 5.0
#: Drawn so many times larger, then reduced, which smooths the edges.
OVERSAMPLING: Final = 8
#: What a platform may cut off a maskable icon lies outside this share.
SAFE: Final = 0.72

Point = tuple[float, float]


def icon(size_px: int, *, share: float = 1.0, rounded: bool = True) -> Image.Image:
    """The mark on its ground; ``share`` is how much of the square the mark takes."""
    whole = size_px * OVERSAMPLING
    picture = Image.new("RGBA", (whole, whole), (0, 0, 0, 0))
    draw = ImageDraw.Draw(picture)
    unit = whole / SIDE
    if rounded:
        draw.rounded_rectangle((0, 0, whole - 1, whole - 1), CORNER * unit, fill=PAPER)
    else:
        draw.rectangle((0, 0, whole, whole), fill=PAPER)

    def place(point: Point) -> Point:
        # The mark is centred at (11.25, 12) of its square.
        x, y = point
        return (whole / 2 + (x - 11.25) * unit * share, whole / 2 + (y - 12.0) * unit * share)

    for start, end in dashes(FOOT, TOP):
        stroke(draw, place(start), place(end), 1.6 * unit * share, VERTICAL, round_ends=False)
    stroke(draw, place(FOOT), place(HEAD), 2.4 * unit * share, LEAN, round_ends=True)
    return picture.resize((size_px, size_px), Image.Resampling.LANCZOS)


def dashes(start: Point, end: Point) -> list[tuple[Point, Point]]:
    """The dashes of a line from one point to another."""
    length = hypot(end[0] - start[0], end[1] - start[1])
    along = ((end[0] - start[0]) / length, (end[1] - start[1]) / length)

    def at(distance: float) -> Point:
        return (start[0] + along[0] * distance, start[1] + along[1] * distance)

    starts = [k * (DASH + GAP) for k in range(int(length / (DASH + GAP)) + 1)]
    return [(at(s), at(min(s + DASH, length))) for s in starts if s < length]


def stroke(
    draw: ImageDraw.ImageDraw,
    start: Point,
    end: Point,
    width: float,
    colour: str,
    *,
    round_ends: bool,
) -> None:
    """A straight stroke."""
    draw.line((*start, *end), fill=colour, width=round(width))
    if round_ends:
        for x, y in (start, end):
            r = width / 2
            draw.ellipse((x - r, y - r, x + r, y + r), fill=colour)


def main(folder: Path) -> None:
    """Write all icons into a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    icons = {
        "icon-192": icon(192),
        "icon-512": icon(512),
        "maskable-512": icon(512, share=SAFE, rounded=False),
        # iPhones round the corners themselves.
        "touch-180": icon(180, share=0.85, rounded=False),
    }
    for name, picture in icons.items():
        picture.save(folder / f"{name}.png", optimize=True)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
