"""A clip from behind or in front, alone or beside the clip from the side."""

from __future__ import annotations

from dataclasses import asdict, replace
from typing import Any, Final

import numpy as np

from leanline import __version__
from leanline.camera.derotate import turned
from leanline.camera.frontal_roll import feet_line_deg, frontal_roll
from leanline.camera.roll import roll_of
from leanline.camera.scale import metres_per_unit
from leanline.errors import NobodyError, UsageError
from leanline.findings import find
from leanline.gait.frontal import activity_of, strides_of
from leanline.metrics.body import stature
from leanline.metrics.frontal import Plane, measure_frontal
from leanline.model import (
    Analysis,
    AnalysisWarning,
    Array,
    Camera,
    Capture,
    PoseTrack,
    Provenance,
    Runner,
    View,
)
from leanline.runner.facing import with_sides_facing
from leanline.runner.prepare import leg_length_of, view_of
from leanline.runner.sides import solve_sides, with_sides
from leanline.settings import Settings
from leanline.signals.filters import lowpass
from leanline.signals.gaps import fill_gaps
from leanline.skeleton import SIDES

# Low-pass of joints in gait (Winter 2009), and of gaps that may be bridged.
JOINTS_HZ: Final = 6.0
MAX_GAP_S: Final = 0.15
MIN_CONFIDENCE: Final = 0.1
MIN_S: Final = 2.0
# Feet point across the picture by so many leg lengths on the mean when they are seen 25 degrees
# off straight behind (a foot is 0.31 of the leg, Winter 2009).
MAX_ACROSS: Final = 0.13
UNPROVEN: Final = AnalysisWarning(
    "abreast_unproven",
    "Numbers from behind and in front were tried on made-up bodies only, never against known "
    "joints: take them as rough.",
)
# What a clip from behind or in front adds to one from the side.
ADDED: Final = (
    "step_width_pct",
    "step_width_m",
    "crossover_pct",
    "hip_drop_deg",
    "shoulder_tilt_deg",
    "stance_width_pct",
    "weight_shift_pct",
    "shoulder_level_deg",
    "hip_level_deg",
)


def is_frontal_view(capture: Capture) -> bool:
    """Whether the clip was filmed from behind or in front."""
    return view_of(capture.pose) != "side"


def analyze_frontal(
    capture: Capture, settings: Settings, input_sha256: str, said: dict[str, Any] | None = None
) -> Analysis:
    """Everything after the pose for a clip from behind or in front.

    Raises
    ------
    NobodyError
        Nobody runs, walks or stands.
    """
    factor = settings.slow_motion or 1.0
    video = replace(capture.video, time_scale=factor)
    capture = replace(capture, video=video)
    runner = frontal_runner(capture)
    _refuse_slanted(runner, capture)
    roll = roll_of(settings.roll_deg, capture, runner)
    pose = from_behind(runner.pose, runner.view, roll.value)
    pose = replace(pose, time_s=pose.time_s / factor)
    strides = strides_of(pose, runner.leg_length, runner.view)
    activity = activity_of(pose, runner.leg_length, strides)
    if activity == "none" or np.ptp(pose.time_s) < MIN_S:
        raise NobodyError(
            f"{capture.video.path} shows nobody who runs, walks or stands still for "
            f"{MIN_S:.0f} s from behind or in front.",
            hint="Film one runner, whole body in view, the feet too.",
        )
    if settings.roll_deg is None and pose.unit == "px":
        stands = activity == "standing"
        feet_deg = feet_line_deg(runner.pose, runner.view) if stands else float("nan")
        roll = frontal_roll(roll, capture, capture.profile.frontal, feet_deg)
        pose = pose.with_xy(from_behind(runner.pose, runner.view, roll.value).xy)
    low, high = roll.ci95
    plane = Plane(pose, (high - low) / 3.92, capture.profile, settings.height_m)
    metrics = measure_frontal(plane, activity, strides, runner.view)
    scale = metres_per_unit(capture.pose.unit, settings.height_m, stature(pose, runner.leg_length))
    return Analysis(
        video=video,
        activity=activity,
        view=runner.view,
        direction=None,
        surface="unknown",
        camera=Camera(roll, capture.camera is not None and capture.camera.moving, scale),
        metrics=metrics,
        contacts=(),
        steps=(),
        findings=find(metrics, (), activity),
        warnings=(*capture.notes, UNPROVEN),
        provenance=Provenance(__version__, capture.source, said or asdict(settings), input_sha256),
        runner=runner,
        capture=capture,
    )


def _refuse_slanted(runner: Runner, capture: Capture) -> None:
    """Feet point towards the camera or away from it, not across the picture."""
    pose = runner.pose
    across = [
        (pose.point(f"{side}_foot_index") - pose.point(f"{side}_heel"))[:, 0] for side in SIDES
    ]
    known = np.array(across)[np.isfinite(across)]
    if len(known) and abs(float(known.mean())) > MAX_ACROSS * runner.leg_length:
        raise NobodyError(
            f"{capture.video.path} was filmed slantwise, neither from the side nor from straight "
            f"behind or in front.",
            hint="Film at right angles to the running direction, at hip height.",
        )


def with_rear(side: Analysis, rear: Analysis) -> Analysis:
    """The analysis of a clip from the side with what the clip from behind adds.

    Raises
    ------
    UsageError
        The second clip is from the side too, or shows something else being done.
    """
    if rear.view == "side":
        raise UsageError(
            f"--rear: {rear.video.path} was filmed from the side.",
            hint="Film from straight behind or straight in front, whole body in view.",
        )
    if side.view != "side":
        raise UsageError(
            f"--rear: {side.video.path} was not filmed from the side itself.",
            hint="Give the clip from the side first: leanline analyze side.mp4 --rear rear.mp4",
        )
    if rear.activity != side.activity:
        raise UsageError(
            f"--rear: {rear.video.path} shows somebody {rear.activity}, "
            f"{side.video.path} somebody {side.activity}.",
            hint="Film both clips of the same run.",
        )
    metrics = {**side.metrics, **{n: rear.metrics[n] for n in ADDED if n in rear.metrics}}
    notes = tuple(
        replace(note, text=f"From {_where(rear.view)}: {note.text}") for note in _own(rear, side)
    )
    return replace(
        side,
        metrics=metrics,
        findings=find(metrics, side.steps, side.activity),
        warnings=(*side.warnings, *notes),
    )


def _own(rear: Analysis, side: Analysis) -> tuple[AnalysisWarning, ...]:
    return tuple(note for note in rear.warnings if note not in side.warnings)


def _where(view: View) -> str:
    return "in front" if view == "front" else "behind"


def from_behind(pose: PoseTrack, view: View, roll_deg: float) -> PoseTrack:
    """The track with x towards the runner's own right and y truly up."""
    roll = roll_deg if np.isfinite(roll_deg) else 0.0
    mirror = np.array([-1.0, 1.0]) if view == "front" else np.ones(2)
    return replace(pose, xy=turned(pose.xy, -roll) * mirror)


def frontal_runner(capture: Capture) -> Runner:
    """The followed person, smooth, as the picture shows them."""
    view = view_of(capture.pose)
    facing = with_sides_facing(capture.pose, view)
    leg_length = leg_length_of(facing)
    raw = with_sides(facing, solve_sides(facing, leg_length, legs_pass=False))
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
