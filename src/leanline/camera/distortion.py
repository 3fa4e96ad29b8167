"""Lens distortion of wide lenses, from straight lines of the scene, and taking it out.

A wide lens bows lines that do not pass through the middle of the picture: barrel distortion. In a
picture with perspective the lines that are steep or flat change their direction with their place:
steep ones across the picture (pitch), flat ones up the picture (yaw), all of them alike (roll).
Distortion alone changes the direction of both kinds with the product of the two coordinates, and so
can be told from the others (plumb-line method, Brown 1971).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from leanline.model import Array, Capture, Runner, SceneEvidence, VideoInfo, warning
from leanline.signals.robust_fit import MAD_TO_SD, Weighting, fit_reweighted
from leanline.skeleton import forward_sign

# Lines count as steep or flat within this slope of vertical or horizontal.
_MAX_SLOPE: Final = 0.35
# Fewer lines than this tell nothing.
_MIN_LINES: Final = 30
_PASSES: Final = 4
_ROBUST_PASSES: Final = 20
# Least spread of directions that the weights take for noise, as a slope.
_MIN_SPREAD: Final = 0.002
#: Distortion that is taken out, and its least certainty in standard errors. In 33 clips of phones
#: with coefficients from -0.055 to 0.016 the estimates scatter by 0.02 and none is beyond 0.06.
MIN_COEFFICIENT: Final = 0.06
MIN_CERTAINTY: Final = 4.0
#: Wider lenses than this bow lines too much for one coefficient.
_MAX_COEFFICIENT: Final = 0.6


@dataclass(frozen=True)
class Distortion:
    """Radial distortion by the division model (Fitzgibbon 2001).

    Parameters
    ----------
    coefficient
        Undistorted coordinates are the distorted ones over ``1 + coefficient * r**2``, with r in
        half picture widths from the middle; negative for barrel distortion.
    standard_error
        Of the coefficient.
    """

    coefficient: float
    standard_error: float

    @property
    def is_clear(self) -> bool:
        """Whether it is more than what phones have, and than chance makes of it."""
        size = abs(self.coefficient)
        return size > MIN_COEFFICIENT and size > MIN_CERTAINTY * self.standard_error

    def undistort(self, points: Array, width: float, height: float) -> Array:
        """Points as a lens without distortion would show them.

        Parameters
        ----------
        points
            (..., 2) pixels.
        width, height
            Of the picture, pixels.

        Returns
        -------
        array
            (..., 2) pixels; the middle of the picture stays where it is.
        """
        middle, offset, square = _off_middle(points, width, height)
        return np.asarray(middle + offset / (1.0 + self.coefficient * square))

    def distort(self, points: Array, width: float, height: float) -> Array:
        """The inverse of ``undistort``: points as this lens shows them.

        Parameters
        ----------
        points
            (..., 2) pixels.
        width, height
            Of the picture, pixels.

        Returns
        -------
        array
            (..., 2) pixels.
        """
        middle, offset, square = _off_middle(points, width, height)
        root = np.sqrt(np.maximum(1.0 - 4.0 * self.coefficient * square, 0.0))
        return np.asarray(middle + 2.0 * offset / (1.0 + root))


def _off_middle(points: Array, width: float, height: float) -> tuple[Array, Array, Array]:
    """Middle of the picture, offsets from it, pixels, and their squared size in half widths."""
    middle = np.array([width, height]) / 2.0
    offset = points - middle
    return middle, offset, np.sum((offset / (width / 2.0)) ** 2, axis=-1, keepdims=True)


def estimate_distortion(scene: SceneEvidence, width: float, height: float) -> Distortion | None:
    """Estimate the distortion from the directions of lines.

    Parameters
    ----------
    scene
        Segments in pixels.
    width, height
        Of the picture, pixels.

    Returns
    -------
    Distortion or None
        None for too few steep and flat lines.
    """
    segments = np.concatenate([np.reshape(one, (-1, 2, 2)) for one in scene.segments] or [_NONE])
    coefficient, error = 0.0, np.inf
    for _ in range(_PASSES):
        straighter = Distortion(coefficient, 0.0).undistort(segments, width, height)
        fitted = _fit((straighter - np.array([width, height]) / 2.0) / (width / 2.0))
        if fitted is None:
            return None
        coefficient = float(np.clip(coefficient + fitted[0], -_MAX_COEFFICIENT, _MAX_COEFFICIENT))
        error = fitted[1]
    return Distortion(coefficient, error)


_NONE: Final = np.empty((0, 2, 2))


def _fit(segments: Array) -> tuple[float, float] | None:
    """Distortion left in segments (N, 2, 2), in half widths off the middle, with its error."""
    step = segments[:, 1] - segments[:, 0]
    x, y = np.mean(segments, axis=1).T
    length = np.hypot(*step.T)
    steep = np.abs(step[:, 0]) < _MAX_SLOPE * np.abs(step[:, 1])
    flat = np.abs(step[:, 1]) < _MAX_SLOPE * np.abs(step[:, 0])
    if steep.sum() + flat.sum() < _MIN_LINES:
        return None
    zero, one = np.zeros_like(x), np.ones_like(x)
    bow = 2.0 * x * y
    rows = np.concatenate(
        [
            np.stack([one, x, zero, bow], axis=1)[steep],
            np.stack([-one, zero, y, bow], axis=1)[flat],
        ]
    )
    slope = np.concatenate([step[steep, 0] / step[steep, 1], step[flat, 1] / step[flat, 0]])
    weight = np.concatenate([length[steep], length[flat]])
    return _robust_last(rows, slope, weight)


def _robust_last(rows: Array, values: Array, length: Array) -> tuple[float, float]:
    """Last coefficient of a robust linear fit, with its standard error; long lines count more."""
    still = 1e-9 * np.eye(rows.shape[1])

    def reweight(off: Array, _: int) -> Weighting:
        spread = max(MAD_TO_SD * float(np.median(np.abs(off))), _MIN_SPREAD)
        trust = length / (1.0 + (off[:, 0] / (2.0 * spread)) ** 2) ** 2
        return Weighting(trust, np.array([spread]))

    column = values[:, None]
    solved, final = fit_reweighted(
        rows,
        column,
        reweight(column, 0),
        penalty=lambda _: still,
        reweight=reweight,
        iterations=_ROBUST_PASSES,
    )
    off = values - rows @ solved[:, 0]
    share = final.weights / final.weights.max()
    variance = float(np.sum(share * off**2)) / max(float(share.sum()) - rows.shape[1], 1.0)
    inverse = np.linalg.inv(rows.T @ (share[:, None] * rows) + still)
    return float(solved[-1, 0]), float(np.sqrt(variance * inverse[-1, -1]))


def wide_lens_of(capture: Capture) -> Distortion | None:
    """Find the distortion of a wide lens.

    Parameters
    ----------
    capture
        With the lines of its scene.

    Returns
    -------
    Distortion or None
        None where the lines show no distortion beyond that of phones, or there are too few.
    """
    video = capture.video
    if capture.scene is None or not video.width:
        return None
    found = estimate_distortion(capture.scene, video.width, video.height)
    return found if found is not None and found.is_clear else None


def without_distortion(capture: Capture, lens: Distortion) -> Capture:
    """Take the distortion of a lens out of a capture.

    Parameters
    ----------
    capture
        As filmed.
    lens
        Its distortion.

    Returns
    -------
    Capture
        With keypoints and lines as a lens without distortion shows them, and a note.
    """
    size = float(capture.video.width), float(capture.video.height)
    pose = capture.pose.with_xy(lens.undistort(capture.pose.xy, *size))
    scene = None
    if capture.scene is not None:
        ends = [np.reshape(one, (-1, 2, 2)) for one in capture.scene.segments]
        scene = SceneEvidence(tuple(lens.undistort(one, *size).reshape(-1, 4) for one in ends))
    at_side = abs(1.0 - 2.0 / (1.0 + float(np.sqrt(max(1.0 - 4.0 * lens.coefficient, 0.0)))))
    note = warning("wide_lens", bow_pct=100.0 * at_side)
    return replace(capture, pose=pose, scene=scene, notes=(*capture.notes, note))


def as_filmed(runner: Runner, lens: Distortion, video: VideoInfo) -> Runner:
    """Put the points that are drawn on pictures back where this lens shows them.

    Parameters
    ----------
    runner
        Of a capture without distortion; facing +x, so mirrored if they run to the left.
    lens
        The distortion that was taken out.
    video
        With the size of the picture.

    Returns
    -------
    Runner
        With ``seen`` as filmed; all that is measured from stays without distortion.
    """
    seen = runner.seen or runner.pose
    mirrored = np.array([forward_sign(runner.direction), 1.0])
    shown = lens.distort(seen.xy * mirrored, video.width, video.height) * mirrored
    return replace(runner, seen=seen.with_xy(shown))
