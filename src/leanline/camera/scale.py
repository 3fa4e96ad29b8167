"""How many metres a unit of the track is, with an interval."""

from __future__ import annotations

from leanline.model import Estimate, Unit

# Keypoints give a stature that is off by about this much between bodies.
STATURE_SD = 0.02


def metres_per_unit(unit: Unit, height_m: float | None, stature: float) -> Estimate | None:
    """Scale of the track, or None when nothing gives it.

    Parameters
    ----------
    unit
        A track in metres needs no scale.
    height_m
        Body height, if it is known.
    stature
        Body height in the track's unit, from its keypoints.
    """
    if unit == "m":
        return Estimate(1.0, (1.0, 1.0), "the track's own unit")
    if height_m is None or not stature > 0.0:
        return None
    scale = height_m / stature
    half = 1.96 * STATURE_SD * scale
    return Estimate(scale, (scale - half, scale + half), "body height")
