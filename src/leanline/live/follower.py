"""Following one person from frame to frame, with nothing but the frames so far."""

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

# While nobody is in view the picture is searched this often; it takes as long as five frames.
SEARCH_INTERVAL_S = 0.4
# Somebody to be measured fills so much of the picture that smaller tiles are not needed.
MIN_TILE = 0.7
# The crop goes with the body but not with its jitter: cutoff at rest, and its rise for each
# radius a second.
CROP_REST_HZ, CROP_PER_SPEED = 0.7, 1.0
# A circle smaller or larger than this, in heights of the picture, is no runner's.
RADII = (0.06, 1.5)

Circle = tuple[float, float, float]


class Detector(Protocol):
    """Finds people; ``PersonDetector`` is one."""

    def find(self, picture: Picture, tiles: tuple[Square, ...]) -> tuple[Person, ...]:
        """People in the tiles of the picture, best score first."""
        ...


class Reader(Protocol):
    """Reads the landmarks of one crop; ``LandmarkNetwork`` is one."""

    def one(self, crop: Picture, square: Square) -> Landmarks:
        """Landmarks in pixels of the whole picture."""
        ...


class CausalFollower:
    """Landmarks of the largest person, frame by frame.

    Each frame is cropped where the last one's landmarks say the body is; the detector looks
    only when nobody is followed.
    """

    def __init__(self, detector: Detector, reader: Reader) -> None:
        self._detector = detector
        self._reader = reader
        self._circle: Circle | None = None
        self._smoother = CausalOneEuro(CROP_REST_HZ, CROP_PER_SPEED)
        self._unit_px = 1.0
        self._next_search_s = -np.inf

    def see(self, picture: Picture, time_s: float) -> Landmarks | None:
        """Landmarks of the person in ``picture`` (H, W, 3, RGB); None when nobody is seen."""
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
        least = MIN_TILE * min(width, height)
        tiles = tuple(tile for tile in pyramid(width, height) if tile.side >= least)
        people = [p for p in self._detector.find(picture, tiles) if p.score >= MIN_SCORE]
        if not people:
            return None
        largest = max(people, key=lambda person: person.radius_px * person.score**2)
        self._smoother = CausalOneEuro(CROP_REST_HZ, CROP_PER_SPEED)
        # Filtered in radii, so that near and far people are treated alike.
        self._unit_px = largest.radius_px
        return (*largest.hip, largest.radius_px)

    def _next(self, found: Landmarks, picture: Picture, time_s: float) -> Circle | None:
        """Where to look in the next frame; None when this one showed nobody."""
        x, y, radius = found.circle_px
        height, width = picture.shape[:2]
        inside = 0 <= x < width and 0 <= y < height
        sized = RADII[0] * height < radius < RADII[1] * height
        if found.presence < MIN_PRESENCE or not (inside and sized):
            return None
        row = self._smoother.feed(time_s, np.array([x, y, radius]) / self._unit_px) * self._unit_px
        return float(row[0]), float(row[1]), float(row[2])
