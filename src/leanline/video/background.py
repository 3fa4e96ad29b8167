"""Motion of the scene in the picture while the camera pans, travels or shakes.

Background corners are tracked between frames (Lucas-Kanade with a backward check) with the person
masked, and a homography is fitted robustly. It is evaluated at the ground under the runner, because
parallax and rotation make other parts move differently.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from leanline.model import Array, CameraMotion
from leanline.video.picture import Picture, resize_gray

# Width of the picture used for tracking: accurate enough at the runner, and cheap compared with the
# pose network.
WIDTH_PX = 480
# Tracking interval; shorter ones would only cost time at 240 fps.
INTERVAL_S = 1 / 31
# After this many steps without motion the interval is lengthened until something moves; motion
# below STILL_PX of the small picture is within the accuracy of tracking.
STILL_LOOKS = 10
STILL_INTERVAL_S = 4 / 31
STILL_PX = 0.25
CORNERS = 160
# A homography from fewer points is unreliable elsewhere in the picture.
MIN_INLIERS = 16
# A camera whose scene moves less than this share of the runner's circle is static.
STILL_SHARE = 0.04


@dataclass(frozen=True)
class RunnerCircle:
    """Position of the runner in one frame: a circle around the whole body.

    Parameters
    ----------
    x_px, y_px
        Its centre, x right and y down.
    radius_px
        Its radius, above 0.
    """

    x_px: float
    y_px: float
    radius_px: float


@dataclass
class BackgroundTracker:
    """Accumulates the motion of the scene at the runner over the frames."""

    _gray: NDArray[np.uint8] | None = None
    _next_s: float = -np.inf
    _still: int = 0
    _times: list[float] = field(default_factory=list)
    _shifts: list[tuple[float, float]] = field(default_factory=list)
    _radii: list[float] = field(default_factory=list)

    def see(self, picture: Picture, time_s: float, runner: RunnerCircle) -> None:
        """Process one frame."""
        if time_s < self._next_s:
            return
        scale = WIDTH_PX / picture.shape[1]
        gray = resize_gray(picture, WIDTH_PX, round(picture.shape[0] * scale), smooth=False)
        step = (0.0, 0.0)
        if self._gray is not None:
            step = _step_at_runner(self._gray, gray, runner, scale)
        before = self._shifts[-1] if self._shifts else (0.0, 0.0)
        self._shifts.append((before[0] + step[0], before[1] + step[1]))
        self._times.append(time_s)
        self._radii.append(runner.radius_px)
        self._still = self._still + 1 if np.hypot(*step) * scale < STILL_PX else 0
        self._next_s = time_s + (INTERVAL_S if self._still < STILL_LOOKS else STILL_INTERVAL_S)
        self._gray = gray

    def motion(self, time_s: Array) -> CameraMotion:
        """Return the displacement of the scene at ``time_s``, pixels, x right and y up."""
        if not self._times:
            return CameraMotion(np.zeros((len(time_s), 2)), moving=False)
        shifts = np.array(self._shifts)
        # Drift slower than any step is accumulated noise.
        reach = np.ptp(shifts, axis=0).max()
        if reach < STILL_SHARE * float(np.median(self._radii)):
            return CameraMotion(np.zeros((len(time_s), 2)), moving=False)
        at = np.stack([np.interp(time_s, self._times, shifts[:, k]) for k in range(2)], axis=1)
        # Extrapolate to frames after the last processed one.
        after = np.maximum(time_s - self._times[-1], 0.0)[:, None]
        at = at + after * (shifts[-1] - shifts[-2]) / (self._times[-1] - self._times[-2])
        return CameraMotion(at * np.array([1.0, -1.0]), moving=True)


def _step_at_runner(
    before: NDArray[np.uint8], now: NDArray[np.uint8], runner: RunnerCircle, scale: float
) -> tuple[float, float]:
    """Return how far the ground under the runner moved between two pictures, full pixels."""
    import cv2

    mask = np.full(before.shape, 255, np.uint8)
    centre = (round(runner.x_px * scale), round(runner.y_px * scale))
    cv2.circle(mask, centre, round(runner.radius_px * scale), 0, thickness=-1)
    corners = cv2.goodFeaturesToTrack(before, CORNERS, 0.01, 6, mask=mask)
    if corners is None or len(corners) < 8:
        return (0.0, 0.0)
    there, found, _ = cv2.calcOpticalFlowPyrLK(before, now, corners, corners.copy())
    back, returned, _ = cv2.calcOpticalFlowPyrLK(now, before, there, there.copy())
    miss = np.linalg.norm(back - corners, axis=2)[:, 0]
    good = (found[:, 0] == 1) & (returned[:, 0] == 1) & (miss < 0.5)
    if good.sum() < 8:
        return (0.0, 0.0)
    source, target = corners[good, 0], there[good, 0]
    ground = np.array([runner.x_px, runner.y_px + 0.8 * runner.radius_px]) * scale
    moved = _map_point(ground, source, target)
    return (float(moved[0] - ground[0]) / scale, float(moved[1] - ground[1]) / scale)


def _map_point(point: Array, source: Array, target: Array) -> Array:
    """Map ``point`` by the robust motion from source to target.

    A homography, because panning moves the sides of the picture further than its middle.
    """
    import cv2

    motion, inliers = cv2.findHomography(source, target, cv2.RANSAC, 1.0, confidence=0.995)
    if motion is None or inliers.sum() < MIN_INLIERS:
        return point
    x, y, w = motion @ np.array([point[0], point[1], 1.0])
    return np.array([x / w, y / w])
