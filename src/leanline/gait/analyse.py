"""Analysis of gait: activity, ground, contacts and cadence."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from leanline.gait.activity import classify_activity
from leanline.gait.body_paths import body_paths
from leanline.gait.cadence import Cadence, estimate_cadence, step_times
from leanline.gait.events import find_contacts
from leanline.gait.ground import Ground, ground_speed
from leanline.gait.manual_corrections import ManualCorrections
from leanline.model import Activity, AnalysisWarning, Array, Contact, Runner
from leanline.profile import EventTiming
from leanline.reason import Reason


@dataclass(frozen=True)
class Gait:
    """What the runner does and when their feet are on the ground.

    Parameters
    ----------
    activity
        Running, walking, standing, or none.
    ground
        The ground as it moves through the picture.
    contacts
        Of both feet, in order of time, real seconds.
    cadence
        Steps per minute.
    notes
        Warnings on how it is known.
    why_none
        Why the activity is none of the three; None if it is one.
    """

    activity: Activity
    ground: Ground
    contacts: tuple[Contact, ...]
    cadence: Cadence
    notes: tuple[AnalysisWarning, ...] = ()
    why_none: Reason | None = None


def analyse_gait(
    runner: Runner,
    timing: EventTiming,
    corrections: ManualCorrections | None = None,
    known: Activity | None = None,
) -> Gait:
    """Analyse the gait of a clean runner; ``timing`` is the pose source's.

    ``corrections`` are applied to the contacts before anything is computed from them.

    Parameters
    ----------
    runner
        Facing +x, seen from the side, in real time.
    timing
        How late the signs of events come in tracks of the pose source.
    corrections
        Corrections of contacts, applied before anything is made of them.
    known
        What the person does if somebody says so.

    Returns
    -------
    Gait
        With NaN and empty contacts where nothing was found.
    """
    pose = runner.pose
    # Contacts are found in evenly paced time and converted back to the runner's own.
    even_s = pose.time_s if runner.even_s is None else runner.even_s
    paths = body_paths(pose.with_time(even_s))
    shift = runner.scene_shift[:, 0]
    ground = ground_speed(paths, scene_shift=shift, leg_length=runner.leg_length)
    found = find_contacts(
        paths, ground_velocity=ground.velocity, leg_length=runner.leg_length, timing=timing
    )
    contacts, notes = (corrections or ManualCorrections()).apply(
        _convert_times(found, even_s, pose.time_s)
    )
    even = _convert_times(contacts, pose.time_s, even_s)
    rate = replace(
        estimate_cadence(even, even_s, paths.hip[:, 1]), step_times_s=step_times(contacts)
    )
    seen = classify_activity(runner, contacts, rate, known)
    return Gait(seen.activity, ground, contacts, rate, notes, seen.why_none)


def _convert_times(contacts: Sequence[Contact], from_s: Array, to_s: Array) -> tuple[Contact, ...]:
    """Convert contacts to another clock; both clocks (T,) refer to the same frames."""
    if from_s is to_s:
        return tuple(contacts)
    return tuple(
        replace(
            contact,
            contact_s=_convert_time(contact.contact_s, from_s, to_s),
            toe_off_s=_convert_time(contact.toe_off_s, from_s, to_s),
        )
        for contact in contacts
    )


def _convert_time(moment_s: float, from_s: Array, to_s: Array) -> float:
    """Convert one moment; beyond the last frame both clocks run at the same rate."""
    beyond = max(0.0, moment_s - float(from_s[-1]))
    return float(np.interp(moment_s, from_s, to_s)) + beyond
