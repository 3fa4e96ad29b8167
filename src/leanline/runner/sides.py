"""Which leg is the left one: solved over the whole clip, not frame by frame.

Networks exchange left and right in side view, most of all where the legs cross. Two states
(as labelled, exchanged) are chosen for all frames together by the cheapest path (Viterbi
1967): first for continuity, then against the gait cycle that the result itself shows.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from leanline.model import Array, PoseTrack, Rhythm
from leanline.runner.cycle import basis, find_rhythm, fit_cycle, harmonics_for
from leanline.skeleton import SIDES

LEG = ("knee", "ankle", "heel", "foot_index")
ARM = ("elbow", "wrist", "pinky", "index", "thumb")
# Costs in leg lengths. Leaving the network's own label for a frame costs this much (without
# it a path may run exchanged for half the clip); a change of state costs that much.
LABEL_COST = 0.05
CHANGE_COST = 0.10
# A misplaced point costs at most this much, so that one cannot decide for the whole leg.
MOST_COST = 0.35
ROUNDS = 4


@dataclass(frozen=True)
class Sides:
    """Which frames had legs or arms exchanged, (T,) each; and the rhythm found on the way."""

    legs_swapped: Array
    arms_swapped: Array
    rhythm: Rhythm | None

    @property
    def swaps(self) -> int:
        """Frames in which the legs were exchanged."""
        return int(np.count_nonzero(self.legs_swapped))


def solve_sides(track: PoseTrack, leg_length: float) -> Sides:
    """Find where left and right are exchanged in ``track`` (facing +x)."""
    legs = _pairs(track, LEG, leg_length)
    swapped = _by_continuity(legs)
    rhythm = None
    for _ in range(ROUNDS):
        ordered = _exchange(legs, swapped)
        rhythm = find_rhythm(ordered, track.time_s)
        if rhythm is None:
            break
        new = _by_cycle(legs, ordered, rhythm, track.time_s)
        if np.array_equal(new, swapped):
            break
        swapped = new
    arms = _pairs(track, ARM, leg_length)
    return Sides(swapped, _by_continuity(arms), rhythm)


def with_sides(track: PoseTrack, sides: Sides) -> PoseTrack:
    """The track with left and right put right."""
    xy, confidence = track.xy.copy(), track.confidence.copy()
    for parts, swapped in ((LEG, sides.legs_swapped), (ARM, sides.arms_swapped)):
        frames = np.flatnonzero(swapped)
        for part in parts:
            if track.has(f"left_{part}", f"right_{part}"):
                left, right = (track.keypoints.index(f"{side}_{part}") for side in SIDES)
                for values in (xy, confidence):
                    was_left = values[frames, left].copy()
                    values[frames, left] = values[frames, right]
                    values[frames, right] = was_left
    return PoseTrack(track.time_s, xy, confidence, track.keypoints, track.unit)


def _pairs(track: PoseTrack, parts: tuple[str, ...], leg_length: float) -> Array:
    """Left and right parts relative to the body, in leg lengths: (T, 2, P, 2)."""
    there = [p for p in parts if track.has(f"left_{p}", f"right_{p}")]
    root = track.mid("hip" if parts is LEG else "shoulder")
    if not there:
        return np.zeros((len(track.time_s), 2, 0, 2))
    rows = [[(track.point(f"{side}_{p}") - root) / leg_length for p in there] for side in SIDES]
    return np.moveaxis(np.array(rows), 2, 0)


def _exchange(pairs: Array, swapped: Array) -> Array:
    ordered = pairs.copy()
    frames = np.flatnonzero(swapped)
    ordered[frames] = pairs[frames, ::-1]
    return ordered


def _distance(a: Array, b: Array) -> Array:
    """Robust distance of two sets of pairs (..., 2, P, 2), summed over both sides: (...)."""
    away = np.linalg.norm(a - b, axis=-1)
    away = np.where(np.isfinite(away), np.minimum(away, MOST_COST), 0.5 * MOST_COST)
    return np.asarray(away.mean(axis=-1).sum(axis=-1))


def _by_continuity(pairs: Array) -> Array:
    """Cheapest path by position continuity from frame to frame."""
    if pairs.shape[2] == 0 or len(pairs) < 2:
        return np.zeros(len(pairs), dtype=bool)
    same = _distance(pairs[1:], pairs[:-1])
    crossed = _distance(pairs[1:], pairs[:-1, ::-1])
    own = np.tile([0.0, LABEL_COST], (len(pairs), 1))
    return _cheapest(own, same, crossed)


def _by_cycle(pairs: Array, ordered: Array, rhythm: Rhythm, time_s: Array) -> Array:
    """Cheapest path against the gait cycle fitted to the present order."""
    frames, _, parts, _ = pairs.shape
    rate_hz = 1.0 / float(np.median(np.diff(time_s)))
    harmonics = min(harmonics_for(rhythm, rate_hz), 6)
    flat = ordered.reshape(frames, -1)
    coefficients, _ = fit_cycle(flat, np.ones(frames), rhythm.phase, harmonics)
    model = (basis(rhythm.phase, harmonics) @ coefficients).reshape(frames, 2, parts, 2)
    own = np.stack([_distance(pairs, model), _distance(pairs[:, ::-1], model)], axis=1)
    own[:, 1] += LABEL_COST
    change = np.full(frames - 1, CHANGE_COST)
    return _cheapest(own, np.zeros(frames - 1), change)


def _cheapest(own: Array, stay: Array, change: Array) -> Array:
    """Viterbi over two states: ``own`` (T, 2) cost of a state, (T-1,) costs to stay and change."""
    frames = len(own)
    total = own[0].copy()
    came_from = np.zeros((frames, 2), dtype=int)
    for t in range(1, frames):
        ways = np.array([[stay[t - 1], change[t - 1]], [change[t - 1], stay[t - 1]]])
        costs = total[None, :] + ways
        came_from[t] = costs.argmin(axis=1)
        total = costs.min(axis=1) + own[t]
    state = np.zeros(frames, dtype=int)
    state[-1] = int(total.argmin())
    for t in range(frames - 1, 0, -1):
        state[t - 1] = came_from[t, state[t]]
    return np.asarray(state == 1)
