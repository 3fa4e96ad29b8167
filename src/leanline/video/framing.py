"""How a clip's pictures are looked at: turned by quarter turns, and only in part."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from leanline.video.orient import Matrix, rotate_matrix
from leanline.video.picture import Picture, Planes, stored_corner

if TYPE_CHECKING:
    from av import VideoFrame


@dataclass(frozen=True)
class Box:
    """A part of a picture.

    Parameters
    ----------
    left, top, width, height
        Whole pixels from the top left.
    """

    left: int
    top: int
    width: int
    height: int


@dataclass(frozen=True)
class Framing:
    """How pictures are turned, and which part of them is looked at.

    Cropped pictures keep their size, so that coordinates and the lens's axis stay where they are;
    what is outside the part is black.

    Parameters
    ----------
    rotate_deg
        Quarter turns clockwise, degrees.
    crop
        The part that is looked at, in turned pictures; None for all.
    """

    rotate_deg: int = 0
    crop: Box | None = None

    def matrix(self, display: Matrix) -> Matrix:
        """The display matrix of the file with the turn applied after it."""
        return rotate_matrix(display, self.rotate_deg)

    def size(self, width: int, height: int) -> tuple[int, int]:
        """Width and height of a picture of this size after turning."""
        return (height, width) if self.rotate_deg % 180 else (width, height)

    def then_turned(self, clockwise_deg: int, width: int, height: int) -> Framing:
        """Turn further; ``width`` and ``height`` are those of the pictures so far."""
        crop = self.crop
        for _ in range(clockwise_deg // 90 % 4):
            if crop is not None:
                crop = Box(height - crop.top - crop.height, crop.left, crop.height, crop.width)
            width, height = height, width
        return Framing((self.rotate_deg + clockwise_deg) % 360, crop)

    def show(self, picture: Picture) -> Picture:
        """Black out what is outside the part."""
        return picture if self.crop is None else black_out(picture, self.crop)


AS_SHOWN = Framing()


def black_out(picture: Picture, kept: Box) -> Picture:
    """Return a picture with everything but a part blacked out.

    Parameters
    ----------
    picture
        Planes or RGB; stays as it is.
    kept
        The part, in the picture as displayed.

    Returns
    -------
    Picture
        A copy of the same kind and size.
    """
    if isinstance(picture, np.ndarray):
        return _within(picture, kept.left, kept.top, kept.width, kept.height, 0)
    left, top = stored_corner(picture, kept.left, kept.top, (kept.width, kept.height))
    width, height = (kept.height, kept.width) if picture.is_sideways else (kept.width, kept.height)
    y, u, v = picture.planes
    half = (left // 2, top // 2, (width + 1) // 2, (height + 1) // 2)
    planes = (
        _within(y, left, top, width, height, round(picture.black)),
        _within(u, *half, 128),
        _within(v, *half, 128),
    )
    return Planes(planes, picture.to_rgb, picture.black, picture.matrix)


def _within(
    plane: NDArray[np.uint8], left: int, top: int, width: int, height: int, beyond: int
) -> NDArray[np.uint8]:
    shown = np.full_like(plane, beyond)
    part = np.s_[max(top, 0) : max(top + height, 0), max(left, 0) : max(left + width, 0)]
    shown[part] = plane[part]
    return shown


def fit_frame(frame: VideoFrame, width: int, height: int) -> VideoFrame:
    """Scale a stored frame to another size; where shapes differ, with black borders.

    Parameters
    ----------
    frame
        As decoded.
    width, height
        Of the stored frames that it is to match, pixels.

    Returns
    -------
    VideoFrame
        The very frame if its size is right.
    """
    if (frame.width, frame.height) == (width, height):
        return frame
    scale = min(width / frame.width, height / frame.height)
    inner = round(frame.width * scale), round(frame.height * scale)
    if abs(inner[0] - width) <= 1 and abs(inner[1] - height) <= 1:
        return frame.reformat(width=width, height=height)
    from av import VideoFrame

    small = frame.reformat(width=max(inner[0], 1), height=max(inner[1], 1), format="rgb24")
    whole = np.zeros((height, width, 3), np.uint8)
    left, top = (width - small.width) // 2, (height - small.height) // 2
    whole[top : top + small.height, left : left + small.width] = small.to_ndarray()
    return VideoFrame.from_ndarray(whole, format="rgb24")
