"""Crops and thumbnails computed directly from the planes of a decoded picture.

Converting a whole picture to RGB costs as much as decoding it, while the networks see only a small
square: so the planes are cropped and scaled first, and converted last.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.typing import NDArray

from leanline.model import Array
from leanline.video.orient import UPRIGHT, Matrix, is_sideways, orient, square_width, to_display_rgb

if TYPE_CHECKING:
    from av import VideoFrame

Plane = NDArray[np.uint8]

# Weights of red and blue in luma, by the stream's colour matrix number (ITU-T H.273, table 4); most
# clips do not specify one and use BT.601.
_WEIGHTS: Final = {1: (0.2126, 0.0722), 4: (0.30, 0.11), 7: (0.212, 0.087)} | {
    9: (0.2627, 0.0593),
    10: (0.2627, 0.0593),
}
_BT601: Final = (0.299, 0.114)
_FULL_RANGE: Final = 2
_BLACK: Final = (0, 128, 128)


@dataclass(frozen=True, eq=False)
class Planes:
    """A decoded picture in luma and two half-size chroma planes.

    Parameters
    ----------
    planes
        Luma (H, W) and two of chroma, as stored.
    to_rgb
        (3, 4) affine conversion from YCbCr to RGB.
    black
        Luma of black: 0, or 16 in limited range.
    matrix
        Of display, from ``orient.display_matrix``.
    """

    planes: tuple[Plane, Plane, Plane]
    to_rgb: Array
    black: float
    matrix: Matrix = UPRIGHT

    @property
    def shape(self) -> tuple[int, int, int]:
        """Height, width and depth of the picture as displayed."""
        height, width = self.planes[0].shape
        return (width, height, 3) if self.is_sideways else (height, width, 3)

    @property
    def is_sideways(self) -> bool:
        """Whether width and height are swapped for display."""
        return is_sideways(self.matrix)


# Decoded planes, or (H, W, 3) RGB in display orientation.
Picture = Planes | NDArray[np.uint8]


def wrap_frame(frame: VideoFrame, aspect: float, matrix: Matrix) -> Picture:
    """Wrap a frame for crops and thumbnails, without converting it where that can be avoided.

    Parameters
    ----------
    frame
        As decoded.
    aspect
        Pixel aspect ratio, width over height.
    matrix
        Of display, from ``orient.display_matrix``.

    Returns
    -------
    Planes or array
        The planes of 8-bit 4:2:0 video; RGB of any other.
    """
    if not frame.format.name.startswith(("yuv420p", "yuvj420p")):
        return to_display_rgb(frame, aspect, matrix)
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
    """Return the (3, 4) conversion from 8-bit YCbCr to RGB (ITU-R BT.601, 709)."""
    red, blue = _WEIGHTS.get(colorspace, _BT601)
    green = 1.0 - red - blue
    from_u, from_v = 2 * (1 - blue) * spread, 2 * (1 - red) * spread
    colours = np.array(
        [[0.0, from_v], [-from_u * blue / green, -from_v * red / green], [from_u, 0.0]]
    )
    offset = -gain * black - 128.0 * colours.sum(axis=1)
    return np.column_stack([np.full(3, gain), colours, offset])


def cut_square(picture: Picture, left: int, top: int, side: int, size_px: int) -> Plane:
    """Crop a square and scale it.

    Parameters
    ----------
    picture
        Planes or RGB.
    left, top
        Its corner in the displayed picture, pixels; may lie outside.
    side
        Its side in the displayed picture, pixels.
    size_px
        Its side after scaling.

    Returns
    -------
    array
        (size_px, size_px, 3) RGB, black beyond the border.
    """
    import cv2

    if isinstance(picture, np.ndarray):
        return _square(picture, left, top, side, size_px, 0)
    left, top = stored_corner(picture, left, top, (side, side))
    y, u, v = picture.planes
    half = (left // 2, top // 2, (side + 1) // 2)
    pieces = (
        _square(y, left, top, side, size_px, _BLACK[0]),
        _square(u, *half, size_px, _BLACK[1]),
        _square(v, *half, size_px, _BLACK[2]),
    )
    coloured = np.asarray(cv2.transform(cv2.merge(pieces), picture.to_rgb), np.uint8)
    return np.ascontiguousarray(orient(coloured, picture.matrix))


def stored_corner(picture: Planes, left: int, top: int, size: tuple[int, int]) -> tuple[int, int]:
    """Return where a displayed part begins in the stored picture.

    Parameters
    ----------
    picture
        With its display matrix.
    left, top
        Of the part as displayed, pixels.
    size
        Its width and height as displayed, pixels.

    Returns
    -------
    tuple of int
        Left and top in the stored planes.
    """
    height, width, _ = picture.shape
    a, b, c, d = picture.matrix
    across, down = (c, b) if picture.is_sideways else (a, d)
    left = width - left - size[0] if across < 0 else left
    top = height - top - size[1] if down < 0 else top
    return (top, left) if picture.is_sideways else (left, top)


def _square(plane: Plane, left: int, top: int, side: int, size_px: int, beyond: int) -> Plane:
    """Crop a square of one plane or (H, W, 3) picture and scale it to ``size_px``."""
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
    # Area averaging, because subsampling would alias.
    interpolation = cv2.INTER_AREA if side > size_px else cv2.INTER_LINEAR
    return np.asarray(cv2.resize(piece, (size_px, size_px), interpolation=interpolation), np.uint8)


def resize_gray(picture: Picture, width: int, height: int, *, smooth: bool) -> Plane:
    """Scale the luma of the whole picture.

    Parameters
    ----------
    picture
        Planes or RGB.
    width, height
        Size to scale to, in display orientation.
    smooth
        Whether to average over areas, which is slower but does not alias.

    Returns
    -------
    array
        (height, width), 0 to 255.
    """
    import cv2

    interpolation = cv2.INTER_AREA if smooth else cv2.INTER_LINEAR
    if isinstance(picture, np.ndarray):
        shown = cv2.resize(picture, (width, height), interpolation=interpolation)
        return np.asarray(cv2.cvtColor(shown, cv2.COLOR_RGB2GRAY), np.uint8)
    size = (height, width) if is_sideways(picture.matrix) else (width, height)
    gain = picture.to_rgb[0, 0]
    stored = cv2.resize(picture.planes[0], size, interpolation=interpolation)
    levels = cv2.transform(stored, np.array([[gain, -gain * picture.black]]))
    return np.ascontiguousarray(orient(np.asarray(levels, np.uint8), picture.matrix))


def subsample_gray(picture: Picture, every: int) -> NDArray[np.float32]:
    """Pick every so-many-th pixel of the luma, the fastest thumbnail there is.

    Parameters
    ----------
    picture
        Planes or RGB; of RGB, green is taken for luma.
    every
        Pixels from one to the next, at least 1.

    Returns
    -------
    array
        In stored orientation, 0 to 255.
    """
    start = every // 2
    if isinstance(picture, np.ndarray):
        return np.asarray(picture[start::every, start::every, 1], np.float32)
    stored = picture.planes[0][start::every, start::every].astype(np.float32)
    return (stored - np.float32(picture.black)) * np.float32(picture.to_rgb[0, 0])
