"""Camera roll at the runner, with an interval."""

from __future__ import annotations

from leanline.model import Estimate

# How far people hold a phone from level when nothing tells: a standard deviation, degrees.
HAND_HELD_SD = 2.0
GIVEN_SD = 0.3


def roll_of(given_deg: float | None, *, picture: bool) -> Estimate:
    """Roll of the camera, degrees, positive clockwise as the photographer sees it.

    Parameters
    ----------
    given_deg
        What the person says, or None.
    picture
        Whether there is a picture at all; marker tracks are upright as they are.
    """
    if given_deg is not None:
        return _around(given_deg, GIVEN_SD, "the value given")
    if not picture:
        return _around(0.0, 0.0, "the track's own vertical")
    return _around(0.0, HAND_HELD_SD, "how level phones are usually held")


def _around(value: float, sd: float, source: str) -> Estimate:
    return Estimate(value, (value - 1.96 * sd, value + 1.96 * sd), source)
