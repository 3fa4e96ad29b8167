"""Detection of repeated frames (of converted or screen-recorded clips) and frozen parts.

A repeat is encoded as a copy of its predecessor and hardly differs from it, while even the frames
of a static scene differ by camera noise. The change of a small picture is compared with what is
usual in the clip; where hardly anything ever changes, nothing is called a repeat.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from leanline.model import AnalysisWarning, Array, warning
from leanline.video.picture import Picture, subsample_gray

# Longer side of the small picture, which is subsampled in about 0.1 ms.
SAMPLES = 96
# RMS grey levels: the least usual change for a clip to be judged, and the most for a repeat.
MIN_USUAL, MAX_REPEAT = 1.5, 2.5
REPEAT_SHARE = 0.2
# A picture that stays longer is frozen rather than repeated.
FROZEN_S, FROZEN_FRAMES = 0.25, 4
REPORTED_SHARE = 0.02
# Missing frames are reported above this share of the clip, or for gaps of this length.
DROPPED_SHARE, DROPPED_S = 0.05, 0.15

Mask = NDArray[np.bool_]


@dataclass
class ChangeMeter:
    """Measures how much each frame differs from the previous one.

    Parameters
    ----------
    changes
        RMS difference in grey levels, one for each frame seen; infinite for the first.
    """

    changes: list[float] = field(default_factory=list)
    _before: NDArray[np.float32] | None = None

    def see(self, picture: Picture) -> None:
        """Process one frame."""
        now = subsample_gray(picture, max(1, max(picture.shape[:2]) // SAMPLES))
        if self._before is None or self._before.shape != now.shape:
            self.changes.append(np.inf)
        else:
            self.changes.append(float(np.sqrt(np.mean((now - self._before) ** 2))))
        self._before = now


@dataclass(frozen=True)
class FreshFrames:
    """Which frames of a clip show something new.

    Parameters
    ----------
    kept
        (T,) mask of them.
    notes
        Warnings about the others.
    """

    kept: Mask
    notes: tuple[AnalysisWarning, ...] = ()


def find_fresh_frames(changes: Array, time_s: Array) -> FreshFrames:
    """Separate new frames from repeats and frozen parts.

    Parameters
    ----------
    changes
        (T,) from ``ChangeMeter``.
    time_s
        (T,) seconds of the clip, increasing.

    Returns
    -------
    FreshFrames
        Without repeats. Of a clip that freezes, only the longest moving part is kept, because what
        happened in between is unknown.
    """
    repeats = _repeated_frames(np.asarray(changes, dtype=np.float64))
    frozen = _frozen_frames(repeats, time_s)
    if not repeats.any():
        return FreshFrames(~repeats)
    moving = _longest_run(~frozen)
    kept = moving & ~repeats
    if kept.sum() < 2:
        return FreshFrames(np.ones(len(kept), dtype=bool))
    notes = (
        *_frozen_warnings(frozen, moving, time_s),
        *_repeat_warnings(repeats & moving, moving, time_s),
    )
    return FreshFrames(kept, notes)


def dropped_frame_warnings(time_s: Array) -> tuple[AnalysisWarning, ...]:
    """Warn if time stamps skip frames often, or for long.

    Parameters
    ----------
    time_s
        (T,) seconds, increasing.

    Returns
    -------
    tuple of AnalysisWarning
        One warning or none.
    """
    gaps = np.diff(time_s)
    if len(gaps) < 8:
        return ()
    missing = np.maximum(np.rint(gaps / float(np.median(gaps))) - 1.0, 0.0)
    few = missing.sum() < DROPPED_SHARE * len(time_s)
    if missing.sum() == 0 or (few and gaps[missing > 0].max() < DROPPED_S):
        return ()
    longest_s = float(gaps.max())
    return (warning("dropped_frames", frames=int(missing.sum()), longest_gap_s=longest_s),)


def _repeated_frames(changes: Array) -> Mask:
    known = changes[np.isfinite(changes)]
    # Even a video inside a screen recording at 60 fps has at least every fourth frame new.
    usual = float(np.percentile(known, 85)) if len(known) >= 8 else 0.0
    if usual < MIN_USUAL:
        return np.zeros(len(changes), dtype=bool)
    return np.asarray(changes < min(REPEAT_SHARE * usual, MAX_REPEAT))


def _frozen_frames(repeats: Mask, time_s: Array) -> Mask:
    """Mask of frames in frozen parts, including the one that is repeated."""
    frozen = np.zeros(len(repeats), dtype=bool)
    for first, last in _runs(repeats):
        long = time_s[last] - time_s[first - 1] >= FROZEN_S - 1e-9
        if long and last - first + 1 >= FROZEN_FRAMES:
            frozen[first - 1 : last + 1] = True
    return frozen


def _runs(mask: Mask) -> list[tuple[int, int]]:
    """Return first and last index of each run of True."""
    edges = np.diff(np.concatenate([[0], mask.astype(int), [0]]))
    firsts, ends = np.flatnonzero(edges == 1), np.flatnonzero(edges == -1)
    return [(int(a), int(b) - 1) for a, b in zip(firsts, ends, strict=True)]


def _longest_run(mask: Mask) -> Mask:
    longest = np.zeros(len(mask), dtype=bool)
    runs = _runs(mask)
    if runs:
        first, last = max(runs, key=lambda run: run[1] - run[0])
        longest[first : last + 1] = True
    return longest


def _frozen_warnings(frozen: Mask, moving: Mask, time_s: Array) -> tuple[AnalysisWarning, ...]:
    if not frozen.any() or not moving.any():
        return ()
    frozen_s = sum(float(time_s[b] - time_s[a]) for a, b in _runs(frozen))
    start, end = time_s[moving][[0, -1]]
    return (warning("frozen", frozen_s=frozen_s, start_s=float(start), end_s=float(end)),)


def _repeat_warnings(repeats: Mask, moving: Mask, time_s: Array) -> tuple[AnalysisWarning, ...]:
    count, frames = int(repeats.sum()), int(moving.sum())
    if count < REPORTED_SHARE * frames or count < 2:
        return ()
    rate = (frames - count - 1) / float(np.ptp(time_s[moving & ~repeats]))
    return (warning("duplicate_frames", repeats=count, frames=frames, rate_hz=rate),)
