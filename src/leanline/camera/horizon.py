"""Camera roll from one long level edge behind the runner: the horizon, the foot of a wall.

Among all lines of the scene many short ones outvote such an edge, although a line that spans half
the picture is not clutter. At the height of the camera a level edge looks level whichever way it
runs; above and below, perspective tilts it according to its direction.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from leanline.model import Array, SceneEvidence
from leanline.video.lens import Lens
from leanline.video.scene import LONG_SIDE_PX

# Both ends of a segment are within this distance of the line it belongs to, in pixels of the
# searched picture.
MAX_OFFSET_PX: Final = 2.5
# Shares of the picture's width: the shortest segment that is extended to a line, and the least
# that the segments on that line must cover.
MIN_SEED_SHARE: Final = 0.12
MIN_COVERED_SHARE: Final = 0.4
MAX_TILT_DEG: Final = 15.0
# Real edges are off level by this standard deviation. Away from the height of the camera,
# perspective adds this angle times the tangent of the edge's elevation.
WORLD_SD_DEG: Final = 0.6
PERSPECTIVE_SD_DEG: Final = 8.0


@dataclass(frozen=True)
class Edge:
    """Camera roll according to a level edge.

    Parameters
    ----------
    roll_deg
        Roll that makes the edge level, degrees, positive clockwise as the photographer sees it.
    sd_deg
        Its standard deviation, degrees.
    """

    roll_deg: float
    sd_deg: float


def horizon(scene: SceneEvidence, lens: Lens) -> Edge | None:
    """Estimate the camera roll from the longest level edge of the scene.

    Parameters
    ----------
    scene
        Segments in pixels, y up.
    lens
        Of the clip.

    Returns
    -------
    Edge or None
        Median over the pictures with such an edge; None if in no picture an edge covers 40 % of
        the width.
    """
    edges = [
        edge for segments in scene.segments if (edge := _longest_edge(segments, lens)) is not None
    ]
    if not edges:
        return None
    roll = float(np.median([edge.roll_deg for edge in edges]))
    return Edge(roll, float(np.median([edge.sd_deg for edge in edges])))


def _longest_edge(segments: Array, lens: Lens) -> Edge | None:
    level = segments[np.abs(_tilt_deg(segments)) < MAX_TILT_DEG]
    seeds = level[np.ptp(level[:, ::2], axis=1) > MIN_SEED_SHARE * lens.width_px]
    if not len(seeds):
        return None
    max_offset_px = MAX_OFFSET_PX * max(lens.width_px, lens.height_px) / LONG_SIDE_PX
    candidates = [level[_are_collinear(level, seed, max_offset_px)] for seed in seeds]
    longest = max(candidates, key=_covered_width_px)
    if _covered_width_px(longest) < MIN_COVERED_SHARE * lens.width_px:
        return None
    return _fit_edge(longest, lens)


def _fit_edge(segments: Array, lens: Lens) -> Edge:
    """Fit a line to the ends of the segments, weighted by the segments' widths."""
    ends = segments.reshape(-1, 2)
    weights = np.repeat(np.ptp(segments[:, ::2], axis=1), 2)
    slope, _ = np.polyfit(ends[:, 0], ends[:, 1], 1, w=np.sqrt(weights))
    elevation = float(lens.tangents(np.average(ends, axis=0, weights=weights)[None])[0, 1])
    return Edge(
        float(np.degrees(np.arctan(slope))),
        float(np.hypot(WORLD_SD_DEG, abs(elevation) * PERSPECTIVE_SD_DEG)),
    )


def _tilt_deg(segments: Array) -> Array:
    """Counter-clockwise from horizontal, -90 to 90, (N,)."""
    step = segments[:, 2:] - segments[:, :2]
    tilt = np.degrees(np.arctan2(step[:, 1], step[:, 0]))
    return np.asarray((tilt + 90.0) % 180.0 - 90.0)


def _are_collinear(segments: Array, seed: Array, max_offset_px: float) -> NDArray[np.bool_]:
    """Whether both ends of each segment lie on the line through the seed, (N,)."""
    direction = (seed[2:] - seed[:2]) / np.linalg.norm(seed[2:] - seed[:2])
    from_seed = segments.reshape(-1, 2, 2) - seed[:2]
    offset_px = np.abs(from_seed[..., 0] * direction[1] - from_seed[..., 1] * direction[0])
    return np.asarray((offset_px < max_offset_px).all(axis=1))


def _covered_width_px(segments: Array) -> float:
    """Width of the union of the segments, overlaps counted once."""
    spans = np.sort(segments[:, ::2], axis=1)
    covered, right_end = 0.0, -np.inf
    for start, end in spans[np.argsort(spans[:, 0])]:
        covered += max(0.0, float(end) - max(float(start), right_end))
        right_end = max(right_end, float(end))
    return covered
