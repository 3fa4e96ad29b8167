"""From the picture as it is stored to the picture as it is shown."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from av import VideoFrame

Matrix = tuple[float, float, float, float]
UPRIGHT: Matrix = (1.0, 0.0, 0.0, 1.0)


def shown_rgb(frame: VideoFrame, aspect: float, matrix: Matrix) -> NDArray[np.uint8]:
    """The frame in colour as a player shows it, (H, W, 3) red green blue.

    ``aspect`` is the width of a stored pixel over its height: lean is an angle, so pixels
    are made square. ``matrix`` is the clip's own, from ``display_matrix``.
    """
    square = frame.reformat(width=square_width(frame, aspect), format="rgb24")
    picture = np.asarray(square.to_ndarray(), dtype=np.uint8)
    return np.ascontiguousarray(turned(picture, matrix))


def shown_size(frame: VideoFrame, aspect: float) -> tuple[int, int]:
    """Width and height of the frame as a player shows it, in square pixels."""
    width, height = square_width(frame, aspect), frame.height
    return (height, width) if lies_on_its_side(display_matrix(frame)) else (width, height)


def display_matrix(frame: VideoFrame) -> Matrix:
    """(a, b, c, d) of x' = a x + c y, y' = b x + d y, in picture axes (y down).

    It is the same in all frames of a clip, so ask one: a frame that was asked for its side
    data holds on to itself until the garbage is collected, and with it to its picture.
    """
    side_data: Any = frame.side_data
    data = next((entry for entry in side_data if entry.type.name == "DISPLAYMATRIX"), None)
    if data is None:
        return UPRIGHT
    a, b, _, c, d = np.frombuffer(bytes(data), dtype=np.int32)[:5] / 65536.0
    return (float(a), float(b), float(c), float(d)) if a * d != b * c else UPRIGHT


def turned(picture: NDArray[np.uint8], matrix: Matrix) -> NDArray[np.uint8]:
    """The picture (H, W, ...) turned and mirrored as the nearest of the eight right ways."""
    a, b, c, d = matrix
    if lies_on_its_side(matrix):
        picture, across, down = picture.swapaxes(0, 1), c, b
    else:
        across, down = a, d
    return picture[:: -1 if down < 0 else 1, :: -1 if across < 0 else 1]


def lies_on_its_side(matrix: Matrix) -> bool:
    """Whether width and height change places when the picture is shown."""
    a, b, c, d = matrix
    return abs(b) + abs(c) > abs(a) + abs(d)


def square_width(frame: VideoFrame, aspect: float) -> int:
    """How wide the stored frame is in pixels that are square."""
    return max(1, round(frame.width * aspect))
