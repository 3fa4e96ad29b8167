"""Initial contact and toe-off of each foot.

Several signs of either event are read off the mean stride of each foot (``gait.event_signs``) and
averaged, each corrected for its delay in tracks of the same source. The event is then transferred
to every stride by aligning it with the mean (``gait.mean_stride``).

The delays were learned from force plates for marker tracks and from the soles of rendered people
for pose networks, leaving out one runner at a time (``python -m tools.profiles``; figures in
docs/reference/methods.md).
"""

from __future__ import annotations

import numpy as np

from leanline.gait.body_paths import BodyPaths
from leanline.gait.event_signs import (
    LegMotion,
    combine_signs,
    contact_signs,
    leg_motion,
    planted_speed,
    toe_off_signs,
)
from leanline.gait.mean_stride import (
    Cycle,
    Feet,
    align,
    align_cycle,
    feet_paths,
    fold,
    passing_times,
)
from leanline.model import Array, Contact
from leanline.profile import EventTiming
from leanline.skeleton import SIDES, Side

_PASSES = 3
# Share of a contact's individual shift that is kept; the rest is noise.
_SHIFT_KEPT = 0.7
# Plausible contact times in strides.
_DUTY = (0.12, 0.70)


def find_contacts(
    paths: BodyPaths, *, ground_velocity: Array, leg_length: float, timing: EventTiming
) -> tuple[Contact, ...]:
    """Find all complete contacts of both feet, in order of time.

    Parameters
    ----------
    paths
        Of T frames, with sides resolved; noise need not be filtered.
    ground_velocity
        (T,) or (1,) velocity of the ground along x in the same frame, from ``gait.ground``;
        negative on a treadmill, zero for a fixed camera beside a path.
    leg_length
        In the unit of the paths.
    timing
        Delays of the signs in tracks of this source.

    Returns
    -------
    tuple of Contact
        Empty if nobody runs or walks. Contacts cut off by the start or end of the clip are
        left out.
    """
    stride_s, mid_s = passing_times(paths, leg_length=leg_length)
    if not np.isfinite(stride_s) or not np.isfinite(paths.hip).all(axis=1).any():
        return ()
    velocity = np.broadcast_to(ground_velocity, paths.time_s.shape)
    feet = feet_paths(paths, velocity, stride_s)
    found = [c for side in SIDES for c in _contacts(paths, feet, side, mid_s[side], timing)]
    return tuple(sorted(found, key=lambda contact: contact.contact_s))


def aligned_cycle(
    paths: BodyPaths, feet: Feet, side: Side, mid_s: Array, timing: EventTiming
) -> tuple[Cycle, LegMotion]:
    """Mean stride of one foot, its strides laid on one another at their events.

    Parameters
    ----------
    paths
        Of T frames.
    feet
        The same relative to the body.
    side
        The foot.
    mid_s
        (n,) its passing times, seconds.
    timing
        How late the signs come in tracks of this source.

    Returns
    -------
    tuple of Cycle and LegMotion
        Of the aligned strides.
    """
    cycle = fold(feet, side, mid_s)
    motion = leg_motion(paths, side, cycle)
    for _ in range(_PASSES - 1):
        events = _known(event_times(motion, timing))
        cycle = fold(feet, side, align_cycle(feet, side, cycle, events or (0.0,)).mid_s)
        motion = leg_motion(paths, side, cycle)
    return cycle, motion


def event_times(motion: LegMotion, timing: EventTiming) -> tuple[float, float]:
    """Initial contact and toe-off of the mean stride, seconds from passing; NaN if unseen.

    Parameters
    ----------
    motion
        Mean stride of the leg.
    timing
        How late the signs come in tracks of this source.

    Returns
    -------
    tuple of float
        Initial contact and toe-off.
    """
    planted = 1.0
    for _ in range(3):
        contact_s = combine_signs(contact_signs(motion, planted), timing.contact_late_s)
        toe_off_s = combine_signs(toe_off_signs(motion, planted), timing.toe_off_late_s)
        planted = planted_speed(motion, contact_s, toe_off_s)
    return contact_s, toe_off_s


def _known(events: tuple[float, float]) -> tuple[float, ...]:
    return tuple(event for event in events if np.isfinite(event))


def _contacts(
    paths: BodyPaths, feet: Feet, side: Side, mid_s: Array, timing: EventTiming
) -> list[Contact]:
    """Return the complete contacts of one foot."""
    if len(mid_s) == 0:
        return []
    cycle, motion = aligned_cycle(paths, feet, side, mid_s, timing)
    events = event_times(motion, timing)
    if not np.isfinite(events).all():
        return []
    shifts = np.stack([align(feet, side, cycle, event) for event in events])
    # A shift unknown at one end is taken as zero; unknown at both, the contact is unseen.
    shifts = np.where(np.isnan(shifts) & np.isfinite(shifts).any(axis=0), 0.0, shifts)
    starts, ends = (
        cycle.mid_s + event + _SHIFT_KEPT * shift
        for event, shift in zip(events, shifts, strict=True)
    )
    return _complete_contacts(side, starts, ends, feet.time_s, cycle.stride_s)


def _complete_contacts(
    side: Side, starts: Array, ends: Array, time_s: Array, stride_s: float
) -> list[Contact]:
    found = []
    clip_end_s = time_s[-1] + float(np.median(np.diff(time_s)))  # with the last frame
    for start, end in zip(starts, ends, strict=True):
        seen = start >= time_s[0] and end <= clip_end_s
        if seen and _DUTY[0] * stride_s <= end - start <= _DUTY[1] * stride_s:
            found.append(Contact(side, float(start), float(end)))
    return found
