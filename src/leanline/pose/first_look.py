"""The first pass over a film: who is in it, in which shot, and which way up."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

import numpy as np

from leanline.errors import NobodyError, UsageError
from leanline.model import AnalysisWarning, FoundPeople, VideoInfo, warning
from leanline.pose.base import Progress
from leanline.pose.detector import PersonDetector
from leanline.pose.found import telling_found
from leanline.pose.select_person import people_in
from leanline.pose.sightings import TrackedPerson
from leanline.pose.tracking import KeyFrame, track_people
from leanline.pose.upright import upright_turn_deg
from leanline.settings import Settings
from leanline.video.cuts import CutFinder, Shot
from leanline.video.framing import Box, Framing
from leanline.video.probe import probe
from leanline.video.reader import read_frames

# Intervals of person detection near known people, and in the whole picture.
KEY_INTERVAL_S: Final = 0.2
SEARCH_INTERVAL_S: Final = 2.0
# Shorter shots are flashes, title cards or transitions.
MIN_SHOT_S: Final = 0.5


@dataclass(frozen=True, eq=False)
class FirstLook:
    """What the first pass found.

    Parameters
    ----------
    info
        The film, turned as it was looked at.
    framing
        How it was turned and cropped.
    people
        Everybody who is surely a person, in order of appearance, from left to right.
    shots
        The shots of half a second and more; one if the film has no cuts.
    notes
        Warnings on how it was looked at.
    candidates
        Everything that was tracked, whether or not it is surely a person.
    """

    info: VideoInfo
    framing: Framing
    people: tuple[TrackedPerson, ...]
    shots: tuple[Shot, ...]
    notes: tuple[AnalysisWarning, ...] = ()
    candidates: tuple[TrackedPerson, ...] = ()

    @property
    def found(self) -> FoundPeople:
        """Who was found, for whoever refuses the film."""
        return FoundPeople(self.info, tuple(one.path() for one in self.candidates))

    def shot_of(self, person: TrackedPerson) -> Shot:
        """Return the shot that a person was seen in."""
        first_s = person.sightings[0].time_s
        return next((s for s in self.shots if s.start_s <= first_s <= s.end_s), self.shots[0])

    def people_of(self, shot: Shot) -> tuple[TrackedPerson, ...]:
        """Return the people who were seen in a shot."""
        return tuple(person for person in self.people if self.shot_of(person) == shot)


def first_look(
    path: Path, settings: Settings, progress: Progress, detector: PersonDetector
) -> FirstLook:
    """Look through a film for people; turn it upright if they all lie or are upside down.

    Parameters
    ----------
    path
        The film.
    settings
        Part, turn and crop.
    progress
        Called with a phase and the share done.
    detector
        Finds people in one picture.

    Returns
    -------
    FirstLook
        Of the film as it is upright.

    Raises
    ------
    InputError
        The file cannot be read as a video.
    NobodyError
        The people are not upright with the turn that was asked for.
    """
    wanted = settings.clip.rotate_deg
    crop = settings.clip.crop_px
    framing = Framing(wanted or 0, None if crop is None else Box(*crop))
    info = probe(path, framing.rotate_deg)
    _check_crop(path, info, framing)
    found = _look(path, info, framing, settings, progress, detector)
    turn = upright_turn_deg(found.people)
    if turn == 0:
        return found
    if wanted is not None:
        with telling_found(found.found):
            raise NobodyError("nobody.turned", path=path, rotate_deg=(wanted + turn) % 360)
    framing = framing.then_turned(turn, info.width, info.height)
    info = probe(path, framing.rotate_deg)
    found = _look(path, info, framing, settings, progress, detector)
    note = warning("turned", rotate_deg=turn)
    return replace(found, notes=(note,))


def _look(
    path: Path,
    info: VideoInfo,
    framing: Framing,
    settings: Settings,
    progress: Progress,
    detector: PersonDetector,
) -> FirstLook:
    cuts = CutFinder()
    frames = _key_frames(path, info, framing, settings, progress, cuts)
    candidates = track_people(frames, detector)
    shots = tuple(shot for shot in cuts.shots if shot.duration_s >= MIN_SHOT_S)
    return FirstLook(
        info, framing, people_in(candidates), shots or cuts.shots, candidates=candidates
    )


def _key_frames(
    path: Path,
    info: VideoInfo,
    framing: Framing,
    settings: Settings,
    progress: Progress,
    cuts: CutFinder,
) -> Iterator[KeyFrame]:
    next_key = next_search = -np.inf
    frames = read_frames(
        path,
        start_s=settings.clip.start_s,
        end_s=settings.clip.end_s,
        framing=framing,
        sparse=True,
    )
    for frame in frames:
        picture = frame.picture()
        cut = cuts.see(picture, frame.time_s)
        if frame.time_s < next_key and not cut:
            continue
        search = cut or frame.time_s >= next_search
        next_key = frame.time_s + KEY_INTERVAL_S
        next_search = frame.time_s + SEARCH_INTERVAL_S if search else next_search
        progress("finding_people", min(frame.time_s / max(info.duration_s, 1e-9), 1.0))
        yield KeyFrame(frame.time_s, picture, search, cut)


def _check_crop(path: Path, info: VideoInfo, framing: Framing) -> None:
    crop = framing.crop
    if crop is not None and (crop.left >= info.width or crop.top >= info.height):
        raise UsageError(
            "usage.crop_outside",
            setting="crop",
            path=path,
            width_px=info.width,
            height_px=info.height,
        )
