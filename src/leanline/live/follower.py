"""Tracking of one person from frame to frame, using past frames only."""

from __future__ import annotations

from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from leanline.live.causal import CausalOneEuro
from leanline.pose.blazepose import MIN_PRESENCE
from leanline.pose.crops import Square
from leanline.pose.detector import Person, pyramid
from leanline.pose.landmarks import INPUT_PX, Landmarks, crop_square
from leanline.pose.select_person import MIN_SCORE

Picture = NDArray[np.uint8]

# Interval between searches while nobody is in view; a search takes as long as five frames.
SEARCH_INTERVAL_S = 0.4
# A person to measure is so large in the picture that smaller tiles need not be searched.
MIN_TILE = 0.7
# The crop follows the body but not its jitter: cutoff at rest (Hz) and its increase per body radius
# per second.
CROP_REST_HZ, CROP_PER_SPEED = 0.7, 1.0
# Plausible radii of a runner's circle, as shares of the picture's height.
RADII = (0.06, 1.5)

Circle = tuple[float, float, float]


class Detector(Protocol):
    """Person detector, such as ``PersonDetector``."""

    def find(self, picture: Picture, tiles: tuple[Square, ...]) -> tuple[Person, ...]:
        """Find people in the tiles of the picture, best score first."""
        ...


class Reader(Protocol):
    """Landmark network, such as ``LandmarkNetwork``."""

    def one(self, crop: Picture, square: Square) -> Landmarks:
        """Return the landmarks of one crop, in pixels of the whole picture."""
        ...


class CausalFollower:
    """Landmarks of the largest person, frame by frame.

    Each frame is cropped around the previous landmarks; the detector runs only while nobody is
    tracked.
    """

    def __init__(self, detector: Detector, reader: Reader) -> None:
        self._detector = detector
        self._reader = reader
        self._circle: Circle | None = None
        self._shape: tuple[int, ...] | None = None
        self._smoother = CausalOneEuro(CROP_REST_HZ, CROP_PER_SPEED)
        self._unit_px = 1.0
        self._next_search_s = -np.inf

    def see(self, picture: Picture, time_s: float) -> Landmarks | None:
        """Return the person's landmarks in ``picture`` (H, W, 3, RGB), or None."""
        if picture.shape != self._shape:
            # A page that cannot keep up sends smaller pictures; in them the old circle is wrong.
            self._circle, self._shape, self._next_search_s = None, picture.shape, -np.inf
        circle = self._circle or self._search(picture, time_s)
        if circle is None:
            return None
        square = crop_square(*circle)
        found = self._reader.one(square.cut(picture, INPUT_PX), square)
        self._circle = self._next(found, picture, time_s)
        return found if self._circle is not None else None

    def _search(self, picture: Picture, time_s: float) -> Circle | None:
        if time_s < self._next_search_s:
            return None
        self._next_search_s = time_s + SEARCH_INTERVAL_S
        height, width = picture.shape[:2]
        min_side_px = MIN_TILE * min(width, height)
        tiles = tuple(tile for tile in pyramid(width, height) if tile.side >= min_side_px)
        people = [p for p in self._detector.find(picture, tiles) if p.score >= MIN_SCORE]
        if not people:
            return None
        largest = max(people, key=lambda person: person.radius_px * person.score**2)
        self._smoother = CausalOneEuro(CROP_REST_HZ, CROP_PER_SPEED)
        # Filtered in units of the radius, so that distance from the camera does not matter.
        self._unit_px = largest.radius_px
        return (*largest.hip, largest.radius_px)

    def _next(self, found: Landmarks, picture: Picture, time_s: float) -> Circle | None:
        """Return where to look in the next frame; None if nobody is in this one."""
        x, y, radius = found.circle_px
        height, width = picture.shape[:2]
        inside = 0 <= x < width and 0 <= y < height
        plausible = RADII[0] * height < radius < RADII[1] * height
        if found.presence < MIN_PRESENCE or not (inside and plausible):
            return None
        row = self._smoother.feed(time_s, np.array([x, y, radius]) / self._unit_px) * self._unit_px
        return float(row[0]), float(row[1]), float(row[2])
