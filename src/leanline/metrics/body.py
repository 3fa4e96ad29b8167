"""Body size and centre of mass from keypoints."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from leanline.model import Array, PoseTrack
from leanline.profile import LEG_SHARE, TRUNK_SHARE
from leanline.skeleton import SIDES


@dataclass(frozen=True)
class Segment:
    """One segment of the body, with its mass and centre of mass.

    Parameters
    ----------
    first, second
        Body parts at its ends, such as ``hip`` and ``knee``.
    mass
        Share of the body's mass, 0 to 1.
    centre
        Distance of its centre of mass from ``first``, as a share of its length, 0 to 1.
    """

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
    """Compute the centre of mass with the segments of de Leva 1996.

    Parameters
    ----------
    pose
        Of T frames.

    Returns
    -------
    Array
        (T, 2) in the track's unit; NaN where segments of less than 85 % of the mass are seen.
    """
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
    """Estimate body height from leg and trunk.

    Parameters
    ----------
    pose
        With hips and shoulders; without them the leg alone is used.
    leg_length
        Hip to ankle, in the track's unit.
    share
        Share of leg (hip to ankle) plus trunk (hip to shoulder) in body height.

    Returns
    -------
    float
        In the track's unit.
    """
    trunk = np.linalg.norm(pose.mid("shoulder") - pose.mid("hip"), axis=1)
    known = trunk[np.isfinite(trunk)]
    if len(known) == 0:
        return leg_length / LEG_SHARE
    return (leg_length + float(np.median(known))) / share


def _along(first: Array, second: Array, share: float) -> Array:
    return first + share * (second - first)
