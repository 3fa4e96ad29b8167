"""Roll, pitch and yaw of the camera as a probability distribution, from all lines together.

The scene is assumed to consist of vertical lines, horizontal lines in one main direction (the
"Manhattan world" of Coughlan & Yuille 1999, ICCV) and clutter. The joint distribution of roll,
pitch and yaw is kept, so horizontal lines inform the roll only as far as the yaw that tilts them is
known, and a pitched camera has a different vertical at every point of the picture.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from leanline.camera.lines import (
    CandidateLines,
    Lines,
    level_likelihood,
    path_likelihood,
    vertical_likelihood,
)
from leanline.camera.phone_level import PhoneLevel
from leanline.camera.projection import along_direction, away_direction, local_roll, up_direction
from leanline.model import Array

# Priors, chosen: phones are held level within a few degrees, some of them carelessly.
ROLL_SDS, ROLL_SHARES = np.radians([2.5, 6.0]), (0.9, 0.1)
PITCH_SD = np.radians(6.0)
YAW_SDS, YAW_SHARES = np.radians([8.0, 20.0]), (0.9, 0.1)
# Half width and number of grid points in roll, pitch and yaw; the grid is then refined twice.
FIRST_HALF = np.radians([18.0, 20.0, 32.0])
FIRST_POINTS = (31, 11, 17)
NEXT_POINTS = (15, 9, 11)
ZOOMS = 2
ZOOM_SDS = 3.0
# A line blurs over this share of the grid step, so that a coarse grid does not miss it.
STEP_SHARE = 0.4
MIN_HALF = np.radians(0.05)


@dataclass(frozen=True)
class Angle:
    """An angle with its uncertainty.

    Parameters
    ----------
    value
        Mean of its distribution, degrees.
    sd
        Standard deviation of its distribution, degrees.
    """

    value: float
    sd: float


@dataclass(frozen=True)
class Attitude:
    """Attitude of the camera.

    Parameters
    ----------
    roll
        Rotation of the true vertical at the runner, positive for a camera rotated clockwise as the
        photographer sees it.
    pitch
        Of the camera, positive when it looks up.
    yaw
        Of the camera in the last picture, positive when what runs to the right also runs away from
        it.
    """

    roll: Angle
    pitch: Angle
    yaw: Angle


@dataclass(frozen=True, eq=False)
class _Grid:
    """Centre and half width of the grid; each picture has its own yaw, as cameras pan."""

    centre: Array
    half: Array
    yaw_centre: Array
    yaw_half: Array


@dataclass(frozen=True, eq=False)
class _Posterior:
    """Log probability over roll and pitch (R, P), and over each picture's yaw (K, Y)."""

    roll: Array
    pitch: Array
    yaw: Array
    log: Array
    log_yaw: Array


def estimate_attitude(
    views: tuple[CandidateLines, ...],
    path: Lines,
    place: Array,
    phone: PhoneLevel | None = None,
) -> Attitude:
    """Estimate the attitude of the camera with its uncertainty (Coughlan & Yuille 1999).

    Parameters
    ----------
    views
        Candidate lines of each picture; without any, the result is the prior unless there is a
        path.
    path
        The runner's path over the ground as one line, or ``NO_LINES``.
    place
        (2,) position of the runner on the picture plane, tangents off the optical axis.
    phone
        What the phone's sensors said, or None.

    Returns
    -------
    Attitude
        Means and standard deviations of the posterior.
    """
    views = views or (CandidateLines(),)
    count = len(views)
    grid_ = _Grid(
        np.zeros(2), FIRST_HALF[:2], np.zeros(count), np.full(count, float(FIRST_HALF[2]))
    )
    points = FIRST_POINTS
    for _ in range(ZOOMS):
        grid_ = _zoom(_posterior(views, path, grid_, points, phone))
        points = NEXT_POINTS
    return _summary(_posterior(views, path, grid_, points, phone), place)


def _posterior(
    views: tuple[CandidateLines, ...],
    path: Lines,
    grid_: _Grid,
    points: tuple[int, int, int],
    phone: PhoneLevel | None,
) -> _Posterior:
    roll, pitch = (
        np.linspace(c - h, c + h, n)
        for c, h, n in zip(grid_.centre, grid_.half, points[:2], strict=True)
    )
    rolls, pitches = (grid.ravel() for grid in np.meshgrid(roll, pitch, indexing="ij"))
    step = STEP_SHARE * np.array([_step(roll), _step(pitch)])
    log = _log_scales(rolls, ROLL_SDS, ROLL_SHARES) - 0.5 * (pitches / PITCH_SD) ** 2
    if phone is not None:
        log = log + phone.log_likelihood(rolls)
    yaws, by_yaw = [], []
    for k, view in enumerate(views):
        yaw = np.linspace(-1.0, 1.0, points[2]) * grid_.yaw_half[k] + grid_.yaw_centre[k]
        level = _level(view.level, path, rolls, pitches, yaw, (*step, STEP_SHARE * _step(yaw)))
        log = log + np.logaddexp.reduce(level, axis=1) / len(views)
        log = log + _vertical(view.vertical, rolls, pitches, step) / len(views)
        yaws.append(yaw)
        by_yaw.append(level)
    over_yaw = [
        np.logaddexp.reduce(log[:, None] + level - np.logaddexp.reduce(level, axis=1)[:, None])
        for level in by_yaw
    ]
    shape = (len(roll), len(pitch))
    return _Posterior(roll, pitch, np.array(yaws), log.reshape(shape), np.array(over_yaw))


def _vertical(lines: Lines, roll: Array, pitch: Array, step: Array) -> Array:
    if not len(lines):
        return np.zeros(len(roll))

    def slack(of: Lines) -> Array:
        return np.asarray(np.hypot(step[0], step[1] * of.place[:, 0]))

    return vertical_likelihood(lines, up_direction(roll, pitch), slack)


def _level(
    lines: Lines,
    path: Lines,
    roll: Array,
    pitch: Array,
    yaw: Array,
    step: tuple[float, ...],
) -> Array:
    """Return the log likelihood (G, Y) of horizontal lines and path, with the prior on yaw."""
    shape = (len(roll), len(yaw))
    rolls, pitches = np.repeat(roll, len(yaw)), np.repeat(pitch, len(yaw))
    yaws = np.tile(yaw, len(roll))
    log = _log_scales(yaws, YAW_SDS, YAW_SHARES)

    def slack(of: Lines) -> Array:
        return np.asarray(np.hypot(step[0], step[2] * of.place[:, 1]))

    if len(lines):
        ahead = along_direction(rolls, pitches, yaws)
        log = log + level_likelihood(lines, ahead, away_direction(rolls, pitches, yaws), slack)
    if len(path):
        log = log + path_likelihood(path, along_direction(rolls, pitches, yaws), slack)
    return np.asarray(log.reshape(shape))


def _zoom(posterior: _Posterior) -> _Grid:
    weight = _weights(posterior.log)
    roll = _moments(posterior.roll, weight.sum(axis=1))
    pitch = _moments(posterior.pitch, weight.sum(axis=0))
    yaw = np.array(
        [
            _moments(values, _weights(log))
            for values, log in zip(posterior.yaw, posterior.log_yaw, strict=True)
        ]
    )
    centre = np.array([roll[0], pitch[0]])
    half = np.maximum(ZOOM_SDS * np.array([roll[1], pitch[1]]), MIN_HALF)
    return _Grid(centre, half, yaw[:, 0], np.maximum(ZOOM_SDS * yaw[:, 1], MIN_HALF))


def _summary(posterior: _Posterior, place: Array) -> Attitude:
    weight = _weights(posterior.log)
    roll, pitch = np.meshgrid(posterior.roll, posterior.pitch, indexing="ij")
    yaw = _moments(posterior.yaw[-1], _weights(posterior.log_yaw[-1]))
    return Attitude(
        _angle(_moments(local_roll(roll, pitch, place), weight)),
        _angle(_moments(pitch, weight)),
        _angle(yaw),
    )


def _log_scales(values: Array, sds: Array, shares: tuple[float, ...]) -> Array:
    parts = [
        np.log(share / sd) - 0.5 * (values / sd) ** 2 for share, sd in zip(shares, sds, strict=True)
    ]
    return np.asarray(np.logaddexp.reduce(parts, axis=0))


def _weights(log: Array) -> Array:
    weight = np.exp(log - log.max())
    return np.asarray(weight / weight.sum())


def _moments(values: Array, weight: Array) -> tuple[float, float]:
    mean = float((values * weight).sum())
    return mean, float(np.sqrt((weight * (values - mean) ** 2).sum()))


def _angle(moments: tuple[float, float]) -> Angle:
    return Angle(float(np.degrees(moments[0])), float(np.degrees(moments[1])))


def _step(values: Array) -> float:
    return float(values[1] - values[0])
