"""A picture with marks as one SVG file: embedded picture, marks as lines and text."""

from __future__ import annotations

import base64
import math
from collections.abc import Iterator
from html import escape

from leanline.video.draw import DARK, Area, Colour, Dot, Label, Marks, Picture, Point, Stroke

_SIDE_PX = 720
_FONT = "system-ui, sans-serif"


def marked_svg(picture: Picture, marks: Marks, title: str) -> str:
    """Write a picture as SVG, with its marks as lines and text on top.

    Parameters
    ----------
    picture
        (H, W, 3) RGB.
    marks
        What to draw.
    title
        For screen readers.

    Returns
    -------
    str
        An ``<svg>`` element that needs no other file.
    """
    height, width = picture.shape[:2]
    size = max(min(height, width) / _SIDE_PX, 0.4)
    parts = [_area(area) for area in marks.areas]
    parts += [part for stroke in marks.strokes for part in _stroke(stroke, size)]
    parts += [part for dot in marks.dots for part in _dot(dot, size)]
    parts += [part for label in marks.labels for part in _label(label, size)]
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" '
        f'width="{width}" height="{height}" role="img">'
        f"<title>{escape(title)}</title>"
        f'<image width="{width}" height="{height}" href="data:image/jpeg;base64,{_jpeg(picture)}"/>'
        + "".join(parts)
        + "</svg>\n"
    )


def _jpeg(picture: Picture) -> str:
    import cv2

    found = cv2.imencode(".jpg", picture[:, :, ::-1], [cv2.IMWRITE_JPEG_QUALITY, 88])[1]
    return base64.b64encode(found.tobytes()).decode("ascii")


def _hex(colour: Colour) -> str:
    return "#{:02x}{:02x}{:02x}".format(*colour)


def _known(*points: Point) -> bool:
    return all(math.isfinite(value) for point in points for value in point)


def _area(area: Area) -> str:
    if not _known(*area.corners):
        return ""
    corners = " ".join(f"{x:.1f},{y:.1f}" for x, y in area.corners)
    return f'<polygon points="{corners}" fill="{_hex(area.colour)}" opacity="{area.opacity:g}"/>'


def _stroke(stroke: Stroke, size: float) -> Iterator[str]:
    """A line with a dark rim."""
    if not _known(stroke.start, stroke.end):
        return
    (x1, y1), (x2, y2) = stroke.start, stroke.end
    dash = f' stroke-dasharray="{14 * size:.1f}"' if stroke.dashed else ""
    for colour, wider in ((DARK, 2.0), (stroke.colour, 0.0)):
        yield (
            f'<line x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}" '
            f'stroke="{_hex(colour)}" stroke-width="{(stroke.width + wider) * size:.1f}"{dash}/>'
        )


def _dot(dot: Dot, size: float) -> Iterator[str]:
    if _known(dot.at):
        yield (
            f'<circle cx="{dot.at[0]:.1f}" cy="{dot.at[1]:.1f}" r="{dot.radius * size:.1f}" '
            f'fill="{_hex(dot.colour)}" stroke="{_hex(DARK)}" stroke-width="{size:.1f}"/>'
        )


def _label(label: Label, size: float) -> Iterator[str]:
    """Text with a dark outline that keeps it legible on any background."""
    if _known(label.at):
        yield (
            f'<text x="{label.at[0]:.1f}" y="{label.at[1]:.1f}" text-anchor="middle" '
            f'dominant-baseline="middle" font-family="{_FONT}" font-weight="600" '
            f'font-size="{label.size * size:.1f}" fill="{_hex(label.colour)}" '
            f'stroke="{_hex(DARK)}" stroke-width="{4 * size:.1f}" paint-order="stroke">'
            f"{escape(label.text)}</text>"
        )
