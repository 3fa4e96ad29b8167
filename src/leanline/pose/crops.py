"""Square pieces of a picture for the networks, with an exact way back to pixels."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from leanline.model import Array
from leanline.video.picture import Picture, cut_square


@dataclass(frozen=True)
class Square:
    """A square of the picture in whole pixels from the top left; may reach past the border."""

    left: int
    top: int
    side: int

    @classmethod
    def around(cls, x: float, y: float, side: float) -> Square:
        """The square of about ``side`` pixels centred on (x, y)."""
        # Even, as colours are stored at half size.
        whole = 2 * max(round(side / 2), 1)
        return cls(2 * round((x - whole / 2) / 2), 2 * round((y - whole / 2) / 2), whole)

    def to_picture(self, fractions: Array) -> Array:
        """Points (..., 2) given as fractions of the square, in pixels of the picture."""
        return fractions * self.side + (self.left, self.top)

    def cut(self, picture: Picture, size_px: int) -> NDArray[np.uint8]:
        """The square's content (size, size, 3), black where it reaches past the border."""
        return cut_square(picture, self.left, self.top, self.side, size_px)
