"""How clips from in front and behind are read: fitted on people whose joints are known.

    python -m tools.profiles.frontal ../shared/data --cache /tmp/captures

writes the ``[frontal]`` part of every network's profile and leaves the rest of it as it is.
Sixteen bodies and two captured runners are few, so every model has one or two numbers, and what
goes into an interval is what people left out were off by, times Student's factor for as many.
"""

from __future__ import annotations

import argparse
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

import numpy as np
from scipy.stats import t as student

from leanline.camera.frontal_roll import feet_line_deg
from leanline.gait.frontal import strides_of
from leanline.metrics.frontal import (
    MIN_SEEN_SHARE,
    Plane,
    body_length,
    hip_breadth,
    hip_share,
    measure_frontal,
    seen_share,
    shoulder_share,
)
from leanline.model import Activity, Array, Metric, PoseTrack, Runner
from leanline.pipeline.frontal import from_behind, frontal_runner
from leanline.profile import BreadthModel, FrontalModel, PoseProfile, profile_of
from leanline.runner.trunk_length import without_broken_trunks
from tools.profiles.clips import NETWORKS, Clip, load
from tools.profiles.write import write_profile

FOLDER: Final = Path(__file__).parents[2] / "src" / "leanline" / "assets" / "profiles"
STANDING: Final = ("stance_width_pct", "weight_shift_pct", "hip_level_deg", "shoulder_level_deg")
RUNNING: Final = ("step_width_pct", "hip_drop_deg", "shoulder_tilt_deg")
#: Metrics that a mirrored picture leaves as they are; all others have no offset by symmetry.
OFFSET: Final = ("stance_width_pct", "step_width_pct", "shoulder_tilt_deg")
# The fits lean towards the simplest model (ridge): as if one more person showed no offset, and
# others with shoulders and hips spread by so much (a share) showed no tie to the breadth.
RIDGE_PEOPLE: Final = 1.0
RIDGE_SPREAD: Final = 0.1
BARE: Final = FrontalModel(hips_tilt=True, breadth_sd_share=0.0)


@dataclass(frozen=True)
class Seen:
    """What one clip tells.

    Parameters
    ----------
    clip
        The clip.
    breadth, shoulders, hips
        Logarithms of the true hips' breadth and of the distances of the shoulder points and of
        the hip points, shares of the seen length of the body.
    errors
        What metrics are off by with the true breadth and the true roll, in their units.
    feet_line_deg
        What the line between the feet is off the true roll; NaN in running.
    """

    clip: Clip
    breadth: float
    shoulders: float
    hips: float
    errors: Mapping[str, float]
    feet_line_deg: float


def learn_from_clip(clip: Clip) -> Seen | None:
    """Everything that is learned from one clip; None when the body is hidden or does not step."""
    runner = frontal_runner(clip.capture)
    true_roll = float(clip.truth["roll_deg"])
    pose = without_broken_trunks(from_behind(runner.pose, runner.view, true_roll))
    if seen_share(pose) < MIN_SEEN_SHARE:
        return None
    breadth_px = true_breadth_px(clip)
    length_px = float(np.nanmedian(_length_px(pose)))
    errors = _errors(clip, runner, breadth_px)
    if errors is None:
        return None
    line = feet_line_deg(runner.pose, runner.view) if not clip.is_running else np.nan
    return Seen(
        clip,
        float(np.log(breadth_px / length_px)),
        float(np.log(shoulder_share(pose))),
        float(np.log(hip_share(pose))),
        errors,
        line - true_roll,
    )


def true_breadth_px(clip: Clip) -> float:
    """Distance of the hip joints in the picture, where no turn of the pelvis shortens it."""
    joints = clip.joints or {}
    names = joints["keypoints"]
    left, right = (
        np.array(joints["xy_px"], dtype=float)[:, names.index(f"{side}_hip")]
        for side in ("left", "right")
    )
    return float(np.percentile(np.linalg.norm(left - right, axis=1), 90.0))


def _length_px(pose: PoseTrack) -> Array:
    trunk = np.linalg.norm(pose.mid("shoulder") - pose.mid("hip"), axis=1)
    return np.asarray(body_length(pose) * trunk)


def _errors(clip: Clip, runner: Runner, breadth_px: float) -> dict[str, float] | None:
    """Errors of all metrics with truth, with no offset taken off."""
    pose = from_behind(runner.pose, runner.view, float(clip.truth["roll_deg"]))
    strides = strides_of(pose, runner.leg_length, runner.view)
    if clip.is_running and strides is None:
        return None
    pose = without_broken_trunks(pose)
    seen_breadth_px = float(np.nanmedian(hip_breadth(pose, BARE)[0]))
    plane = Plane(pose, 0.0, replace(profile_of("markers"), frontal=BARE), clip.height_m)
    activity: Activity = "running" if clip.is_running else "standing"
    measured = measure_frontal(plane, activity, strides, runner.view)
    to_true = {"stance_width_pct": seen_breadth_px / breadth_px}
    to_true["step_width_pct"] = to_true["stance_width_pct"]
    return {
        name: _value(measured[name]) * to_true.get(name, 1.0) - float(clip.truth["metrics"][name])
        for name in (RUNNING if clip.is_running else STANDING)
    }


def _value(metric: Metric) -> float:
    return float(metric.value) if isinstance(metric.value, float) else float("nan")


def fit(seen: Sequence[Seen]) -> FrontalModel:
    """The model of all these clips; what goes into intervals is from those left out in turn."""
    return FrontalModel(
        breadth=replace(_breadth(seen), sd_share=_breadth_sd(seen)),
        hips_tilt=False,
        feet_line_sd_deg=_spread([one.feet_line_deg for one in seen]),
        offset={name: _offset(seen, name) for name in OFFSET},
        residual={name: _residual(seen, name) for name in (*STANDING, *RUNNING)}
        | {"hip_level_deg": _hip_tilt_missed(seen)},
    )


def _breadth(seen: Sequence[Seen]) -> BreadthModel:
    """Ridge regression of the logarithms."""
    points = np.array([(one.shoulders, one.hips) for one in seen])
    breadth = np.array([one.breadth for one in seen])
    away = points - points.mean(axis=0)
    slopes = np.linalg.solve(
        away.T @ away + RIDGE_SPREAD**2 * np.eye(2), away.T @ (breadth - breadth.mean())
    )
    usual = np.exp(points.mean(axis=0))
    return BreadthModel(
        share=float(np.exp(breadth.mean())),
        shoulder_share=float(usual[0]),
        shoulder_exponent=float(slopes[0]),
        hip_share=float(usual[1]),
        hip_exponent=float(slopes[1]),
        sd_share=0.0,
    )


def _breadth_sd(seen: Sequence[Seen]) -> float:
    """Spread of the logarithm in bodies left out."""
    off = []
    for one in seen:
        model = _breadth([other for other in seen if other.clip.body != one.clip.body])
        expected = (
            np.log(model.share)
            + model.shoulder_exponent * (one.shoulders - np.log(model.shoulder_share))
            + model.hip_exponent * (one.hips - np.log(model.hip_share))
        )
        off.append(float(expected) - one.breadth)
    return _spread(off)


def _offset(seen: Sequence[Seen], name: str) -> float:
    errors = [one.errors[name] for one in seen if np.isfinite(one.errors.get(name, np.nan))]
    return float(np.sum(errors) / (len(errors) + RIDGE_PEOPLE)) if errors else 0.0


def _residual(seen: Sequence[Seen], name: str) -> float:
    """What people left out are off by; in running their runner's other bodies are left out too."""
    off = []
    for one in seen:
        error = one.errors.get(name, np.nan)
        rest = [other for other in seen if not _same(other, one)]
        off.append(error - (_offset(rest, name) if name in OFFSET else 0.0))
    return _spread(off, _independent(seen, name))


def _hip_tilt_missed(seen: Sequence[Seen]) -> float:
    """By how much the seen tilt of the hips is off where they are known to tilt: in runners."""
    name = "hip_drop_deg"
    return _spread([one.errors.get(name, np.nan) for one in seen], _independent(seen, name))


def _independent(seen: Sequence[Seen], name: str) -> float:
    """Return for how many independent errors those of a metric count.

    Bodies moved by one captured runner err alike. Two runners cannot tell how much, so half of the
    variance is taken to be theirs: n errors, m of each runner, count for n / (1 + (m - 1) / 2)
    (Kish 1965, Survey Sampling). Who stands stands by themselves.
    """
    known = [one for one in seen if np.isfinite(one.errors.get(name, np.nan))]
    runners = {one.clip.runner if one.clip.is_running else one.clip.body for one in known}
    each = len(known) / max(len(runners), 1)
    return len(known) / (1.0 + 0.5 * (each - 1.0))


def _same(one: Seen, other: Seen) -> bool:
    same_runner = one.clip.is_running and one.clip.runner == other.clip.runner
    return one.clip.body == other.clip.body or same_runner


def _spread(off: Sequence[float], independent: float | None = None) -> float:
    """Standard deviation about zero, with which 1.96 times it covers what t says for so few.

    ``independent`` is for how many errors they count; all of them if None.
    """
    values = np.array(off)
    known = values[np.isfinite(values)]
    few = float(student.ppf(0.975, independent or len(known))) / 1.96
    return few * float(np.sqrt(np.mean(known**2)))


def front_clips(data: Path, cache: Path, network: str) -> list[Clip]:
    """The clips from in front and behind in which somebody was found."""
    return list(load(data, ("front",), cache, network))  # type: ignore[arg-type]


def profile_with(profile: PoseProfile, clips: Sequence[Clip], without: str = "") -> PoseProfile:
    """The profile with the frontal part fitted on all clips but those of one body."""
    seen = [
        one for clip in clips if clip.body != without and (one := learn_from_clip(clip)) is not None
    ]
    return replace(profile, frontal=fit(seen))


def main() -> None:
    """Fit and write."""
    parser = argparse.ArgumentParser(description=str(__doc__).splitlines()[0])
    parser.add_argument("data", type=Path)
    parser.add_argument("--cache", type=Path, required=True)
    options = parser.parse_args()
    for network in NETWORKS:
        profile = profile_of(f"blazepose-{network}")
        clips = front_clips(options.data, options.cache, network)
        write_profile(profile_with(profile, clips), FOLDER)


if __name__ == "__main__":
    main()
