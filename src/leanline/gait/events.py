"""When each foot meets and leaves the ground.

A foot on the ground stands still relative to it, so initial contact is where the foot's speed
over the ground has fallen to half the running speed, and toe-off where the foot leaves again
(EVIDENCE.md section 2: robust to frame rate, noise and foot strike, unlike the lowest ankle or
the foot farthest ahead). The rules are read off the average stride (``gait.fold``) and carried
to each stride by laying it on the average.

The levels were chosen on force-plate treadmills (Fukuchi 2017, two runners; Hamner & Delp 2013,
one runner at two speeds), as a compromise between the three: mean errors of -6, -6 and +9 ms at
contact, -5, -1 and +6 ms at toe-off. Had each runner been left out, the level set by the other
two would be off by -8, -8 and +15 ms, and by -8, -1 and +9 ms.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from leanline.gait.fold import Cycle, Feet, align, aligned, feet_paths, fold, passing_times
from leanline.model import Array, Contact
from leanline.skeleton import SIDES, Side

# How late BlazePose shows contact and toe-off: medians over rendered people of four bodies, 30
# to 240 frames a second (truth: sole within 5 mm of the ground). Left-out bodies then have mean
# errors of 6 to 8 ms and 6 ms.
BLAZEPOSE_LATE_S = (0.007, 0.018)

_GRID_S = 0.0025
_PASSES = 3
# Share kept of what one end of a contact departs from its stride: the rest is noise.
_OWN_SHIFT = 0.7
# Initial contact: horizontal speed of the mid-foot over the ground, share of running speed.
_LANDED_SPEED = 0.5
# Toe-off: three signs, each a level and how late (s) it comes against the force plate; the
# middle one counts. Heights are shares of the height of the hips.
_TOE_SPEED, _TOE_LATE_S = 0.30, -0.003
_FOOT_SPEED, _FOOT_LATE_S = 0.50, -0.020
_HEEL_HEIGHT, _HEEL_LATE_S = 0.17, 0.003
# Where to look, in strides from mid-stance, and what contact times are believed, in strides.
_CONTACT_WINDOW = (-0.40, -0.02)
_TOE_OFF_WINDOW = (0.04, 0.40)
_FLAT_WINDOW = (-0.15, 0.10)
_SWINGING = 1.2  # over the ground, share of running speed: surely in the air
_DUTY = (0.12, 0.70)
_PLANTED_SPEED_RANGE = 0.12


def find_contacts(
    time_s: Array,
    heel: Mapping[Side, Array],
    toe: Mapping[Side, Array],
    hip: Array,
    *,
    ground_velocity: Array,
    leg_length: float,
    late_s: tuple[float, float] = (0.0, 0.0),
) -> tuple[Contact, ...]:
    """All whole contacts of both feet, in order of time.

    Parameters
    ----------
    time_s
        (T,) strictly rising.
    heel, toe
        For each side (T, 2): x forward along the running direction, y up; any one unit.
        Sides must be right; noise need not be filtered out; NaN where missing.
    hip
        (T, 2) middle of the hips.
    ground_velocity
        (T,) or (1,) velocity of the ground along x in the same frame, from ``gait.ground``;
        negative on a treadmill, zero for a fixed camera beside a path.
    leg_length
        In the unit of the points.
    late_s
        By how much the source of the points shows contact and toe-off too late: zero for
        markers, ``BLAZEPOSE_LATE_S`` for BlazePose.

    Returns
    -------
    tuple of Contact
        Empty when nobody runs or walks. A contact that the clip's start or end cuts is left
        out.
    """
    time_s = np.asarray(time_s, dtype=np.float64)
    ground_velocity = np.broadcast_to(ground_velocity, time_s.shape)
    middle = {side: 0.5 * (heel[side] + toe[side]) for side in SIDES}
    stride_s, mid_s = passing_times(
        time_s, middle["left"][:, 0], middle["right"][:, 0], leg_length=leg_length
    )
    if not np.isfinite(stride_s) or not np.isfinite(hip).all(axis=1).any():
        return ()
    feet = feet_paths(time_s, heel, toe, hip, ground_velocity, stride_s)
    found = [c for side in SIDES for c in _contacts(feet, side, mid_s[side], late_s)]
    return tuple(sorted(found, key=lambda contact: contact.contact_s))


def _contacts(feet: Feet, side: Side, mid_s: Array, late_s: tuple[float, float]) -> list[Contact]:
    """Whole contacts of one foot."""
    if len(mid_s) == 0:
        return []
    cycle = fold(feet, side, mid_s)
    for _ in range(_PASSES - 1):
        cycle = fold(feet, side, aligned(feet, side, cycle, cycle_events(cycle)).mid_s)
    events = cycle_events(cycle)
    shifts = np.stack([align(feet, side, cycle, event) for event in events])
    # One end too near a gap or the clip's end goes with the stride; both, it is unseen.
    shifts = np.where(np.isnan(shifts) & np.isfinite(shifts).any(axis=0), 0.0, shifts)
    starts, ends = (
        cycle.mid_s + event + _OWN_SHIFT * shift - late
        for event, shift, late in zip(events, shifts, late_s, strict=True)
    )
    return _whole(side, starts, ends, feet.time_s, cycle.stride_s)


def cycle_events(cycle: Cycle) -> tuple[float, float]:
    """Initial contact and toe-off of the average stride, seconds from mid-stance."""
    grid = np.arange(-0.5, 0.5, _GRID_S / cycle.stride_s) * cycle.stride_s
    path, velocity = cycle.path(grid), cycle.velocity(grid)
    planted = 1.0
    for _ in range(3):
        contact_s = _landing(grid, velocity, planted, cycle.stride_s)
        toe_off_s = _leaving(grid, path, velocity, planted, cycle.stride_s)
        planted = _planted_speed(grid, velocity, contact_s, toe_off_s)
    return contact_s, toe_off_s


def _landing(grid: Array, velocity: Array, planted: float, stride_s: float) -> float:
    inside = _window(grid, _CONTACT_WINDOW, stride_s)
    over_ground = 0.5 * (velocity[inside, 0] + velocity[inside, 2]) / planted + 1.0
    flying = np.flatnonzero(over_ground > _SWINGING)
    start = flying[-1] if len(flying) else 0
    return _first_below(grid[inside][start:], over_ground[start:], _LANDED_SPEED)


def _leaving(grid: Array, path: Array, velocity: Array, planted: float, stride_s: float) -> float:
    """Middle of three signs of toe-off; two of them walk back from the swing to the ground."""
    inside = _window(grid, _TOE_OFF_WINDOW, stride_s)
    still = np.array([planted, 0.0, planted, 0.0])
    heel_x, heel_y, toe_x, toe_y = ((velocity[inside] + still) / planted).T
    flying = np.flatnonzero(0.5 * (heel_x + toe_x) > _SWINGING)
    back = slice(flying[0] if len(flying) else None, None, -1)
    forward, backward = grid[inside], grid[inside][back]
    toe_speed = np.hypot(toe_x, toe_y)
    foot_speed = 0.5 * np.hypot(heel_x + toe_x, heel_y + toe_y)
    floor = float(np.percentile(path[_window(grid, _FLAT_WINDOW, stride_s), 1], 20))
    rise = (path[inside, 1] - floor) / abs(floor)
    signs = (
        _first_below(backward, toe_speed[back], _TOE_SPEED) - _TOE_LATE_S,
        _first_below(backward, foot_speed[back], _FOOT_SPEED) - _FOOT_LATE_S,
        _first_below(forward, -rise, -_HEEL_HEIGHT) - _HEEL_LATE_S,
    )
    return float(np.median(signs))


def _planted_speed(grid: Array, velocity: Array, contact_s: float, toe_off_s: float) -> float:
    """Speed at which the foot really goes back with the ground.

    The near foot moves faster in the picture than the far one, and the ground's speed is known
    only so well; both are taken from the foot itself, within reason.
    """
    length = toe_off_s - contact_s
    flat = (grid > contact_s + 0.25 * length) & (grid < contact_s + 0.65 * length)
    if not flat.any():
        return 1.0
    seen = -float(np.median(0.5 * (velocity[flat, 0] + velocity[flat, 2])))
    return float(np.clip(seen, 1.0 - _PLANTED_SPEED_RANGE, 1.0 + _PLANTED_SPEED_RANGE))


def _window(grid: Array, strides: tuple[float, float], stride_s: float) -> NDArray[np.intp]:
    return np.flatnonzero((grid >= strides[0] * stride_s) & (grid <= strides[1] * stride_s))


def _first_below(grid: Array, values: Array, level: float) -> float:
    """First place along the grid where the values fall to the level, between samples."""
    above = values > level
    falls = np.flatnonzero(above[:-1] & ~above[1:])
    if len(falls) == 0:
        return float(grid[-1] if above[-1] else grid[0])
    before = falls[0]
    share = (values[before] - level) / (values[before] - values[before + 1])
    return float(grid[before] + share * (grid[before + 1] - grid[before]))


def _whole(side: Side, starts: Array, ends: Array, time_s: Array, stride_s: float) -> list[Contact]:
    found = []
    clip_end_s = time_s[-1] + float(np.median(np.diff(time_s)))  # the last frame is shown so long
    for start, end in zip(starts, ends, strict=True):
        seen = start >= time_s[0] and end <= clip_end_s
        if seen and _DUTY[0] * stride_s <= end - start <= _DUTY[1] * stride_s:
            found.append(Contact(side, float(start), float(end)))
    return found
