"""Estimation of joint centres from a network's keypoints, frame by frame.

Networks place shoulders and hips where annotators saw them, centimetres from the joints, by an
amount that depends on posture: the hip keypoint hardly follows when a runner bends at the waist,
and the shoulder falls behind as the trunk leans. The other keypoints and the outline of the trunk
predict most of this shift. The model is linear (``JointModel``), fitted to people with known joint
centres (``python -m tools.profiles``). For frames unlike the training data the shift falls back to
that of a person standing upright.
"""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from leanline.model import Array, PoseTrack
from leanline.pose.outline import LEVELS
from leanline.profile import JointModel
from leanline.skeleton import LEG, Side, other

#: Keypoints used as predictors. Arms and hands are excluded: they swing and are raised in ways that
#: no training set covers.
POINTS: Final = ("ear", "shoulder", "hip", *LEG)
#: Keypoints that are shifted.
MOVED: Final = ("shoulder", "hip", *LEG)


def feature_names() -> tuple[str, ...]:
    """Return the names of the columns of ``joint_features``, in order.

    Returns
    -------
    tuple of str
        F names, such as ``near_hip_x``.
    """
    names = ["nose_x", "nose_y"]
    names += [
        f"{side}_{part}_{axis}" for part in POINTS for side in ("near", "far") for axis in "xy"
    ]
    names += [f"{edge}_{level:+.2f}" for level in LEVELS for edge in ("back", "front")]
    return tuple(names)


def joint_features(track: PoseTrack, near: Side, outline: Array | None, leg_length: float) -> Array:
    """Return the predictors of the shifts.

    Parameters
    ----------
    track
        Facing +x as filmed, with sides resolved.
    near
        The side towards the camera.
    outline
        (T, L, 2) back and front edge of the body at ``LEVELS``, ahead of the line from hips to
        shoulders, in the track's unit; None if no outline was seen.
    leg_length
        In the track's unit.

    Returns
    -------
    Array
        (T, F) in leg lengths, relative to the hips' midpoint; NaN where not seen.
    """
    sides = (near, other(near))
    hip = track.mid("hip")
    points = [track.point("nose")]
    points += [track.point(f"{side}_{part}") for part in POINTS for side in sides]
    places = np.concatenate([point - hip for point in points], axis=1)
    if outline is None:
        edges = np.full((len(places), 2 * len(LEVELS)), np.nan)
    else:
        edges = outline.reshape(len(places), -1)
    return np.asarray(np.concatenate([places, edges], axis=1) / leg_length)


def to_joint_centres(
    track: PoseTrack, near: Side, outline: Array | None, leg_length: float, model: JointModel
) -> tuple[PoseTrack, Array]:
    """Shift a track's keypoints to the joint centres.

    Parameters
    ----------
    track, near, outline, leg_length
        As for ``joint_features``.
    model
        The joint model of the track's source.

    Returns
    -------
    moved
        The track with the keypoints in ``MOVED`` shifted, each frame independently.
    distance
        (T,) distance of each frame from the training data; about 1 within it.
    """
    features, known = _impute(joint_features(track, near, outline, leg_length), model)
    deviation = features - model.mean
    shape = np.einsum("ti,ij,tj->t", deviation, model.precision, deviation)
    distance = np.sqrt(shape / np.maximum(known.sum(axis=1), 1))
    low, high = model.familiar
    trust = np.clip((high - distance) / (high - low), 0.0, 1.0)
    learned = model.shift + np.tensordot(deviation, model.weights, axes=1)
    shifts = (model.plain + trust[:, None, None] * (learned - model.plain)) * leg_length
    xy = track.xy.copy()
    for target, shift in zip(model.targets, np.moveaxis(shifts, 1, 0), strict=True):
        where, _, part = target.partition("_")
        name = f"{near if where == 'near' else other(near)}_{part}"
        if track.has(name):
            xy[:, track.keypoints.index(name)] += shift
    return track.with_xy(xy), distance


def _impute(features: Array, model: JointModel) -> tuple[Array, NDArray[np.bool_]]:
    """Impute missing features by their conditional mean under a normal distribution.

    Also returns which were known, (T, F). Frames that miss the same features are imputed together.
    """
    known = np.isfinite(features)
    filled = np.where(known, features, model.mean)
    patterns, which = np.unique(known, axis=0, return_inverse=True)
    for number, present in enumerate(patterns):
        if present.all():
            continue
        frames = np.flatnonzero(which.reshape(-1) == number)
        missing = ~present
        deviation = filled[np.ix_(frames, present)] - model.mean[present]
        pull = model.precision[np.ix_(missing, present)] @ deviation.T
        expected = np.linalg.solve(model.precision[np.ix_(missing, missing)], pull).T
        filled[np.ix_(frames, missing)] = model.mean[missing] - expected
    return filled, known
