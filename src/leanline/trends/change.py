"""Which clips are comparable, and when a metric has changed.

A difference counts as a change if the 95 % interval of the difference excludes zero and the
difference exceeds the smallest detectable change: the metric's own (``sdc95``) if known, else half
that interval. ``compare_metric`` is the only judge of this.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final, Literal

from leanline.confidence import NORMAL_95
from leanline.model import Metric
from leanline.registry.metrics import METRICS
from leanline.trends.pooling import reading_of
from leanline.trends.session_data import RecordingConditions

Verdict = Literal["changed", "same", "cannot"]
Aspect = Literal["activity", "view", "pose_model", "surface", "speed", "definition"]
Why = Literal["", "not_measured", "no_interval"]

# Most metrics depend on speed; smaller differences than this count as the same speed (chosen).
SAME_SPEED_MPS: Final = 0.2
SAME_SPEED_SHARE: Final = 0.05
# Speed decides almost everything else, so it may itself be compared at any speed.
ANY_SPEED: Final = tuple(name for name, metric in METRICS.items() if metric.any_speed)


@dataclass(frozen=True)
class Difference:
    """One respect in which two clips differ so that their numbers are not comparable.

    Parameters
    ----------
    aspect
        Which.
    before, after
        What it is in each.
    """

    aspect: Aspect
    before: str | float
    after: str | float


@dataclass(frozen=True)
class Change:
    """How one number changed between two clips.

    Parameters
    ----------
    verdict
        ``changed``, ``same`` within measurement error, or ``cannot`` tell.
    apart
        After minus before, in the metric's unit; None where not known.
    half_width
        Half the 95 % interval of the difference; None where not known.
    smallest
        Smallest detectable change; None where not known.
    why
        Why the verdict is ``cannot``.
    """

    verdict: Verdict
    apart: float | None = None
    half_width: float | None = None
    smallest: float | None = None
    why: Why = ""


def find_differences(
    before: RecordingConditions, after: RecordingConditions
) -> tuple[Difference, ...]:
    """Return the conditions that make two clips incomparable; empty if they are comparable.

    An unknown surface or speed never counts. Speeds differ if they are more than 0.2 m/s or 5 %
    apart, whichever is less, and further than their intervals explain.

    Parameters
    ----------
    before, after
        How the two clips were recorded and measured.

    Returns
    -------
    tuple of Difference
        Empty when the clips are comparable.
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
    if (
        before.speed is not None
        and after.speed is not None
        and _speeds_differ(before.speed, after.speed)
    ):
        found.append(Difference("speed", _number(before.speed), _number(after.speed)))
    return tuple(found)


def compare_metric(before: Metric | None, after: Metric | None) -> Change:
    """Compare a metric between two comparable clips, or two sets of pooled clips.

    This is the one criterion of a real change: the 95 % interval of the difference excludes zero,
    and the difference is above the smallest detectable change.

    Parameters
    ----------
    before, after
        The metric in each; None where it is missing.

    Returns
    -------
    Change
        With the verdict ``cannot`` where either was not measured.
    """
    if before is None or after is None or not (has_value(before) and has_value(after)):
        return Change("cannot", why="not_measured")
    if isinstance(before.value, str) or isinstance(after.value, str):
        return Change("same" if before.value == after.value else "changed")
    apart = _number(after) - _number(before)
    half, smallest = half_width(before, after), smallest_change(before, after)
    if smallest is None:
        return Change("cannot", apart, half, why="no_interval")
    # In results from before the shared part was stored, the smallest change stands for both.
    split = before.shared_sd is not None and after.shared_sd is not None
    real = abs(apart) > (max(smallest, half or 0.0) if split else smallest)
    return Change("changed" if real else "same", apart, half, smallest)


def has_value(metric: Metric | None) -> bool:
    """Whether the metric has a value.

    Parameters
    ----------
    metric
        None counts as not measured.

    Returns
    -------
    bool
        False also for NaN.
    """
    if metric is None or metric.value is None:
        return False
    return isinstance(metric.value, str) or math.isfinite(metric.value)


def smallest_change(a: Metric, b: Metric) -> float | None:
    """Return the smallest detectable change between two measurements, or None if unknown.

    Parameters
    ----------
    a, b
        The metric in each clip.

    Returns
    -------
    float or None
        In the metric's unit.
    """
    if a.sdc95 is not None and b.sdc95 is not None:
        return max(a.sdc95, b.sdc95)
    return half_width(a, b)


def half_width(a: Metric, b: Metric) -> float | None:
    """Return half the 95 % interval of the difference.

    The errors that all clips of a runner share cancel in a difference; the others add in
    quadrature.

    Parameters
    ----------
    a, b
        The metric in each clip.

    Returns
    -------
    float or None
        In the metric's unit; None where an interval is missing or infinite.
    """
    readings = reading_of(a), reading_of(b)
    if readings[0] is None or readings[1] is None:
        return None
    known = a.shared_sd is not None and b.shared_sd is not None
    shared = min(reading.shared_sd for reading in readings if reading) if known else 0.0
    variance = math.fsum(reading.sd**2 - shared**2 for reading in readings if reading)
    return NORMAL_95 * math.sqrt(max(variance, 0.0))


def _speeds_differ(a: Metric, b: Metric) -> bool:
    """Whether two speeds differ noticeably, and by more than their error."""
    apart = abs(_number(a) - _number(b))
    share = SAME_SPEED_SHARE * max(_number(a), _number(b))
    return apart > min(SAME_SPEED_MPS, share) and apart > (half_width(a, b) or 0.0)


def _number(metric: Metric) -> float:
    return float(metric.value or 0.0)
