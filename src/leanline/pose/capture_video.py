"""From a video to one person's track, with any pose network.

First pass: people are detected in key frames and tracked to get a smooth crop path. Second pass:
landmarks of every frame, independent of each other, and the motion of the background.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final, Protocol

import numpy as np
from numpy.typing import NDArray

from leanline.errors import NobodyError
from leanline.model import (
    AnalysisWarning,
    Array,
    CameraMotion,
    Capture,
    PoseTrack,
    SceneEvidence,
    VideoInfo,
    frozen_array,
    warning,
)
from leanline.pose.base import Progress
from leanline.pose.choose_shot import Choice, choose
from leanline.pose.crops import Square
from leanline.pose.detector import PersonDetector
from leanline.pose.first_look import KEY_INTERVAL_S, FirstLook, first_look
from leanline.pose.found import telling_found
from leanline.pose.landmarks import Landmarks, crop_square
from leanline.pose.tracking import crop_path
from leanline.profile import PoseProfile
from leanline.settings import AnalysisQuality, Settings
from leanline.skeleton import BLAZEPOSE
from leanline.video.background import BackgroundTracker, RunnerCircle
from leanline.video.freeze import ChangeMeter, dropped_frame_warnings, find_fresh_frames
from leanline.video.probe import stream_warnings
from leanline.video.reader import read_frames
from leanline.video.scene import SceneObserver
from leanline.video.single_thread import single_threaded

# The network's own operating point for "there is a person in the crop".
MIN_PRESENCE = 0.5
# A clip is read again with a better network if the first one sees nobody in more than this share
# of its frames. In 107 of 112 clips it is zero with the best network, at most 0.06 with it.
MAX_UNSEEN_SHARE = 0.1
# Frame rates to which clips of fast cameras are reduced. In six clips at 120 and 240 frames/s with
# known joints, 120 left every metric's error as it was (leans within 0.01 degrees, contact times
# within 0.02 ms in the mean); 60, the rate of most phones, added a degree to the strike angle.
MAX_FPS: Final[Mapping[AnalysisQuality, float]] = {
    "best": math.inf,
    "balanced": 120.0,
    "fast": 60.0,
}


class PoseNetwork(Protocol):
    """A network that finds a person's landmarks in square crops."""

    def track(
        self, crops: Iterable[tuple[NDArray[np.uint8], Square]]
    ) -> Iterator[tuple[Square, Landmarks]]:
        """Yield the landmarks of each crop, in order, in pixels of the whole picture, y down."""
        ...


@dataclass(frozen=True)
class Reader:
    """A loaded pose network and what it needs to be used.

    Parameters
    ----------
    network
        The network.
    crop_px
        Width of the square crops that it is given.
    keypoints
        Names of its K points, in order.
    """

    network: PoseNetwork
    crop_px: int
    keypoints: tuple[str, ...]


@dataclass(frozen=True)
class SecondLook:
    """A better network, for clips in which the first one often sees nobody.

    Parameters
    ----------
    profile
        What is known of it.
    reader
        Loads it; called only when it is needed.
    """

    profile: PoseProfile
    reader: Callable[[], Reader]


def capture_video(
    path: Path,
    settings: Settings,
    progress: Progress,
    *,
    profile: PoseProfile,
    detector: Callable[[], PersonDetector],
    reader: Callable[[], Reader],
    second: SecondLook | None = None,
) -> Capture:
    """Find the person to measure in a video and read their landmarks in every frame.

    Parameters
    ----------
    path
        A video file.
    settings
        Which part of the clip, which person, and whether fast clips may be thinned out.
    progress
        Called with a phase and the share done, 0 to 1; may raise to stop.
    profile
        What is known of the network.
    detector
        Loads the network that finds people; called once the file is known to be a video.
    reader
        Loads the network that finds landmarks; called once there is somebody.
    second
        What to read the clip with instead when that network often sees nobody in it.

    Returns
    -------
    Capture
        Pixels of the picture, y up; frames that repeat another are left out.

    Raises
    ------
    InputError
        The file cannot be read as a video.
    NobodyError
        Nobody was found in it.
    UsageError
        The person asked for is not there.
    """
    with single_threaded():
        look = first_look(path, settings, progress, detector())
        with telling_found(look.found):
            choice = choose(look, settings.clip.person, settings.clip.shot, path)
        notes = (*stream_warnings(path), *look.notes, *choice.notes)
        track = _Track(path, look, settings, choice, [*notes])
        found = track.landmarks(reader(), progress)
        unseen = unseen_share(found.pose)
        if second is not None and unseen > MAX_UNSEEN_SHARE:
            note = warning("read_again", unseen_pct=100.0 * unseen)
            track = replace(track, notes=[*notes, note])
            profile, found = second.profile, track.landmarks(second.reader(), progress)
    return Capture(
        video=look.info,
        pose=found.pose,
        profile=profile,
        camera=found.camera,
        others=choice.others,
        notes=tuple(track.notes),
        scene=found.scene,
        outline_px=found.outline_px,
        sole_deg=found.sole_deg,
        people=look.found.people,
        shot=choice.number,
        other_shots=choice.other_shots,
    )


def unseen_share(pose: PoseTrack) -> float:
    """Return the share of frames in which the network saw nobody, 0 to 1."""
    return float(np.mean(pose.confidence.max(axis=1) <= 0.0))


@dataclass(frozen=True, eq=False)
class _PoseFrames:
    """Results of the second pass."""

    pose: PoseTrack
    outline_px: Array
    sole_deg: Array
    camera: CameraMotion
    scene: SceneEvidence


@dataclass(frozen=True)
class _Track:
    """The second pass over a clip, along one person's crop path."""

    path: Path
    look: FirstLook
    settings: Settings
    choice: Choice
    notes: list[AnalysisWarning]

    @property
    def info(self) -> VideoInfo:
        return self.look.info

    def landmarks(self, reader: Reader, progress: Progress) -> _PoseFrames:
        background = BackgroundTracker()
        scene = SceneObserver()
        changes = ChangeMeter()
        times: list[float] = []
        found: list[Landmarks] = []
        expected = max(self.info.frames // _every(self.info, self.settings), 1)
        crops = self._crops(reader.crop_px, background, scene, changes, times)
        for _, landmarks in reader.network.track(crops):
            found.append(landmarks)
            progress("reading_pose", min(len(found) / expected, 1.0))
        time_s = np.array(times)
        fresh = find_fresh_frames(np.array(changes.changes), time_s)
        self.notes.extend((*fresh.notes, *dropped_frame_warnings(time_s)))
        time_s = time_s[fresh.kept]
        found = [landmarks for landmarks, kept in zip(found, fresh.kept, strict=True) if kept]
        pose = pose_track(time_s, found, self.info, reader.keypoints)
        outline = frozen_array([frame.outline_px for frame in found])
        soles = frozen_array([frame.sole_deg for frame in found])
        motion = background.motion(time_s)
        return _PoseFrames(pose, outline, soles, motion, scene.evidence(moving=motion.moving))

    def _crops(
        self,
        crop_px: int,
        background: BackgroundTracker,
        scene: SceneObserver,
        changes: ChangeMeter,
        times: list[float],
    ) -> Iterator[tuple[NDArray[np.uint8], Square]]:
        person, shot = self.choice.person, self.choice.shot
        first, last = person.sightings[0].time_s, person.sightings[-1].time_s
        keys = np.arange(first - KEY_INTERVAL_S, last + 2 * KEY_INTERVAL_S, 0.02)
        path = crop_path(person, keys)
        frames = read_frames(
            self.path,
            start_s=self.settings.clip.start_s if shot is None else shot.start_s,
            end_s=self.settings.clip.end_s,
            framing=self.look.framing,
            on_damage=lambda: self.notes.append(warning("damaged")),
            on_resize=lambda: self.notes.append(warning("size_changes")),
        )
        every = _every(self.info, self.settings)
        for frame in frames:
            if shot is not None and frame.time_s > shot.end_s:
                break
            if frame.index % every or not keys[0] <= frame.time_s <= keys[-1]:
                continue
            x, y, radius = (float(np.interp(frame.time_s, keys, path[:, k])) for k in range(3))
            picture = frame.picture()
            runner = RunnerCircle(x, y, radius)
            background.see(picture, frame.time_s, runner)
            scene.see(picture, frame.time_s, runner)
            changes.see(picture)
            square = crop_square(x, y, radius)
            times.append(frame.time_s)
            yield square.cut(picture, crop_px), square


def _every(info: VideoInfo, settings: Settings) -> int:
    """Read every n-th frame of a fast camera's clip."""
    return max(1, int(info.fps / MAX_FPS[settings.pose.quality]))


def pose_track(
    time_s: Array,
    found: Sequence[Landmarks],
    info: VideoInfo,
    keypoints: tuple[str, ...] = BLAZEPOSE,
) -> PoseTrack:
    """Convert landmarks to a track with y up, without those that are guessed.

    Parameters
    ----------
    time_s
        (T,) seconds, increasing.
    found
        Landmarks of each frame.
    info
        The video, for the size of its picture.
    keypoints
        Names of the K points of the network.

    Returns
    -------
    PoseTrack
        Pixels; landmarks outside the picture, or of frames without a person, are NaN.

    Raises
    ------
    NobodyError
        There are no landmarks.
    """
    if not found:
        raise NobodyError("nobody.followed", path=info.path)
    xy = np.array([frame.xy_px for frame in found])
    confidence = np.array([frame.confidence for frame in found])
    absent = np.array([frame.presence < MIN_PRESENCE for frame in found])
    outside = ((xy < 0) | (xy > (info.width, info.height))).any(axis=-1) | absent[:, None]
    xy[..., 1] = info.height - xy[..., 1]
    xy[outside] = np.nan
    confidence[outside] = 0.0
    return PoseTrack(time_s, xy, confidence, keypoints, "px")
