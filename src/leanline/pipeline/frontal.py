"""A clip from behind or in front: the frontal plane, in which a runner sways and crosses over."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

import numpy as np

from leanline.camera.derotate import rotate
from leanline.camera.frontal_roll import feet_line_deg, frontal_roll
from leanline.camera.roll import estimate_roll
from leanline.camera.scale import metres_per_unit
from leanline.confidence import interval_sd
from leanline.findings import evaluate_rules, judge_steps
from leanline.gait.frontal import Strides, activity_of, strides_of
from leanline.metrics.body import stature
from leanline.metrics.frontal import Plane, measure_frontal
from leanline.metrics.plausible import withhold_implausible
from leanline.model import (
    Activity,
    Analysis,
    Array,
    Camera,
    Capture,
    Estimate,
    PoseTrack,
    Provenance,
    Runner,
    View,
    warning,
)
from leanline.pipeline.level_and_gait import phone_level
from leanline.pipeline.refusals import (
    refuse_no_frontal_gait,
    refuse_not_frontal,
    refuse_turned_standing,
)
from leanline.runner.facing import with_sides_facing
from leanline.runner.prepare import classify_view, measure_leg_length
from leanline.runner.sides import apply_sides, solve_sides
from leanline.runner.trunk_length import without_broken_trunks
from leanline.settings import Settings
from leanline.signals.filters import lowpass
from leanline.signals.gaps import fill_gaps

# Low-pass of joints in gait (Winter 2009), and of gaps that may be bridged.
JOINTS_HZ: Final = 6.0
MAX_GAP_S: Final = 0.15
MIN_CONFIDENCE: Final = 0.1
UNPROVEN: Final = warning("abreast_unproven")


def analyze_frontal(capture: Capture, settings: Settings, provenance: Provenance) -> Analysis:
    """Analyse a clip from behind or in front: everything after the pose.

    Parameters
    ----------
    capture
        Keypoints of one person.
    settings
        What is known of the clip.
    provenance
        Goes into the analysis as it is.

    Returns
    -------
    Analysis
        Without steps, contacts and direction, which are not measured in this plane.

    Raises
    ------
    NobodyError
        The clip is oblique, or shows nobody who runs, walks or stands.
    """
    factor = settings.clip.slow_motion or 1.0
    capture = replace(capture, video=replace(capture.video, time_scale=factor))
    runner = frontal_runner(capture)
    refuse_not_frontal(runner, capture)
    phone = phone_level(settings.clip)
    roll = estimate_roll(settings.clip.roll_deg, capture, runner, phone=phone)
    pose = from_behind(runner.pose, runner.view, roll.value)
    pose = replace(pose, time_s=pose.time_s / factor)
    strides = strides_of(pose, runner.leg_length, runner.view)
    activity = _activity(pose, runner.leg_length, strides, settings)
    refuse_no_frontal_gait(activity, pose, capture)
    refuse_turned_standing(activity, capture, settings)
    if settings.clip.roll_deg is None and pose.unit == "px":
        roll = _roll(roll, runner, capture, stands=activity == "standing")
        pose = pose.with_xy(from_behind(runner.pose, runner.view, roll.value).xy)
    seen = without_broken_trunks(pose)
    plane = Plane(seen, interval_sd(roll.ci95), capture.profile, settings.clip.height_m)
    unproven = () if plane.model.breadth else (UNPROVEN,)
    metrics = withhold_implausible(measure_frontal(plane, activity, strides, runner.view))
    # Keypoints stay where the network puts them here, so the stature is that of plain joints.
    height = stature(pose, runner.leg_length)
    scale = metres_per_unit(capture.pose.unit, settings.clip.height_m, height)
    return Analysis(
        video=capture.video,
        activity=activity,
        view=runner.view,
        direction=None,
        surface="unknown",
        camera=Camera(roll, capture.camera is not None and capture.camera.moving, scale),
        metrics=metrics,
        contacts=(),
        steps=(),
        findings=evaluate_rules(metrics, (), activity),
        verdicts=judge_steps(metrics, activity),
        warnings=(*capture.notes, *unproven),
        provenance=provenance,
        runner=runner,
        capture=capture,
    )


def _activity(
    pose: PoseTrack, leg_length: float, strides: Strides | None, settings: Settings
) -> Activity:
    """What the person does, by the settings if they say so; gait needs strides all the same."""
    known = settings.clip.activity
    if known == "standing" or (known is not None and strides is not None):
        return known
    return "none" if known is not None else activity_of(pose, leg_length, strides)


def _roll(scene_roll: Estimate, runner: Runner, capture: Capture, *, stands: bool) -> Estimate:
    feet_deg = feet_line_deg(runner.pose, runner.view) if stands else float("nan")
    return frontal_roll(scene_roll, capture, capture.profile.frontal, feet_deg)


def from_behind(pose: PoseTrack, view: View, roll_deg: float) -> PoseTrack:
    """Turn the track so that x points to the runner's own right and y truly up.

    Parameters
    ----------
    pose
        x right in the picture, y up in it.
    view
        From behind (``back``) or in front (``front``), which is mirrored.
    roll_deg
        Of the camera, clockwise positive; NaN is taken as level.

    Returns
    -------
    PoseTrack
        In the same unit.
    """
    roll = roll_deg if np.isfinite(roll_deg) else 0.0
    mirror = np.array([-1.0, 1.0]) if view == "front" else np.ones(2)
    return replace(pose, xy=rotate(pose.xy, -roll) * mirror)


def frontal_runner(capture: Capture) -> Runner:
    """Find one clean runner from behind or in front in the raw keypoints.

    Sides are set by the way the runner faces; joints are low-passed at 6 Hz (Winter 2009), over
    the scene where the camera moves.

    Parameters
    ----------
    capture
        Keypoints of one person.

    Returns
    -------
    Runner
        In the time of the clip and the picture as filmed.
    """
    view = classify_view(capture.pose)
    facing = with_sides_facing(capture.pose, view)
    leg_length = measure_leg_length(facing)
    raw = apply_sides(facing, solve_sides(facing, leg_length, legs_pass=False))
    shift = np.zeros((len(raw.time_s), 2))
    if capture.camera is not None:
        shift = capture.camera.shift_px
    xy = _smooth(raw, shift)
    return Runner(
        pose=replace(raw, xy=xy),
        raw=raw,
        view=view,
        direction=None,
        near=None,
        leg_length=leg_length,
        scene_shift=shift,
        seen=replace(raw, xy=xy + shift[:, None]) if shift.any() else None,
    )


def _smooth(raw: PoseTrack, shift: Array) -> Array:
    """Joints over the scene, low-passed, short gaps bridged, (T, K, 2)."""
    trusted = raw.confidence[..., None] >= MIN_CONFIDENCE
    xy = np.where(trusted, raw.xy, np.nan) - shift[:, None]
    filled = fill_gaps(xy, raw.time_s, max_s=MAX_GAP_S)
    return lowpass(filled, raw.time_s, cutoff_hz=JOINTS_HZ)
