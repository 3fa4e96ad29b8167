"""Step 2 from in front or behind: stance, weight and levels of the last seconds.

The estimators are those of clips, so that live and film agree.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np

from leanline.camera.frontal_roll import feet_line_deg, frontal_roll
from leanline.confidence import NORMAL_95
from leanline.findings import judge_steps
from leanline.gait.frontal import activity_of, strides_of
from leanline.languages import LANGUAGES
from leanline.live.level import unknown_roll
from leanline.metrics.frontal import Plane, foot_across, hip_breadth, measure_frontal
from leanline.model import Array, Capture, Estimate, Metric, PoseTrack, Verdict, View
from leanline.pipeline.frontal import from_behind, frontal_runner
from leanline.pipeline.refusals import points_across
from leanline.reason import Reason
from leanline.result_wording import finding_text
from leanline.runner.prepare import classify_view
from leanline.runner.trunk_length import without_broken_trunks
from leanline.skeleton import FOOT, SIDES, Side
from leanline.wording.catalogue import LANGUAGE_CODES, render

# Length of the window that is measured, and the least that can be.
WINDOW_S, MIN_WINDOW_S = 3.0, 1.5
INTERVAL_S: Final = 0.5
LEVELS: Final = ("shoulder_level_deg", "hip_level_deg")
METRICS: Final = ("stance_width_pct", "weight_shift_pct", *LEVELS)
PicturePoint = tuple[float, float]
Texts = Mapping[str, str]


@dataclass(frozen=True)
class FrontVerdict:
    """What the last seconds decide.

    Parameters
    ----------
    id
        ``stance`` or ``weight``.
    outcome
        ``change``, ``keep``, ``open`` or ``unmeasured``.
    texts
        The sentence by code of the language.
    """

    id: str
    outcome: str
    texts: Texts


@dataclass(frozen=True)
class FrontNumbers:
    """Stance, weight and levels of somebody who stands, seen from in front or behind.

    Parameters
    ----------
    view
        ``front`` or ``back``.
    metrics
        By id, as from a clip.
    verdicts
        Of the stance and of the weight.
    levels
        Sentences on shoulders and hips, by code of the language each.
    breadth_px
        Distance of the hip joints in the picture.
    roll
        Camera roll that was taken out.
    """

    view: View
    metrics: Mapping[str, Metric]
    verdicts: tuple[FrontVerdict, ...]
    levels: tuple[Texts, ...]
    breadth_px: float
    roll: Estimate


@dataclass(frozen=True)
class FrontMarks:
    """What is drawn over the picture, as shares of width and height from the top left.

    Parameters
    ----------
    joints
        Where each keypoint is.
    ground
        The middle of each foot: left, right.
    hips
        Ends of a hips' breadth about the middle of the feet, on the line between them.
    weight
        Where on that line the body stands.
    """

    joints: Mapping[str, PicturePoint]
    ground: tuple[PicturePoint, PicturePoint]
    hips: tuple[PicturePoint, PicturePoint]
    weight: PicturePoint | None


def facing_view(capture: Capture) -> View:
    """Return how the camera sees the person: from the side, in front or behind."""
    return classify_view(capture.pose)


def measure_front(
    capture: Capture, roll: Estimate | None, *, given: bool = False
) -> FrontNumbers | None:
    """Measure somebody who stands facing the camera or with their back to it.

    Parameters
    ----------
    capture
        The last seconds, as filmed.
    roll
        Camera roll by the scene or as the user gave it; None while it is unknown.
    given
        Whether the user gave it: nothing else counts then.

    Returns
    -------
    FrontNumbers or None
        None for somebody seen from the side or slantwise, who moves, or whose feet are not seen.
    """
    runner = frontal_runner(capture)
    if runner.view == "side" or np.ptp(capture.pose.time_s) < MIN_WINDOW_S:
        return None
    if points_across(runner) or not np.isfinite(runner.leg_length):
        return None
    feet_deg = feet_line_deg(runner.pose, runner.view)
    level = roll or unknown_roll()
    if not given:
        level = frontal_roll(level, capture, capture.profile.frontal, feet_deg)
    pose = from_behind(runner.pose, runner.view, level.value)
    strides = strides_of(pose, runner.leg_length, runner.view)
    if activity_of(pose, runner.leg_length, strides) != "standing":
        return None
    low, high = level.ci95
    seen = without_broken_trunks(pose)
    plane = Plane(seen, (high - low) / (2.0 * NORMAL_95), capture.profile)
    measured = measure_frontal(plane, "standing", None, runner.view)
    metrics = {name: measured[name] for name in METRICS}
    breadth, _ = hip_breadth(seen, plane.model)
    return FrontNumbers(
        runner.view,
        metrics,
        tuple(_to_front_verdict(verdict) for verdict in judge_steps(metrics, "standing")),
        tuple(_level(metrics[name]) for name in LEVELS if metrics[name].value is not None),
        float(np.nanmedian(breadth)),
        level,
    )


def front_marks(
    points: PoseTrack, numbers: FrontNumbers, size_px: tuple[int, int]
) -> FrontMarks | None:
    """Return what to draw in one frame.

    Parameters
    ----------
    points
        A track of one frame, as filmed (y up), pixels.
    numbers
        Of the last seconds.
    size_px
        Width and height of the picture.

    Returns
    -------
    FrontMarks or None
        None if a foot is not seen.
    """
    feet = {side: _foot(points, side) for side in SIDES}
    left, right = feet["left"], feet["right"]
    apart = float(np.linalg.norm(right - left))
    if not np.isfinite(apart) or apart == 0.0:
        return None
    middle, along = 0.5 * (left + right), (right - left) / apart
    reach = 0.5 * numbers.breadth_px * along
    shift = numbers.metrics["weight_shift_pct"].value
    weight = middle + 0.01 * shift * apart * along if isinstance(shift, float) else None
    joints = {name: points.point(name)[0] for name in points.keypoints}
    return FrontMarks(
        {name: _share(at, size_px) for name, at in joints.items() if np.isfinite(at).all()},
        (_share(left, size_px), _share(right, size_px)),
        (_share(middle - reach, size_px), _share(middle + reach, size_px)),
        None if weight is None else _share(weight, size_px),
    )


def _to_front_verdict(verdict: Verdict) -> FrontVerdict:
    texts = {code: finding_text(verdict.reasons, LANGUAGES[code]) for code in LANGUAGE_CODES}
    return FrontVerdict(verdict.id, verdict.outcome, texts)


def _level(metric: Metric) -> Texts:
    low, high = metric.ci95 or (np.nan, np.nan)
    value = round(float(metric.value or 0.0), 1) + 0.0  # never -0.0
    params = {"value_deg": value, "low_deg": low, "high_deg": high}
    reason = Reason(f"front_check.{metric.id.removesuffix('_deg')}", params)
    return {code: render(reason, code) for code in LANGUAGE_CODES}


def _foot(points: PoseTrack, side: Side) -> Array:
    """Return the middle of what is seen of a foot, (2,)."""
    places = np.array([points.point(f"{side}_{part}")[0] for part in FOOT])
    x = float(foot_across(points, side)[0])
    return np.array([x, float(np.nanmean(places[:, 1])) if np.isfinite(places).any() else np.nan])


def _share(point: Array, size_px: tuple[int, int]) -> PicturePoint:
    return float(point[0] / size_px[0]), float(1.0 - point[1] / size_px[1])
