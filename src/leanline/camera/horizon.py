"""Camera roll from one long level edge behind the runner: the horizon, the foot of a wall.

Many short edges outvote it among all lines of the scene, though an edge that runs through half
the picture is no clutter. Near the height of the camera a level edge looks level however it is
turned; above and below, its own direction tilts it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from leanline.model import Array, SceneEvidence
from leanline.video.lens import Lens

# Ends of segments of one edge lie so near to its line, pixels of the picture that was searched.
ON_LINE_PX: Final = 2.5
SEARCHED_LONG_SIDE_PX: Final = 960
# Shorter segments start no edge; all its segments together cover so much of the picture's width.
MIN_SEED_SHARE: Final = 0.12
MIN_COVERED: Final = 0.4
MAX_TILT_DEG: Final = 15.0
# Edges of the world are off level by so much; edges away from the camera's height by as much
# more as this angle between them and the picture tilts them.
WORLD_SD_DEG: Final = 0.6
TURNED_SD_DEG: Final = 8.0


@dataclass(frozen=True)
class Edge:
    """Roll of the camera according to a level edge.

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
    """Estimate the roll from the longest level edge of the scene.

    Parameters
    ----------
    scene
        Segments in pixels, y up.
    lens
        Of the clip.

    Returns
    -------
    Edge or None
        Median over the pictures with such an edge; None if none covers 40 % of the picture's width.
    """
    edges = [edge for segments in scene.segments if (edge := _longest(segments, lens)) is not None]
    if not edges:
        return None
    roll = float(np.median([edge.roll_deg for edge in edges]))
    return Edge(roll, float(np.median([edge.sd_deg for edge in edges])))


def _longest(segments: Array, lens: Lens) -> Edge | None:
    level = segments[np.abs(_tilt_deg(segments)) < MAX_TILT_DEG]
    seeds = level[np.ptp(level[:, ::2], axis=1) > MIN_SEED_SHARE * lens.width_px]
    if not len(seeds):
        return None
    near_px = ON_LINE_PX * max(lens.width_px, lens.height_px) / SEARCHED_LONG_SIDE_PX
    groups = [level[_on_line(level, seed, near_px)] for seed in seeds]
    best = max(groups, key=_covered_px)
    if _covered_px(best) < MIN_COVERED * lens.width_px:
        return None
    return _edge(best, lens)


def _edge(segments: Array, lens: Lens) -> Edge:
    ends = segments.reshape(-1, 2)
    weight = np.repeat(np.ptp(segments[:, ::2], axis=1), 2)
    slope, _ = np.polyfit(ends[:, 0], ends[:, 1], 1, w=np.sqrt(weight))
    height = float(lens.tangents(np.average(ends, axis=0, weights=weight)[None])[0, 1])
    return Edge(
        float(np.degrees(np.arctan(slope))),
        float(np.hypot(WORLD_SD_DEG, abs(height) * TURNED_SD_DEG)),
    )


def _tilt_deg(segments: Array) -> Array:
    step = segments[:, 2:] - segments[:, :2]
    tilt = np.degrees(np.arctan2(step[:, 1], step[:, 0]))
    return np.asarray((tilt + 90.0) % 180.0 - 90.0)


def _on_line(segments: Array, seed: Array, near_px: float) -> NDArray[np.bool_]:
    along = (seed[2:] - seed[:2]) / np.linalg.norm(seed[2:] - seed[:2])
    away = segments.reshape(-1, 2, 2) - seed[:2]
    off = np.abs(away[..., 0] * along[1] - away[..., 1] * along[0])
    return np.asarray((off < near_px).all(axis=1))


def _covered_px(segments: Array) -> float:
    """Length across of the union of the segments."""
    spans = np.sort(segments[:, ::2], axis=1)
    covered, reached = 0.0, -np.inf
    for start, end in spans[np.argsort(spans[:, 0])]:
        covered += max(0.0, float(end) - max(float(start), reached))
        reached = max(reached, float(end))
    return covered
