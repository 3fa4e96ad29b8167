"""Companion clips: the same runner standing tall, and the same run from behind or in front."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Final

from leanline.errors import UsageError
from leanline.findings import find
from leanline.formats.reading import is_track
from leanline.metrics.standing_baseline import with_zero
from leanline.model import Analysis, AnalysisWarning, View
from leanline.pipeline.capture_analysis import analyze_capture
from leanline.pipeline.pose_source import capture_clip
from leanline.pose.base import Progress
from leanline.settings import Settings

#: Metrics that a rear clip adds to those from the side.
REAR_METRICS: Final = (
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


def analyze_standing(settings: Settings, progress: Progress) -> Analysis | None:
    """The standing clip of ``settings``, None if there is none.

    Raises
    ------
    UsageError
        It does not show the runner standing tall.
    """
    if settings.companions.standing_clip is None:
        return None
    path = Path(settings.companions.standing_clip)
    analysis = _analyze_companion(path, settings.with_values(slow_motion=None), progress)
    _refuse_no_standing(analysis, path)
    return analysis


def analyze_rear(settings: Settings, progress: Progress) -> Analysis | None:
    """The rear clip of ``settings``, None if there is none."""
    if settings.companions.rear_clip is None:
        return None
    return _analyze_companion(Path(settings.companions.rear_clip), settings, progress)


def minus_standing(analysis: Analysis, standing: Analysis) -> Analysis:
    """The analysis with each lean also less that of the runner standing tall.

    Raises
    ------
    UsageError
        The standing clip was filmed from the other side.
    """
    if standing.direction != analysis.direction:
        raise UsageError(
            f"--standing-clip: {standing.video.path} shows the runner from the other side.",
            hint="Film both clips from the same side.",
        )
    return replace(analysis, metrics=with_zero(analysis.metrics, standing.metrics))


def with_rear(side: Analysis, rear: Analysis) -> Analysis:
    """The analysis of a clip from the side with the metrics of the clip from behind.

    Raises
    ------
    UsageError
        The rear clip is from the side too, or the runner does something else in it.
    """
    _refuse_no_rear(side, rear)
    added = {name: rear.metrics[name] for name in REAR_METRICS if name in rear.metrics}
    metrics = {**side.metrics, **added}
    return replace(
        side,
        metrics=metrics,
        findings=find(metrics, side.steps, side.activity),
        warnings=(*side.warnings, *_rear_warnings(side, rear)),
    )


def _analyze_companion(path: Path, settings: Settings, progress: Progress) -> Analysis:
    """Another clip of the same runner, read in the same way."""
    track = is_track(path)
    own = settings.of_another_clip().with_values(
        slow_motion=settings.clip.slow_motion,
        fps=settings.clip.fps if track else None,
        keypoint_names=settings.clip.keypoint_names if track else None,
    )
    return analyze_capture(capture_clip(path, own, progress), own)


def _refuse_no_standing(analysis: Analysis, path: Path) -> None:
    hint = "Film the runner standing tall from the same side for three seconds."
    if analysis.activity != "standing":
        raise UsageError(
            f"--standing-clip: {path} does not show the runner standing still.",
            hint=hint,
        )
    if analysis.drill is not None and any(rep.whole for rep in analysis.drill.repetitions):
        raise UsageError(
            f"--standing-clip: {path} shows the runner leaning, not only standing tall.",
            hint=hint,
        )


def _refuse_no_rear(side: Analysis, rear: Analysis) -> None:
    if rear.view == "side":
        raise UsageError(
            f"--rear-clip: {rear.video.path} was filmed from the side.",
            hint="Film from straight behind or straight in front, whole body in view.",
        )
    if side.view != "side":
        raise UsageError(
            f"--rear-clip: {side.video.path} was not filmed from the side itself.",
            hint="Give the clip from the side first: "
            "leanline analyze side.mp4 --rear-clip rear.mp4",
        )
    if rear.activity != side.activity:
        raise UsageError(
            f"--rear-clip: {rear.video.path} shows somebody {rear.activity}, "
            f"{side.video.path} somebody {side.activity}.",
            hint="Film both clips of the same run.",
        )


def _rear_warnings(side: Analysis, rear: Analysis) -> tuple[AnalysisWarning, ...]:
    """The rear clip's warnings that the clip from the side does not have."""
    return tuple(
        replace(warning, text=f"From {_position(rear.view)}: {warning.text}")
        for warning in rear.warnings
        if warning not in side.warnings
    )


def _position(view: View) -> str:
    return "in front" if view == "front" else "behind"
