"""Pose tracks made elsewhere, as a backend like any other."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from leanline.errors import InputError
from leanline.formats.reading import read_track_file
from leanline.model import Capture, PoseTrack, VideoInfo
from leanline.pose.base import Progress
from leanline.profile import profile_of
from leanline.settings import Settings


@dataclass(frozen=True)
class Recorded:
    """Keypoints read from a file of another tool; see ``leanline.read_track``."""

    name: str = "recorded"

    def capture(self, path: Path, settings: Settings, progress: Progress) -> Capture:
        """The track between ``start_s`` and ``end_s``.

        Raises
        ------
        InputError
            The file is not a track, or nothing is left of it.
        UsageError
            ``fps``, ``names`` or ``person`` are needed or do not fit the file.
        """
        file = read_track_file(path, fps=settings.fps, names=settings.names, person=settings.person)
        progress("Reading the track", 1.0)
        capture = capture_of(cut(file.track, settings, path), str(path), self.name)
        return replace(capture, others=file.others, notes=file.notes)


def capture_of(track: PoseTrack, path: str, source: str) -> Capture:
    """A capture round a track without pictures."""
    duration_s = float(track.time_s[-1] - track.time_s[0])
    fps = (len(track.time_s) - 1) / duration_s
    video = VideoInfo(path, fps, len(track.time_s), duration_s, 0, 0)
    return Capture(video, track, profile_of(source))


def cut(track: PoseTrack, settings: Settings, path: Path) -> PoseTrack:
    """The part of a track that the settings ask for."""
    start = -np.inf if settings.start_s is None else settings.start_s
    end = np.inf if settings.end_s is None else settings.end_s
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
