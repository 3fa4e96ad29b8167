"""Marks drawn on a picture: a picture and what to mark go in, a new picture comes out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

Picture = NDArray[np.uint8]
Point = tuple[float, float]
Colour = tuple[int, int, int]

# Colours that people with any colour vision tell apart (Okabe and Ito 2008).
ORANGE: Final[Colour] = (0xE6, 0x9F, 0x00)
SKY_BLUE: Final[Colour] = (0x56, 0xB4, 0xE9)
GREEN: Final[Colour] = (0x00, 0x9E, 0x73)
YELLOW: Final[Colour] = (0xF0, 0xE4, 0x42)
WHITE: Final[Colour] = (0xFF, 0xFF, 0xFF)
DARK: Final[Colour] = (0x10, 0x10, 0x10)

# Line widths and letters are made for a picture whose shorter side is this, and grow with it.
_SIDE_PX: Final = 720
_SHIFT: Final = 4


@dataclass(frozen=True)
class Stroke:
    """A straight line in the picture, pixels, x right and y down."""

    start: Point
    end: Point
    colour: Colour
    width: float = 3.0
    dashed: bool = False


@dataclass(frozen=True)
class Dot:
    """A filled circle in the picture, pixels, x right and y down."""

    at: Point
    colour: Colour
    radius: float = 4.0


@dataclass(frozen=True)
class Label:
    """A line of text; labels stand under one another at the top left."""

    text: str
    colour: Colour = WHITE


@dataclass(frozen=True)
class Marks:
    """All there is to draw on one frame; whatever is not finite is left out."""

    strokes: tuple[Stroke, ...] = ()
    dots: tuple[Dot, ...] = ()
    labels: tuple[Label, ...] = ()


def drawn(picture: Picture, marks: Marks) -> Picture:
    """A copy of the picture (H, W, 3) with the marks on it, each with a dark rim."""
    canvas = picture.copy()
    size = max(min(picture.shape[:2]) / _SIDE_PX, 0.4)
    strokes = [piece for stroke in marks.strokes for piece in _pieces(stroke, 14.0 * size)]
    for stroke in strokes:
        _line(canvas, stroke, DARK, (stroke.width + 2.0) * size)
    for stroke in strokes:
        _line(canvas, stroke, stroke.colour, stroke.width * size)
    for dot in marks.dots:
        _circle(canvas, dot, DARK, (dot.radius + 1.0) * size)
        _circle(canvas, dot, dot.colour, dot.radius * size)
    for row, label in enumerate(marks.labels):
        _text(canvas, label, row, size)
    return canvas


def fitted(picture: Picture, longest_px: int) -> tuple[Picture, float]:
    """The picture made no larger than ``longest_px`` with even sides, and the scale to it."""
    import cv2

    height, width = picture.shape[:2]
    scale = min(1.0, longest_px / max(height, width))
    if scale < 1.0:
        size = (max(2, round(width * scale)), max(2, round(height * scale)))
        picture = np.asarray(cv2.resize(picture, size, interpolation=cv2.INTER_AREA), np.uint8)
    height, width = picture.shape[:2]
    return np.ascontiguousarray(picture[: height // 2 * 2, : width // 2 * 2]), scale


def _pieces(stroke: Stroke, dash_px: float) -> Sequence[Stroke]:
    """The stroke itself, or its dashes; nothing when an end is missing."""
    start, end = np.array(stroke.start), np.array(stroke.end)
    length = float(np.hypot(*(end - start)))
    if not np.isfinite(length):
        return ()
    if not stroke.dashed or length <= dash_px:
        return (stroke,)
    shares = np.linspace(0.0, 1.0, 2 * round(length / dash_px / 2) + 2)
    ends = start + shares[:, None] * (end - start)
    return [
        Stroke(_point(a), _point(b), stroke.colour, stroke.width)
        for a, b in zip(ends[::2], ends[1::2], strict=True)
    ]


def _point(at: NDArray[np.float64]) -> Point:
    return float(at[0]), float(at[1])


def _fixed(at: Point) -> tuple[int, int]:
    """Fixed-point coordinates, so that lines do not jump from pixel to pixel."""
    x, y = np.clip(at, -30000.0, 30000.0) * (1 << _SHIFT)
    return round(float(x)), round(float(y))


def _line(canvas: Picture, stroke: Stroke, colour: Colour, width: float) -> None:
    import cv2

    ends = _fixed(stroke.start), _fixed(stroke.end)
    cv2.line(canvas, *ends, colour, max(1, round(width)), cv2.LINE_AA, _SHIFT)


def _circle(canvas: Picture, dot: Dot, colour: Colour, radius: float) -> None:
    import cv2

    if np.isfinite(dot.at).all():
        fixed_radius = round(radius * (1 << _SHIFT))
        cv2.circle(canvas, _fixed(dot.at), fixed_radius, colour, -1, cv2.LINE_AA, _SHIFT)


def _text(canvas: Picture, label: Label, row: int, size: float) -> None:
    import cv2

    font, scale, thickness = cv2.FONT_HERSHEY_SIMPLEX, 0.8 * size, max(1, round(2 * size))
    (width, height), below = cv2.getTextSize(label.text, font, scale, thickness)
    left, base, edge = round(16 * size), round((36 + 36 * row) * size), round(5 * size)
    corners = (left - edge, base - height - edge), (left + width + edge, base + below + edge)
    cv2.rectangle(canvas, *corners, DARK, -1)
    cv2.putText(canvas, label.text, (left, base), font, scale, label.colour, thickness, cv2.LINE_AA)
