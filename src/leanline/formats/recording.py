"""The content of a pose file, before names, axes and unit are converted."""

from __future__ import annotations

import csv
import math
import struct
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from leanline import inputs
from leanline.errors import DamageError, InputError, UsageError, why_refused
from leanline.inputs import MAX_TEXT_BYTES, check_file
from leanline.model import AnalysisWarning, Array, warning

# Exceptions raised by readers of foreign files on damage, besides their own checks.
DAMAGE: Final = (*inputs.DAMAGE, csv.Error, struct.error)
# A person unseen for this many frames counts as a new one when seen again.
LOST_AFTER: Final = 30
# Ten kilometres in millimetres.
MAX_COORDINATE: Final = 1e7
# Two hours at 60 frames per second with 33 points in three dimensions: half a gigabyte, held
# several times. Damaged files may ask for far more.
MAX_CELLS: Final = 60_000_000


@dataclass(frozen=True, eq=False)
class Person:
    """One person's points in a recording.

    Points without confidence, at exactly zero, or implausibly far away are missing: NaN with
    confidence 0.

    Parameters
    ----------
    xyz
        (T, K, 2 or 3) in the file's unit and axes.
    confidence
        (T, K) from 0 to 1.
    label
        The file's name for the person.
    """

    xyz: Array
    confidence: Array
    label: str = ""

    def __post_init__(self) -> None:
        known = (np.abs(self.xyz) < MAX_COORDINATE).all(axis=2) & (self.xyz != 0).any(axis=2)
        known &= np.nan_to_num(self.confidence) > 0
        object.__setattr__(self, "xyz", np.where(known[:, :, None], self.xyz, np.nan))
        object.__setattr__(self, "confidence", np.where(known, self.confidence, 0.0))


@dataclass(frozen=True, eq=False)
class Recording:
    """The content of one file, for all its people over the same frames.

    Parameters
    ----------
    kind
        Name of the format, such as ``OpenPose JSON``.
    names
        The file's names of the K points; empty if it only numbers them.
    people
        Everybody in the file, at least one.
    time_s, frame
        (T,) times in seconds, or frame numbers if the file has no times.
    unit
        ``m``, ``cm``, ``mm`` or ``px``; empty if unknown.
    upright
        Whether the second axis is vertical by the format's convention, else the third.
    picture
        Width and height of the picture in pixels, if the file says them.
    joint_centres_of
        The pose source of the analysis whose joint centres leanline exported; empty for keypoints
        and markers, as other tools give them.
    notes
        Warnings of the reader.
    """

    kind: str
    names: tuple[str, ...]
    people: tuple[Person, ...]
    time_s: Array | None = None
    frame: Array | None = None
    unit: str = ""
    upright: bool = True
    picture: tuple[int, int] | None = None
    joint_centres_of: str = ""
    notes: tuple[AnalysisWarning, ...] = ()


def check_cells(*shape: int) -> None:
    """Refuse an oversized array before it is allocated.

    Parameters
    ----------
    shape
        Its dimensions.

    Raises
    ------
    ValueError
        It would hold more numbers than ``MAX_CELLS``; ``reading_file`` makes it an error about the
        file.
    """
    cells = math.prod(shape)
    if cells > MAX_CELLS:
        raise DamageError("damage.too_many_numbers", count=cells, max_count=MAX_CELLS)


def load_dataset(dataset: Any) -> NDArray[Any]:  # noqa: ANN401
    """Load a whole HDF5 dataset unless it is too large; raises like ``check_cells``."""
    check_cells(dataset.size, math.ceil(dataset.dtype.itemsize / 8))
    return np.asarray(dataset[()])


@contextmanager
def reading_file(path: Path, kind: str, max_bytes: int = MAX_TEXT_BYTES) -> Iterator[None]:
    """Make what a reader trips over inside the block an error about the file.

    Parameters
    ----------
    path
        The file, which is checked first.
    kind
        What it should be.
    max_bytes
        Size above which it is refused.

    Yields
    ------
    None
        Nothing is opened.

    Raises
    ------
    InputError
        The file is missing, damaged, of another kind, or larger than ``max_bytes``.
    """
    check_file(path, max_bytes)
    with interpreting_file(path, kind):
        yield


@contextmanager
def interpreting_file(path: Path, kind: str) -> Iterator[None]:
    """Like ``reading_file``, for files that are already open.

    Parameters
    ----------
    path
        Named in the error.
    kind
        What it should be.

    Yields
    ------
    None
        Nothing is opened.

    Raises
    ------
    InputError
        The content is damaged or of another kind.
    """
    try:
        yield
    except (FileNotFoundError, IsADirectoryError, PermissionError) as error:
        raise InputError("input.unopenable", path=path, why=why_refused(error)) from error
    except DAMAGE as error:
        raise InputError("track.damaged", path=path, kind=kind, why=why_refused(error)) from error


def recording_times(recording: Recording, fps: float | None, path: Path) -> Array:
    """Times of a recording's frames.

    Parameters
    ----------
    recording
        With times or frame numbers.
    fps
        Frames per second, for frame numbers.
    path
        Named in errors.

    Returns
    -------
    array
        (T,) seconds.

    Raises
    ------
    UsageError
        The frame rate is unknown, or ``fps`` contradicts the file's own times.
    """
    own = recording.time_s
    if own is None:
        if fps is None:
            raise UsageError("track.frame_rate_missing", path=path)
        frame = recording.frame
        return np.arange(len(recording.people[0].xyz)) / fps if frame is None else frame / fps
    if fps is not None and len(own) > 1:
        rate = (len(own) - 1) / float(own[-1] - own[0])
        if abs(rate / fps - 1.0) > 0.01:
            raise UsageError(
                "track.frame_rate_contradicts", path=path, fps=float(fps), rate_hz=rate
            )
    return own


def select_recorded_person(
    recording: Recording, wanted: int | None, path: Path
) -> tuple[Person, tuple[AnalysisWarning, ...]]:
    """Select the person to measure: the most prominent, or the one asked for.

    Parameters
    ----------
    recording
        Of one or more people.
    wanted
        Number of the person, from 1, as in videos: by when they are first seen, then from the
        left.
    path
        Named in errors.

    Returns
    -------
    tuple of Person and tuple of AnalysisWarning
        The person, and a warning if there are others.

    Raises
    ------
    InputError
        Nobody has a point.
    UsageError
        There is no person with number ``wanted``.
    """
    real = [person for person in recording.people if _seen(person).any()]
    if not real:
        raise InputError("track.nobody_in_it", path=path)
    real.sort(key=_first)
    if wanted is not None and wanted > len(real):
        raise UsageError("usage.no_such_person", path=path, person=wanted, people=len(real))
    person = real[wanted - 1] if wanted is not None else max(real, key=_prominence)
    if len(real) == 1:
        return person, ()
    number = real.index(person) + 1
    if person.label:
        note = warning("other_people_named", people=len(real), person=number, label=person.label)
        return person, (note,)
    return person, (warning("other_people", people=len(real), person=number),)


def _seen(person: Person) -> NDArray[np.bool_]:
    return np.asarray((person.confidence > 0).any(axis=1))


def _first(person: Person) -> tuple[int, float]:
    start = int(np.argmax(_seen(person)))
    return start, float(np.nanmean(person.xyz[start, :, 0]))


def _prominence(person: Person) -> float:
    seen = _seen(person)
    return float(_extent(person.xyz[seen]).max(axis=1).sum())


def _extent(xyz: Array) -> Array:
    """Extent of the points along each axis, (T, D), in frames with at least one point."""
    known = np.isfinite(xyz)
    high = np.where(known, xyz, -np.inf).max(axis=1)
    low = np.where(known, xyz, np.inf).min(axis=1)
    return np.asarray(high - low)


def track_recorded_people(frames: Sequence[Sequence[Array]], points: int) -> tuple[Person, ...]:
    """Track people in a format without identities.

    People in each frame are matched with those in earlier frames, nearest first; anybody further
    away than half their own size is a new person.

    Parameters
    ----------
    frames
        For each frame everybody in it, (K, 3): x, y, confidence; NaN or confidence 0 where
        missing.
    points
        K.

    Returns
    -------
    tuple of Person
        In the order in which they appear.

    Raises
    ------
    ValueError
        There are too many people to fit in memory.
    """
    trails: list[_PersonTrack] = []
    near: list[int] = []
    for number, people in enumerate(frames):
        near = [t for t in near if number - trails[t].last_seen <= LOST_AFTER]
        check_cells(len(near), len(people), points)
        pairs = sorted(
            (trails[t].distance(points_now), t, p)
            for t in near
            for p, points_now in enumerate(people)
        )
        taken: set[int] = set()
        used: set[int] = set()
        for distance, t, p in pairs:
            if distance < 0.5 and t not in used and p not in taken:
                trails[t].add(number, people[p])
                used.add(t)
                taken.add(p)
        new = [one for p, one in enumerate(people) if p not in taken and _known(one).any()]
        near += range(len(trails), len(trails) + len(new))
        trails += [_PersonTrack(number, one) for one in new]
        check_cells(len(trails), len(frames), points, 3)
    return tuple(trail.person(len(frames), points) for trail in trails)


def _known(points: Array) -> NDArray[np.bool_]:
    plausible = (np.abs(points[:, :2]) < MAX_COORDINATE).all(axis=1)
    return np.asarray(plausible) & np.asarray(points[:, 2] > 0)


class _PersonTrack:
    """One person over the frames of a format without identities."""

    def __init__(self, number: int, points: Array) -> None:
        self._rows = {number: points}
        self._last = points
        self.last_seen = number

    def distance(self, points: Array) -> float:
        """Median distance of the points since last seen, in body sizes; infinite if none."""
        both = _known(points) & _known(self._last)
        if not both.any():
            return float("inf")
        size = float(np.ptp(self._last[_known(self._last), :2], axis=0).max())
        way = np.linalg.norm(points[both, :2] - self._last[both, :2], axis=1)
        return float(np.median(way)) / max(size, 1e-9)

    def add(self, number: int, points: Array) -> None:
        self._rows[number] = points
        if _known(points).any():
            self._last, self.last_seen = points, number

    def person(self, frames: int, points: int) -> Person:
        whole = np.full((frames, points, 3), np.nan)
        for number, row in self._rows.items():
            whole[number] = row
        return Person(whole[:, :, :2], whole[:, :, 2])
