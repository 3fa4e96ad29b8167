"""Keypoint noise: the scatter of the raw keypoints about their smoothed paths.

Low light, blur, low resolution, compression and grain make a network's keypoints unsteady, and
their errors grow with it. In rendered clips degraded on purpose the errors of leans and bends
increase in proportion to the scatter; the errors in clear clips are the residual of the source's
profile.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import numpy as np

from leanline.model import PoseTrack
from leanline.signals.robust_fit import MAD_TO_SD
from leanline.skeleton import LEG, SIDES

PARTS: Final = ("shoulder", "hip", *LEG)
# Scatter relative to clear clips above which values are rougher, a warning is given, and shoes are
# not read.
CLEAR_TIMES: Final = 1.5
# Median absolute deviation to standard deviation.


def measure_keypoint_noise(
    raw: PoseTrack, smooth: PoseTrack, leg_length: float
) -> dict[str, float]:
    """Measure the scatter of each body part, a robust standard deviation in leg lengths.

    Parameters
    ----------
    raw, smooth
        The same track (T, K, 2) before and after smoothing, with sides resolved.
    leg_length
        In the tracks' unit.

    Returns
    -------
    dict of str to float
        By body part, over both sides and coordinates; without parts that are never seen.
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
    """Return the ratio of the scatter to that of clear clips.

    Parameters
    ----------
    scatter
        By body part, from ``measure_keypoint_noise``.
    usual
        Scatter of the same source in clear clips, by body part, leg lengths (from its profile).

    Returns
    -------
    float
        Root mean square over the parts known in both, at least 1; 1 if there are none.
    """
    ratios = np.array([scatter[part] / usual[part] for part in usual if part in scatter])
    return max(1.0, float(np.sqrt(np.mean(ratios**2)))) if len(ratios) else 1.0
