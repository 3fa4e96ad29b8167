"""The standing lean: its size and its straightness."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

import numpy as np

from leanline.confidence import NORMAL_95
from leanline.metrics.geometry import lean_deg
from leanline.metrics.summary import shared_part, withheld
from leanline.model import Array, Metric, PoseTrack
from leanline.reason import Reason

# Standard deviations between people, for sources without residuals of their own.
RESIDUAL_DEG: Final[Mapping[str, float]] = {
    "stand_lean_deg": 1.0,
    "stand_leg_deg": 1.3,
    "stand_trunk_deg": 1.5,
    "stand_bend_deg": 3.0,
    "stand_straightness_deg": 3.0,
}
# Angles between two body lines, which do not depend on the roll.
BENDS: Final = ("stand_straightness_deg", "stand_bend_deg")
STANDING: Final = (
    "stand_lean_deg",
    "stand_straightness_deg",
    "stand_leg_deg",
    "stand_trunk_deg",
    "stand_bend_deg",
)


def measure_standing(
    leans: Sequence[PoseTrack], roll_sd_deg: float, residual: Mapping[str, float]
) -> dict[str, Metric]:
    """Measure the standing lean, its straightness, and a baseline for running.

    The lean is that from mid-ankle to mid-shoulder, straightness the unsigned angle between trunk
    and leg line. Noise can only increase a magnitude, so its variance is subtracted from the square
    (Rice 1944). Leg line, trunk and signed bend serve as baseline for a running clip.

    Parameters
    ----------
    leans
        Each shows one lean (or the whole clip of one posture), faces +x, is upright and has its
        points at the joint centres; all have equal weight.
    roll_sd_deg
        Standard deviation of the camera's roll, degrees.
    residual
        Standard deviation of each metric's error between people, degrees; defaults are used for
        those that are missing.

    Returns
    -------
    dict of str to Metric
        By the ids in ``STANDING``; withheld where no frame shows ankles, hips and shoulders.
    """
    own = {**RESIDUAL_DEG, **{k: v for k, v in residual.items() if k in RESIDUAL_DEG}}
    sds = {k: sd if k in BENDS else float(np.hypot(sd, roll_sd_deg)) for k, sd in own.items()}
    angles = [_angles(pose, sds["stand_straightness_deg"]) for pose in leans]
    return {
        name: _over_leans(name, [part[name] for part in angles], sds[name], shared_part(own[name]))
        for name in STANDING
    }


def _angles(pose: PoseTrack, bend_sd: float) -> dict[str, Array]:
    """Compute the angles of every frame, (T,) each."""
    ankle, hip, shoulder = pose.mid("ankle"), pose.mid("hip"), pose.mid("shoulder")
    leg, trunk = lean_deg(ankle, hip), lean_deg(hip, shoulder)
    bend = trunk - leg
    return {
        "stand_lean_deg": lean_deg(ankle, shoulder),
        "stand_straightness_deg": np.sqrt(np.maximum(bend**2 - bend_sd**2, 0.0)),
        "stand_leg_deg": leg,
        "stand_trunk_deg": trunk,
        "stand_bend_deg": bend,
    }


def _over_leans(name: str, leans: Sequence[Array], residual: float, shared: float) -> Metric:
    """Mean of each lean's median; its spread is that between leans, or within a single one."""
    known = [values[np.isfinite(values)] for values in leans]
    known = [values for values in known if len(values)]
    if not known:
        return withheld(name, Reason("metric.ankles_hips_shoulders_unseen"))
    middles = [float(np.median(values)) for values in known]
    middle, half = float(np.mean(middles)), NORMAL_95 * residual
    # Magnitudes cannot be negative.
    lower_bound = 0.0 if name == "stand_straightness_deg" else -np.inf
    return Metric(
        id=name,
        value=middle,
        ci95=(max(middle - half, lower_bound), middle + half),
        sd=float(np.std(known[0] if len(known) == 1 else middles)),
        n=len(known),
        quality="fair",
        shared_sd=shared,
    )
