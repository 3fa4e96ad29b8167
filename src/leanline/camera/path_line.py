"""The runner's path over the ground as a line in the picture, through the footfalls.

Only overground. On a treadmill the path of a planted foot is too short compared with the few
centimetres by which a pose network misplaces heel and toe as the foot rolls over: the direction had
a standard deviation of 3 degrees on the rendered clips, no better than the prior. The direction of
the centre of mass's acceleration in flight is off by 18 degrees there, as the limbs swing. The
edges of a belt are among the lines of the scene.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from leanline.camera.lines import NO_LINES, Lines
from leanline.model import Array, Contact, Runner
from leanline.skeleton import SIDES, Side
from leanline.video.lens import Lens

# Part of the contact in which the foot lies flat.
FLAT_FROM, FLAT_TO = 0.25, 0.65
MIN_FOOTFALLS = 4
# Paths have slopes of about one in a hundred that are not visible.
SLOPE_SD = np.radians(0.7)
# Angle between the path and the lines of the scene; it also changes while a camera pans.
ASIDE_SD, PANNING_SD = np.radians(4.0), np.radians(8.0)


def path_line(runner: Runner, contacts: Sequence[Contact], lens: Lens, *, moving: bool) -> Lines:
    """Fit the runner's path over the ground as one line through the footfalls.

    Parameters
    ----------
    runner
        In pixels, facing +x.
    contacts
        Contacts of a runner who moves over the ground.
    lens
        Of the clip.
    moving
        Whether the camera moves, in which case the path may turn more against the scene's lines.

    Returns
    -------
    Lines
        One line in the axes of the picture as filmed; ``NO_LINES`` if there are fewer than four
        footfalls or they are too close to each other for a direction.
    """
    sign = runner.forward_sign
    feet = {side: _footfalls(runner, contacts, side) * (sign, 1.0) for side in SIDES}
    steps = [places - places.mean(axis=0) for places in feet.values() if len(places)]
    count = sum(map(len, steps))
    if count < MIN_FOOTFALLS:
        return NO_LINES
    offset = np.concatenate(steps)
    reach = float((offset[:, 0] ** 2).sum())
    if reach < (runner.leg_length) ** 2:
        return NO_LINES
    slope = float((offset[:, 0] * offset[:, 1]).sum()) / reach
    off = offset[:, 1] - slope * offset[:, 0]
    free = max(count - len(steps) - 1, 1)
    slope_sd = float(np.sqrt((off**2).sum() / free / reach))
    where = lens.tangents(_ground(runner) * (sign, 1.0))
    aside = abs(float(where[1])) * (PANNING_SD if moving else ASIDE_SD)
    sd = float(np.linalg.norm([slope_sd, SLOPE_SD, aside]))
    return Lines(where[None], np.array([np.arctan(slope)]), np.array([sd]))


def _footfalls(runner: Runner, contacts: Sequence[Contact], side: Side) -> Array:
    """Return the scene positions under the flat foot, (n, 2), in coordinates of the first frame."""
    pose = runner.pose
    foot = 0.5 * (pose.point(f"{side}_heel") + pose.point(f"{side}_foot_index"))
    still = foot - runner.scene_shift
    places = []
    for contact in contacts:
        since = (pose.time_s - contact.contact_s) / contact.duration_s
        flat = (since >= FLAT_FROM) & (since <= FLAT_TO) & np.isfinite(still).all(axis=1)
        if contact.side == side and flat.any():
            places.append(still[flat].mean(axis=0))
    return np.array(places).reshape(-1, 2)


def _ground(runner: Runner) -> Array:
    """Return the centre of the feet's lowest positions in the picture, (2,)."""
    toes = np.concatenate([runner.pose.point(f"{side}_foot_index") for side in SIDES])
    return np.array([np.nanmedian(toes[:, 0]), np.nanpercentile(toes[:, 1], 10)])
