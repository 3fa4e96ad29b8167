"""The standing lean: how far, and how straight."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from leanline.metrics.geometry import lean_deg
from leanline.metrics.summary import withheld
from leanline.model import Array, Metric, PoseTrack

RESIDUAL_DEG = 1.0
STRAIGHTNESS_RESIDUAL_DEG = 3.0


def measure_standing(
    pose: PoseTrack, roll_sd_deg: float, residual: Mapping[str, float], count: int = 1
) -> dict[str, Metric]:
    """Lean from mid-ankle to mid-shoulder, the largest break of the line above the ankles, and
    the leg line, trunk and signed bend that zero a running clip of the same runner.

    ``pose`` faces +x, is upright and has its points at the joint centres; it shows ``count``
    leans. The straightness is how far the trunk's direction departs from the leg line's. As noise
    only ever makes a magnitude larger, its variance is taken off the square (Rice 1944).
    """
    ankle, hip, shoulder = pose.mid("ankle"), pose.mid("hip"), pose.mid("shoulder")
    lean = lean_deg(ankle, shoulder)
    leg, trunk = lean_deg(ankle, hip), lean_deg(hip, shoulder)
    bend = trunk - leg
    lean_sd = np.hypot(residual.get("stand_lean_deg", RESIDUAL_DEG), roll_sd_deg)
    bend_sd = residual.get("stand_straightness_deg", STRAIGHTNESS_RESIDUAL_DEG)
    straight = np.sqrt(np.maximum(bend**2 - bend_sd**2, 0.0))
    measured = {
        "stand_lean_deg": (lean, float(lean_sd)),
        "stand_straightness_deg": (straight, bend_sd),
        "stand_leg_deg": (leg, float(lean_sd)),
        "stand_trunk_deg": (trunk, float(lean_sd)),
        "stand_bend_deg": (bend, bend_sd),
    }
    return {name: _over_time(name, *part, count) for name, part in measured.items()}


def _over_time(name: str, values: Array, residual: float, count: int) -> Metric:
    known = values[np.isfinite(values)]
    if len(known) == 0:
        return withheld(name, "ankles, hips and shoulders were not all seen")
    middle, half = float(np.median(known)), 1.96 * float(residual)
    return Metric(
        id=name,
        value=middle,
        ci95=(middle - half, middle + half),
        sd=float(np.std(known)),
        n=count,
        quality="fair",
    )
