"""Which leg is the left one: solved over the whole clip, not frame by frame.

Networks exchange left and right in side view, most of all where the legs cross. Two states
(as labelled, exchanged) are chosen for all frames together by the cheapest path (Viterbi
1967). It starts from continuity and, apart from that, from the alternation of the feet; each
start is then settled against the gait cycle that it shows itself, left and right half a
stride apart, and the order that fits its own cycle best is taken.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from leanline.model import Array, PoseTrack, Rhythm
from leanline.runner.harmonic_model import (
    MIN_SWING,
    STRIDE_HZ,
    find_rhythm,
    fit_pair,
    running_phase,
    separation,
)
from leanline.signals.spectrum import dominant_frequency
from leanline.skeleton import SIDES

LEG = ("knee", "ankle", "heel", "foot_index")
ARM = ("elbow", "wrist", "pinky", "index", "thumb")
# Costs in leg lengths. Leaving the network's own label for a frame costs this much (without
# it a path may run exchanged for half the clip); a change of state costs that much.
LABEL_COST = 0.05
CHANGE_COST = 0.10
# A misplaced point costs at most this much, so that one cannot decide for the whole leg.
MAX_COST = 0.35
ROUNDS = 5
# Few harmonics tell the legs apart; more would follow a wrong order.
ORDERING_HARMONICS = 4


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


def solve_sides(track: PoseTrack, leg_length: float, *, legs_pass: bool = True) -> Sides:
    """Find where left and right are exchanged in ``track``.

    Parameters
    ----------
    track
        Facing +x, or seen from in front or behind.
    leg_length
        In the track's unit.
    legs_pass
        Whether the legs pass each other across the picture, as they do in side view only.
    """
    legs = _pairs(track, LEG, leg_length)
    arms = _by_continuity(_pairs(track, ARM, leg_length))
    alternating = _by_alternation(legs, track.time_s) if legs_pass else None
    starts = (_by_continuity(legs), alternating)
    solutions = [_settled(legs, start, track.time_s) for start in starts if start is not None]
    best = min(solutions, key=lambda solution: solution[2])
    return Sides(best[0], arms, best[1])


def _settled(legs: Array, swapped: Array, time_s: Array) -> tuple[Array, Rhythm | None, float]:
    """Order and rhythm refined by each other; with how badly the cycle fits the result."""
    cost = np.inf
    rhythm = None
    for _ in range(ROUNDS):
        ordered = _exchange(legs, swapped)
        rhythm = find_rhythm(ordered, time_s)
        if rhythm is None:
            break
        model = fit_pair(ordered, rhythm.phase, ORDERING_HARMONICS)
        own = np.stack([_distance(legs, model), _distance(legs[:, ::-1], model)], axis=1)
        own[:, 1] += LABEL_COST
        new = _cheapest(own, np.zeros(len(own) - 1), np.full(len(own) - 1, CHANGE_COST))
        cost = float(own[np.arange(len(own)), new.astype(int)].mean())
        if np.array_equal(new, swapped):
            break
        swapped = new
    return swapped, rhythm, cost


def _by_alternation(legs: Array, time_s: Array) -> Array | None:
    """Order by the rhythm alone: the legs pass each other twice in a stride.

    How far they are apart, without saying which is ahead, repeats with every step; its
    phase says when the sign must change. The network's labels only vote on the whole.
    """
    apart = separation(legs)
    known = np.isfinite(apart)
    if known.sum() < 8 or not _passing(apart[known]):
        return None
    low, high = STRIDE_HZ
    step_hz, _ = dominant_frequency(apart**2, time_s, low_hz=2 * low, high_hz=2 * high)
    if not np.isfinite(step_hz):
        return None
    ahead = np.cos(np.pi * running_phase(apart**2, time_s, step_hz)) > 0
    swapped = known & ((apart > 0) != ahead)
    against = swapped.sum() > 0.5 * known.sum()
    return np.asarray(~swapped & known if against else swapped)


def _passing(apart: Array) -> bool:
    """Whether the legs come together and swing apart, as opposed to a stance held still."""
    near, far = np.percentile(np.abs(apart), (10, 90))
    return bool(far > MIN_SWING and near < 0.5 * far)


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


def feet_with_sides(values: Array | None, sides: Sides) -> Array | None:
    """Values of the left and the right foot, (T, 2), put right like the legs."""
    if values is None:
        return None
    return np.where(np.asarray(sides.legs_swapped, dtype=bool)[:, None], values[:, ::-1], values)


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
    away = np.where(np.isfinite(away), np.minimum(away, MAX_COST), 0.5 * MAX_COST)
    return np.asarray(away.mean(axis=-1).sum(axis=-1))


def _by_continuity(pairs: Array) -> Array:
    """Cheapest path by position continuity from frame to frame."""
    if pairs.shape[2] == 0 or len(pairs) < 2:
        return np.zeros(len(pairs), dtype=bool)
    same = _distance(pairs[1:], pairs[:-1])
    crossed = _distance(pairs[1:], pairs[:-1, ::-1])
    own = np.tile([0.0, LABEL_COST], (len(pairs), 1))
    return _cheapest(own, same, crossed)


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
