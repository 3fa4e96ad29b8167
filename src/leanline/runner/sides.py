"""Resolution of left and right over the whole clip rather than frame by frame.

Networks swap left and right in side views, mostly where the legs cross. Each frame is in one of two
states (as labelled, swapped), and the cheapest path through all frames is chosen (Viterbi 1967). It
starts from continuity and, separately, from the alternation of the feet; each start is refined
against the gait cycle that it implies, left and right half a stride apart, and the solution that
fits its own cycle best is taken.
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
from leanline.skeleton import LEG, SIDES

ARM = ("elbow", "wrist", "pinky", "index", "thumb")
# Costs in leg lengths, chosen: of departing from the network's label for a frame (otherwise half a
# clip may stay swapped), and of a change of state.
LABEL_COST = 0.05
CHANGE_COST = 0.10
# Limits the cost of one outlier, so that it cannot decide for the whole leg.
MAX_COST = 0.35
ROUNDS = 5
# Few harmonics are enough to distinguish the legs; more would fit a wrong order.
ORDERING_HARMONICS = 4


@dataclass(frozen=True, eq=False)
class Sides:
    """Frames in which left and right are swapped.

    Parameters
    ----------
    legs_swapped
        (T,) whether the legs are swapped.
    arms_swapped
        (T,) whether the arms are swapped.
    rhythm
        Of the strides with the legs resolved; None if nothing repeats.
    """

    legs_swapped: Array
    arms_swapped: Array
    rhythm: Rhythm | None

    @property
    def swaps(self) -> int:
        """Number of frames with swapped legs."""
        return int(np.count_nonzero(self.legs_swapped))


def solve_sides(track: PoseTrack, leg_length: float, *, legs_pass: bool = True) -> Sides:
    """Find the frames in which left and right are swapped (Viterbi 1967).

    Parameters
    ----------
    track
        Facing +x; from the front or the back as filmed.
    leg_length
        In the track's unit.
    legs_pass
        Whether the legs pass each other in the picture, as they do from the side.

    Returns
    -------
    Sides
        Of the track's T frames.
    """
    legs = _pairs(track, LEG, leg_length)
    arms = _by_continuity(_pairs(track, ARM, leg_length))
    alternating = _by_alternation(legs, track.time_s) if legs_pass else None
    starts = (_by_continuity(legs), alternating)
    solutions = [
        _refine_with_cycle(legs, start, track.time_s) for start in starts if start is not None
    ]
    best = min(solutions, key=lambda solution: solution[2])
    return Sides(best[0], arms, best[1])


def _refine_with_cycle(
    legs: Array, swapped: Array, time_s: Array
) -> tuple[Array, Rhythm | None, float]:
    """Refine order and rhythm alternately; also return the misfit of the cycle."""
    cost = np.inf
    rhythm = None
    for _ in range(ROUNDS):
        ordered = _swap(legs, swapped)
        rhythm = find_rhythm(ordered, time_s)
        if rhythm is None:
            break
        model = fit_pair(ordered, rhythm.phase, ORDERING_HARMONICS)
        state_cost = np.stack([_distance(legs, model), _distance(legs[:, ::-1], model)], axis=1)
        state_cost[:, 1] += LABEL_COST
        new = _cheapest_path(
            state_cost, np.zeros(len(state_cost) - 1), np.full(len(state_cost) - 1, CHANGE_COST)
        )
        cost = float(state_cost[np.arange(len(state_cost)), new.astype(int)].mean())
        if np.array_equal(new, swapped):
            break
        swapped = new
    return swapped, rhythm, cost


def _by_alternation(legs: Array, time_s: Array) -> Array | None:
    """Order the legs by rhythm alone: they pass each other twice per stride.

    The unsigned distance between the feet repeats with every step, and its phase determines when
    the sign must change. The network's labels decide only between the two overall solutions.
    """
    apart = separation(legs)
    known = np.isfinite(apart)
    if known.sum() < 8 or not _legs_alternate(apart[known]):
        return None
    low, high = STRIDE_HZ
    step_hz, _ = dominant_frequency(apart**2, time_s, low_hz=2 * low, high_hz=2 * high)
    if not np.isfinite(step_hz):
        return None
    ahead = np.cos(np.pi * running_phase(apart**2, time_s, step_hz)) > 0
    swapped = known & ((apart > 0) != ahead)
    against = swapped.sum() > 0.5 * known.sum()
    return np.asarray(~swapped & known if against else swapped)


def _legs_alternate(apart: Array) -> bool:
    """Whether the legs meet and separate, as opposed to standing still."""
    near, far = np.percentile(np.abs(apart), (10, 90))
    return bool(far > MIN_SWING and near < 0.5 * far)


def apply_sides(track: PoseTrack, sides: Sides) -> PoseTrack:
    """Swap positions and confidence of left and right where needed.

    Parameters
    ----------
    track
        As given to ``solve_sides``.
    sides
        Of the same frames.

    Returns
    -------
    PoseTrack
        With sides resolved.
    """
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


def apply_sides_to_feet(values: Array | None, sides: Sides) -> Array | None:
    """Swap values of the left and right foot where the legs are swapped.

    Parameters
    ----------
    values
        (T, 2) left and right; None is returned as None.
    sides
        Of the same frames.

    Returns
    -------
    Array or None
        (T, 2) with sides resolved.
    """
    if values is None:
        return None
    return np.where(np.asarray(sides.legs_swapped, dtype=bool)[:, None], values[:, ::-1], values)


def _pairs(track: PoseTrack, parts: tuple[str, ...], leg_length: float) -> Array:
    """Left and right parts relative to the body, in leg lengths: (T, 2, P, 2)."""
    available = [p for p in parts if track.has(f"left_{p}", f"right_{p}")]
    root = track.mid("hip" if parts is LEG else "shoulder")
    if not available:
        return np.zeros((len(track.time_s), 2, 0, 2))
    rows = [[(track.point(f"{side}_{p}") - root) / leg_length for p in available] for side in SIDES]
    return np.moveaxis(np.array(rows), 2, 0)


def _swap(pairs: Array, swapped: Array) -> Array:
    ordered = pairs.copy()
    frames = np.flatnonzero(swapped)
    ordered[frames] = pairs[frames, ::-1]
    return ordered


def _distance(a: Array, b: Array) -> Array:
    """Robust distance between pairs (..., 2, P, 2), summed over both sides: (...)."""
    away = np.linalg.norm(a - b, axis=-1)
    away = np.where(np.isfinite(away), np.minimum(away, MAX_COST), 0.5 * MAX_COST)
    return np.asarray(away.mean(axis=-1).sum(axis=-1))


def _by_continuity(pairs: Array) -> Array:
    """Find the cheapest path by continuity of positions between frames."""
    if pairs.shape[2] == 0 or len(pairs) < 2:
        return np.zeros(len(pairs), dtype=bool)
    same = _distance(pairs[1:], pairs[:-1])
    crossed = _distance(pairs[1:], pairs[:-1, ::-1])
    state_cost = np.tile([0.0, LABEL_COST], (len(pairs), 1))
    return _cheapest_path(state_cost, same, crossed)


def _cheapest_path(state_cost: Array, stay: Array, change: Array) -> Array:
    """Two-state Viterbi: costs of states (T, 2), and of staying or changing (T-1,)."""
    frames = len(state_cost)
    total = state_cost[0].copy()
    came_from = np.zeros((frames, 2), dtype=int)
    for t in range(1, frames):
        ways = np.array([[stay[t - 1], change[t - 1]], [change[t - 1], stay[t - 1]]])
        costs = total[None, :] + ways
        came_from[t] = costs.argmin(axis=1)
        total = costs.min(axis=1) + state_cost[t]
    state = np.zeros(frames, dtype=int)
    state[-1] = int(total.argmin())
    for t in range(frames - 1, 0, -1):
        state[t - 1] = came_from[t, state[t]]
    return np.asarray(state == 1)
