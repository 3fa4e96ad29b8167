"""Following people through a clip on key frames, and choosing the one to measure.

Every few seconds the whole picture is searched; in between each person is looked for only
near where they must be. Somebody found for the first time is followed backwards too, so
that a runner who enters the picture is there from the first frame.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from leanline.model import Array
from leanline.pose.crops import Square
from leanline.pose.detector import Person, PersonDetector, pyramid
from leanline.video.picture import Picture, shrunk_gray

# A person is looked for in a tile this many times as wide as their circle.
SEARCH_REACH = 2.0
# A person not found in this many key frames in a row has left.
LOST_AFTER = 4
# While nobody is followed the whole picture is searched at least every so many key frames:
# a runner crosses it in less time than lies between two searches.
EMPTY_SEARCH_FRAMES = 3
# Detections above this score are people (furniture and shadows stay below).
SURE_SCORE = 0.8
# The circle round a large person is more than this share of the picture's height.
LARGE = 0.6
# Where nothing has stirred since the last search nobody new is: in a picture this wide, so
# many pixels that differ by so many grey levels, which coding noise does not reach.
STIR_WIDTH_PX = 96
STIR_PIXELS = 4
STIR_LEVELS = 14
# How far a runner's own limbs stir it, in circles round the body, which jitter.
STIR_REACH = 1.25
# Detections of a person's circle jitter; the crop path is smoothed over this time.
# The circle's size changes only with the distance to the camera, so over a longer one.
PATH_SMOOTHING_S = 0.2
SIZE_SMOOTHING_S = 0.5


@dataclass(frozen=True)
class KeyFrame:
    """A picture to look for people in, and whether to search all of it."""

    time_s: float
    picture: Picture
    search: bool


@dataclass(frozen=True)
class Sighting:
    """One person in one key frame."""

    time_s: float
    person: Person


@dataclass(frozen=True)
class Followed:
    """One person's sightings in the order of time."""

    sightings: tuple[Sighting, ...]

    @property
    def duration_s(self) -> float:
        """From the first to the last sighting."""
        return self.sightings[-1].time_s - self.sightings[0].time_s

    @property
    def radius_px(self) -> float:
        """Median radius of the circle round the body."""
        return float(np.median([s.person.radius_px for s in self.sightings]))

    @property
    def score(self) -> float:
        """Median detector score."""
        return float(np.median([s.person.score for s in self.sightings]))


def follow_people(frames: Iterable[KeyFrame], detector: PersonDetector) -> tuple[Followed, ...]:
    """Everybody seen in the key frames; the last of them is searched too.

    Keeps no more than the key frames since the last search in memory.
    """
    active: list[_Trail] = []
    ended: list[_Trail] = []
    since_search: list[KeyFrame] = []
    stir = _Stir()
    for frame in frames:
        for trail in active:
            trail.look(frame, detector)
        unsure = not any(trail.sure for trail in active)
        empty = unsure and len(since_search) >= EMPTY_SEARCH_FRAMES
        if frame.search or empty or any(trail.just_lost for trail in active):
            _search(frame, active, since_search, detector, stir)
            since_search = []
        since_search.append(frame)
        ended += [trail for trail in active if trail.lost]
        active = [trail for trail in active if not trail.lost]
    if len(since_search) > 1:
        _search(since_search[-1], active, since_search[:-1], detector, stir)
    return _distinct([trail.done() for trail in (*ended, *active)])


def _search(
    frame: KeyFrame,
    active: list[_Trail],
    earlier: list[KeyFrame],
    detector: PersonDetector,
    stir: _Stir,
) -> None:
    """Look wherever somebody new may be; whoever is, and surely a person, joins ``active``.

    While nobody is surely a person, whoever may be one is followed too: half hidden or dark on
    dark they look surer in a tile of their own. In the end ``select_person`` asks for certainty.
    """
    height, width = frame.picture.shape[:2]
    # Beside somebody large who is followed, a small one would not be measured.
    large = any(trail.fills(height) for trail in active)
    tiles = pyramid(width, height, large_only=large)
    here = [trail.sightings[-1].person for trail in active if trail.there]
    for person in detector.find(frame.picture, stir.among(tiles, frame.picture, here)):
        known = any(trail.take(person, frame.time_s) for trail in active)
        alone = not any(trail.sure for trail in active)
        if not known and (person.score >= SURE_SCORE or alone):
            active.append(_trail_from(person, frame, earlier, detector))


class _Stir:
    """Where the picture has changed since it was last searched."""

    def __init__(self) -> None:
        self._before: NDArray[np.uint8] | None = None

    def among(
        self, tiles: tuple[Square, ...], picture: Picture, here: list[Person]
    ) -> tuple[Square, ...]:
        """The tiles in which something has, besides those who are ``here`` anyway."""
        import cv2

        scale = STIR_WIDTH_PX / picture.shape[1]
        height = max(round(picture.shape[0] * scale), 1)
        now = shrunk_gray(picture, STIR_WIDTH_PX, height, smooth=True)
        before, self._before = self._before, now
        if before is None:
            return tiles
        stirred = cv2.absdiff(now, before)
        for person in here:
            centre = (round(person.hip[0] * scale), round(person.hip[1] * scale))
            reach = round(STIR_REACH * person.radius_px * scale)
            cv2.circle(stirred, centre, reach, 0, thickness=-1)
        return tuple(t for t in tiles if _stirs(stirred, t, scale))


def _stirs(stirred: NDArray[Any], tile: Square, scale: float) -> bool:
    left, top = (max(round(start * scale), 0) for start in (tile.left, tile.top))
    right, below = (round((start + tile.side) * scale) for start in (tile.left, tile.top))
    return bool((stirred[top:below, left:right] > STIR_LEVELS).sum() >= STIR_PIXELS)


def _distinct(people: list[Followed]) -> tuple[Followed, ...]:
    """Without those who are somebody else's shadow: at the same place most of the time."""
    kept: list[Followed] = []
    for person in sorted(people, key=lambda p: -len(p.sightings)):
        if not any(_shadow(person, longer) for longer in kept):
            kept.append(person)
    return tuple(kept)


def _shadow(person: Followed, longer: Followed) -> bool:
    places = {s.time_s: s.person for s in longer.sightings}
    pairs = [(s.person, places[s.time_s]) for s in person.sightings if s.time_s in places]
    same = [
        np.hypot(a.hip[0] - b.hip[0], a.hip[1] - b.hip[1]) < 0.5 * b.radius_px for a, b in pairs
    ]
    return bool(sum(same) > 0.5 * len(person.sightings))


class _Trail:
    """A person being followed in one direction of time."""

    def __init__(self, person: Person, time_s: float) -> None:
        self.sightings = [Sighting(time_s, person)]
        self._misses = 0

    @property
    def lost(self) -> bool:
        return self._misses >= LOST_AFTER

    @property
    def there(self) -> bool:
        return self._misses == 0

    def look(self, frame: KeyFrame, detector: PersonDetector) -> None:
        """Look for the person in ``frame`` near where they must be."""
        last = self.sightings[-1].person
        x, y = self._expected(frame.time_s)
        tile = Square.around(x, y, 2 * SEARCH_REACH * last.radius_px)
        here = [p for p in detector.find(frame.picture, (tile,)) if _alike(p, last, (x, y))]
        if here:
            nearest = min(here, key=lambda p: np.hypot(p.hip[0] - x, p.hip[1] - y))
            self.sightings.append(Sighting(frame.time_s, nearest))
            self._misses = 0
        else:
            self._misses += 1

    @property
    def sure(self) -> bool:
        """Whether this is surely a person."""
        scores = [sighting.person.score for sighting in self.sightings]
        return bool(np.median(scores) >= SURE_SCORE)

    @property
    def just_lost(self) -> bool:
        """Somebody who surely was there is not where they should be: look everywhere."""
        return self._misses == 1 and len(self.sightings) >= 3 and self.sure

    def fills(self, height: int) -> bool:
        """Whether the person is surely there and takes up much of a picture of this height."""
        person = self.sightings[-1].person
        large = 2.0 * person.radius_px > LARGE * height
        return self.there and large and person.score >= SURE_SCORE

    def take(self, person: Person, time_s: float) -> bool:
        """Whether ``person`` is this one; a missing one is thereby found again.

        A doubtful one takes the better of two sightings, whose size the next tile depends on.
        """
        last = self.sightings[-1].person
        near = np.hypot(person.hip[0] - last.hip[0], person.hip[1] - last.hip[1])
        reach = 0.6 if self.there else 1.2
        here = bool(near < reach * max(last.radius_px, person.radius_px))
        if here and not self.there and _alike(person, last, person.hip):
            self.sightings.append(Sighting(time_s, person))
            self._misses = 0
        elif here and not self.sure and person.score > last.score:
            self.sightings[-1] = Sighting(time_s, person)
        return here

    def done(self) -> Followed:
        ordered = sorted(self.sightings, key=lambda sighting: sighting.time_s)
        return Followed(tuple(ordered))

    def _expected(self, time_s: float) -> tuple[float, float]:
        last = self.sightings[-1]
        if len(self.sightings) < 2:
            return last.person.hip
        before = self.sightings[-2]
        ahead = (time_s - last.time_s) / (last.time_s - before.time_s)
        return (
            last.person.hip[0] + ahead * (last.person.hip[0] - before.person.hip[0]),
            last.person.hip[1],
        )


def _trail_from(
    person: Person, frame: KeyFrame, earlier: list[KeyFrame], detector: PersonDetector
) -> _Trail:
    backwards = _Trail(person, frame.time_s)
    for before in reversed(earlier):
        if backwards.lost:
            break
        backwards.look(before, detector)
    forwards = _Trail(person, frame.time_s)
    forwards.sightings = backwards.sightings[::-1]
    return forwards


def _alike(person: Person, last: Person, expected: tuple[float, float]) -> bool:
    size = person.radius_px / last.radius_px
    away = np.hypot(person.hip[0] - expected[0], person.hip[1] - expected[1])
    return bool(0.7 < size < 1.43 and away < last.radius_px)


def crop_path(person: Followed, time_s: Array) -> Array:
    """A smooth path of the crop: centre x, centre y and radius at each time, (T, 3), pixels.

    Smoothed with a Gaussian window over straight lines, so that steady travel is not
    bent at the ends; beyond the sightings the path goes on straight.
    """
    seen_s = np.array([s.time_s for s in person.sightings])
    rows = np.array([(*s.person.hip, s.person.radius_px) for s in person.sightings])
    weight = np.array([s.person.score for s in person.sightings])
    keys = np.linspace(time_s[0], time_s[-1], max(2, int(np.ptp(time_s) / 0.05) + 1))
    place = np.array([_local_line(t, seen_s, rows, weight, PATH_SMOOTHING_S) for t in keys])
    size = np.array([_local_line(t, seen_s, rows, weight, SIZE_SMOOTHING_S) for t in keys])
    path = np.column_stack([place[:, :2], size[:, 2]])
    return np.stack([np.interp(time_s, keys, path[:, k]) for k in range(3)], axis=1)


def _local_line(t: float, seen_s: Array, rows: Array, weight: Array, smoothing_s: float) -> Array:
    # The window grows where sightings are sparse, so that a line can always be fitted.
    width = max(smoothing_s, float(np.sort(np.abs(seen_s - t))[:3][-1]))
    w = weight * np.exp(-0.5 * ((seen_s - t) / width) ** 2) + 1e-12
    centre = np.average(seen_s, weights=w)
    mean = np.average(rows, axis=0, weights=w)
    spread = np.average((seen_s - centre) ** 2, weights=w)
    if spread < 1e-9:
        return np.asarray(mean)
    slope = np.average((seen_s - centre)[:, None] * (rows - mean), axis=0, weights=w) / spread
    return np.asarray(mean + slope * (t - centre))
