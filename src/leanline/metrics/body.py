"""Body size and centre of mass from keypoints."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from leanline.model import Array, PoseTrack
from leanline.profile import LEG_SHARE, TRUNK_SHARE
from leanline.skeleton import SIDES


@dataclass(frozen=True)
class Segment:
    """Mass as a share of the body, and relative position of its centre from the first end."""

    first: str
    second: str
    mass: float
    centre: float


# de Leva 1996 (J Biomech 29:1223), mean of women and men; per side except head and trunk. The
# hand's mass is placed at the wrist.
HEAD_MASS = 0.0681
TRUNK = Segment("shoulder", "hip", 0.4302, 0.4046)
LIMBS = (
    Segment("shoulder", "elbow", 0.0263, 0.5763),
    Segment("elbow", "wrist", 0.0150, 0.4567),
    Segment("wrist", "wrist", 0.0059, 0.0),
    Segment("hip", "knee", 0.1447, 0.3854),
    Segment("knee", "ankle", 0.0457, 0.4374),
    Segment("heel", "foot_index", 0.0133, 0.4215),
)
# The centre is withheld if less of the body's mass than this is visible.
MIN_MASS = 0.85


def centre_of_mass(pose: PoseTrack) -> Array:
    """Return the centre of mass, (T, 2), in the track's unit; NaN if too little is seen."""
    parts = [(HEAD_MASS, pose.mid("ear"))]
    parts.append((TRUNK.mass, _along(pose.mid("shoulder"), pose.mid("hip"), TRUNK.centre)))
    for limb in LIMBS:
        for side in SIDES:
            ends = pose.point(f"{side}_{limb.first}"), pose.point(f"{side}_{limb.second}")
            parts.append((limb.mass, _along(*ends, limb.centre)))
    masses = np.array([mass for mass, _ in parts])[:, None]
    places = np.array([place for _, place in parts])
    seen = np.isfinite(places).all(axis=2) * masses
    total = seen.sum(axis=0)
    weighted = (np.nan_to_num(places) * seen[..., None]).sum(axis=0)
    mean = weighted / np.maximum(total, 1e-9)[:, None]
    return np.where((total >= MIN_MASS)[:, None], mean, np.nan)


def stature(pose: PoseTrack, leg_length: float, share: float = LEG_SHARE + TRUNK_SHARE) -> float:
    """Return body height in the track's unit, of which leg plus trunk are ``share``."""
    trunk = np.linalg.norm(pose.mid("shoulder") - pose.mid("hip"), axis=1)
    known = trunk[np.isfinite(trunk)]
    if len(known) == 0:
        return leg_length / LEG_SHARE
    return (leg_length + float(np.median(known))) / share


def _along(first: Array, second: Array, share: float) -> Array:
    return first + share * (second - first)
