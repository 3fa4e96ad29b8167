"""Square pieces of a picture for the networks, with an exact way back to pixels."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from leanline.model import Array


@dataclass(frozen=True)
class Square:
    """A square of the picture in whole pixels from the top left; may reach past the border."""

    left: int
    top: int
    side: int

    @classmethod
    def around(cls, x: float, y: float, side: float) -> Square:
        """The square of about ``side`` pixels centred on (x, y)."""
        whole = max(round(side), 1)
        return cls(round(x - whole / 2), round(y - whole / 2), whole)

    def to_picture(self, fractions: Array) -> Array:
        """Points (..., 2) given as fractions of the square, in pixels of the picture."""
        return fractions * self.side + (self.left, self.top)

    def cut(self, picture: NDArray[np.uint8], size_px: int) -> NDArray[np.uint8]:
        """The square's content (size, size, 3), black where it reaches past the border."""
        import cv2

        height, width = picture.shape[:2]
        x0, x1 = max(self.left, 0), min(self.left + self.side, width)
        y0, y1 = max(self.top, 0), min(self.top + self.side, height)
        if x0 >= x1 or y0 >= y1:
            return np.zeros((size_px, size_px, 3), np.uint8)
        piece = picture[y0:y1, x0:x1]
        if piece.shape[:2] != (self.side, self.side):
            above, below = y0 - self.top, self.top + self.side - y1
            before, after = x0 - self.left, self.left + self.side - x1
            piece = np.pad(piece, ((above, below), (before, after), (0, 0)))
        # Area averaging, as plain sampling of a shrunk picture would alias.
        way = cv2.INTER_AREA if self.side > size_px else cv2.INTER_LINEAR
        return np.asarray(cv2.resize(piece, (size_px, size_px), interpolation=way), np.uint8)
