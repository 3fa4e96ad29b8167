"""Made-up captures, and what is done to them in tests of behaviour."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from leanline.model import Analysis, Array, CameraMotion, Capture, PoseTrack, VideoInfo
from leanline.pipeline import analyze_capture
from leanline.pose.recorded import track_to_capture
from leanline.settings import Settings
from leanline.skeleton import swapped_name
from tests.synthetic import SyntheticRunner, synthetic_runner

PICTURE = (1280, 720)
# Where somebody stands in it, and parts of them from the ankle or the ear, pixels.
PLACE = np.array([600.0, 300.0])
HEEL, TOE, NOSE = np.array([[-10.0, -12.0], [45.0, -14.0], [20.0, 0.0]])


def capture(runner: SyntheticRunner | PoseTrack, *, picture: bool = False) -> Capture:
    """A capture of a made-up runner, with or without a picture round it."""
    pose = runner.pose if isinstance(runner, SyntheticRunner) else runner
    made = track_to_capture(pose, "made.trc", "scripted")
    if not picture:
        return made
    seen = made.video
    video = VideoInfo("made.mp4", seen.fps, seen.frames, seen.duration_s, *PICTURE)
    shift = np.zeros((len(pose.time_s), 2))
    moving = isinstance(runner, SyntheticRunner) and bool(runner.scene_shift.any())
    if isinstance(runner, SyntheticRunner):
        shift[:, 0] = runner.scene_shift
    return replace(made, video=video, camera=CameraMotion(shift, moving))


def analysed(
    runner: SyntheticRunner | PoseTrack, *, picture: bool = False, **known: float
) -> Analysis:
    """The whole analysis of a made-up runner."""
    settings = Settings(**known)  # type: ignore[arg-type]
    return analyze_capture(capture(runner, picture=picture), settings)


def standing(
    *,
    lean_deg: float = 6.0,
    bend_deg: float = 0.0,
    seconds: float = 4.0,
    fps: float = 30.0,
    sway_px: float = 3.0,
    noise: float = 1.0,
    apart_px: float = 20.0,
) -> PoseTrack:
    """Somebody who stands and leans from the ankles, with slow sway; pixels, 430 tall."""
    time_s = np.arange(round(seconds * fps)) / fps
    names = synthetic_runner(seconds=0.1).pose.keypoints
    ankle, hip, shoulder, ear = _plank(lean_deg, bend_deg)
    xy = np.empty((len(time_s), len(names), 2))
    for k, name in enumerate(names):
        part = name.split("_", 1)[1] if name.startswith(("left_", "right_")) else name
        base = {
            "hip": hip,
            "knee": 0.5 * (hip + ankle),
            "ankle": ankle,
            "heel": ankle + HEEL,
            "foot_index": ankle + TOE,
            "shoulder": shoulder,
            "ear": ear,
            "nose": ear + NOSE,
        }.get(part, 0.5 * (shoulder + hip))
        side = {"left": 0.5, "right": -0.5}.get(name.split("_", 1)[0], 0.0)
        low = part in ("ankle", "heel", "foot_index", "knee")
        xy[:, k] = base + PLACE
        xy[:, k, 0] += side * apart_px if low else sway_px * np.sin(0.6 * np.pi * time_s)
    xy += np.random.default_rng(0).normal(0, noise, xy.shape)
    return PoseTrack(time_s, xy, np.ones(xy.shape[:2]), names, "px")


def _plank(lean_deg: float, bend_deg: float) -> tuple[Array, ...]:
    """Ankle, hip, shoulder and ear; the trunk leans ``bend_deg`` more than the legs."""

    def up(length: float, angle_deg: float) -> Array:
        angle = np.radians(angle_deg)
        return np.array([length * np.sin(angle), length * np.cos(angle)])

    ankle = np.zeros(2)
    hip = ankle + up(215.0, lean_deg)
    shoulder = hip + up(127.0, lean_deg + bend_deg)
    return ankle, hip, shoulder, shoulder + up(50.0, lean_deg + bend_deg)


def mirrored(track: PoseTrack) -> PoseTrack:
    """As a mirrored picture shows it, and the left side is the right one."""
    order = [track.keypoints.index(swapped_name(name)) for name in track.keypoints]
    xy = track.xy[:, order] * [-1.0, 1.0] + [PICTURE[0], 0.0]
    return replace(track, xy=xy, confidence=track.confidence[:, order])


def rotated(track: PoseTrack, angle_deg: float) -> PoseTrack:
    """The picture's content turned counter-clockwise, as by a camera turned clockwise."""
    angle = np.radians(angle_deg)
    turn = np.array([[np.cos(angle), np.sin(angle)], [-np.sin(angle), np.cos(angle)]])
    return replace(track, xy=track.xy @ turn)


def scaled(track: PoseTrack, factor: float) -> PoseTrack:
    """The same runner filmed in larger or smaller pixels."""
    return replace(track, xy=track.xy * factor)


def later(track: PoseTrack, by_s: float) -> PoseTrack:
    """The same motion at another time."""
    return replace(track, time_s=track.time_s + by_s)


def shuffled(track: PoseTrack, order: list[int]) -> PoseTrack:
    """The keypoints in another order."""
    names = tuple(track.keypoints[k] for k in order)
    return PoseTrack(
        track.time_s, track.xy[:, order], track.confidence[:, order], names, track.unit
    )


def part(track: PoseTrack, frames: slice) -> PoseTrack:
    """Some frames of the track."""
    return PoseTrack(
        track.time_s[frames],
        track.xy[frames],
        track.confidence[frames],
        track.keypoints,
        track.unit,
    )
