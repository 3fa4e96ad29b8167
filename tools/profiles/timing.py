"""Fit how late the signs of gait events come, every runner judged by the others."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

import numpy as np

from leanline.gait.body_paths import body_paths
from leanline.gait.event_signs import combine_signs, contact_signs, planted_speed, toe_off_signs
from leanline.gait.events import aligned_cycle, event_times
from leanline.gait.ground import ground_speed
from leanline.gait.mean_stride import feet_paths, passing_times
from leanline.model import Array, PoseTrack
from leanline.profile import EventTiming
from leanline.skeleton import SIDES

# Where a true event belongs to a stride, in strides from its mid-stance.
CONTACT_NEAR, TOE_OFF_NEAR = (-0.45, 0.02), (-0.02, 0.48)
ROUNDS: Final = 3


@dataclass(frozen=True)
class Foot:
    """Signs of one foot's mean stride, and the truth, seconds from mid-stance."""

    clip: str
    runner: str
    contact: Mapping[str, float]
    toe_off: Mapping[str, float]
    true_contact_s: float
    true_toe_off_s: float


@dataclass(frozen=True)
class Level:
    """A track turned upright, facing +x, with its scene, leg length and true events."""

    clip: str
    runner: str
    pose: PoseTrack
    scene_shift: Array
    leg_length: float
    events: Mapping[str, Any]


def feet_of(level: Level, timing: EventTiming) -> list[Foot]:
    """Both feet of a clip, their strides aligned at the events that ``timing`` gives."""
    paths = body_paths(level.pose)
    ground = ground_speed(paths, scene_shift=level.scene_shift, leg_length=level.leg_length)
    stride_s, mid_s = passing_times(paths, leg_length=level.leg_length)
    feet = feet_paths(paths, np.broadcast_to(ground.velocity, paths.time_s.shape), stride_s)
    found = []
    for side in SIDES:
        if len(mid_s[side]) == 0:
            continue
        cycle, motion = aligned_cycle(paths, feet, side, mid_s[side], timing)
        planted = planted_speed(motion, *event_times(motion, timing))
        true = level.events[side]
        found.append(
            Foot(
                level.clip,
                level.runner,
                contact_signs(motion, planted),
                toe_off_signs(motion, planted),
                _offset(true["contact_s"], cycle.mid_s, cycle.stride_s, CONTACT_NEAR),
                _offset(true["toe_off_s"], cycle.mid_s, cycle.stride_s, TOE_OFF_NEAR),
            )
        )
    return found


def _offset(
    events_s: Sequence[float], mid_s: Array, stride_s: float, near: tuple[float, float]
) -> float:
    """Mean place of true events in their strides; NaN when none belongs to one."""
    apart = np.subtract.outer(np.array(events_s, dtype=np.float64), mid_s)
    inside = apart[(apart > near[0] * stride_s) & (apart < near[1] * stride_s)]
    return float(np.mean(inside)) if len(inside) else float("nan")


def fit(feet: Iterable[Foot]) -> EventTiming:
    """How late each sign comes: mean over the runners of their means."""
    feet = list(feet)
    contact = _late(feet, lambda foot: (foot.contact, foot.true_contact_s))
    toe_off = _late(feet, lambda foot: (foot.toe_off, foot.true_toe_off_s))
    return EventTiming(contact, toe_off, 0.0, 0.0)


def _late(
    feet: Sequence[Foot], read: Callable[[Foot], tuple[Mapping[str, float], float]]
) -> dict[str, float]:
    late: dict[str, dict[str, list[float]]] = defaultdict(lambda: defaultdict(list))
    for foot in feet:
        signs, true = read(foot)
        for name, at in signs.items():
            if np.isfinite(at - true):
                late[name][foot.runner].append(at - true)
    return {
        name: float(np.mean([np.mean(values) for values in runners.values()]))
        for name, runners in late.items()
        if sum(map(len, runners.values())) > 0.5 * len(feet)
    }


def left_out_errors(feet: Sequence[Foot]) -> tuple[dict[str, list[float]], dict[str, list[float]]]:
    """Errors of contact and toe-off by runner, each judged by the others, seconds."""
    contact: dict[str, list[float]] = defaultdict(list)
    toe_off: dict[str, list[float]] = defaultdict(list)
    for runner in sorted({foot.runner for foot in feet}):
        timing = fit(foot for foot in feet if foot.runner != runner)
        for foot in (foot for foot in feet if foot.runner == runner):
            at = combine_signs(foot.contact, timing.contact_late_s) - foot.true_contact_s
            off = combine_signs(foot.toe_off, timing.toe_off_late_s) - foot.true_toe_off_s
            contact[runner].append(at)
            toe_off[runner].append(off)
    return contact, toe_off


def with_spread(timing: EventTiming, feet: Sequence[Foot]) -> EventTiming:
    """The timing with what left-out runners' events are off by, clip by clip."""
    contact, toe_off = left_out_errors(feet)
    spreads = []
    for errors in (contact, toe_off):
        squares = [np.nanmean(np.square(values)) for values in errors.values()]
        spreads.append(float(np.sqrt(np.mean(squares))))
    return replace(timing, contact_sd_s=spreads[0], toe_off_sd_s=spreads[1])
