"""Camera roll of clips from in front and behind, where a wrong degree shifts weight by 5 %.

What all lines of the scene say together is joined by one long level edge behind the runner and,
while somebody stands, by the line between the feet: both stand on the floor.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Final

import numpy as np

from leanline.camera.horizon import Edge, horizon
from leanline.confidence import NORMAL_95
from leanline.model import Array, Capture, Estimate, PoseTrack, View
from leanline.profile import FrontalModel
from leanline.reason import Reason
from leanline.video.lens import Lens

FOOT: Final = ("heel", "ankle", "foot_index")
# Sources that differ so many times more than their own deviations allow are said to disagree.
DISAGREE: Final = 1.5


def feet_line_deg(pose: PoseTrack, view: View) -> float:
    """Return the roll that makes the line between the feet level.

    Parameters
    ----------
    pose
        As filmed, x to the right of the picture, y up.
    view
        ``front`` or ``back``.

    Returns
    -------
    float
        Median over the frames, mean over heels, ankles and toes, degrees, positive clockwise as the
        photographer sees it; NaN if both feet are never seen.
    """
    right, left = ("left", "right") if view == "front" else ("right", "left")
    lines = [pose.point(f"{right}_{part}") - pose.point(f"{left}_{part}") for part in FOOT]
    tilts = [_median_angle(line) for line in lines]
    known = [tilt for tilt in tilts if np.isfinite(tilt)]
    return float(np.mean(known)) if known else float("nan")


def frontal_roll(
    scene_roll: Estimate, capture: Capture, model: FrontalModel, feet_deg: float
) -> Estimate:
    """Combine all sources of the roll, weighted by their precision.

    Where they disagree the interval is widened by their Birge ratio (Birge 1932, Phys Rev 40:207).

    Parameters
    ----------
    scene_roll
        From all lines of the scene (``estimate_roll``).
    capture
        With the scene.
    model
        With the standard deviation of the feet's line.
    feet_deg
        ``feet_line_deg`` of a standing person, else NaN.

    Returns
    -------
    Estimate
        Degrees, positive clockwise as the photographer sees it.
    """
    edge = _edge(capture)
    sources = [Edge(scene_roll.value, _sd(scene_roll))]
    sources += [] if edge is None else [edge]
    sources += [Edge(feet_deg, model.feet_line_sd_deg)] if np.isfinite(feet_deg) else []
    rolls = np.array([source.roll_deg for source in sources])
    weights = np.array([source.sd_deg**-2 for source in sources])
    value = float(np.average(rolls, weights=weights))
    chi2 = float(weights @ (rolls - value) ** 2) / max(len(rolls) - 1, 1)
    half = NORMAL_95 * float(np.sqrt(max(chi2, 1.0) / weights.sum()))
    return replace(
        scene_roll,
        value=value,
        ci95=(value - half, value + half),
        sources=_names(
            scene_roll, edge_seen=edge is not None, feet_seen=bool(np.isfinite(feet_deg))
        ),
        conflicting=scene_roll.conflicting or chi2 > DISAGREE**2,
    )


def _edge(capture: Capture) -> Edge | None:
    if capture.scene is None:
        return None
    return horizon(capture.scene, Lens(capture.video.width, capture.video.height))


def _names(scene_roll: Estimate, *, edge_seen: bool, feet_seen: bool) -> tuple[Reason, ...]:
    """All sources; how phones are usually held is one only while nothing else is."""
    found = [Reason("estimate.long_edge")] if edge_seen else []
    found += [Reason("estimate.feet_line")] if feet_seen else []
    kept = [r for r in scene_roll.sources if not found or r.code != "estimate.held_level"]
    return (*kept, *found)


def _sd(estimate: Estimate) -> float:
    return (estimate.ci95[1] - estimate.ci95[0]) / (2.0 * NORMAL_95)


def _median_angle(line: Array) -> float:
    known = line[np.isfinite(line).all(axis=1)]
    if not len(known):
        return float("nan")
    return float(np.median(np.degrees(np.arctan2(known[:, 1], known[:, 0]))))
