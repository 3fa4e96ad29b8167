"""Scale of the track in metres per unit, with an interval."""

from __future__ import annotations

import numpy as np

from leanline.confidence import NORMAL_95
from leanline.model import Estimate, Unit
from leanline.reason import Reason

# Relative standard deviations of stature from keypoints and of belt speed from planted feet: 1.3
# and 4.5 % between the rendered clips, widened because clothes and belts differ.
STATURE_SD = 0.02
BELT_SD = 0.05


def metres_per_unit(
    unit: Unit,
    height_m: float | None,
    stature: float,
    speed_mps: float | None = None,
    belt: float | None = None,
) -> Estimate | None:
    """Estimate the scale of the track from everything known; None if nothing determines it.

    Sources are weighted by their precision; if they disagree the interval is widened by their Birge
    ratio (Birge 1932).

    Parameters
    ----------
    unit
        A track in metres needs no scale.
    height_m
        Body height, metres; None if unknown.
    stature
        Body height in the track's unit, from its keypoints; ignored unless positive.
    speed_mps
        Speed of a treadmill, metres per second; None if unknown.
    belt
        Speed of its belt, units of the track per second; ignored unless positive.

    Returns
    -------
    Estimate or None
        Metres per unit of the track.
    """
    if unit == "m":
        return Estimate(1.0, (1.0, 1.0), (Reason("estimate.track_unit"),))
    known = []
    if height_m is not None and stature > 0.0:
        known.append((height_m / stature, STATURE_SD, "body_height"))
    if speed_mps is not None and belt is not None and belt > 0.0:
        known.append((speed_mps / belt, BELT_SD, "treadmill_speed"))
    if not known:
        return None
    weights = np.array([1.0 / (value * sd) ** 2 for value, sd, _ in known])
    values = np.array([value for value, _, _ in known])
    scale = float(values @ weights / weights.sum())
    sd = float(weights.sum() ** -0.5)
    if len(known) == 2:
        # If two sources disagree, both are less certain than stated (Birge ratio).
        sd *= max(1.0, float(np.sqrt(((values - scale) ** 2 * weights).sum())))
    half = NORMAL_95 * sd
    sources = tuple(Reason(f"estimate.{name}") for *_, name in known)
    return Estimate(scale, (scale - half, scale + half), sources)
