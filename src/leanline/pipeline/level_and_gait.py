"""Roll needs gait, gait needs roll: both are found together, as a fixed point.

The picture's vertical follows partly from the footfalls of a runner who moves over the ground,
and footfalls are found in a runner who stands upright in the picture.
"""

from __future__ import annotations

from collections.abc import Callable

from leanline.camera.derotate import derotate, roll_facing_x
from leanline.camera.phone_level import PhoneLevel
from leanline.camera.roll import estimate_roll
from leanline.camera.scale import metres_per_unit
from leanline.gait.analyse import Gait, analyse_gait
from leanline.gait.manual_corrections import ManualCorrections
from leanline.metrics.body import stature
from leanline.model import Camera, Capture, Estimate, Runner
from leanline.settings import ClipInfo, Settings


def level_and_gait(
    runner: Runner,
    capture: Capture,
    settings: Settings,
    by_hand: ManualCorrections,
    refuse: Callable[[Gait], None],
) -> tuple[Camera, Gait]:
    """Camera and gait that agree with each other.

    One turn of the iteration is taken: gait in the picture as filmed, the camera from that
    gait, gait again in the picture put upright if it is not upright already.

    Parameters
    ----------
    runner
        Facing +x, in real time, as filmed.
    capture
        The capture that the runner comes from.
    settings
        What is known of the clip: roll, height, speed.
    by_hand
        Corrections of contacts, applied to every gait.
    refuse
        Raises when a gait cannot be measured; called with each gait of the iteration.

    Returns
    -------
    tuple of Camera and Gait
        The gait is that of the picture put upright by this camera.

    Raises
    ------
    NobodyError
        As ``refuse`` does.
    """
    timing, known = capture.profile.timing, settings.clip.activity
    gait = analyse_gait(runner, timing, by_hand, known)
    refuse(gait)
    camera = camera_of(capture, runner, gait, settings)
    if roll_facing_x(runner.direction, camera) != 0.0:
        gait = analyse_gait(derotate(runner, camera), timing, by_hand, known)
        refuse(gait)
    return camera, gait


def camera_of(capture: Capture, runner: Runner, gait: Gait, settings: Settings) -> Camera:
    """Attitude and scale of the camera at the runner.

    Parameters
    ----------
    capture
        With the motion of the scene and its lines.
    runner
        Facing +x, in real time, as filmed.
    gait
        Whose footfalls show the vertical of a runner who moves over the ground.
    settings
        With the roll, height and speed if known.

    Returns
    -------
    Camera
        Roll in degrees with its interval; wide where nothing shows it.
    """
    overground = gait.activity != "standing" and gait.ground.surface == "overground"
    roll = estimate_roll(
        settings.clip.roll_deg,
        capture,
        runner,
        gait.contacts if overground else (),
        phone_level(settings.clip),
    )
    moving = capture.camera is not None and capture.camera.moving
    scale = scale_of(capture, runner, gait, settings)
    return Camera(roll, moving, scale, runner.yaw_deg)


def phone_level(clip: ClipInfo) -> PhoneLevel | None:
    """Return what is known of the phone's level, or None.

    Parameters
    ----------
    clip
        With ``phone_roll_deg`` if the phone said so.

    Returns
    -------
    PhoneLevel or None
        A spread that is not known counts as none, as of a phone on a tripod.
    """
    if clip.phone_roll_deg is None:
        return None
    return PhoneLevel(clip.phone_roll_deg, clip.phone_roll_sd_deg or 0.0)


def scale_of(capture: Capture, runner: Runner, gait: Gait, settings: Settings) -> Estimate | None:
    """Length in the world of one unit of the track, from body height and the belt's speed.

    Parameters
    ----------
    capture
        With the unit and the profile of the pose source.
    runner
        Facing +x, in real time.
    gait
        With the speed of the belt in the picture.
    settings
        With the height and speed if known.

    Returns
    -------
    Estimate or None
        Metres per unit; None if neither is known.
    """
    height = stature(runner.pose, runner.leg_length, capture.profile.stature_share)
    belt = gait.ground.speed if gait.ground.surface == "treadmill" else None
    return metres_per_unit(
        capture.pose.unit, settings.clip.height_m, height, settings.clip.speed_mps, belt
    )
