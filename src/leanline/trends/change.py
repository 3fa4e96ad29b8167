"""When two clips are alike enough to compare, and when a number has really changed.

A change is called one when it is larger than the smallest detectable change: the metric's own
(``sdc95``) where it is known, else the 95 % interval of the difference, both intervals joined
in quadrature.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final, Literal

from leanline.model import Metric
from leanline.registry.metrics import METRICS
from leanline.trends.session_data import RecordingConditions

Verdict = Literal["changed", "same", "cannot"]
Aspect = Literal["activity", "view", "pose_model", "surface", "speed", "definition"]
Why = Literal["", "not_measured", "no_interval"]

# Most numbers change with speed; less than this is the same speed, whatever the intervals say.
SAME_SPEED_MPS: Final = 0.2
SAME_SPEED_SHARE: Final = 0.05
# Speed decides almost everything else, so it may itself be compared at any speed.
ANY_SPEED: Final = tuple(name for name, metric in METRICS.items() if metric.any_speed)


@dataclass(frozen=True)
class Difference:
    """In what two clips differ so that their numbers are not alike, and what it is in each."""

    aspect: Aspect
    before: str | float
    after: str | float


@dataclass(frozen=True)
class Change:
    """What became of one number; ``why`` says why a verdict is ``cannot``.

    ``apart`` is after minus before, ``half_width`` half its 95 % interval, ``smallest`` the
    smallest change that can be told; None where they are not known.
    """

    verdict: Verdict
    apart: float | None = None
    half_width: float | None = None
    smallest: float | None = None
    why: Why = ""


def differences(before: RecordingConditions, after: RecordingConditions) -> tuple[Difference, ...]:
    """In what two clips differ so that their numbers are not alike; empty when in nothing.

    An unknown surface or speed is no difference. Speeds differ when they are apart by more
    than 0.2 m/s or 5 %, and by more than their intervals can tell.
    """
    if before.activity != after.activity:
        return (Difference("activity", before.activity, after.activity),)
    found: list[Difference] = []
    if before.view != after.view:
        found.append(Difference("view", before.view, after.view))
    if before.pose_model != after.pose_model:
        found.append(Difference("pose_model", before.pose_model, after.pose_model))
    if before.definition != after.definition:
        found.append(Difference("definition", before.definition, after.definition))
    surfaces = before.surface, after.surface
    if surfaces[0] != surfaces[1] and "unknown" not in surfaces:
        found.append(Difference("surface", *surfaces))
    if before.speed is not None and after.speed is not None and _apart(before.speed, after.speed):
        found.append(Difference("speed", _number(before.speed), _number(after.speed)))
    return tuple(found)


def change(before: Metric | None, after: Metric | None) -> Change:
    """What became of a number between two clips that are alike."""
    if before is None or after is None or not (measured(before) and measured(after)):
        return Change("cannot", why="not_measured")
    if isinstance(before.value, str) or isinstance(after.value, str):
        return Change("same" if before.value == after.value else "changed")
    apart = _number(after) - _number(before)
    half, smallest = half_width(before, after), smallest_change(before, after)
    if smallest is None:
        return Change("cannot", apart, half, why="no_interval")
    return Change("changed" if abs(apart) > smallest else "same", apart, half, smallest)


def measured(metric: Metric | None) -> bool:
    """Whether there is a value."""
    if metric is None or metric.value is None:
        return False
    return isinstance(metric.value, str) or math.isfinite(metric.value)


def smallest_change(a: Metric, b: Metric) -> float | None:
    """Smallest detectable change between two measurements; None when nothing tells it."""
    if a.sdc95 is not None and b.sdc95 is not None:
        return max(a.sdc95, b.sdc95)
    return half_width(a, b)


def half_width(a: Metric, b: Metric) -> float | None:
    """Half the 95 % interval of the difference, both intervals in quadrature."""
    if a.ci95 is None or b.ci95 is None:
        return None
    halves = [0.5 * (high - low) for low, high in (a.ci95, b.ci95)]
    both = math.hypot(*halves)
    return both if math.isfinite(both) else None


def _apart(a: Metric, b: Metric) -> bool:
    """Whether two speeds differ by enough to matter, and by more than either's error."""
    apart = abs(_number(a) - _number(b))
    share = SAME_SPEED_SHARE * max(_number(a), _number(b))
    return apart > min(SAME_SPEED_MPS, share) and apart > (half_width(a, b) or 0.0)


def _number(metric: Metric) -> float:
    return float(metric.value or 0.0)
