"""Fit the joint model: shifts of a network's keypoints to the joints, frame by frame.

A ridge regression on what ``runner.joint_centres`` reads off a frame. Whatever is judged by
it, its body and its captured runner take no part in the fit.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from leanline.model import Array, PoseTrack
from leanline.profile import JointModel
from leanline.runner.joint_centres import MOVED, feature_names, joint_features
from leanline.runner.prepare import find_direction, measure_leg_length, mirror, outline_facing_x
from leanline.runner.sides import ARM, Sides, apply_sides
from leanline.skeleton import LEG, SIDES, Side, other
from tools.profiles.clips import Clip

# Strength of the ridge on standardised features; between 30 and 300 the errors of left-out
# bodies and runners stay the same (0.30 and 0.31 degrees of body lean).
RIDGE: Final = 30.0
# Share of each feature's variance that is added to the covariance before it is inverted.
LOADING: Final = 0.003
# Frames of one clip count no more than so many together: neighbours show the same.
MAX_FRAMES: Final = 30.0
# Percentiles of the distance in left-out people at which the model begins to count less, and
# how many times that far it counts for nothing.
FAMILIAR_PCT, UNFAMILIAR_TIMES = 99.0, 1.5
# Joints' names in the truth, where they differ from ours.
TRUE_NAMES: Final = {"foot_index": "toe_tip"}
SAME_FRAME_S: Final = 0.02
#: Runners whose motion is nobody's: made by a formula, or none at all.
NOBODY: Final = ("synthetic", "standing")


@dataclass(frozen=True)
class Frames:
    """Frames of all clips.

    ``features`` (N, F) and ``shifts`` (N, P, 2) in leg lengths; ``clip`` (N,), ``body`` (N,)
    and ``runner`` (N,) name where each is from; ``weight`` (N,) how much it counts.
    """

    features: Array
    shifts: Array
    clip: NDArray[np.str_]
    body: NDArray[np.str_]
    runner: NDArray[np.str_]
    weight: Array

    def where(self, chosen: NDArray[np.bool_]) -> Frames:
        """Some of the frames."""
        parts = (self.features, self.shifts, self.clip, self.body, self.runner, self.weight)
        return Frames(*(part[chosen] for part in parts))  # type: ignore[arg-type]

    def without(self, body: str | None, runner: str | None) -> Frames:
        """What may be learned from before that body and that captured runner are judged."""
        same = (self.runner == runner) & (runner not in NOBODY)
        return self.where((self.body != body) & ~same)


def frames_of(clips: Iterable[Clip]) -> Frames:
    """Everything that can be learned from, of clips with joints."""
    parts = [part for clip in clips if (part := _frames(clip)) is not None]
    columns = zip(*parts, strict=True)
    features, shifts, names, bodies, runners, weights = (np.concatenate(c) for c in columns)
    return Frames(features, shifts, names, bodies, runners, weights)


def _frames(clip: Clip) -> tuple[Array, ...] | None:
    """Features, shifts, names and weights of one clip; None when it is read the wrong way."""
    joints, capture = clip.joints, clip.capture
    if joints is None or find_direction(capture.pose) != joints["direction"]:
        return None
    direction: Side = joints["direction"]
    track = mirror(capture.pose) if direction == "left" else capture.pose
    leg_length = measure_leg_length(track)
    rows, true = _true_joints(joints, track.time_s)
    kept = np.isin(np.arange(len(track.time_s)), rows)
    outline = outline_facing_x(capture.outline_px, direction)
    track = _with_true_sides(track.select(kept), true)
    edges = None if outline is None else outline[kept]
    features = joint_features(track, direction, edges, leg_length)
    shifts = np.stack(
        [
            true[name] - track.point(name)
            for part in MOVED
            for name in (f"{direction}_{part}", f"{other(direction)}_{part}")
        ],
        axis=1,
    )
    shifts /= leg_length
    known = np.isfinite(features).all(axis=1) & np.isfinite(shifts).all(axis=(1, 2))
    count = int(known.sum())
    weight = np.full(count, min(1.0, MAX_FRAMES / max(count, 1)))
    names = (np.full(count, name) for name in (clip.name, clip.body, clip.runner))
    return features[known], shifts[known], *names, weight


def _true_joints(
    joints: dict[str, Any], time_s: Array
) -> tuple[NDArray[np.intp], dict[str, Array]]:
    """Which frames have their joints in the picture, and these, facing +x, y up."""
    true_s = np.array(joints["t_s"])
    nearest = np.abs(true_s[None, :] - time_s[:, None]).argmin(axis=1)
    there = np.abs(true_s[nearest] - time_s) < SAME_FRAME_S
    there &= np.array(joints["in_frame"], dtype=bool)[nearest]
    places = np.array(joints["xy_px"])[nearest[there]]
    sign = -1.0 if joints["direction"] == "left" else 1.0
    places = places * [sign, -1.0] + [0.0, joints["size"][1]]
    names = joints["keypoints"]
    found = {
        f"{side}_{part}": places[:, names.index(f"{side}_{TRUE_NAMES.get(part, part)}")]
        for side in SIDES
        for part in (*MOVED, "elbow", "wrist")
    }
    return np.flatnonzero(there), found


def _with_true_sides(track: PoseTrack, true: dict[str, Array]) -> PoseTrack:
    """The track with legs and arms named as they truly are."""
    legs, arms = (
        _find_exchanged(track, true, [part for part in parts if f"left_{part}" in true]).astype(
            float
        )
        for parts in (LEG, ARM)
    )
    return apply_sides(track, Sides(legs, arms, None))


def _find_exchanged(
    track: PoseTrack, true: dict[str, Array], parts: Sequence[str]
) -> NDArray[np.bool_]:
    nearer = np.zeros(len(track.time_s))
    for part in parts:
        for side in SIDES:
            shown = track.point(f"{side}_{part}")
            own, crossed = (
                np.linalg.norm(shown - true[f"{which}_{part}"], axis=1)
                for which in (side, other(side))
            )
            nearer += np.nan_to_num(own - crossed)
    return np.asarray(nearer > 0.0)


def fit(frames: Frames, familiar: tuple[float, float] = (2.0, 3.0)) -> JointModel:
    """The ridge regression, weighted by frame."""
    mean = np.average(frames.features, axis=0, weights=frames.weight)
    away = frames.features - mean
    spread = np.sqrt(np.average(away**2, axis=0, weights=frames.weight)) + 1e-3
    z = away / spread
    targets = frames.shifts.reshape(len(z), -1)
    shift = np.average(targets, axis=0, weights=frames.weight)
    weighted = z * frames.weight[:, None]
    normal = weighted.T @ z
    slopes = np.linalg.solve(normal + RIDGE * np.eye(len(mean)), weighted.T @ (targets - shift))
    covariance = normal / frames.weight.sum() + LOADING * np.eye(len(mean))
    tall = frames.runner == "standing"
    return JointModel(
        features=feature_names(),
        targets=tuple(f"{side}_{part}" for part in MOVED for side in ("near", "far")),
        mean=mean,
        precision=np.linalg.inv(covariance) / np.outer(spread, spread),
        weights=(slopes / spread[:, None]).reshape(len(mean), -1, 2),
        shift=shift.reshape(-1, 2),
        plain=_plain(frames.where(tall) if tall.any() else frames),
        familiar=familiar,
    )


def _plain(standing: Frames) -> Array:
    """Shifts of who stands upright: the third whose shoulders are least ahead of the hips."""
    names = feature_names()
    ahead = standing.features[:, [names.index(f"{side}_shoulder_x") for side in ("near", "far")]]
    upright = np.abs(ahead.mean(axis=1)) <= np.percentile(np.abs(ahead.mean(axis=1)), 33)
    return np.asarray(standing.shifts[upright].mean(axis=0))


def distances(features: Array, model: JointModel) -> Array:
    """How unlike the training frames are, as ``to_joint_centres`` has it, (N,)."""
    away = features - model.mean
    shape = np.einsum("ti,ij,tj->t", away, model.precision, away)
    return np.asarray(np.sqrt(shape / features.shape[1]))


def line_errors_deg(frames: Frames, model: JointModel) -> Array:
    """Errors of the body, leg and trunk lines in each frame, degrees, (N, 3).

    Measured less true, forward positive; as both are read in the picture, no vertical is needed.
    """
    names = feature_names()
    shown = np.stack(
        [
            frames.features[:, [names.index(f"{target}_{axis}") for axis in "xy"]]
            for target in model.targets
        ],
        axis=1,
    )
    away = frames.features - model.mean
    learned = model.shift + np.tensordot(away, model.weights, axes=1)
    read, true = _line_angles(shown + learned, model), _line_angles(shown + frames.shifts, model)
    return read - true


def _line_angles(points: Array, model: JointModel) -> Array:
    """Angles of body, leg and trunk line from the picture's vertical, (N, 3) degrees."""
    ankle, hip, shoulder = (
        points[:, [model.targets.index(f"{side}_{part}") for side in ("near", "far")]].mean(axis=1)
        for part in ("ankle", "hip", "shoulder")
    )
    lines = np.stack([shoulder - ankle, hip - ankle, shoulder - hip], axis=1)
    return np.asarray(np.degrees(np.arctan2(lines[..., 0], lines[..., 1])))


def left_out_lines(frames: Frames, *, standing: bool, without: str | None) -> Array:
    """Root mean square errors of body, leg, trunk and trunk less leg on the mean over a clip.

    Every clip by a model that has seen neither its body nor its captured runner; captured runners
    (or bodies that stand) count alike. ``without`` is a runner who takes no part at all.
    """
    stands = frames.runner == "standing"
    kept = frames.where((stands if standing else ~stands) & (frames.runner != without))
    squares: dict[str, list[Array]] = {}
    for body, runner in sorted({*zip(kept.body.tolist(), kept.runner.tolist(), strict=True)}):
        mine = kept.where((kept.body == body) & (kept.runner == runner))
        errors = line_errors_deg(mine, fit(frames.without(body, runner)))
        for clip in np.unique(mine.clip):
            mean = errors[mine.clip == clip].mean(axis=0)
            four = np.append(mean, mean[2] - mean[1])
            squares.setdefault(body if standing else runner, []).append(four**2)
    return np.asarray(
        np.sqrt(np.mean([np.mean(rows, axis=0) for rows in squares.values()], axis=0))
    )


def left_out_familiar(frames: Frames) -> tuple[float, float]:
    """The limits of familiarity, from people each judged without their like."""
    found = []
    for body, runner in sorted({*zip(frames.body.tolist(), frames.runner.tolist(), strict=True)}):
        mine = frames.where((frames.body == body) & (frames.runner == runner))
        found.append(distances(mine.features, fit(frames.without(body, runner))))
    low = float(np.percentile(np.concatenate(found), FAMILIAR_PCT))
    return low, UNFAMILIAR_TIMES * low
