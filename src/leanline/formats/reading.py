"""Reading of pose tracks: detection of the format, and conversion to a track."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from leanline.deprecation import renamed_arguments
from leanline.errors import InputError
from leanline.formats.c3d_read import c3d_recording
from leanline.formats.deeplabcut import (
    deeplabcut_csv_recording,
    is_deeplabcut_csv,
)
from leanline.formats.hdf5_subprocess import hdf5_recording
from leanline.formats.join_people import join_people
from leanline.formats.keypoint_json import is_openpose_folder, json_recording, openpose_recording
from leanline.formats.recording import Recording, recording_times, select_recorded_person
from leanline.formats.tables import csv_recording, parquet_recording
from leanline.formats.to_pose_track import to_pose_track
from leanline.formats.trc import trc_recording
from leanline.inputs import MAX_TEXT_BYTES, check_file, is_folder
from leanline.model import AnalysisWarning, PoseTrack, warning
from leanline.settings import picture_size

_SOURCE: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,59}")
Reader = Callable[[Path], Recording]


@dataclass(frozen=True)
class TrackFile:
    """A track as it was read from a file.

    Parameters
    ----------
    track
        Of the person to measure.
    others
        Number of other people in the file.
    notes
        Warnings about the file.
    joint_centres_of
        Pose source whose joint centres the points are already; empty for keypoints.
    """

    track: PoseTrack
    others: int
    notes: tuple[AnalysisWarning, ...]
    joint_centres_of: str = ""


@renamed_arguments({"names": "keypoint_names"})
def read_track(
    path: str | os.PathLike[str],
    *,
    fps: float | None = None,
    keypoint_names: str | os.PathLike[str] | None = None,
    person: int | None = None,
    picture: str | None = None,
) -> PoseTrack:
    """The keypoints of one person from a file of another tool, or of leanline's own.

    Parameters
    ----------
    path
        TRC, C3D, CSV (also DeepLabCut's and SLEAP's), Parquet, JSON (COCO, AlphaPose, MMPose),
        HDF5 (DeepLabCut, SLEAP), netCDF (movement), or a folder of OpenPose's or Pose2Sim's
        JSON files.
    fps
        Frames a second, for files that only count frames.
    keypoint_names
        A file that says which of its points is which keypoint, or the title of a shipped
        set such as ``BODY_25``; found out when not said.
    person
        Which person, 1 is the leftmost when first seen; the most prominent when not said.
    picture
        Width and height of the picture in pixels, such as ``1280x720``, for files with
        coordinates from 0 to 1.

    Returns
    -------
    PoseTrack
        ``time_s`` (T,) seconds, ``xy`` (T, K, 2) in metres or pixels in the plane of the run,
        y up, NaN where missing, ``confidence`` (T, K), and the names of the K keypoints.

    Raises
    ------
    InputError
        The file is damaged, of no known format, or has no point whose name is known.
    UsageError
        ``fps`` or ``picture`` is needed, or ``fps`` contradicts the file; ``keypoint_names`` or
        ``person`` do not fit it.
    """
    wanted = None if keypoint_names is None else os.fspath(keypoint_names)
    return read_track_file(Path(path), fps=fps, names=wanted, person=person, picture=picture).track


def read_track_file(
    path: Path,
    *,
    fps: float | None = None,
    names: str | None = None,
    person: int | None = None,
    picture: str | None = None,
) -> TrackFile:
    """Read a pose track in any format of ``read_track``, with what else the file says.

    Parameters
    ----------
    path
        A file, or a folder of OpenPose's.
    fps
        Frames per second, for formats without times.
    names
        Title of a set of keypoint names, or path of one.
    person
        Number of the person to take, from 1; the most prominent if None.
    picture
        Width and height of the picture in pixels, such as ``1280x720``, for files with coordinates
        from 0 to 1.

    Returns
    -------
    TrackFile
        y up, in the plane of the run.

    Raises
    ------
    InputError
        The file is damaged or of no known format.
    UsageError
        An option is needed or does not fit the file.
    """
    recording = _reader(path)(path)
    joined = join_people(recording.people)
    if len(joined) < len(recording.people):
        note = warning("identities_joined", identities=len(recording.people), people=len(joined))
        recording = replace(recording, people=joined, notes=(*recording.notes, note))
    who, notes = select_recorded_person(recording, person, path)
    time_s = recording_times(recording, fps, path)
    size = None if picture is None else picture_size(picture)
    converted = to_pose_track(recording, who, time_s, path, names, size)
    track, named = converted.track, converted.named
    used = len({column for columns in named.places.values() for column in columns})
    note = warning(
        "track_format",
        kind=recording.kind,
        used=used,
        points=int(who.xyz.shape[1]),
        names=named.title,
        unit=track.unit,
    )
    return TrackFile(
        track,
        len(recording.people) - 1,
        (note, *recording.notes, *converted.notes, *notes),
        _source(recording.joint_centres_of),
    )


def _source(said: str) -> str:
    """The name of a pose source in a file; empty for what cannot be one."""
    return said if _SOURCE.fullmatch(said) else ""


def is_track(path: Path) -> bool:
    """Whether ``path`` looks like a pose track by its suffix, or is a folder of JSON files."""
    return path.suffix.lower() in READERS or is_openpose_folder(path)


def _reader(path: Path) -> Reader:
    if is_folder(path):
        if not is_openpose_folder(path):
            raise InputError("track.folder_without_json", path=path)
        return openpose_recording
    reader = READERS.get(path.suffix.lower())
    if reader is None:
        raise InputError("track.unknown_format", path=path, formats=tuple(READERS))
    return reader


def _csv(path: Path) -> Recording:
    check_file(path, MAX_TEXT_BYTES)
    return deeplabcut_csv_recording(path) if is_deeplabcut_csv(path) else csv_recording(path)


READERS: Final[Mapping[str, Reader]] = {
    ".trc": trc_recording,
    ".c3d": c3d_recording,
    ".csv": _csv,
    ".tsv": _csv,
    ".parquet": parquet_recording,
    ".json": json_recording,
    ".h5": hdf5_recording,
    ".hdf5": hdf5_recording,
    ".nc": hdf5_recording,
    ".slp": hdf5_recording,
}
