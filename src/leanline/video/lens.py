"""What a phone's lens sees."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from leanline.model import Array

# Phones see this much along the longer side when filming (26 mm equivalent, cropped).
LONG_SIDE_VIEW = np.radians(62.0)
# From phone to phone and mode to mode the focal length differs by this share (a standard
# deviation; 55 to 72 degrees are usual).
LONG_SIDE_VIEW_SD = 0.15


@dataclass(frozen=True)
class Lens:
    """A pinhole lens of a usual phone; the optical axis is in the middle of the picture."""

    width_px: int
    height_px: int

    @property
    def focal_px(self) -> float:
        """Focal length in pixels."""
        return float(max(self.width_px, self.height_px) / 2.0 / np.tan(LONG_SIDE_VIEW / 2.0))

    def plane(self, points_px: Array) -> Array:
        """Points (..., 2), pixels with y up, as tangents of the angle off the optical axis."""
        centre = np.array([self.width_px, self.height_px]) / 2.0
        return np.asarray((points_px - centre) / self.focal_px)
