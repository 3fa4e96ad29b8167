"""Camera roll from the feet of somebody who stands on a level floor, seen from front or back."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

import numpy as np

from leanline.model import Estimate, PoseTrack, View
from leanline.profile import FrontalModel

FOOT: Final = ("heel", "ankle", "foot_index")


def feet_line_deg(pose: PoseTrack, view: View) -> float:
    """Roll that makes the line between the feet level, degrees; NaN when they are not seen.

    Parameters
    ----------
    pose
        As filmed, x to the right of the picture, y up.
    view
        ``front`` or ``back``.
    """
    right, left = ("left", "right") if view == "front" else ("right", "left")
    lines = [pose.point(f"{right}_{part}") - pose.point(f"{left}_{part}") for part in FOOT]
    tilts = [_median_angle(line) for line in lines]
    known = [tilt for tilt in tilts if np.isfinite(tilt)]
    return float(np.mean(known)) if known else float("nan")


def with_feet_line(roll: Estimate, pose: PoseTrack, view: View, model: FrontalModel) -> Estimate:
    """The roll of the scene and that of the feet together, each as sure as it proved to be."""
    line = feet_line_deg(pose, view)
    if not np.isfinite(line):
        return roll
    scene_sd = model.roll_sd_share * (roll.ci95[1] - roll.ci95[0]) / 3.92
    weight = scene_sd**2 / (scene_sd**2 + model.feet_line_sd_deg**2)
    value = (1.0 - weight) * roll.value + weight * line
    half = 1.96 * float(np.sqrt(weight)) * model.feet_line_sd_deg
    return replace(roll, value=value, ci95=(value - half, value + half))


def _median_angle(line: np.ndarray) -> float:
    known = line[np.isfinite(line).all(axis=1)]
    if not len(known):
        return float("nan")
    return float(np.median(np.degrees(np.arctan2(known[:, 1], known[:, 0]))))
