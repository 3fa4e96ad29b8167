"""Recorded pose tracks as a pose source."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from leanline.errors import InputError
from leanline.formats.reading import read_track_file
from leanline.model import Capture, PoseTrack, VideoInfo
from leanline.pose.base import Progress
from leanline.profile import finished_profile_of, profile_of
from leanline.settings import Settings


@dataclass(frozen=True)
class Recorded:
    """Keypoints from another tool's file; see ``leanline.read_track``.

    Parameters
    ----------
    name
        Name for the provenance.
    """

    name: str = "recorded"

    def capture(self, path: Path, settings: Settings, progress: Progress) -> Capture:
        """Return the track between ``start_s`` and ``end_s``.

        Raises
        ------
        InputError
            The file is not a track, or the interval is empty.
        UsageError
            ``fps``, ``keypoint_names`` or ``person`` are needed, or do not match the file.
        """
        clip = settings.clip
        file = read_track_file(
            path,
            fps=clip.fps,
            names=clip.keypoint_names,
            person=clip.person,
            picture=clip.picture,
        )
        progress("reading_track", 1.0)
        track = cut(file.track, settings, path)
        capture = track_to_capture(track, str(path), self.name)
        if file.joint_centres_of:
            capture = replace(capture, profile=finished_profile_of(file.joint_centres_of))
        return replace(capture, others=file.others, notes=file.notes)


def track_to_capture(track: PoseTrack, path: str, source: str) -> Capture:
    """Wrap a track without pictures in a capture.

    Parameters
    ----------
    track
        At least two frames.
    path
        Of the file that it comes from.
    source
        Name of the pose source, which finds its profile.

    Returns
    -------
    Capture
        With the mean frame rate of the track and a picture of 0 x 0 pixels.
    """
    duration_s = float(track.time_s[-1] - track.time_s[0])
    fps = (len(track.time_s) - 1) / duration_s
    video = VideoInfo(path, fps, len(track.time_s), duration_s, 0, 0)
    return Capture(video, track, profile_of(source))


def cut(track: PoseTrack, settings: Settings, path: Path) -> PoseTrack:
    """Cut a track to the interval in the settings.

    Parameters
    ----------
    track
        The whole track.
    settings
        With ``start_s``, included, and ``end_s``, excluded, in the track's own time.
    path
        Named in the error.

    Returns
    -------
    PoseTrack
        At least two frames, times unchanged.

    Raises
    ------
    InputError
        Fewer than two frames lie in the interval.
    """
    start = -np.inf if settings.clip.start_s is None else settings.clip.start_s
    end = np.inf if settings.clip.end_s is None else settings.clip.end_s
    inside = (track.time_s >= start) & (track.time_s < end)
    if inside.sum() < 2:
        raise InputError(
            "track.no_frames_between",
            path=path,
            first_s=float(track.time_s[0]),
            last_s=float(track.time_s[-1]),
        )
    return PoseTrack(
        track.time_s[inside],
        track.xy[inside],
        track.confidence[inside],
        track.keypoints,
        track.unit,
    )
