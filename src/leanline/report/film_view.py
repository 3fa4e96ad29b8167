"""The window of the overlay: it follows the runner, level and of constant size."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from leanline.report.crop import Crop, crop_to_runner
from leanline.report.picture_geometry import Placer, Scene
from leanline.video.draw import Picture

# Enlarged further, a film only looks blurred (by eye).
_MAX_ENLARGEMENT: Final = 2.0
# Narrower films leave too little room for the panel below them (by eye).
_MIN_ASPECT: Final = 0.6


@dataclass(frozen=True, eq=False)
class FilmView:
    """What the overlay shows of the clip.

    Parameters
    ----------
    scene
        Of the clip.
    crop
        Where the window is over time.
    size
        Width and height of the film's picture, pixels, both even.
    scale
        From pixels of the clip to those of the film.
    """

    scene: Scene
    crop: Crop
    size: tuple[int, int]
    scale: float

    def placer(self, time_s: float) -> Placer:
        """Map points of the track to the film's picture at a time."""
        times = self.scene.pose.time_s
        x, y = (float(np.interp(time_s, times, at)) for at in (self.crop.x, self.crop.y))
        corner = x - 0.5 * self.size[0] / self.scale, y - 0.5 * self.size[1] / self.scale
        return Placer(self.scene.height_px, self.scale, corner, self.scene.roll_rad, (x, y))

    def show(self, picture: Picture, place: Placer) -> Picture:
        """Cut the window out of a frame of the clip."""
        import cv2

        # Pixels are at their centres for the map, at their corners for the marks.
        centred = place.matrix()
        centred[:, 2] += 0.5 * (centred[:, :2].sum(axis=1) - 1.0)
        smooth = cv2.INTER_CUBIC if self.scale > 1.0 else cv2.INTER_LINEAR
        drawn = cv2.warpAffine(picture, centred, self.size, flags=smooth)
        return np.ascontiguousarray(drawn, dtype=np.uint8)


def film_view(scene: Scene, max_px: int) -> FilmView | None:
    """Choose the window of a film.

    Parameters
    ----------
    scene
        Of the clip.
    max_px
        Longer side of the film's picture at most, pixels.

    Returns
    -------
    FilmView or None
        None if the runner is nowhere in the clip.
    """
    crop = crop_to_runner(scene)
    if crop is None:
        return None
    width, height = max(crop.width, _MIN_ASPECT * crop.height), crop.height
    scale = min(max_px / max(width, height), _MAX_ENLARGEMENT)
    size = max(2, int(scale * width) // 2 * 2), max(2, int(scale * height) // 2 * 2)
    return FilmView(scene, crop, size, scale)
