"""Pieces of one shown picture, taken straight from the planes in which it is stored.

Making all of a picture red, green and blue costs as much as decoding it, and the networks see
but a small square of it: so the planes are cut and shrunk first, and coloured last.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.typing import NDArray

from leanline.model import Array
from leanline.video.orient import UPRIGHT, Matrix, lies_on_its_side, shown_rgb, square_width, turned

if TYPE_CHECKING:
    from av import VideoFrame

Plane = NDArray[np.uint8]

# Weights of red and blue in the brightness, by the stream's own number for its colours (ITU-T
# H.273, table 4); most clips do not say and are BT.601.
_WEIGHTS: Final = {1: (0.2126, 0.0722), 4: (0.30, 0.11), 7: (0.212, 0.087)} | {
    9: (0.2627, 0.0593),
    10: (0.2627, 0.0593),
}
_BT601: Final = (0.299, 0.114)
_FULL_RANGE: Final = 2
_BLACK: Final = (0, 128, 128)


@dataclass(frozen=True)
class Planes:
    """A picture of brightness and two colours, the latter at half size, as it is stored.

    ``to_rgb`` (3, 4) makes red, green and blue of them and one; ``black`` is the stored
    brightness of black; ``matrix`` turns the picture as a player does.
    """

    planes: tuple[Plane, Plane, Plane]
    to_rgb: Array
    black: float
    matrix: Matrix = UPRIGHT

    @property
    def shape(self) -> tuple[int, int, int]:
        """Height, width and depth of the picture as it is shown."""
        height, width = self.planes[0].shape
        return (width, height, 3) if lies_on_its_side(self.matrix) else (height, width, 3)


# A picture as it is stored, or (H, W, 3) red green blue as it is shown.
Picture = Planes | NDArray[np.uint8]


def picture_of(frame: VideoFrame, aspect: float, matrix: Matrix) -> Picture:
    """The frame as a player shows it; ``aspect`` and ``matrix`` as for ``shown_rgb``."""
    if not frame.format.name.startswith(("yuv420p", "yuvj420p")):
        return shown_rgb(frame, aspect, matrix)
    name = "yuv420p" if frame.format.name.startswith("yuv420p") else "yuvj420p"
    stored = frame.reformat(width=square_width(frame, aspect), format=name)
    full = name == "yuvj420p" or int(frame.color_range) == _FULL_RANGE
    y, u, v = (
        np.frombuffer(memoryview(plane), np.uint8).reshape(-1, plane.line_size)[
            : plane.height, : plane.width
        ]
        for plane in stored.planes
    )
    black, gain, spread = (0.0, 1.0, 1.0) if full else (16.0, 255 / 219, 255 / 224)
    to_rgb = _to_rgb(int(frame.colorspace), black, gain, spread)
    return Planes((y, u, v), to_rgb, black, matrix)


def _to_rgb(colorspace: int, black: float, gain: float, spread: float) -> Array:
    """(3, 4) from brightness and colours of 8 bits to red, green and blue (ITU-R BT.601, 709)."""
    red, blue = _WEIGHTS.get(colorspace, _BT601)
    green = 1.0 - red - blue
    from_u, from_v = 2 * (1 - blue) * spread, 2 * (1 - red) * spread
    colours = np.array(
        [[0.0, from_v], [-from_u * blue / green, -from_v * red / green], [from_u, 0.0]]
    )
    offset = -gain * black - 128.0 * colours.sum(axis=1)
    return np.column_stack([np.full(3, gain), colours, offset])


def cut_square(picture: Picture, left: int, top: int, side: int, size_px: int) -> Plane:
    """A square of the picture, (size, size, 3) red green blue, black beyond the border."""
    import cv2

    if isinstance(picture, np.ndarray):
        return _square(picture, left, top, side, size_px, 0)
    left, top = _stored_corner(picture, left, top, side)
    y, u, v = picture.planes
    half = (left // 2, top // 2, (side + 1) // 2)
    pieces = (
        _square(y, left, top, side, size_px, _BLACK[0]),
        _square(u, *half, size_px, _BLACK[1]),
        _square(v, *half, size_px, _BLACK[2]),
    )
    coloured = np.asarray(cv2.transform(cv2.merge(pieces), picture.to_rgb), np.uint8)
    return np.ascontiguousarray(turned(coloured, picture.matrix))


def _stored_corner(picture: Planes, left: int, top: int, side: int) -> tuple[int, int]:
    """Where a square of the shown picture starts in the stored one."""
    height, width, _ = picture.shape
    a, b, c, d = picture.matrix
    across, down = (c, b) if lies_on_its_side(picture.matrix) else (a, d)
    left = width - left - side if across < 0 else left
    top = height - top - side if down < 0 else top
    return (top, left) if lies_on_its_side(picture.matrix) else (left, top)


def _square(plane: Plane, left: int, top: int, side: int, size_px: int, beyond: int) -> Plane:
    """A square of one plane or of an (H, W, 3) picture, made ``size_px`` wide."""
    import cv2

    height, width = plane.shape[:2]
    x0, x1 = max(left, 0), min(left + side, width)
    y0, y1 = max(top, 0), min(top + side, height)
    if x0 >= x1 or y0 >= y1:
        return np.full((size_px, size_px, *plane.shape[2:]), beyond, np.uint8)
    piece = plane[y0:y1, x0:x1]
    if piece.shape[:2] != (side, side):
        edges = (y0 - top, top + side - y1, x0 - left, left + side - x1)
        framed = cv2.copyMakeBorder(piece, *edges, cv2.BORDER_CONSTANT, value=(beyond,) * 3)
        piece = np.asarray(framed, np.uint8)
    # Area averaging, as plain sampling of a shrunk picture would alias.
    way = cv2.INTER_AREA if side > size_px else cv2.INTER_LINEAR
    return np.asarray(cv2.resize(piece, (size_px, size_px), interpolation=way), np.uint8)


def shrunk_gray(picture: Picture, width: int, height: int, *, smooth: bool) -> Plane:
    """The brightness of the whole picture in another size, (height, width).

    ``smooth`` averages over areas, which is dearer and does not alias.
    """
    import cv2

    way = cv2.INTER_AREA if smooth else cv2.INTER_LINEAR
    if isinstance(picture, np.ndarray):
        shown = cv2.resize(picture, (width, height), interpolation=way)
        return np.asarray(cv2.cvtColor(shown, cv2.COLOR_RGB2GRAY), np.uint8)
    size = (height, width) if lies_on_its_side(picture.matrix) else (width, height)
    gain = picture.to_rgb[0, 0]
    stored = cv2.resize(picture.planes[0], size, interpolation=way)
    levels = cv2.transform(stored, np.array([[gain, -gain * picture.black]]))
    return np.ascontiguousarray(turned(np.asarray(levels, np.uint8), picture.matrix))


def sampled_gray(picture: Picture, every: int) -> NDArray[np.float32]:
    """The brightness of one pixel in ``every`` across and down, unturned, 0 to 255."""
    start = every // 2
    if isinstance(picture, np.ndarray):
        return np.asarray(picture[start::every, start::every, 1], np.float32)
    stored = picture.planes[0][start::every, start::every].astype(np.float32)
    return (stored - np.float32(picture.black)) * np.float32(picture.to_rgb[0, 0])
