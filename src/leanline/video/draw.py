"""Drawing of marks on a picture; returns a new picture."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from leanline.video.text import set_text, text_mask

Picture = NDArray[np.uint8]
Point = tuple[float, float]
Colour = tuple[int, int, int]

# Colours that are distinguishable with any colour vision (Okabe and Ito 2008).
ORANGE: Final[Colour] = (0xE6, 0x9F, 0x00)
SKY_BLUE: Final[Colour] = (0x56, 0xB4, 0xE9)
GREEN: Final[Colour] = (0x00, 0x9E, 0x73)
YELLOW: Final[Colour] = (0xF0, 0xE4, 0x42)
WHITE: Final[Colour] = (0xFF, 0xFF, 0xFF)
DARK: Final[Colour] = (0x10, 0x10, 0x10)
SOFT: Final[Colour] = (0xC8, 0xCE, 0xD6)

# Line widths and letters are designed for a shorter side of this length, and scale with it.
_SIDE_PX: Final = 720
_SHIFT: Final = 4
# Letters of the panel below a film of that width.
_PANEL_WORD: Final = 22.0
_PANEL_VALUE: Final = 38.0


@dataclass(frozen=True)
class Stroke:
    """A straight line, solid or dashed.

    Parameters
    ----------
    start, end
        (x, y) in pixels, y down; a line with an end that is not finite is skipped.
    colour
        RGB, 0 to 255 each.
    width
        For a picture whose shorter side is 720 px; it scales with the picture.
    dashed
        Whether it is drawn in dashes.
    """

    start: Point
    end: Point
    colour: Colour
    width: float = 3.0
    dashed: bool = False


@dataclass(frozen=True)
class Dot:
    """A filled circle.

    Parameters
    ----------
    at
        Its centre, (x, y) in pixels, y down.
    colour
        RGB, 0 to 255 each.
    radius
        For a picture whose shorter side is 720 px; it scales with the picture.
    """

    at: Point
    colour: Colour
    radius: float = 4.0


@dataclass(frozen=True)
class Area:
    """A filled, translucent shape.

    Parameters
    ----------
    corners
        (x, y) of its corners in pixels, y down; fewer than three draw nothing.
    colour
        RGB, 0 to 255 each.
    opacity
        From 0, invisible, to 1, opaque.
    """

    corners: tuple[Point, ...]
    colour: Colour
    opacity: float = 0.35


@dataclass(frozen=True)
class Label:
    """A line of text on a dark background.

    Parameters
    ----------
    text
        What it says.
    at
        Its centre, (x, y) in pixels, y down; moved inwards where the text would leave the picture.
    colour
        RGB of the letters, 0 to 255 each.
    size
        Height of the letters for a picture whose shorter side is 720 px; it scales with the
        picture.
    """

    text: str
    at: Point
    colour: Colour = WHITE
    size: float = 24.0


@dataclass(frozen=True)
class Tile:
    """A number with a caption above it; tiles are placed side by side in a left corner.

    Parameters
    ----------
    word
        The caption.
    value
        The number with its unit.
    colour
        RGB of the number, 0 to 255 each.
    """

    word: str
    value: str
    colour: Colour = WHITE


@dataclass(frozen=True)
class Marks:
    """Everything to draw on one frame; marks that are not finite are skipped.

    Parameters
    ----------
    strokes, dots, labels, areas, tiles
        The marks; areas lie lowest, tiles on top.
    tiles_on_top
        Whether the tiles stand in the upper left corner rather than the lower.
    """

    strokes: tuple[Stroke, ...] = ()
    dots: tuple[Dot, ...] = ()
    labels: tuple[Label, ...] = ()
    areas: tuple[Area, ...] = ()
    tiles: tuple[Tile, ...] = ()
    tiles_on_top: bool = False


def draw_marks(picture: Picture, marks: Marks) -> Picture:
    """Draw the marks on a copy of the picture, lines and dots with a dark rim.

    Parameters
    ----------
    picture
        (H, W, 3) RGB.
    marks
        What to draw.

    Returns
    -------
    picture
        (H, W, 3); the original is unchanged.
    """
    canvas = picture.copy()
    size = max(min(picture.shape[:2]) / _SIDE_PX, 0.4)
    for area in marks.areas:
        _draw_area(canvas, area)
    strokes = [piece for stroke in marks.strokes for piece in _dashes(stroke, 14.0 * size)]
    for stroke in strokes:
        _draw_line(canvas, stroke, DARK, (stroke.width + 2.0) * size)
    for stroke in strokes:
        _draw_line(canvas, stroke, stroke.colour, stroke.width * size)
    for dot in marks.dots:
        _draw_circle(canvas, dot, DARK, (dot.radius + 1.0) * size)
        _draw_circle(canvas, dot, dot.colour, dot.radius * size)
    for label in marks.labels:
        _draw_label(canvas, label, size)
    _draw_tiles(canvas, marks.tiles, size, on_top=marks.tiles_on_top)
    return canvas


def draw_panel(tiles: Sequence[Tile], width_px: int) -> Picture:
    """Draw numbers side by side on a dark strip, to be put below a picture.

    Letters are for a phone: a film that fills its width shows captions of 12 of its points.

    Parameters
    ----------
    tiles
        The numbers; smaller where they would not fit.
    width_px
        Of the strip.

    Returns
    -------
    picture
        (H, W, 3) RGB with an even height that depends on the width only.
    """
    unit = width_px / _SIDE_PX
    edge, line = round(18 * unit), round(6 * unit)
    word_px, value_px = _PANEL_WORD * unit, _PANEL_VALUE * unit
    tall = text_mask("", round(word_px)).shape[0] + line + text_mask("", round(value_px)).shape[0]
    canvas = np.empty(((2 * edge + tall + 1) // 2 * 2, width_px, 3), np.uint8)
    canvas[:] = DARK
    room = width_px - 2 * edge - round(18 * unit) * (len(tiles) - 1)
    wanted = sum(_tile_width(tile, word_px, value_px) for tile in tiles)
    shrink = min(1.0, room / max(wanted, 1))
    left = edge
    for tile in tiles:
        word = text_mask(tile.word, int(word_px * shrink))
        value = text_mask(tile.value, int(value_px * shrink))
        set_text(canvas, word, left, edge, SOFT)
        set_text(canvas, value, left, edge + word.shape[0] + line, tile.colour)
        left += max(word.shape[1], value.shape[1]) + round(18 * unit)
    return canvas


def _tile_width(tile: Tile, word_px: float, value_px: float) -> int:
    word, value = text_mask(tile.word, round(word_px)), text_mask(tile.value, round(value_px))
    return int(max(word.shape[1], value.shape[1]))


def shrink_to(picture: Picture, max_px: int) -> tuple[Picture, float]:
    """Shrink a picture to at most a given size, with even sides, as video encoders need.

    Parameters
    ----------
    picture
        (H, W, 3); never enlarged.
    max_px
        Of the longer side.

    Returns
    -------
    tuple of picture and float
        The picture and the scale, from 0 to 1.
    """
    import cv2

    height, width = picture.shape[:2]
    scale = min(1.0, max_px / max(height, width))
    if scale < 1.0:
        size = (max(2, round(width * scale)), max(2, round(height * scale)))
        picture = np.asarray(cv2.resize(picture, size, interpolation=cv2.INTER_AREA), np.uint8)
    height, width = picture.shape[:2]
    return np.ascontiguousarray(picture[: height // 2 * 2, : width // 2 * 2]), scale


def _dashes(stroke: Stroke, dash_px: float) -> Sequence[Stroke]:
    """Return the stroke, or its dashes; empty if an end is not finite."""
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


def _to_fixed_point(at: Point) -> tuple[int, int]:
    """Return fixed-point coordinates, so that lines move smoothly."""
    x, y = np.clip(at, -30000.0, 30000.0) * (1 << _SHIFT)
    return round(float(x)), round(float(y))


def _draw_line(canvas: Picture, stroke: Stroke, colour: Colour, width: float) -> None:
    import cv2

    ends = _to_fixed_point(stroke.start), _to_fixed_point(stroke.end)
    cv2.line(canvas, *ends, colour, max(1, round(width)), cv2.LINE_AA, _SHIFT)


def _draw_circle(canvas: Picture, dot: Dot, colour: Colour, radius: float) -> None:
    import cv2

    if np.isfinite(dot.at).all():
        fixed_radius = round(radius * (1 << _SHIFT))
        cv2.circle(canvas, _to_fixed_point(dot.at), fixed_radius, colour, -1, cv2.LINE_AA, _SHIFT)


def _draw_area(canvas: Picture, area: Area) -> None:
    """Blend the shape in, touching only its bounding box."""
    import cv2

    corners = np.array(area.corners, dtype=np.float64)
    if len(corners) < 3 or not np.isfinite(corners).all():
        return
    height, width = canvas.shape[:2]
    left, top = np.clip(np.floor(corners.min(axis=0)), 0, (width, height)).astype(int)
    right, bottom = np.clip(np.ceil(corners.max(axis=0)) + 1, 0, (width, height)).astype(int)
    if right <= left or bottom <= top:
        return
    part = canvas[top:bottom, left:right]
    filled = part.copy()
    fixed = np.array([_to_fixed_point((x - left, y - top)) for x, y in corners], dtype=np.int32)
    cv2.fillPoly(filled, [fixed], area.colour, cv2.LINE_AA, _SHIFT)
    cv2.addWeighted(filled, area.opacity, part, 1.0 - area.opacity, 0.0, dst=filled)
    canvas[top:bottom, left:right] = filled


def _draw_label(canvas: Picture, label: Label, size: float) -> None:
    if not np.isfinite(label.at).all():
        return
    mask = text_mask(label.text, round(label.size * size))
    height, width = mask.shape
    edge = round(0.35 * label.size * size)
    room_x, room_y = canvas.shape[1] - width - edge, canvas.shape[0] - height - edge
    left = round(min(max(label.at[0] - width / 2, edge), max(room_x, edge)))
    top = round(min(max(label.at[1] - height / 2, edge), max(room_y, edge)))
    _draw_background(
        canvas, left - edge, top - edge, left + width + edge, top + height + edge, edge
    )
    set_text(canvas, mask, left, top, label.colour)


def _draw_tiles(canvas: Picture, tiles: Sequence[Tile], size: float, *, on_top: bool) -> None:
    """Draw a dark panel with all tiles into a left corner."""
    if not tiles:
        return
    gap, edge = round(22 * size), round(14 * size)
    columns = [
        (text_mask(t.word, round(15 * size)), text_mask(t.value, round(30 * size)), t.colour)
        for t in tiles
    ]
    widths = [max(word.shape[1], value.shape[1]) for word, value, _ in columns]
    line = round(8 * size)
    tall = max(word.shape[0] + line + value.shape[0] for word, value, _ in columns)
    left = 2 * edge
    bottom = 2 * edge + tall if on_top else canvas.shape[0] - 2 * edge
    right = left + sum(widths) + gap * (len(widths) - 1)
    _draw_background(canvas, left - edge, bottom - tall - edge, right + edge, bottom + edge, edge)
    for (word, value, colour), width in zip(columns, widths, strict=True):
        set_text(canvas, word, left, bottom - tall, SOFT)
        set_text(canvas, value, left, bottom - tall + word.shape[0] + line, colour)
        left += width + gap


def _draw_background(
    canvas: Picture, left: int, top: int, right: int, bottom: int, radius: int
) -> None:
    """Draw a translucent dark rounded rectangle."""
    box = np.array([(left, top), (right, top), (right, bottom), (left, bottom)], dtype=np.float64)
    inward = np.array([(1, 1), (-1, 1), (-1, -1), (1, -1)]) * radius
    turns = np.radians([[180, 270], [270, 360], [0, 90], [90, 180]])
    corners = [
        (float(x + radius * np.cos(angle)), float(y + radius * np.sin(angle)))
        for (x, y), (start, end) in zip(box + inward, turns, strict=True)
        for angle in np.linspace(start, end, 6)
    ]
    _draw_area(canvas, Area(tuple(corners), DARK, 0.72))
