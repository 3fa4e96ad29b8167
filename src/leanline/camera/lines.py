"""Line segments in the picture as candidates for vertical and horizontal lines."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from leanline.camera.projection import Direction3, project_direction
from leanline.model import Array, SceneEvidence
from leanline.video.lens import Lens
from leanline.video.scene import LONG_SIDE_PX

# Localisation error of segment ends, in pixels of the searched picture.
END_SD_PX = 0.5
# How straight and square buildings are, and how far trees and slopes deviate (both chosen).
BUILT_SD = np.radians(0.5)
NATURAL_SD = np.radians(3.5)
# Lines further from vertical (or horizontal) than this are not candidates.
WINDOW = np.radians(30.0)
# Shares among the lines that are not clutter.
BUILT_SHARE = 0.7
AWAY_SHARE = 0.1
# The share of meaningful lines is unknown: these values are equally likely.
SHARES = (0.1, 0.3, 0.6)
# Neighbouring segments share an edge: this many count as one independent line.
SEGMENTS_PER_LINE = 2.0


@dataclass(frozen=True, eq=False)
class Lines:
    """Lines in the picture.

    Parameters
    ----------
    place
        (N, 2) positions on the picture plane, tangents off the optical axis, x right and y up.
    angle
        (N,) counter-clockwise from horizontal, radians.
    sd
        (N,) standard deviation of ``angle``, radians.
    """

    place: Array
    angle: Array
    sd: Array

    def __len__(self) -> int:
        return len(self.angle)


NO_LINES = Lines(np.empty((0, 2)), np.empty(0), np.empty(0))


@dataclass(frozen=True)
class CandidateLines:
    """Candidate lines of one picture.

    Parameters
    ----------
    vertical
        Lines within 30 degrees of the picture's vertical.
    level
        Lines within 30 degrees of the picture's horizontal.
    """

    vertical: Lines = NO_LINES
    level: Lines = NO_LINES


def candidate_lines(scene: SceneEvidence, lens: Lens) -> tuple[CandidateLines, ...]:
    """Return the candidate lines of each picture of the scene.

    Parameters
    ----------
    scene
        Segments in pixels.
    lens
        Of the clip.

    Returns
    -------
    tuple of CandidateLines
        One for each picture with segments.
    """
    return tuple(_classify(segments, lens) for segments in scene.segments if len(segments))


def _classify(segments: Array, lens: Lens) -> CandidateLines:
    step = segments[:, 2:] - segments[:, :2]
    end_px = END_SD_PX * max(lens.width_px, lens.height_px) / LONG_SIDE_PX
    length = np.hypot(step[:, 0], step[:, 1])
    angle = np.arctan2(step[:, 1], step[:, 0])
    place = lens.tangents(0.5 * (segments[:, :2] + segments[:, 2:]))
    sd = np.sqrt(2.0) * end_px / length
    off_level = np.abs(_fold(angle))
    upright = off_level > np.pi / 2 - WINDOW
    level = off_level < WINDOW
    return CandidateLines(
        Lines(place[upright], angle[upright], sd[upright]),
        Lines(place[level], angle[level], sd[level]),
    )


def vertical_likelihood(lines: Lines, up: Direction3, slack: Callable[[Lines], Array]) -> Array:
    """Compute the log likelihood of vertical candidates for each of G verticals.

    Some candidates are clutter of any direction, in a share that is unknown (a mixture model, as in
    Coughlan & Yuille 1999).

    Parameters
    ----------
    lines
        Vertical candidates, N of them.
    up
        Components of the G verticals in camera axes, (G,) each.
    slack
        Returns the additional standard deviation of the lines, (N,) radians, that a coarse grid
        needs.

    Returns
    -------
    Array
        (G,) natural logarithms, up to a constant.
    """
    off = _angle_between(lines, up)
    sd = np.hypot(np.hypot(lines.sd, BUILT_SD), slack(lines))
    return _log_mixture(_alignment_density(off, sd))


def level_likelihood(
    lines: Lines, along: Direction3, away: Direction3, slack: Callable[[Lines], Array]
) -> Array:
    """Compute the log likelihood of horizontal candidates for each of G attitudes.

    The candidates run along the scene's main direction, rarely away from the camera, or are
    clutter.

    Parameters
    ----------
    lines
        Horizontal candidates, N of them.
    along
        Components of the G main directions in camera axes, (G,) each.
    away
        Same for the horizontal directions perpendicular to them.
    slack
        Returns the additional standard deviation of the lines, (N,) radians, that a coarse grid
        needs.

    Returns
    -------
    Array
        (G,) natural logarithms, up to a constant.
    """
    sd = np.hypot(np.hypot(lines.sd, BUILT_SD), slack(lines))
    density = (1.0 - AWAY_SHARE) * _alignment_density(_angle_between(lines, along), sd)
    return _log_mixture(density + AWAY_SHARE * _normal(_angle_between(lines, away), sd))


def path_likelihood(path: Lines, along: Direction3, slack: Callable[[Lines], Array]) -> Array:
    """Compute the log likelihood of the runner's path, never clutter, for each of G attitudes.

    Parameters
    ----------
    path
        The path as a line.
    along
        Components of the G main directions in camera axes, (G,) each.
    slack
        Returns the additional standard deviation of the line, (1,) radians, that a coarse grid
        needs.

    Returns
    -------
    Array
        (G,) natural logarithms, up to a constant.
    """
    sd = np.hypot(path.sd, slack(path))
    return np.asarray((-0.5 * (_angle_between(path, along) / sd) ** 2 - np.log(sd)).sum(axis=-1))


def _alignment_density(off: Array, sd: Array) -> Array:
    grown = np.hypot(sd, NATURAL_SD)
    return BUILT_SHARE * _normal(off, sd) + (1.0 - BUILT_SHARE) * _normal(off, grown)


def _log_mixture(density: Array) -> Array:
    """Mix the candidates' density (G, N) with clutter of uniform direction."""
    clutter = 1.0 / (2.0 * WINDOW)
    logs = [np.log(share * density + (1.0 - share) * clutter).sum(axis=-1) for share in SHARES]
    return np.asarray(np.logaddexp.reduce(np.array(logs) / SEGMENTS_PER_LINE, axis=0))


def _angle_between(lines: Lines, direction: Direction3) -> Array:
    """Angle (G, N) between each line and the projection of the direction at the line."""
    x, y, z = (part[:, None] for part in direction)
    seen_x, seen_y = project_direction((x, y, z), lines.place[:, 0], lines.place[:, 1])
    cosine, sine = np.cos(lines.angle), np.sin(lines.angle)
    return np.asarray(
        np.arctan((seen_x * sine - seen_y * cosine) / _safe(seen_x * cosine + seen_y * sine))
    )


def _safe(values: Array) -> Array:
    return np.where(np.abs(values) < 1e-9, 1e-9, values)


def _normal(off: Array, sd: Array) -> Array:
    return np.asarray(np.exp(-0.5 * (off / sd) ** 2) / (sd * np.sqrt(2.0 * np.pi)))


def _fold(angle: Array) -> Array:
    return np.asarray((angle + np.pi / 2) % np.pi - np.pi / 2)
