"""Conversion of a file's points to a pose track: names, plane of the run, y up, unit."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from leanline.errors import InputError
from leanline.formats.lengths import PIXEL, find_length, picture_shares, unchecked_length
from leanline.formats.names import Named, recognize_names
from leanline.formats.plane import Up, find_up, in_plane
from leanline.formats.recording import Person, Recording
from leanline.inputs import check_times
from leanline.model import AnalysisWarning, Array, PoseTrack, warning

#: What the format's convention takes for vertical.
Y, Z = 1, 2


@dataclass(frozen=True)
class Converted:
    """A track in leanline's axes and units.

    Parameters
    ----------
    track
        In metres or pixels, y up.
    named
        How its points were recognised.
    notes
        Warnings about the conversion.
    """

    track: PoseTrack
    named: Named
    notes: tuple[AnalysisWarning, ...]


def to_pose_track(
    recording: Recording,
    person: Person,
    time_s: Array,
    path: Path,
    names: str | None = None,
    picture: tuple[int, int] | None = None,
) -> Converted:
    """Convert a person's known points to a track in the plane of the run.

    Parameters
    ----------
    recording
        What the file holds.
    person
        One of its people.
    time_s
        (T,) seconds.
    path
        The file, for messages.
    names
        Title of a shipped set of names, or path of a custom one; detected if None.
    picture
        Width and height of the picture in pixels, where the file does not know it.

    Returns
    -------
    Converted
        In metres or pixels, y up; missing points are NaN with confidence 0.

    Raises
    ------
    InputError
        No point name is known, the times do not increase, or the body has no possible size.
    UsageError
        The coordinates are shares of a picture of unknown size.
    """
    named = recognize_names(recording.names, person.xyz.shape[1], path, names)
    if named is None:
        raise InputError("track.no_known_marker", path=path)
    check_rising(time_s, path)
    keypoints = tuple(named.places)
    xyz, confidence = _columns(person, named)
    shares = picture_shares(recording.unit, keypoints, xyz[:, :, :2])
    if recording.upright and (recording.unit == PIXEL or shares is not None):
        xyz = xyz[:, :, :2]  # what networks give for depth is of another kind
    convention = Y if recording.upright or xyz.shape[2] == Y + 1 else Z
    own = bool(recording.joint_centres_of)
    up = Up(convention, 1.0) if own else find_up(keypoints, xyz, convention)
    flat = in_plane(keypoints, xyz, up)
    missing = np.isnan(flat).any(axis=2) | ~(confidence > 0)
    flat[missing], confidence[missing] = np.nan, 0.0
    size = recording.picture or picture
    length = (
        unchecked_length(recording.unit)
        if own
        else find_length(recording.unit, keypoints, flat, path, size, turned=up == Up(Y, -1.0))
    )
    track = PoseTrack(
        time_s, flat * length.factors, np.clip(confidence, 0, 1), keypoints, length.unit
    )
    return Converted(track, named, (*_turn_notes(up, convention, track), *length.notes))


def _turn_notes(up: Up, convention: int, track: PoseTrack) -> tuple[AnalysisWarning, ...]:
    """Say which way is up where it is not what everybody expects: pictures count rows down."""
    usual = up.axis == convention and (up.sign > 0 or track.unit == PIXEL)
    return () if usual else (warning("track_up", up=up.name),)


def _columns(person: Person, named: Named) -> tuple[Array, Array]:
    """Return the keypoints (T, K, D) and their confidence: one column or a mean of several."""
    xyz = [person.xyz[:, list(columns)].mean(axis=1) for columns in named.places.values()]
    trust = [person.confidence[:, list(columns)].min(axis=1) for columns in named.places.values()]
    return np.stack(xyz, axis=1), np.stack(trust, axis=1)


def check_rising(time_s: Array, path: Path) -> None:
    """Refuse times that do not increase, or are implausible for a video.

    Parameters
    ----------
    time_s
        (T,) seconds.
    path
        Named in the error.

    Raises
    ------
    InputError
        They are no times of a video.
    """
    if not np.isfinite(time_s).all() or not np.all(np.diff(time_s) > 0):
        raise InputError("track.times_not_rising", path=path)
    if len(time_s) > 1:
        check_times(path, time_s)
