"""How clearly a runner is seen: how far the keypoints scatter about their smooth paths.

What makes a picture poor (little light, blur, few pixels, hard compression, grain) makes a
network unsteady, and by as much as it is unsteady it is also wrong. In rendered clips spoiled
on purpose the errors of leans and bends grow in proportion to the scatter, where errors in
clear clips are what the source's profile calls the residual.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import numpy as np

from leanline.model import PoseTrack
from leanline.signals.robust_fit import MAD_TO_SD
from leanline.skeleton import SIDES

PARTS: Final = ("shoulder", "hip", "knee", "ankle", "heel", "foot_index")
# Clear clips stay below so many times the usual scatter; above it values are rougher, it is told,
# and shoes are not read.
CLEAR_TIMES: Final = 1.5
# Median absolute deviation to standard deviation.


def keypoint_noise_of(raw: PoseTrack, smooth: PoseTrack, leg_length: float) -> dict[str, float]:
    """How far each part scatters, a robust standard deviation in leg lengths.

    Parameters
    ----------
    raw, smooth
        The same track (T, K, 2) before and after smoothing, sides right.
    leg_length
        In the tracks' unit.

    Returns
    -------
    dict of str to float
        By part, both sides and coordinates together; without parts that are never seen.
    """
    found = {}
    for part in PARTS:
        off = np.concatenate(
            [raw.point(f"{side}_{part}") - smooth.point(f"{side}_{part}") for side in SIDES]
        )
        known = off[np.isfinite(off)]
        if len(known):
            found[part] = float(MAD_TO_SD * np.median(np.abs(known)) / leg_length)
    return found


def noise_ratio(scatter: Mapping[str, float], usual: Mapping[str, float]) -> float:
    """How many times the scatter of clear clips: 1 and more, 1 where nothing is known.

    ``usual`` is the scatter of the same source in clear clips (the source's profile).
    """
    ratios = np.array([scatter[part] / usual[part] for part in usual if part in scatter])
    return max(1.0, float(np.sqrt(np.mean(ratios**2)))) if len(ratios) else 1.0
