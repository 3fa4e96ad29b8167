"""Selection of the frames of a clip that show what was measured."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal

from leanline.model import Analysis, Step
from leanline.skeleton import SIDES, Side

Kind = Literal["lean", "bend", "landing", "stand"]

STRIP_FRAMES: Final = 6


@dataclass(frozen=True)
class Shot:
    """A frame worth showing.

    Parameters
    ----------
    kind
        What it shows.
    time_s
        When, seconds of the clip.
    side
        Which foot is on the ground; None if both are or it does not matter.
    value
        Of what it shows, in the unit of the metric; NaN if not measured.
    """

    kind: Kind
    time_s: float
    side: Side | None = None
    value: float = math.nan

    @property
    def name(self) -> str:
        """Name for files and anchors, such as ``lean_2.417``."""
        return f"{self.kind}_{self.time_s:.3f}"


def hero(analysis: Analysis) -> Shot | None:
    """Return the near foot's mid-stance closest to the mean body lean of that foot."""
    if analysis.view != "side":
        return None
    if analysis.activity == "standing":
        return Shot("stand", _best_hold_time(analysis))
    metric = analysis.metrics.get("lean_body_deg")
    if metric is None or not isinstance(metric.value, float):
        return None
    near = [step for step in analysis.steps if step.side == analysis.direction]
    candidates = _with(near, "lean_body_deg") or _with(analysis.steps, "lean_body_deg")
    if not candidates:
        return None
    of_side = metric.left if candidates[0].side == "left" else metric.right
    target = metric.value if of_side is None or not near else of_side
    step = min(candidates, key=lambda s: abs(s.values["lean_body_deg"] - target))
    return mid_stance("lean", step, "lean_body_deg")


def _best_hold_time(analysis: Analysis) -> float:
    """Return the middle of the repetition held longest, or of the clip if there is none."""
    found = analysis.drill.repetitions if analysis.drill else ()
    if not found:
        return 0.5 * analysis.video.duration_s
    best = max(found, key=lambda rep: rep.hold_s)
    return 0.5 * (best.start_s + best.end_s)


def worst_and_best_bend(analysis: Analysis) -> tuple[Shot, ...]:
    """Return mid-stance of the steps with the most and the least waist bend."""
    known = sorted(
        _with(analysis.steps, "waist_bend_deg"), key=lambda s: s.values["waist_bend_deg"]
    )
    if len(known) < 2:
        return ()
    return tuple(mid_stance("bend", step, "waist_bend_deg") for step in (known[-1], known[0]))


def landings(analysis: Analysis) -> tuple[Shot, ...]:
    """Return initial contacts spread over the clip, as many left as right."""
    if analysis.activity != "running":
        return ()
    own = {side: [s for s in analysis.steps if s.side == side] for side in SIDES}
    chosen = [step for side in SIDES for step in _spread(own[side], STRIP_FRAMES // 2)]
    chosen.sort(key=lambda step: step.contact_s)
    return tuple(
        Shot("landing", s.contact_s, s.side, s.values.get("foot_strike_angle_deg", math.nan))
        for s in chosen
    )


def mid_stance(kind: Kind, step: Step, metric: str) -> Shot:
    """The middle of a step's contact.

    Parameters
    ----------
    kind
        What it shows.
    step
        The step.
    metric
        Whose value it shows.

    Returns
    -------
    Shot
        With the value in this step.
    """
    middle = 0.5 * (step.contact_s + step.toe_off_s)
    return Shot(kind, middle, step.side, step.values.get(metric, math.nan))


def shots(analysis: Analysis) -> tuple[Shot, ...]:
    """Return all key frames of the report, each once, in order of time."""
    first = hero(analysis)
    found = {*worst_and_best_bend(analysis), *landings(analysis), *((first,) if first else ())}
    return tuple(sorted(found, key=lambda shot: (shot.time_s, shot.kind)))


def _with(steps: Sequence[Step], metric: str) -> list[Step]:
    return [
        s
        for s in steps
        if math.isfinite(s.values.get(metric, math.nan)) and math.isfinite(s.toe_off_s)
    ]


def _spread(steps: Sequence[Step], count: int) -> list[Step]:
    """Select up to ``count`` steps evenly over the clip, avoiding its ends."""
    if len(steps) <= count:
        return list(steps)
    return [steps[int((i + 0.5) * len(steps) / count)] for i in range(count)]
