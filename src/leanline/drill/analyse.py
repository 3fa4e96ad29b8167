"""The standing drill of a whole clip: what is seen of it, counted and measured."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from leanline.camera.derotate import roll_facing_x, turned
from leanline.confidence import NORMAL_95
from leanline.drill.counter import BAND_DEG, FAR_SHARE, repetitions
from leanline.drill.posture import Frames, Posture, Postures, find_break, postures_of
from leanline.drill.standing_baseline import TYPICAL, standing_baseline
from leanline.metrics.standing import measure_standing
from leanline.metrics.summary import withheld
from leanline.model import Camera, Drill, Metric, PoseTrack, Runner
from leanline.profile import PoseProfile
from leanline.reason import Reason

# A break is called clear when its angle is this many times its limit.
CLEARLY: Final = 1.5
# How a hold is found again when the lean is a little more or less than read, standard deviations.
DOUBTS: Final = np.linspace(-NORMAL_95, NORMAL_95, 7)


@dataclass(frozen=True)
class DrillResult:
    """The metrics of a standing clip, and the drill in it."""

    metrics: dict[str, Metric]
    drill: Drill


def stand(runner: Runner, camera: Camera, profile: PoseProfile) -> DrillResult:
    """Measure somebody who stands.

    Parameters
    ----------
    runner
        Facing +x, from the side.
    camera
        Its roll is taken out.
    profile
        That of the pose source.

    Returns
    -------
    Stood
        In a clip that shows both standing tall and leaning, the metrics of the lean are those
        of the leaning.
    """
    roll = roll_facing_x(runner.direction, camera)
    pose = runner.pose.with_xy(turned(runner.pose.xy, -roll))
    clip = postures_of(pose)
    drill = drill_of(clip)
    low, high = camera.roll_deg.ci95
    roll_sd_deg = (high - low) / (2.0 * NORMAL_95)
    leans = [_part(pose, frames) for frames in _leans(clip, drill)]
    metrics = measure_standing(leans, roll_sd_deg, profile.residual)
    metrics["hold_s"] = _hold(clip, drill, metrics["stand_lean_deg"])
    metrics["stand_break"] = _break([postures_of(lean) for lean in leans], standing_baseline(clip))
    whole = float(sum(rep.whole for rep in drill.repetitions))
    metrics["stand_repetitions"] = Metric("stand_repetitions", whole, n=1, quality="fair")
    return DrillResult(metrics, drill)


def drill_of(clip: Postures) -> Drill:
    """Own zero, repetitions and holds of a clip of the standing drill."""
    zero = standing_baseline(clip)
    found = repetitions(clip, zero)
    return Drill(BAND_DEG, None if zero is None else zero.lean_deg, found)


def drill_as_played(drill: Drill, factor: float) -> Drill:
    """Repetitions at their moments in a clip of ``factor`` seconds a real second; holds stay."""
    moved = (
        replace(rep, start_s=rep.start_s * factor, end_s=rep.end_s * factor)
        for rep in drill.repetitions
    )
    return replace(drill, repetitions=tuple(moved))


def _leans(clip: Postures, drill: Drill) -> list[Frames]:
    """The frames that show each lean; all of a clip of one posture."""
    if drill.zero_deg is None or not drill.repetitions:
        return [np.ones(len(clip), bool)]
    zero = drill.zero_deg
    return [
        (clip.time_s >= rep.start_s)
        & (clip.time_s <= rep.end_s)
        & (clip.lean_deg >= zero + FAR_SHARE * (rep.lean_deg - zero))
        for rep in drill.repetitions
    ]


def _part(pose: PoseTrack, chosen: Frames) -> PoseTrack:
    return PoseTrack(
        pose.time_s[chosen], pose.xy[chosen], pose.confidence[chosen], pose.keypoints, pose.unit
    )


def _hold(clip: Postures, drill: Drill, lean: Metric) -> Metric:
    """The longest hold; its interval is what it would be with the lean anywhere in its own."""
    if not isinstance(lean.value, float) or lean.ci95 is None:
        return withheld("hold_s", lean.why or Reason("metric.lean_missing"))
    sd = (lean.ci95[1] - lean.ci95[0]) / (2.0 * NORMAL_95)
    held = [drill.longest_hold_s, *(_longest(part) for part in _shifted(clip, DOUBTS * sd))]
    count = len(drill.repetitions)
    interval = (min(held), max(held))
    return Metric("hold_s", drill.longest_hold_s, interval, n=max(count, 1), quality="fair")


def _break(leans: Sequence[Postures], zero: Posture | None) -> Metric:
    """Where the line breaks in the lean that is furthest from straight.

    It is called rough when the angle is not much over its limit.
    """
    breaks = [find_break(lean.mean(), zero or TYPICAL) for lean in leans]
    found = max(breaks, key=lambda one: np.nan_to_num(one.share, nan=-1.0))
    if not np.isfinite(found.angle_deg):
        return withheld("stand_break", Reason("metric.ankles_hips_shoulders_unseen"))
    clear = found.name is None or found.share > CLEARLY
    return Metric("stand_break", found.name or "straight", quality="fair" if clear else "poor", n=1)


def _shifted(clip: Postures, by_deg: Iterable[float]) -> Iterator[Postures]:
    return (replace(clip, lean_deg=clip.lean_deg + by, leg_deg=clip.leg_deg + by) for by in by_deg)


def _longest(clip: Postures) -> float:
    zero: Posture | None = standing_baseline(clip)
    return max((rep.hold_s for rep in repetitions(clip, zero)), default=0.0)
