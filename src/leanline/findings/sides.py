"""What has to be said of the two feet: that they differ, or that one alone was measured."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from leanline.findings.rules import Condition, Rule
from leanline.model import Metric
from leanline.reason import Param, Reason
from leanline.skeleton import SIDES, Side

# Only landings are judged foot by foot: at mid-stance the far leg is seen nearer or farther than
# the body, which tips its line by a degree or two.
JUDGED_STEP: Final = 4


def side_reasons(rule: Rule, metrics: Mapping[str, Metric]) -> tuple[Reason, ...]:
    """Return what a finding on the landing says of the two feet.

    Parameters
    ----------
    rule
        The finding's.
    metrics
        Metrics by id.

    Returns
    -------
    tuple of Reason
        Empty for other findings, and where both feet are alike.
    """
    if rule.step != JUDGED_STEP:
        return ()
    known = [metrics[one.metric] for one in rule.conditions if one.metric in metrics]
    for sentence, side_of in (("measured", _only_side), ("judged", _judged_side)):
        alone = {side for metric in known if (side := side_of(metric)) is not None}
        if len(alone) == 1:
            return (Reason(f"finding.sides.{alone.pop()}_{sentence}"),)
    return tuple(_differences(rule.conditions, known))


def _only_side(metric: Metric) -> Side | None:
    """Return the side that alone was measured."""
    seen: list[Side] = [side for side in SIDES if _of_side(metric, side) is not None]
    return seen[0] if len(seen) == 1 else None


def _judged_side(metric: Metric) -> Side | None:
    """Return the side whose mean alone is the value, as with a strike angle of the near foot."""
    left, right = _of_side(metric, "left"), _of_side(metric, "right")
    if left is None or right is None or math.isclose(left, right):
        return None
    value = metric.value
    sides: dict[Side, float] = {"left": left, "right": right}
    equal = (
        side
        for side, mean in sides.items()
        if isinstance(value, float) and math.isclose(value, mean)
    )
    return next(equal, None)


def _differences(conditions: Sequence[Condition], metrics: Sequence[Metric]) -> Iterator[Reason]:
    for metric in metrics:
        left, right = _of_side(metric, "left"), _of_side(metric, "right")
        if left is None or right is None or not sides_differ(metric, left, right):
            continue
        params: dict[str, Param] = {"metric": metric.id, "left": left, "right": right}
        own = [one for one in conditions if one.metric == metric.id]
        meeting: list[Side] = [side for side in SIDES if _meets(_of_side(metric, side), own)]
        sentence = f"{meeting[0]}_only" if len(meeting) == 1 else "differ"
        yield Reason(f"finding.sides.{sentence}", params)


def sides_differ(metric: Metric, left: float, right: float) -> bool:
    """Whether the feet differ by more than their uncertainty.

    Each foot has half of the steps, so that the difference is as uncertain as twice the mean.

    Parameters
    ----------
    metric
        With its interval.
    left, right
        Means of the two feet, in its unit.

    Returns
    -------
    bool
        False without an interval.
    """
    if metric.ci95 is None:
        return False
    low, high = metric.ci95
    return abs(left - right) > high - low


def _meets(value: float | None, conditions: Sequence[Condition]) -> bool:
    return value is not None and all(
        (one.above is None or value > one.above) and (one.below is None or value < one.below)
        for one in conditions
    )


def _of_side(metric: Metric, side: Side) -> float | None:
    value = metric.left if side == "left" else metric.right
    return value if value is not None and math.isfinite(value) else None
