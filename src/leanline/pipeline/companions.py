"""Companion clips: the same runner standing tall, and the same run from behind or in front."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Final

from leanline.errors import UsageError
from leanline.findings import evaluate_rules, judge_steps
from leanline.formats.reading import is_track
from leanline.metrics.standing_baseline import subtract_baseline
from leanline.model import Analysis, AnalysisWarning
from leanline.pipeline.capture_analysis import analyze_capture
from leanline.pipeline.pose_source import capture_clip
from leanline.pose.base import Progress
from leanline.reason import Param
from leanline.registry.metrics import METRICS
from leanline.settings import Settings
from leanline.wording.words import ACTIVITIES

#: Metrics that a rear clip adds to those from the side.
REAR_METRICS: Final = tuple(name for name, metric in METRICS.items() if metric.plane == "frontal")


def analyze_standing(settings: Settings, progress: Progress) -> Analysis | None:
    """Analyse the standing clip that the settings name.

    Parameters
    ----------
    settings
        Those of the main clip.
    progress
        Called with a phase and the share done, 0 to 1.

    Returns
    -------
    Analysis or None
        None if the settings name no standing clip.

    Raises
    ------
    UsageError
        It does not show the runner standing tall.
    InputError
        It cannot be read.
    NobodyError
        It shows nobody to measure.
    """
    if settings.companions.standing_clip is None:
        return None
    path = Path(settings.companions.standing_clip)
    analysis = _analyze_companion(path, settings.with_values(slow_motion=None), progress)
    _refuse_no_standing(analysis, path)
    return analysis


def analyze_rear(settings: Settings, progress: Progress) -> Analysis | None:
    """Analyse the clip from behind or in front that the settings name.

    Parameters
    ----------
    settings
        Those of the main clip.
    progress
        Called with a phase and the share done, 0 to 1.

    Returns
    -------
    Analysis or None
        None if the settings name no rear clip.

    Raises
    ------
    InputError
        It cannot be read.
    NobodyError
        It shows nobody to measure.
    """
    if settings.companions.rear_clip is None:
        return None
    return _analyze_companion(Path(settings.companions.rear_clip), settings, progress)


def minus_standing(analysis: Analysis, standing: Analysis) -> Analysis:
    """Add to each lean how far it is from that of the runner standing tall.

    Parameters
    ----------
    analysis
        Of the main clip.
    standing
        Of the standing clip.

    Returns
    -------
    Analysis
        Of the main clip, with the added metrics.

    Raises
    ------
    UsageError
        The standing clip was filmed from the other side.
    """
    if standing.direction != analysis.direction:
        raise UsageError("standing.other_side", setting="standing_clip", path=standing.video.path)
    return replace(analysis, metrics=subtract_baseline(analysis.metrics, standing.metrics))


def with_rear(side: Analysis, rear: Analysis) -> Analysis:
    """Add the metrics of the frontal plane to the analysis of a clip from the side.

    Parameters
    ----------
    side
        Of the clip from the side.
    rear
        Of the same run from behind or in front.

    Returns
    -------
    Analysis
        Of the clip from the side, with findings and verdicts judged anew.

    Raises
    ------
    UsageError
        The rear clip is from the side too, or the runner does something else in it.
    """
    conflict = rear_conflict(side, rear)
    if conflict is not None:
        raise UsageError(conflict, setting="rear_clip", **_conflict_params(conflict, side, rear))
    added = {name: rear.metrics[name] for name in REAR_METRICS if name in rear.metrics}
    metrics = {**side.metrics, **added}
    return replace(
        side,
        metrics=metrics,
        findings=evaluate_rules(metrics, side.steps, side.activity),
        verdicts=judge_steps(metrics, side.activity),
        warnings=(*side.warnings, *_rear_warnings(side, rear)),
    )


def _analyze_companion(path: Path, settings: Settings, progress: Progress) -> Analysis:
    """Another clip of the same runner, read in the same way."""
    track = is_track(path)
    own = settings.of_another_clip().with_values(
        slow_motion=settings.clip.slow_motion,
        fps=settings.clip.fps if track else None,
        keypoint_names=settings.clip.keypoint_names if track else None,
        picture=settings.clip.picture if track else None,
    )
    return analyze_capture(capture_clip(path, own, progress), own)


def _refuse_no_standing(analysis: Analysis, path: Path) -> None:
    if analysis.activity != "standing":
        raise UsageError("standing.not_standing", setting="standing_clip", path=path)
    if analysis.drill is not None and any(rep.whole for rep in analysis.drill.repetitions):
        raise UsageError("standing.leaning", setting="standing_clip", path=path)


def rear_conflict(side: Analysis, rear: Analysis) -> str | None:
    """Find what keeps a clip from behind or in front from being added to one from the side.

    Parameters
    ----------
    side, rear
        The two analyses.

    Returns
    -------
    str or None
        Code of the error; None if nothing does.
    """
    if rear.view == "side":
        return "rear.from_the_side"
    if side.view != "side":
        return "rear.side_clip_missing"
    return None if rear.activity == side.activity else "rear.other_activity"


def _conflict_params(conflict: str, side: Analysis, rear: Analysis) -> dict[str, Param]:
    if conflict != "rear.other_activity":
        shown = side if conflict == "rear.side_clip_missing" else rear
        return {"path": shown.video.path}
    return {
        "path": rear.video.path,
        "activity": ACTIVITIES[rear.activity],
        "side_path": side.video.path,
        "side_activity": ACTIVITIES[side.activity],
    }


def _rear_warnings(side: Analysis, rear: Analysis) -> tuple[AnalysisWarning, ...]:
    """The rear clip's warnings that the clip from the side does not have."""
    return tuple(
        replace(warning, companion=rear.view)
        for warning in rear.warnings
        if warning not in side.warnings
    )
