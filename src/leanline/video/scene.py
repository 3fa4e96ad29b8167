"""Straight lines of the scene behind the runner, from a few pictures of the clip.

A static camera gives one picture without the runner: the median over time. A moving one gives three
pictures with the runner masked. Segments are detected with LSD (Grompone von Gioi et al. 2010, IEEE
PAMI 32:722).
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from leanline.model import Array, SceneEvidence
from leanline.video.background import RunnerCircle
from leanline.video.picture import Picture, resize_gray

# Longer side of the pictures searched for lines.
LONG_SIDE_PX = 960
INTERVAL_S = 0.25
MAX_PICTURES = 16
MOVING_PICTURES = 3
# Shorter segments, as a share of the diagonal, are imprecise and often texture.
MIN_LENGTH = 0.02
# Number of steep and of flat segments kept, the longest of each.
MAX_SEGMENTS = 60
# Half axes of the elliptical mask around a runner, as shares of the runner's circle.
MASK_SHARES = (0.5, 0.95)


@dataclass(frozen=True, eq=False)
class _Picture:
    gray: NDArray[np.uint8]
    scale: float
    runner: RunnerCircle


@dataclass
class SceneObserver:
    """Keeps a few small grey pictures, evenly spread over a clip of unknown length."""

    _pictures: list[_Picture] = field(default_factory=list)
    _interval_s: float = INTERVAL_S
    _next_s: float = -np.inf

    def see(self, picture: Picture, time_s: float, runner: RunnerCircle) -> None:
        """Process one frame; most are skipped at once."""
        if time_s < self._next_s:
            return
        self._next_s = time_s + self._interval_s
        self._pictures.append(_shrink(picture, runner))
        if len(self._pictures) > MAX_PICTURES:
            self._pictures = self._pictures[::2]
            self._interval_s *= 2.0

    def evidence(self, *, moving: bool) -> SceneEvidence:
        """Return the segments of the scene; empty if no frame was seen."""
        if not self._pictures:
            return SceneEvidence(())
        if moving:
            picked = np.linspace(0, len(self._pictures) - 1, MOVING_PICTURES + 2)[1:-1]
            single = [self._pictures[k] for k in sorted(set(picked.round().astype(int)))]
            return SceneEvidence(tuple(_detect_segments(one.gray, [one]) for one in single))
        still = np.median([one.gray for one in self._pictures], axis=0).astype(np.uint8)
        return SceneEvidence((_detect_segments(still, self._pictures),))


def _shrink(picture: Picture, runner: RunnerCircle) -> _Picture:
    height, width = picture.shape[:2]
    scale = min(1.0, LONG_SIDE_PX / max(height, width))
    gray = resize_gray(picture, round(width * scale), round(height * scale), smooth=True)
    return _Picture(gray, scale, runner)


def _detect_segments(gray: NDArray[np.uint8], seen: list[_Picture]) -> Array:
    """Return the longest segments off the runner, (N, 4) full pixels, y up: x, y of both ends."""
    import cv2

    found = cv2.createLineSegmentDetector(cv2.LSD_REFINE_STD).detect(gray)[0]
    if found is None:
        return np.empty((0, 4))
    ends = np.asarray(found, dtype=np.float64).reshape(-1, 4) / seen[0].scale
    middle = 0.5 * (ends[:, :2] + ends[:, 2:])
    # A runner who stays in place is part of the median too.
    covered = np.mean([_covers(one.runner, middle) for one in seen], axis=0)
    length = np.hypot(ends[:, 2] - ends[:, 0], ends[:, 3] - ends[:, 1])
    height, width = np.array(gray.shape) / seen[0].scale
    keep = (length > MIN_LENGTH * np.hypot(height, width)) & (covered < 0.5)
    kept: Array = ends[_among_longest(length, keep, ends)]
    kept[:, [1, 3]] = height - kept[:, [1, 3]]
    return kept


def _among_longest(length: Array, keep: NDArray[np.bool_], ends: Array) -> NDArray[np.bool_]:
    """Whether each segment is among the longest of its kind, steep or flat."""
    step = np.abs(ends[:, 2:] - ends[:, :2])
    chosen = np.zeros(len(ends), dtype=bool)
    for kind in (step[:, 0] < step[:, 1], step[:, 0] >= step[:, 1]):
        candidates = np.flatnonzero(kind & keep)
        chosen[candidates[np.argsort(-length[candidates])][:MAX_SEGMENTS]] = True
    return chosen


def _covers(runner: RunnerCircle, points: Array) -> NDArray[np.bool_]:
    offset = (points - (runner.x_px, runner.y_px)) / runner.radius_px
    return np.asarray(np.hypot(*(offset / MASK_SHARES).T) < 1.0)
