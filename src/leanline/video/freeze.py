"""Frames that show nothing new: repeats of a converted or recorded screen, frozen parts.

A repeat is coded as its forerunner and differs from it by hardly anything, while even a
standing person's frames differ by the camera's noise. Judged is how much a small picture
changes, against what is usual in the clip; where next to nothing ever changes, nothing is
called a repeat.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from leanline.model import AnalysisWarning, Array, warning
from leanline.video.picture import Picture, sampled_gray

# Longer side of the small picture: every so many pixels one, which costs some 0.1 ms.
SAMPLES = 96
# Grey levels, root mean square: what changes in a clip at all, and the most a repeat does.
MIN_USUAL, MAX_REPEAT = 1.5, 2.5
REPEAT_SHARE = 0.2
# A picture that stands longer is frozen, not repeated.
FROZEN_S, FROZEN_FRAMES = 0.25, 4
TOLD_SHARE = 0.02
# Frames missing from the stamps are told from this share of the clip or this long a gap on.
DROPPED_SHARE, DROPPED_S = 0.05, 0.15

Mask = NDArray[np.bool_]


@dataclass
class ChangeMeter:
    """How much each frame differs from the one before: ``changes`` in grey levels."""

    changes: list[float] = field(default_factory=list)
    _before: NDArray[np.float32] | None = None

    def see(self, picture: Picture) -> None:
        """Take in one frame."""
        now = sampled_gray(picture, max(1, max(picture.shape[:2]) // SAMPLES))
        if self._before is None or self._before.shape != now.shape:
            self.changes.append(np.inf)
        else:
            self.changes.append(float(np.sqrt(np.mean((now - self._before) ** 2))))
        self._before = now


@dataclass(frozen=True)
class Fresh:
    """Which frames show something new, ``kept`` (T,), and what to say of the others."""

    kept: Mask
    notes: tuple[AnalysisWarning, ...] = ()


def fresh_frames(changes: Array, time_s: Array) -> Fresh:
    """Tell new frames from repeats and from frozen parts.

    Parameters
    ----------
    changes
        (T,) from ``ChangeMeter``.
    time_s
        (T,) seconds of the clip, rising.

    Returns
    -------
    Fresh
        Repeats are left out. Of a clip that freezes, the longest part in motion is kept: what
        happened meanwhile is not known.
    """
    repeats = _repeats(np.asarray(changes, dtype=np.float64))
    frozen = _frozen(repeats, time_s)
    if not repeats.any():
        return Fresh(~repeats)
    moving = _longest_run(~frozen)
    kept = moving & ~repeats
    if kept.sum() < 2:
        return Fresh(np.ones(len(kept), dtype=bool))
    notes = (*_frozen_note(frozen, moving, time_s), *_repeat_note(repeats & moving, moving, time_s))
    return Fresh(kept, notes)


def dropped_frames(time_s: Array) -> tuple[AnalysisWarning, ...]:
    """A note when the stamps (T,) leave out frames often, or for long."""
    gaps = np.diff(time_s)
    if len(gaps) < 8:
        return ()
    missing = np.maximum(np.rint(gaps / float(np.median(gaps))) - 1.0, 0.0)
    few = missing.sum() < DROPPED_SHARE * len(time_s)
    if missing.sum() == 0 or (few and gaps[missing > 0].max() < DROPPED_S):
        return ()
    longest_s = float(gaps.max())
    return (warning("dropped_frames", frames=int(missing.sum()), longest_gap_s=longest_s),)


def _repeats(changes: Array) -> Mask:
    known = changes[np.isfinite(changes)]
    # At least every fourth frame is new, even of a film on a screen recorded at 60.
    usual = float(np.percentile(known, 85)) if len(known) >= 8 else 0.0
    if usual < MIN_USUAL:
        return np.zeros(len(changes), dtype=bool)
    return np.asarray(changes < min(REPEAT_SHARE * usual, MAX_REPEAT))


def _frozen(repeats: Mask, time_s: Array) -> Mask:
    """Frames of long standing pictures, the one they repeat included."""
    frozen = np.zeros(len(repeats), dtype=bool)
    for first, last in _runs(repeats):
        long = time_s[last] - time_s[first - 1] >= FROZEN_S - 1e-9
        if long and last - first + 1 >= FROZEN_FRAMES:
            frozen[first - 1 : last + 1] = True
    return frozen


def _runs(mask: Mask) -> list[tuple[int, int]]:
    """First and last index of each run of True."""
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


def _frozen_note(frozen: Mask, moving: Mask, time_s: Array) -> tuple[AnalysisWarning, ...]:
    if not frozen.any() or not moving.any():
        return ()
    frozen_s = sum(float(time_s[b] - time_s[a]) for a, b in _runs(frozen))
    start, end = time_s[moving][[0, -1]]
    return (warning("frozen", frozen_s=frozen_s, start_s=float(start), end_s=float(end)),)


def _repeat_note(repeats: Mask, moving: Mask, time_s: Array) -> tuple[AnalysisWarning, ...]:
    count, frames = int(repeats.sum()), int(moving.sum())
    if count < TOLD_SHARE * frames or count < 2:
        return ()
    rate = (frames - count - 1) / float(np.ptp(time_s[moving & ~repeats]))
    return (warning("duplicate_frames", repeats=count, frames=frames, rate_hz=rate),)
