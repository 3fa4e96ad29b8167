"""Camera roll of clips from the front and back, where an error of 1 degree shifts weight by 5 %.

The estimate from all lines of the scene is combined with that from one long level edge behind the
runner and, for a standing person, with the line between the feet, as both are on the floor.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from leanline.camera.horizon import Edge, horizon
from leanline.camera.roll import DISAGREE
from leanline.confidence import NORMAL_95, interval_sd
from leanline.model import Array, Capture, Estimate, PoseTrack, View
from leanline.profile import FrontalModel
from leanline.reason import Reason
from leanline.skeleton import ANKLE_AND_FOOT
from leanline.video.lens import Lens


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
        photographer sees it; NaN if no frame shows both feet.
    """
    # In the picture: somebody who faces the camera has their left foot on the right.
    right, left = ("left", "right") if view == "front" else ("right", "left")
    left_to_right = [
        pose.point(f"{right}_{part}") - pose.point(f"{left}_{part}") for part in ANKLE_AND_FOOT
    ]
    tilts_deg = [_median_tilt_deg(vectors) for vectors in left_to_right]
    known = [tilt_deg for tilt_deg in tilts_deg if np.isfinite(tilt_deg)]
    return float(np.mean(known)) if known else float("nan")


def frontal_roll(
    scene_roll: Estimate, capture: Capture, model: FrontalModel, feet_deg: float
) -> Estimate:
    """Combine all sources of the roll as their inverse-variance weighted mean.

    Where they disagree the interval is widened by their Birge ratio (Birge 1932, Phys Rev 40:207).

    Parameters
    ----------
    scene_roll
        From all lines of the scene (``estimate_roll``).
    capture
        With the lines of the scene.
    model
        With the standard deviation of the line between the feet.
    feet_deg
        ``feet_line_deg`` of a standing person, otherwise NaN.

    Returns
    -------
    Estimate
        Degrees, positive clockwise as the photographer sees it.
    """
    edge = _level_edge(capture)
    sources = [Edge(scene_roll.value, interval_sd(scene_roll.ci95))]
    sources += [] if edge is None else [edge]
    sources += [Edge(feet_deg, model.feet_line_sd_deg)] if np.isfinite(feet_deg) else []
    rolls = np.array([source.roll_deg for source in sources])
    weights = np.array([source.sd_deg**-2 for source in sources])
    mean = float(np.average(rolls, weights=weights))
    reduced_chi2 = float(weights @ (rolls - mean) ** 2) / max(len(rolls) - 1, 1)
    half_width = NORMAL_95 * float(np.sqrt(max(reduced_chi2, 1.0) / weights.sum()))
    return replace(
        scene_roll,
        value=mean,
        ci95=(mean - half_width, mean + half_width),
        sources=_all_reasons(
            scene_roll, edge_seen=edge is not None, feet_seen=bool(np.isfinite(feet_deg))
        ),
        conflicting=scene_roll.conflicting or reduced_chi2 > DISAGREE**2,
    )


def _level_edge(capture: Capture) -> Edge | None:
    if capture.scene is None:
        return None
    return horizon(capture.scene, Lens(capture.video.width, capture.video.height))


def _all_reasons(scene_roll: Estimate, *, edge_seen: bool, feet_seen: bool) -> tuple[Reason, ...]:
    """All sources; how phones are usually held counts only in the absence of any other."""
    added = [Reason("estimate.long_edge")] if edge_seen else []
    added += [Reason("estimate.feet_line")] if feet_seen else []
    kept = [r for r in scene_roll.sources if not added or r.code != "estimate.held_level"]
    return (*kept, *added)


def _median_tilt_deg(vectors: Array) -> float:
    known = vectors[np.isfinite(vectors).all(axis=1)]
    if not len(known):
        return float("nan")
    return float(np.median(np.degrees(np.arctan2(known[:, 1], known[:, 0]))))
