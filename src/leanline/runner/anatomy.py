"""From a network's keypoints to joint centres.

Networks put hip and shoulder where annotators saw them, centimetres from the joints and in
the same way for everybody: the hip of BlazePose stays nearer to the ankle-shoulder line
than the joint does when the trunk bends. The offsets are a small linear model in the
runner's own frame, one for each network, fitted on rendered people whose joints are known,
each body judged by the others (``tools/fit_anatomy.py``, which wrote ``anatomy.toml``).
Tracks from elsewhere are taken as they are.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files

import numpy as np

from leanline.model import Array, PoseTrack


@dataclass(frozen=True)
class Sole:
    """The foot's pitch is ``gain`` times the edge's, less ``flat_share`` of the edge's on the
    flat foot of the same clip and less ``zero_deg``.
    """

    gain: float
    flat_share: float
    zero_deg: float


@dataclass(frozen=True)
class Anatomy:
    """Offsets of one pose source, in leg lengths and degrees.

    Parameters
    ----------
    hip
        Shift of the hips ahead: a constant, per 10 degrees of trunk lean, per 10 degrees of
        leg lean (both as the network shows them on the mean over the clip), and per leg
        length that the outline at the hips stands ahead.
    hip_alone
        The same without the outline, where it was not seen.
    shoulder
        Shift of the shoulders ahead.
    stature_share
        Hip to ankle plus hip to shoulder, as a share of body height.
    sole
        How the edge of the shoe tells its pitch; None where no edge is seen.
    residual
        What stays wrong between bodies, a standard deviation for each metric.
    scatter
        How far parts scatter about their smooth paths in clear clips, leg lengths.
    """

    hip: tuple[float, float, float, float]
    hip_alone: tuple[float, float, float]
    shoulder: float
    stature_share: float
    sole: Sole | None
    residual: Mapping[str, float]
    scatter: Mapping[str, float] = field(default_factory=dict)


# Leg (hip to ankle) and trunk (hip to shoulder joint) as shares of stature: 0.491 and 0.288
# (Drillis & Contini 1966, in Winter 2009).
AS_IS = Anatomy((0.0, 0.0, 0.0, 0.0), (0.0, 0.0, 0.0), 0.0, 0.491 + 0.288, None, {})


@cache
def anatomy_of(source: str) -> Anatomy:
    """The offsets of a pose source; none for one that is not listed."""
    table = tomllib.loads((files("leanline") / "assets" / "anatomy.toml").read_text("utf-8"))
    if source not in table:
        return AS_IS
    row = table[source]
    hip, alone, sole = row["hip"], row["hip_alone"], row["sole"]
    return Anatomy(
        (hip["constant"], hip["per_10_deg_trunk"], hip["per_10_deg_leg"], hip["per_outline"]),
        (alone["constant"], alone["per_10_deg_trunk"], alone["per_10_deg_leg"]),
        row["shoulder"]["constant"],
        row["stature_share"],
        Sole(sole["gain"], sole["flat_share"], sole["zero_deg"]),
        row["residual"],
        row["scatter"],
    )


def joint_centres(
    pose: PoseTrack, leg_length: float, outline: float | None, anatomy: Anatomy
) -> PoseTrack:
    """The track (facing +x, upright) with hips and shoulders moved to the joint centres.

    ``outline`` is how far the middle of the body's outline stands ahead of the hip
    keypoints, in leg lengths, if it was seen.
    """
    if anatomy is AS_IS:
        return pose
    hip = _hip_shift(*mean_leans_deg(pose), outline, anatomy)
    return _moved(pose, {"hip": hip * leg_length, "shoulder": anatomy.shoulder * leg_length})


def joint_centres_each_frame(
    pose: PoseTrack, leg_length: float, outline: Array | None, anatomy: Anatomy
) -> PoseTrack:
    """The same for somebody whose posture changes through the clip, such as in the drill.

    ``outline`` (T,) and the leans count in every frame for themselves; nothing in here looks
    at another frame, so that the live page can ask for one.
    """
    if anatomy is AS_IS:
        return pose
    ankle, hip, shoulder = (pose.mid(part) for part in ("ankle", "hip", "shoulder"))
    hips = _hip_shift(_from_vertical(shoulder - hip), _from_vertical(hip - ankle), outline, anatomy)
    return _moved(pose, {"hip": hips * leg_length, "shoulder": anatomy.shoulder * leg_length})


def _moved(pose: PoseTrack, shifts: Mapping[str, float | Array]) -> PoseTrack:
    """Both sides of each part moved ahead, by one distance or by that of each frame."""
    xy = pose.xy.copy()
    for part, shift in shifts.items():
        for name in (f"left_{part}", f"right_{part}", f"mid_{part}"):
            if pose.has(name):
                xy[:, pose.keypoints.index(name), 0] += shift
    return PoseTrack(pose.time_s, xy, pose.confidence, pose.keypoints, pose.unit)


def _hip_shift(
    trunk_deg: float | Array,
    leg_deg: float | Array,
    outline: float | Array | None,
    anatomy: Anatomy,
) -> float | Array:
    """How far the hip joints are ahead of the hip keypoints, leg lengths."""
    if outline is None:
        constant, per_trunk, per_leg = anatomy.hip_alone
        return constant + per_trunk * trunk_deg / 10.0 + per_leg * leg_deg / 10.0
    constant, per_trunk, per_leg, per_outline = anatomy.hip
    return (
        constant + per_trunk * trunk_deg / 10.0 + per_leg * leg_deg / 10.0 + per_outline * outline
    )


def mean_leans_deg(pose: PoseTrack) -> tuple[float, float]:
    """Trunk and leg line (middle of the ankles to middle of the hips) on the mean over time."""
    ankle, hip, shoulder = (pose.mid(part) for part in ("ankle", "hip", "shoulder"))
    known = np.isfinite(np.concatenate([ankle, hip, shoulder], axis=1)).all(axis=1)
    if not known.any():
        return 0.0, 0.0
    trunk = np.mean((shoulder - hip)[known], axis=0)
    leg = np.mean((hip - ankle)[known], axis=0)
    return float(_from_vertical(trunk)), float(_from_vertical(leg))


def _from_vertical(line: Array) -> Array:
    return np.asarray(np.degrees(np.arctan2(line[..., 0], line[..., 1])))
