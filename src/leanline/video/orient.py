"""Conversion of stored pictures to their display orientation and aspect."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from av import VideoFrame

Matrix = tuple[float, float, float, float]
UPRIGHT: Matrix = (1.0, 0.0, 0.0, 1.0)


def to_display_rgb(frame: VideoFrame, aspect: float, matrix: Matrix) -> NDArray[np.uint8]:
    """Convert a frame to RGB as a player displays it.

    Pixels are made square because lean is an angle.

    Parameters
    ----------
    frame
        As decoded.
    aspect
        Pixel aspect ratio, width over height.
    matrix
        The clip's, from ``display_matrix``.

    Returns
    -------
    array
        (H, W, 3), 0 to 255.
    """
    square = frame.reformat(width=square_width(frame, aspect), format="rgb24")
    picture = np.asarray(square.to_ndarray(), dtype=np.uint8)
    return np.ascontiguousarray(orient(picture, matrix))


def display_size(frame: VideoFrame, aspect: float) -> tuple[int, int]:
    """Size of a frame as displayed.

    Parameters
    ----------
    frame
        As decoded.
    aspect
        Pixel aspect ratio, width over height.

    Returns
    -------
    tuple of int
        Width and height in square pixels.
    """
    width, height = square_width(frame, aspect), frame.height
    return (height, width) if is_sideways(display_matrix(frame)) else (width, height)


def display_matrix(frame: VideoFrame) -> Matrix:
    """Read how a player rotates and mirrors the clip.

    It is the same for all frames of a clip, so ask for one only: reading a frame's side data keeps
    the frame and its picture alive until the next garbage collection.

    Parameters
    ----------
    frame
        Any frame of the clip.

    Returns
    -------
    tuple of float
        (a, b, c, d) of x' = a x + c y, y' = b x + d y, in picture axes (y down); upright if the
        file says nothing.
    """
    try:
        side_data: Any = frame.side_data
    except ValueError:  # PyAV 18 does not know the kind of EXIF data, which photographs have
        return rotate_matrix(UPRIGHT, -round(frame.rotation / 90) * 90)
    data = next((entry for entry in side_data if entry.type.name == "DISPLAYMATRIX"), None)
    if data is None:
        return UPRIGHT
    a, b, _, c, d = np.frombuffer(bytes(data), dtype=np.int32)[:5] / 65536.0
    return (float(a), float(b), float(c), float(d)) if a * d != b * c else UPRIGHT


def rotate_matrix(matrix: Matrix, clockwise_deg: int) -> Matrix:
    """Return a display matrix followed by quarter turns clockwise.

    Parameters
    ----------
    matrix
        As of ``display_matrix``.
    clockwise_deg
        0, 90, 180 or 270 degrees.

    Returns
    -------
    Matrix
        Of the turned picture.
    """
    a, b, c, d = matrix
    for _ in range(clockwise_deg // 90 % 4):
        a, b, c, d = -b, a, -d, c
    return a, b, c, d


def orient(picture: NDArray[np.uint8], matrix: Matrix) -> NDArray[np.uint8]:
    """Rotate and mirror a picture to the nearest of the eight orientations.

    Parameters
    ----------
    picture
        (H, W, ...) as stored.
    matrix
        From ``display_matrix``.

    Returns
    -------
    array
        A view of the picture, (H, W, ...) or (W, H, ...).
    """
    a, b, c, d = matrix
    if is_sideways(matrix):
        picture, across, down = picture.swapaxes(0, 1), c, b
    else:
        across, down = a, d
    return picture[:: -1 if down < 0 else 1, :: -1 if across < 0 else 1]


def is_sideways(matrix: Matrix) -> bool:
    """Whether width and height are swapped for display.

    Parameters
    ----------
    matrix
        From ``display_matrix``.

    Returns
    -------
    bool
        True from 45 to 135 degrees of rotation either way.
    """
    a, b, c, d = matrix
    return abs(b) + abs(c) > abs(a) + abs(d)


def square_width(frame: VideoFrame, aspect: float) -> int:
    """Width of the stored frame in square pixels.

    Parameters
    ----------
    frame
        As decoded.
    aspect
        Pixel aspect ratio, width over height.

    Returns
    -------
    int
        At least 1.
    """
    return max(1, round(frame.width * aspect))
