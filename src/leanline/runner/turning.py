"""Runners who turn round within a clip, as on a short stretch out and back."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from leanline.model import Array, Capture, PoseTrack, warning
from leanline.playback.pace import select_frames
from leanline.skeleton import SIDES

# Votes of feet and face on the direction are averaged over about a stride, seconds, as the
# swinging foot may point backwards for a moment.
_STRIDE_S: Final = 0.8
# Shorter parts are no way of their own but a glimpse of a turn, or a foot that was misread.
_MIN_PART_S: Final = 1.0
# Share of the votes that one direction needs to be clear.
_CLEAR: Final = 0.3
# Cut off on the side of the turn, seconds: the body is seen obliquely there.
_TURN_S: Final = 0.3


def keep_one_direction(capture: Capture) -> Capture:
    """Cut the capture of somebody who turns round to the longest part in one direction.

    Parameters
    ----------
    capture
        Seen from the side, in playback time.

    Returns
    -------
    Capture
        Unchanged if the person faces the same way throughout; else with a note that says which
        way was measured.
    """
    pose = capture.pose
    facing = facing_signs(pose)
    parts = [
        (first, last)
        for first, last in _runs(facing)
        if pose.time_s[last] - pose.time_s[first] >= _MIN_PART_S
    ]
    ways = {int(facing[first]) for first, _ in parts}
    if len(ways) < 2:
        return capture
    first, last = max(parts, key=lambda part: pose.time_s[part[1]] - pose.time_s[part[0]])
    start_s, end_s = float(pose.time_s[first]), float(pose.time_s[last])
    start_s += _TURN_S if first > parts[0][0] else 0.0
    end_s -= _TURN_S if last < parts[-1][1] else 0.0
    other_s = sum(
        float(pose.time_s[b] - pose.time_s[a]) for a, b in parts if facing[a] != facing[first]
    )
    note = warning(
        "turns_round",
        direction="right" if facing[first] > 0 else "left",
        start_s=start_s,
        end_s=end_s,
        other_s=other_s,
    )
    kept = select_frames(capture, (pose.time_s >= start_s) & (pose.time_s <= end_s))
    return replace(kept, notes=(*kept.notes, note))


def facing_signs(pose: PoseTrack) -> NDArray[np.int_]:
    """Which way the person faces in each frame.

    Parameters
    ----------
    pose
        Seen from the side, T frames.

    Returns
    -------
    array
        (T,) 1 to the right, -1 to the left, 0 where feet and face do not agree on it.
    """
    pairs = [pose.point(f"{side}_foot_index") - pose.point(f"{side}_heel") for side in SIDES]
    ahead = np.stack([pair[:, 0] for pair in (*pairs, pose.point("nose") - pose.mid("ear"))])
    seen = np.isfinite(ahead)
    votes = np.where(seen, np.sign(np.nan_to_num(ahead)), 0.0).sum(axis=0)
    mean = _moving_sum(votes, pose.time_s) / np.maximum(
        _moving_sum(seen.sum(axis=0).astype(np.float64), pose.time_s), 1.0
    )
    return np.where(np.abs(mean) > _CLEAR, np.sign(mean), 0.0).astype(int)


def _moving_sum(values: Array, time_s: Array) -> Array:
    """Sum of the values within half a stride before and after each frame."""
    total = np.concatenate([[0.0], np.cumsum(values)])
    first = np.searchsorted(time_s, time_s - 0.5 * _STRIDE_S, side="left")
    last = np.searchsorted(time_s, time_s + 0.5 * _STRIDE_S, side="right")
    return np.asarray(total[last] - total[first])


def _runs(signs: NDArray[np.int_]) -> list[tuple[int, int]]:
    """First and last frame of each stretch that faces one way, bridging what is unclear."""
    known = np.flatnonzero(signs)
    if not len(known):
        return []
    changes = np.flatnonzero(np.diff(signs[known]))
    starts = known[np.concatenate([[0], changes + 1])]
    ends = known[np.concatenate([changes, [len(known) - 1]])]
    return [(int(a), int(b)) for a, b in zip(starts, ends, strict=True)]
