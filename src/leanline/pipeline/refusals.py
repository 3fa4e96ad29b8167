"""What cannot be measured is refused, with the reason and what to film instead."""

from __future__ import annotations

from typing import Final

import numpy as np

from leanline.errors import NobodyError
from leanline.gait.analyse import Gait
from leanline.model import Capture, PoseTrack, Runner
from leanline.pipeline.what_was_read import what_was_read
from leanline.reason import Reason
from leanline.settings import Settings
from leanline.skeleton import FOOT, SIDES

#: Beyond this yaw, degrees, nothing is measured from the side.
MAX_YAW_DEG: Final = 40.0
#: Share of frames in which the feet must be seen.
MIN_FEET_SEEN: Final = 0.3
#: Shortest time, seconds, in which a gait can be recognised.
MIN_GAIT_S: Final = 2.0
#: Frames a second, without repeated ones, below which no footfalls are found: in none of 11
#: runners at 15, in all 5 that were filmed fast enough to be thinned out to 20.
MIN_FOOTFALL_HZ: Final = 18.0
#: Shortest clip from behind or in front, seconds.
MIN_FRONTAL_S: Final = 2.0
# Mean distance by which feet point across the picture, in leg lengths, when seen 25 degrees off
# directly behind (a foot is 0.31 of the leg, Winter 2009).
MAX_ACROSS: Final = 0.13
# A trunk further from upright in the picture, degrees, is lying, or the picture is turned; nobody
# who can be measured leans so far, and no camera is held so askew.
MAX_TILT_DEG: Final = 60.0


def refuse_lying(capture: Capture) -> None:
    """Refuse a body that lies in the picture or is upside down, in any view.

    Parameters
    ----------
    capture
        The raw keypoints.

    Raises
    ------
    NobodyError
        The trunk is further from upright than ``MAX_TILT_DEG`` in the median.
    """
    trunk = capture.pose.mid("shoulder") - capture.pose.mid("hip")
    known = trunk[np.isfinite(trunk).all(axis=1)]
    if not len(known):
        return
    across, up = np.median(known / np.linalg.norm(known, axis=1, keepdims=True), axis=0)
    if float(np.degrees(np.arctan2(abs(across), up))) > MAX_TILT_DEG:
        read = what_was_read(capture)
        raise NobodyError("nobody.lying", path=capture.video.path, read=read)


def refuse_turned_standing(activity: str, capture: Capture, settings: Settings) -> None:
    """Refuse somebody who stands only in the picture as it was turned without being asked to.

    Parameters
    ----------
    activity
        What the person does.
    capture
        Its video says how it was turned.
    settings
        A turn that was asked for is believed.

    Raises
    ------
    NobodyError
        Somebody who lies, or stands on their hands, would look the same.
    """
    turned = capture.video.rotated_deg
    if activity == "standing" and turned and settings.clip.rotate_deg is None:
        read = what_was_read(capture)
        path = capture.video.path
        raise NobodyError("nobody.turned_standing", path=path, rotate_deg=turned, read=read)


def refuse_oblique(runner: Runner, capture: Capture) -> None:
    """Refuse a clip filmed too far off the side.

    Parameters
    ----------
    runner
        With its yaw, if known.
    capture
        Named in the error.

    Raises
    ------
    NobodyError
        The yaw is known and beyond 40 degrees either way.
    """
    yaw = runner.yaw_deg
    if yaw is not None and abs(yaw.value) > MAX_YAW_DEG:
        raise NobodyError(
            "nobody.yaw",
            path=capture.video.path,
            yaw_deg=abs(yaw.value),
            max_yaw_deg=MAX_YAW_DEG,
            read=what_was_read(capture, runner.view),
        )


def refuse_no_gait(gait: Gait, runner: Runner, capture: Capture, seen_s: float) -> None:
    """Refuse a clip from the side without feet, or with nobody who runs, walks or stands.

    Parameters
    ----------
    gait
        What was found.
    runner
        The person followed.
    capture
        The raw keypoints.
    seen_s
        How long the person is seen, real seconds.

    Raises
    ------
    NobodyError
        There is nothing to measure.
    """
    path = capture.video.path
    if capture.video.width and gait.activity != "standing" and _feet_seen(runner) < MIN_FEET_SEEN:
        raise NobodyError(
            "nobody.feet_hidden",
            path=path,
            read=what_was_read(capture, runner.view),
        )
    if gait.activity != "none":
        return
    read = what_was_read(capture, runner.view, gait.cadence.value_spm)
    if seen_s < MIN_GAIT_S:
        raise NobodyError("nobody.too_short", path=path, seen_s=seen_s, read=read)
    rate_hz = 1.0 / float(np.median(np.diff(runner.pose.time_s)))
    if not gait.contacts and runner.rhythm is not None and rate_hz < MIN_FOOTFALL_HZ:
        raise NobodyError(
            "nobody.too_few_frames", path=path, rate_hz=rate_hz, min_hz=MIN_FOOTFALL_HZ, read=read
        )
    why = gait.why_none or Reason("nobody.still", {"path": path})
    raise NobodyError(why.code, **{**why.params, "path": path, "read": read})


def refuse_not_frontal(runner: Runner, capture: Capture) -> None:
    """Refuse a clip from behind or in front in which the feet point across the picture.

    Parameters
    ----------
    runner
        From behind or in front.
    capture
        Named in the error.

    Raises
    ------
    NobodyError
        They point across by more than 0.13 leg lengths on average, as seen from 25 degrees off.
    """
    if points_across(runner):
        read = what_was_read(capture, runner.view)
        raise NobodyError("nobody.slanted", path=capture.video.path, read=read)


def points_across(runner: Runner) -> bool:
    """Return whether somebody's feet point across the picture, as seen slantwise."""
    pose = runner.pose
    across = [
        (pose.point(f"{side}_foot_index") - pose.point(f"{side}_heel"))[:, 0] for side in SIDES
    ]
    known = np.array(across)[np.isfinite(across)]
    return bool(len(known) and abs(float(known.mean())) > MAX_ACROSS * runner.leg_length)


def refuse_no_frontal_gait(activity: str, pose: PoseTrack, capture: Capture) -> None:
    """Refuse a clip from behind or in front with nobody who runs, walks or stands for long enough.

    Parameters
    ----------
    activity
        What was found.
    pose
        In real time.
    capture
        Named in the error.

    Raises
    ------
    NobodyError
        There is no activity, or the clip is shorter than 2 s.
    """
    path, seen_s = capture.video.path, float(np.ptp(pose.time_s))
    read = what_was_read(capture)
    if seen_s < MIN_FRONTAL_S:
        raise NobodyError("nobody.too_short", path=path, seen_s=seen_s, read=read)
    if activity == "none":
        raise NobodyError("nobody.frontal", path=path, min_s=MIN_FRONTAL_S, read=read)


def _feet_seen(runner: Runner) -> float:
    """Share of frames in which heels and toes are seen, 0 to 1."""
    feet = [
        np.isfinite(runner.raw.point(f"{side}_{part}")).all(axis=1).mean()
        for side in SIDES
        for part in FOOT
    ]
    return float(np.mean(feet))
