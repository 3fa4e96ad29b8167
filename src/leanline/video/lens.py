"""A model of a phone's lens."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from leanline.model import Array

# Typical field of view along the longer side when filming (26 mm equivalent, cropped).
LONG_SIDE_VIEW = np.radians(62.0)
# Relative standard deviation of the focal length between phones and modes (fields of view of 55 to
# 72 degrees are common).
LONG_SIDE_VIEW_SD = 0.15


@dataclass(frozen=True)
class Lens:
    """A pinhole lens of a typical phone, with its optical axis in the centre of the picture.

    The field of view along the longer side is taken as 62 degrees, as phones do not store it.

    Parameters
    ----------
    width_px, height_px
        Size of the picture as displayed.
    """

    width_px: int
    height_px: int

    @property
    def focal_px(self) -> float:
        """Focal length in pixels."""
        return float(max(self.width_px, self.height_px) / 2.0 / np.tan(LONG_SIDE_VIEW / 2.0))

    def tangents(self, points_px: Array) -> Array:
        """Convert points (..., 2) in pixels with y up to tangents off the optical axis."""
        centre = np.array([self.width_px, self.height_px]) / 2.0
        return np.asarray((points_px - centre) / self.focal_px)
