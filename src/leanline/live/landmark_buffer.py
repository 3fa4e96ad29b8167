"""Landmarks as they arrive, in the structures that the analysis reads."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field, replace

import numpy as np

from leanline.live.causal import CausalOneEuro
from leanline.model import Array, CameraMotion, Capture, PoseTrack, VideoInfo
from leanline.pose.blazepose import pose_track
from leanline.pose.landmarks import Landmarks
from leanline.profile import profile_of

LIVE_NAME = "the live picture"
# Smoothing of landmarks for drawing and for the standing angles: cutoff at rest (Hz) and its
# increase per body radius per second.
REST_HZ, PER_SPEED = 2.0, 6.0


class CausalPoints:
    """Causally smoothed landmarks; ``size_px`` is the picture's width and height."""

    def __init__(self, size_px: tuple[int, int]) -> None:
        self._video = VideoInfo(LIVE_NAME, 0.0, 1, 0.0, *size_px)
        self._smoother = CausalOneEuro(REST_HZ, PER_SPEED)
        self._unit_px: float | None = None

    def feed(self, time_s: float, found: Landmarks) -> tuple[PoseTrack, Array]:
        """Return a one-frame track as filmed (y up) and its outline (1, L, 2), pixels.

        Unseen points are NaN.
        """
        if self._unit_px is None:
            radius_px = found.circle_px[2]
            self._unit_px = radius_px if radius_px > 0 else float(self._video.height)
        points = np.concatenate([found.xy_px, found.outline_px]) / self._unit_px
        smooth = self._smoother.feed(time_s, points) * self._unit_px
        xy_px, outline_px = np.split(smooth, [len(found.xy_px)])
        track = pose_track(np.array([time_s]), [replace(found, xy_px=xy_px)], self._video)
        return track, outline_px[np.newaxis]


@dataclass
class LandmarkBuffer:
    """The landmarks of the last seconds.

    Parameters
    ----------
    seconds
        How many.
    size_px
        Width and height of the picture.
    source
        Name of the pose source, which finds its profile.
    """

    seconds: float
    size_px: tuple[int, int]
    source: str
    _frames: deque[tuple[float, Landmarks]] = field(default_factory=deque)

    def add(self, time_s: float, found: Landmarks) -> None:
        """Add a frame; ignored unless it is later than the last one."""
        if self._frames and time_s <= self._frames[-1][0]:
            return
        self._frames.append((time_s, found))
        while self._frames[0][0] < time_s - self.seconds:
            self._frames.popleft()

    def __len__(self) -> int:
        return len(self._frames)

    @property
    def rate_hz(self) -> float:
        """Mean frame rate of the buffer; NaN for fewer than two frames."""
        if len(self._frames) < 2:
            return float("nan")
        return (len(self._frames) - 1) / (self._frames[-1][0] - self._frames[0][0])

    def capture(self, seconds: float | None = None) -> Capture | None:
        """Return the last ``seconds`` (all if None); None for fewer than two frames."""
        if len(self._frames) < 2:
            return None
        first_s = -np.inf if seconds is None else self._frames[-1][0] - seconds
        times = np.array([time_s for time_s, _ in self._frames if time_s >= first_s])
        found = [landmarks for time_s, landmarks in self._frames if time_s >= first_s]
        if len(times) < 2:
            return None
        duration_s = float(times[-1] - times[0])
        rate_hz = (len(times) - 1) / duration_s
        video = VideoInfo(LIVE_NAME, rate_hz, len(times), duration_s, *self.size_px)
        return Capture(
            video,
            pose_track(times, found, video),
            profile_of(self.source),
            CameraMotion(np.zeros((len(times), 2)), moving=False),
            outline_px=np.array([landmarks.outline_px for landmarks in found]),
            sole_deg=np.array([landmarks.sole_deg for landmarks in found]),
        )
