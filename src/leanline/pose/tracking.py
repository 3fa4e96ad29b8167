"""Tracking of people through a clip on key frames.

The whole picture is searched every few seconds; in between each person is searched for only near
their expected position. A newly found person is tracked backward too, so that a runner who enters
the picture is tracked from their first frame.
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
from leanline.pose.sightings import Sighting, TrackedPerson, rejoin
from leanline.video.picture import Picture, resize_gray

# Width of the search tile in circle diameters.
SEARCH_REACH = 2.0
# A person not found in this many consecutive key frames has left.
LOST_AFTER = 4
# While nobody is tracked the whole picture is searched at least this often, because a runner can
# cross it in less time than lies between two regular searches.
EMPTY_SEARCH_FRAMES = 3
# Detections above this score are people (furniture and shadows score lower).
SURE_SCORE = 0.8
# A person is large if their circle exceeds this share of the picture's height.
LARGE = 0.6
# Nobody new can be where nothing has changed since the last search: thresholds on a small picture,
# in pixels and grey levels, above coding noise.
CHANGE_WIDTH_PX = 96
CHANGE_PIXELS = 4
CHANGE_LEVELS = 14
# Range of changes caused by a runner's own limbs, in circle radii.
CHANGE_REACH = 1.25
# Smoothing of the crop path, as detected circles jitter. Their size changes only with the distance
# to the camera, so it is smoothed longer.
PATH_SMOOTHING_S = 0.2
SIZE_SMOOTHING_S = 0.5


@dataclass(frozen=True)
class KeyFrame:
    """A picture to search for people.

    Parameters
    ----------
    time_s
        Seconds of the clip.
    picture
        Planes or RGB.
    search
        Whether to search all of it, rather than only near known people.
    cut
        Whether it is the first of a new shot.
    """

    time_s: float
    picture: Picture
    search: bool
    cut: bool = False


def track_people(frames: Iterable[KeyFrame], detector: PersonDetector) -> tuple[TrackedPerson, ...]:
    """Track everybody in the key frames.

    Nobody is tracked across a cut. Only the key frames since the last search are kept in memory.

    Parameters
    ----------
    frames
        In order of time; the last of each shot is searched as well.
    detector
        Finds people in one picture.

    Returns
    -------
    tuple of TrackedPerson
        Each person once; may contain false detections.
    """
    active: list[_Tracker] = []
    ended: list[_Tracker] = []
    since_search: list[KeyFrame] = []
    changes = _ChangeMap()
    cuts_s: list[float] = []
    for frame in frames:
        if frame.cut:
            _search_last(active, since_search, detector, changes)
            ended, active, since_search, changes = [*ended, *active], [], [], _ChangeMap()
            cuts_s.append(frame.time_s)
        for tracker in active:
            tracker.search(frame, detector)
        unsure = not any(tracker.is_sure for tracker in active)
        empty = unsure and len(since_search) >= EMPTY_SEARCH_FRAMES
        if frame.search or frame.cut or empty or any(tracker.is_just_lost for tracker in active):
            _search(frame, active, since_search, detector, changes)
            since_search = []
        since_search.append(frame)
        ended += [tracker for tracker in active if tracker.is_lost]
        active = [tracker for tracker in active if not tracker.is_lost]
    _search_last(active, since_search, detector, changes)
    people = _distinct([tracker.tracked() for tracker in (*ended, *active)])
    return rejoin(people, cuts_s)


def _search_last(
    active: list[_Tracker],
    since_search: list[KeyFrame],
    detector: PersonDetector,
    changes: _ChangeMap,
) -> None:
    """Search the last frame before the end, or before a cut."""
    if len(since_search) > 1:
        _search(since_search[-1], active, since_search[:-1], detector, changes)


def _search(
    frame: KeyFrame,
    active: list[_Tracker],
    earlier: list[KeyFrame],
    detector: PersonDetector,
    changes: _ChangeMap,
) -> None:
    """Search where somebody new may be; confident detections join ``active``.

    While nobody is detected with confidence, weaker detections join too: people half hidden or dark
    on dark score higher in a tile of their own. ``select_person`` asks for certainty in the end.
    """
    height, width = frame.picture.shape[:2]
    # A small person beside a large tracked one would not be measured.
    large = any(tracker.fills(height) for tracker in active)
    tiles = pyramid(width, height, large_only=large)
    present = [tracker.sightings[-1].person for tracker in active if tracker.is_present]
    for person in detector.find(
        frame.picture, changes.changed_tiles(tiles, frame.picture, present)
    ):
        known = any(tracker.take(person, frame.time_s) for tracker in active)
        alone = not any(tracker.is_sure for tracker in active)
        if not known and (person.score >= SURE_SCORE or alone):
            active.append(_track_from(person, frame, earlier, detector))


class _ChangeMap:
    """Tracks where the picture has changed since it was last searched."""

    def __init__(self) -> None:
        self._before: NDArray[np.uint8] | None = None

    def changed_tiles(
        self, tiles: tuple[Square, ...], picture: Picture, present: list[Person]
    ) -> tuple[Square, ...]:
        """Return the tiles that have changed, other than those with people who are tracked."""
        import cv2

        scale = CHANGE_WIDTH_PX / picture.shape[1]
        height = max(round(picture.shape[0] * scale), 1)
        now = resize_gray(picture, CHANGE_WIDTH_PX, height, smooth=True)
        before, self._before = self._before, now
        if before is None:
            return tiles
        change = cv2.absdiff(now, before)
        for person in present:
            centre = (round(person.hip[0] * scale), round(person.hip[1] * scale))
            reach = round(CHANGE_REACH * person.radius_px * scale)
            cv2.circle(change, centre, reach, 0, thickness=-1)
        return tuple(t for t in tiles if _has_changed(change, t, scale))


def _has_changed(change: NDArray[Any], tile: Square, scale: float) -> bool:
    left, top = (max(round(start * scale), 0) for start in (tile.left, tile.top))
    right, below = (round((start + tile.side) * scale) for start in (tile.left, tile.top))
    return bool((change[top:below, left:right] > CHANGE_LEVELS).sum() >= CHANGE_PIXELS)


def _distinct(people: list[TrackedPerson]) -> tuple[TrackedPerson, ...]:
    """Drop duplicates: people at the same position as somebody else most of the time."""
    kept: list[TrackedPerson] = []
    for person in sorted(people, key=lambda p: -len(p.sightings)):
        if not any(_is_duplicate(person, longer) for longer in kept):
            kept.append(person)
    return tuple(kept)


def _is_duplicate(person: TrackedPerson, longer: TrackedPerson) -> bool:
    places = {s.time_s: s.person for s in longer.sightings}
    pairs = [(s.person, places[s.time_s]) for s in person.sightings if s.time_s in places]
    same = [
        np.hypot(a.hip[0] - b.hip[0], a.hip[1] - b.hip[1]) < 0.5 * b.radius_px for a, b in pairs
    ]
    return bool(sum(same) > 0.5 * len(person.sightings))


class _Tracker:
    """Tracker of one person in one direction of time."""

    def __init__(self, person: Person, time_s: float) -> None:
        self.sightings = [Sighting(time_s, person)]
        self._misses = 0

    @property
    def is_lost(self) -> bool:
        return self._misses >= LOST_AFTER

    @property
    def is_present(self) -> bool:
        return self._misses == 0

    def search(self, frame: KeyFrame, detector: PersonDetector) -> None:
        """Search for the person near their expected position."""
        last = self.sightings[-1].person
        x, y = self._extrapolate(frame.time_s)
        tile = Square.around(x, y, 2 * SEARCH_REACH * last.radius_px)
        present = [p for p in detector.find(frame.picture, (tile,)) if _matches(p, last, (x, y))]
        if present:
            nearest = min(present, key=lambda p: np.hypot(p.hip[0] - x, p.hip[1] - y))
            self.sightings.append(Sighting(frame.time_s, nearest))
            self._misses = 0
        else:
            self._misses += 1

    @property
    def is_sure(self) -> bool:
        """Whether this is surely a person."""
        scores = [sighting.person.score for sighting in self.sightings]
        return bool(np.median(scores) >= SURE_SCORE)

    @property
    def is_just_lost(self) -> bool:
        """Whether a confident person just went missing, so that the whole picture is searched."""
        return self._misses == 1 and len(self.sightings) >= 3 and self.is_sure

    def fills(self, height: int) -> bool:
        """Whether the person is confident and large in a picture of this height."""
        person = self.sightings[-1].person
        large = 2.0 * person.radius_px > LARGE * height
        return self.is_present and large and person.score >= SURE_SCORE

    def take(self, person: Person, time_s: float) -> bool:
        """Whether ``person`` is this one; if so, the sighting is added.

        Without confidence the better of two sightings is kept: the next tile's size depends on it.
        """
        last = self.sightings[-1].person
        near = np.hypot(person.hip[0] - last.hip[0], person.hip[1] - last.hip[1])
        reach = 0.6 if self.is_present else 1.2
        present = bool(near < reach * max(last.radius_px, person.radius_px))
        if present and not self.is_present and _matches(person, last, person.hip):
            self.sightings.append(Sighting(time_s, person))
            self._misses = 0
        elif present and not self.is_sure and person.score > last.score:
            self.sightings[-1] = Sighting(time_s, person)
        return present

    def tracked(self) -> TrackedPerson:
        ordered = sorted(self.sightings, key=lambda sighting: sighting.time_s)
        return TrackedPerson(tuple(ordered))

    def _extrapolate(self, time_s: float) -> tuple[float, float]:
        last = self.sightings[-1]
        if len(self.sightings) < 2:
            return last.person.hip
        before = self.sightings[-2]
        ahead = (time_s - last.time_s) / (last.time_s - before.time_s)
        return (
            last.person.hip[0] + ahead * (last.person.hip[0] - before.person.hip[0]),
            last.person.hip[1],
        )


def _track_from(
    person: Person, frame: KeyFrame, earlier: list[KeyFrame], detector: PersonDetector
) -> _Tracker:
    backwards = _Tracker(person, frame.time_s)
    for before in reversed(earlier):
        if backwards.is_lost:
            break
        backwards.search(before, detector)
    forwards = _Tracker(person, frame.time_s)
    forwards.sightings = backwards.sightings[::-1]
    return forwards


def _matches(person: Person, last: Person, expected: tuple[float, float]) -> bool:
    size = person.radius_px / last.radius_px
    away = np.hypot(person.hip[0] - expected[0], person.hip[1] - expected[1])
    return bool(0.7 < size < 1.43 and away < last.radius_px)


def crop_path(person: TrackedPerson, time_s: Array) -> Array:
    """Compute the smooth path of one person's crop.

    Sightings are smoothed by Gaussian-weighted local lines, which do not bend steady travel at the
    ends.

    Parameters
    ----------
    person
        With their sightings.
    time_s
        (T,) seconds, increasing; beyond the sightings the path is extrapolated linearly.

    Returns
    -------
    array
        (T, 3) centre x, centre y and radius, pixels, y down.
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
