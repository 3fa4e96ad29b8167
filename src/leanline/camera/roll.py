"""Camera roll at the runner, with an interval, from all that the clip offers."""

from __future__ import annotations

import warnings
from collections.abc import Sequence

import numpy as np

from leanline.camera.attitude import Attitude, attitude
from leanline.camera.lines import NO_LINES, Lines, Sight, sights
from leanline.camera.path_line import path_line
from leanline.confidence import NORMAL_95
from leanline.model import Array, Capture, Contact, Estimate, PoseTrack, Runner
from leanline.reason import Reason
from leanline.video.lens import Lens

# Standard deviations, degrees. What people read off a level or a plumb line; what walls
# and lenses are off however many lines agree; and what is believed of a hand-held phone
# when nothing is seen.
GIVEN_SD = 0.3
WORLD_SD = 0.2
# The same where nothing upright bears out that what looks level is: roads climb, hedges slope.
SLOPING_SD = 0.6
UNSEEN_SD = 3.0
# A source counts as one when it alone makes the roll this much surer than seeing nothing.
TELLS = 0.6
# Sources that differ so many times more than their own deviations allow are said to disagree.
DISAGREE = 1.5


def roll_of(
    given_deg: float | None,
    capture: Capture,
    runner: Runner,
    contacts: Sequence[Contact] = (),
) -> Estimate:
    """Roll of the camera, degrees, positive clockwise as the photographer sees it.

    It is the turn of the true vertical at the runner: a pitched camera has another one at
    the picture's edge.

    Parameters
    ----------
    given_deg
        What the person says, or None; it overrides the picture.
    capture
        With the lines of the scene. Tracks in metres are upright as they are.
    runner
        Facing +x.
    contacts
        Those of a runner who moves over the ground; none on a treadmill.
    """
    if given_deg is not None:
        return _estimate(given_deg, GIVEN_SD, "given")
    if capture.pose.unit == "m":
        return _estimate(0.0, 0.0, "track_vertical")
    if capture.video.width == 0:
        return _estimate(0.0, UNSEEN_SD, "held_level")
    lens = Lens(capture.video.width, capture.video.height)
    views = sights(capture.scene, lens) if capture.scene is not None else ()
    moving = capture.camera is not None and capture.camera.moving
    path = path_line(runner, contacts, lens, moving=moving)
    return fused_roll(views, path, lens.plane(_middle(capture.pose)))


def fused_roll(views: tuple[Sight, ...], path: Lines, place: Array) -> Estimate:
    """Roll at ``place`` (2,) on the picture plane from lines and path together.

    The sources are also asked one by one; where they disagree the interval grows by their
    Birge ratio (Birge 1932, Phys Rev 40:207).
    """
    together = attitude(views, path, place)
    alone = {
        "vertical_lines": attitude(
            tuple(Sight(vertical=v.vertical) for v in views), NO_LINES, place
        ),
        "horizontal_lines": attitude(tuple(Sight(level=v.level) for v in views), NO_LINES, place),
        "footfalls": attitude((), path, place),
    }
    telling = {name: one for name, one in alone.items() if one.roll.sd < TELLS * UNSEEN_SD}
    if not telling:
        faint = together.roll.sd < TELLS * UNSEEN_SD
        source = "faint_lines" if faint else "held_level"
        return _estimate(together.roll.value, float(np.hypot(together.roll.sd, SLOPING_SD)), source)
    ratio = _birge(together, list(telling.values()))
    world = WORLD_SD if "vertical_lines" in telling else SLOPING_SD
    sd = float(np.hypot(together.roll.sd, world)) * max(1.0, ratio)
    return _estimate(together.roll.value, sd, *telling, conflicting=ratio > DISAGREE)


def _birge(together: Attitude, alone: list[Attitude]) -> float:
    if len(alone) < 2:
        return 1.0
    off = [
        (one.roll.value - together.roll.value) / np.hypot(one.roll.sd, WORLD_SD) for one in alone
    ]
    return float(np.sqrt(np.sum(np.square(off)) / (len(alone) - 1)))


def _middle(pose: PoseTrack) -> Array:
    """Where the runner is in the clip's middle course, (2,), pixels."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", category=RuntimeWarning)
        return np.asarray(np.nanmedian(pose.xy, axis=(0, 1)))


def _estimate(value: float, sd: float, *sources: str, conflicting: bool = False) -> Estimate:
    reasons = tuple(Reason(f"estimate.{source}") for source in sources)
    return Estimate(value, (value - NORMAL_95 * sd, value + NORMAL_95 * sd), reasons, conflicting)
