"""The standing drill in a clip: repetitions, holds and metrics."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from leanline.camera.derotate import roll_facing_x, rotate
from leanline.confidence import NORMAL_95, interval_sd
from leanline.drill.counter import BAND_DEG, FAR_SHARE, repetitions
from leanline.drill.posture import Frames, Posture, Postures, find_break, track_postures
from leanline.drill.standing_baseline import TYPICAL, standing_baseline
from leanline.metrics.plausible import withhold_implausible
from leanline.metrics.standing import measure_standing
from leanline.metrics.summary import withheld
from leanline.model import Camera, Drill, Metric, PoseTrack, Runner
from leanline.profile import PoseProfile
from leanline.reason import Reason
from leanline.runner.visible_side import ONE_SIDE_SD_DEG, visible_body

# A break is certain if its angle exceeds its limit by this factor.
CLEAR_FACTOR: Final = 1.5
# Offsets of the lean, in standard deviations, at which the hold is recomputed for its interval.
LEAN_OFFSETS: Final = np.linspace(-NORMAL_95, NORMAL_95, 7)


@dataclass(frozen=True)
class DrillResult:
    """The metrics of a standing clip, and the drill in it.

    Parameters
    ----------
    metrics
        By id.
    drill
        Baseline, repetitions and holds.
    """

    metrics: dict[str, Metric]
    drill: Drill


def measure_drill(runner: Runner, camera: Camera, profile: PoseProfile) -> DrillResult:
    """Measure a standing person.

    Parameters
    ----------
    runner
        Facing +x, from the side.
    camera
        Its roll is corrected for.
    profile
        The pose source's.

    Returns
    -------
    DrillResult
        If the clip shows both upright standing and leaning, the metrics of the lean are those
        of the leaning.
    """
    roll = roll_facing_x(runner.direction, camera)
    body = visible_body(runner.pose)
    pose = body.pose.with_xy(rotate(body.pose.xy, -roll))
    clip = track_postures(pose)
    drill = find_drill(clip)
    side_sd_deg = 0.0 if body.side is None else ONE_SIDE_SD_DEG
    roll_sd_deg = float(np.hypot(interval_sd(camera.roll_deg.ci95), side_sd_deg))
    leans = [_select_track(pose, frames) for frames in _leans(clip, drill)]
    metrics = measure_standing(leans, roll_sd_deg, profile.residual)
    metrics["hold_s"] = _hold(clip, drill, metrics["stand_lean_deg"])
    metrics["stand_break"] = _break(
        [track_postures(lean) for lean in leans], standing_baseline(clip)
    )
    whole = float(sum(rep.whole for rep in drill.repetitions))
    metrics["stand_repetitions"] = Metric("stand_repetitions", whole, n=1, quality="fair")
    return DrillResult(withhold_implausible(metrics), drill)


def find_drill(clip: Postures) -> Drill:
    """Find baseline, repetitions and holds in a clip of the standing drill.

    Parameters
    ----------
    clip
        Postures over the clip.

    Returns
    -------
    Drill
        Without repetitions when nobody leans.
    """
    zero = standing_baseline(clip)
    found = repetitions(clip, zero)
    return Drill(BAND_DEG, None if zero is None else zero.lean_deg, found)


def to_playback_time(drill: Drill, factor: float) -> Drill:
    """Convert the times of repetitions to playback time; hold durations stay in real time.

    Parameters
    ----------
    drill
        In real seconds.
    factor
        Seconds of the clip per real second.

    Returns
    -------
    Drill
        Starts and ends in seconds of the clip; holds in real seconds.
    """
    moved = (
        replace(rep, start_s=rep.start_s * factor, end_s=rep.end_s * factor)
        for rep in drill.repetitions
    )
    return replace(drill, repetitions=tuple(moved))


def _leans(clip: Postures, drill: Drill) -> list[Frames]:
    """Select the frames of each lean; all frames of a clip with a single posture."""
    if drill.zero_deg is None or not drill.repetitions:
        return [np.ones(len(clip), bool)]
    zero = drill.zero_deg
    return [
        (clip.time_s >= rep.start_s)
        & (clip.time_s <= rep.end_s)
        & (clip.lean_deg >= zero + FAR_SHARE * (rep.lean_deg - zero))
        for rep in drill.repetitions
    ]


def _select_track(pose: PoseTrack, frames: Frames) -> PoseTrack:
    return PoseTrack(
        pose.time_s[frames], pose.xy[frames], pose.confidence[frames], pose.keypoints, pose.unit
    )


def _hold(clip: Postures, drill: Drill, lean: Metric) -> Metric:
    """Measure the longest hold; its interval covers the uncertainty of the lean."""
    if not isinstance(lean.value, float) or lean.ci95 is None:
        return withheld("hold_s", lean.why or Reason("metric.lean_missing"))
    sd = interval_sd(lean.ci95)
    held = [
        drill.longest_hold_s,
        *(_longest(part) for part in _shift_lean(clip, LEAN_OFFSETS * sd)),
    ]
    count = len(drill.repetitions)
    interval = (min(held), max(held))
    return Metric("hold_s", drill.longest_hold_s, interval, n=max(count, 1), quality="fair")


def _break(leans: Sequence[Postures], zero: Posture | None) -> Metric:
    """Find the break of the body line in the least straight lean.

    It is called rough if the angle only slightly exceeds its limit.
    """
    breaks = [find_break(lean.mean(), zero or TYPICAL) for lean in leans]
    found = max(breaks, key=lambda one: np.nan_to_num(one.share, nan=-1.0))
    if not np.isfinite(found.angle_deg):
        return withheld("stand_break", Reason("metric.ankles_hips_shoulders_unseen"))
    clear = found.name is None or found.share > CLEAR_FACTOR
    return Metric("stand_break", found.name or "straight", quality="fair" if clear else "poor", n=1)


def _shift_lean(clip: Postures, by_deg: Iterable[float]) -> Iterator[Postures]:
    return (replace(clip, lean_deg=clip.lean_deg + by, leg_deg=clip.leg_deg + by) for by in by_deg)


def _longest(clip: Postures) -> float:
    zero: Posture | None = standing_baseline(clip)
    return max((rep.hold_s for rep in repetitions(clip, zero)), default=0.0)
