"""Cuts of an edited film: where one shot ends and the next begins.

Small grey pictures of neighbouring frames are compared. A cut changes most of the picture, and far
more than the frames before it changed: so neither somebody who walks in nor a camera that pans is
taken for one.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field
from typing import Final

import numpy as np
from numpy.typing import NDArray

from leanline.video.picture import Picture, subsample_gray

# Longer side of the subsampled and of the compared picture.
_SAMPLES: Final = 96
_SMALL: Final = 24
# All three limits below have to be exceeded. In 107 films without cuts (8115 frames, hand-held and
# panned ones among them) no frame came nearer than 0.73 of the limits, a blurred pan; of 602 pairs
# of pictures from different films 88 % are beyond them, and the others show the same room.
# One less the correlation of neighbours: above the first number, and the second number of times
# what is usual, at a cut. Unrelated pictures have about 1, neighbours of a shaken phone up to 0.1.
_MIN_UNLIKE: Final = 0.3
_TIMES_USUAL: Final = 4.0
_MIN_USUAL: Final = 0.02
_REMEMBERED: Final = 12
# Grey levels by which a part of the picture has changed, and the share of parts that change.
_CHANGED_LEVELS: Final = 10.0
_CHANGED_SHARE: Final = 0.45
# Standard deviation, in grey levels, below which a picture shows nothing (black, a plain card).
_BLANK_LEVELS: Final = 3.0


@dataclass(frozen=True)
class Shot:
    """A part of a film without a cut.

    Parameters
    ----------
    start_s, end_s
        Times of its first and of its last frame, seconds of the clip.
    """

    start_s: float
    end_s: float

    @property
    def duration_s(self) -> float:
        """Time from the first to the last frame."""
        return self.end_s - self.start_s


@dataclass
class CutFinder:
    """Finds cuts in frames given in order; ``shots`` are those seen so far."""

    _starts: list[float] = field(default_factory=list)
    _ends: list[float] = field(default_factory=list)
    _usual: deque[float] = field(default_factory=lambda: deque(maxlen=_REMEMBERED))
    _before: NDArray[np.float32] | None = None

    def see(self, picture: Picture, time_s: float) -> bool:
        """Process one frame; return whether it is the first after a cut."""
        now = _small(picture)
        before, self._before = self._before, now
        if before is None or before.shape != now.shape:
            cut = before is not None
        else:
            cut = self._is_cut(before, now)
        if cut or not self._starts:
            self._starts.append(time_s)
            self._ends.append(time_s)
            self._usual.clear()
        self._ends[-1] = time_s
        return cut

    @property
    def shots(self) -> tuple[Shot, ...]:
        """The shots seen so far, in order of time."""
        return tuple(map(Shot, self._starts, self._ends))

    def _is_cut(self, before: NDArray[np.float32], now: NDArray[np.float32]) -> bool:
        unlike = _unlikeness(before, now)
        usual = max(float(np.median(self._usual)) if self._usual else 0.0, _MIN_USUAL)
        self._usual.append(unlike)
        changed = float(np.mean(np.abs(now - before) > _CHANGED_LEVELS))
        return changed > _CHANGED_SHARE and unlike > _MIN_UNLIKE and unlike > _TIMES_USUAL * usual


def _small(picture: Picture) -> NDArray[np.float32]:
    import cv2

    height, width = picture.shape[:2]
    some = subsample_gray(picture, max(1, max(height, width) // _SAMPLES))
    scale = _SMALL / max(some.shape)
    size = (max(round(some.shape[1] * scale), 1), max(round(some.shape[0] * scale), 1))
    return np.asarray(cv2.resize(some, size, interpolation=cv2.INTER_AREA), np.float32)


def _unlikeness(before: NDArray[np.float32], now: NDArray[np.float32]) -> float:
    """One less the correlation; 1 between a blank picture and another, 0 between blank ones."""
    spread = float(before.std()), float(now.std())
    if min(spread) < _BLANK_LEVELS:
        return 0.0 if max(spread) < _BLANK_LEVELS else 1.0
    covariance = float(np.mean((before - before.mean()) * (now - now.mean())))
    return 1.0 - covariance / (spread[0] * spread[1])
