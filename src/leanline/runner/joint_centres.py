"""From a network's keypoints to joint centres, frame by frame.

Networks put shoulders and hips where annotators saw them, centimetres from the joints, and
by how much depends on the posture: the hip keypoint hardly follows when a runner bends at
the waist, the shoulder falls behind as the trunk leans. What a frame shows beside the
keypoint itself, the other keypoints and the outline of the trunk, tells most of the shift.
The model is linear (``JointModel``), fitted on people whose joints are known
(``python -m tools.profiles``). Where a frame is unlike all of them the shift goes back to that
of somebody who stands tall.
"""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from leanline.model import Array, PoseTrack
from leanline.pose.outline import LEVELS
from leanline.profile import JointModel
from leanline.skeleton import Side, other

#: Keypoints whose places tell something of the shifts. Arms and hands are left out: they swing
#: and are raised in ways that no training set covers.
POINTS: Final = ("ear", "shoulder", "hip", "knee", "ankle", "heel", "foot_index")
#: Keypoints that are moved.
MOVED: Final = ("shoulder", "hip", "knee", "ankle", "heel", "foot_index")


def feature_names() -> tuple[str, ...]:
    """Names of the features of ``joint_features``, in order."""
    names = ["nose_x", "nose_y"]
    names += [
        f"{side}_{part}_{axis}" for part in POINTS for side in ("near", "far") for axis in "xy"
    ]
    names += [f"{edge}_{level:+.2f}" for level in LEVELS for edge in ("back", "front")]
    return tuple(names)


def joint_features(track: PoseTrack, near: Side, outline: Array | None, leg_length: float) -> Array:
    """What tells the shifts, (T, F), leg lengths; NaN where it was not seen.

    Parameters
    ----------
    track
        Facing +x as filmed, left and right solved.
    near
        The side towards the camera.
    outline
        (T, L, 2) back and front edge of the body at ``LEVELS``, ahead of the line
        from hips to shoulders, in the track's unit; None if no outline was seen.
    leg_length
        In the track's unit.
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
    """The track with its keypoints at the joint centres.

    Parameters
    ----------
    track, near, outline, leg_length
        As for ``joint_features``.
    model
        That of the track's source.

    Returns
    -------
    moved
        The track with the points of ``MOVED`` shifted; nothing in a frame depends on another.
    distance
        (T,) how unlike the training each frame is: about 1 in people who took part in it.
    """
    features, known = _filled(joint_features(track, near, outline, leg_length), model)
    away = features - model.mean
    shape = np.einsum("ti,ij,tj->t", away, model.precision, away)
    distance = np.sqrt(shape / np.maximum(known.sum(axis=1), 1))
    low, high = model.familiar
    trust = np.clip((high - distance) / (high - low), 0.0, 1.0)
    learned = model.shift + np.tensordot(away, model.weights, axes=1)
    shifts = (model.plain + trust[:, None, None] * (learned - model.plain)) * leg_length
    xy = track.xy.copy()
    for target, shift in zip(model.targets, np.moveaxis(shifts, 1, 0), strict=True):
        where, _, part = target.partition("_")
        name = f"{near if where == 'near' else other(near)}_{part}"
        if track.has(name):
            xy[:, track.keypoints.index(name)] += shift
    return track.with_xy(xy), distance


def _filled(features: Array, model: JointModel) -> tuple[Array, NDArray[np.bool_]]:
    """Features with missing ones as expected from those that are there (normal distribution).

    Also which were there, (T, F). Frames that miss the same features are filled together.
    """
    known = np.isfinite(features)
    filled = np.where(known, features, model.mean)
    patterns, which = np.unique(known, axis=0, return_inverse=True)
    for number, there in enumerate(patterns):
        if there.all():
            continue
        frames = np.flatnonzero(which.reshape(-1) == number)
        lost = ~there
        away = filled[np.ix_(frames, there)] - model.mean[there]
        pull = model.precision[np.ix_(lost, there)] @ away.T
        expected = np.linalg.solve(model.precision[np.ix_(lost, lost)], pull).T
        filled[np.ix_(frames, lost)] = model.mean[lost] - expected
    return filled, known
