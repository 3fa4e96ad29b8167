"""Square crops of a picture, with an exact mapping back to pixels."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from leanline.model import Array
from leanline.video.picture import Picture, cut_square


@dataclass(frozen=True)
class Square:
    """A square in whole pixels; it may extend beyond the picture.

    Parameters
    ----------
    left, top
        Its upper left corner, from the upper left of the picture.
    side
        Its side, above 0.
    """

    left: int
    top: int
    side: int

    @classmethod
    def around(cls, x: float, y: float, side: float) -> Square:
        """Return the square of about ``side`` pixels centred on (x, y)."""
        # Even, because chroma is stored at half size.
        whole = 2 * max(round(side / 2), 1)
        return cls(2 * round((x - whole / 2) / 2), 2 * round((y - whole / 2) / 2), whole)

    def to_picture(self, fractions: Array) -> Array:
        """Convert points (..., 2) from fractions of the square to pixels of the picture."""
        return fractions * self.side + (self.left, self.top)

    def cut(self, picture: Picture, size_px: int) -> NDArray[np.uint8]:
        """Crop the square to (size, size, 3), black beyond the border."""
        return cut_square(picture, self.left, self.top, self.side, size_px)
