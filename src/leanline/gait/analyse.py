"""From a clean runner to gait: what they do, when their feet are on the ground, how often."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from leanline.gait.activity import activity_of
from leanline.gait.body_paths import body_paths
from leanline.gait.cadence import Cadence, cadence, step_times
from leanline.gait.events import find_contacts
from leanline.gait.ground import Ground, ground_speed
from leanline.gait.manual_corrections import ManualCorrections
from leanline.model import Activity, AnalysisWarning, Array, Contact, Runner
from leanline.profile import EventTiming


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
    """

    activity: Activity
    ground: Ground
    contacts: tuple[Contact, ...]
    cadence: Cadence
    notes: tuple[AnalysisWarning, ...] = ()


def analyse_gait(
    runner: Runner, timing: EventTiming, by_hand: ManualCorrections | None = None
) -> Gait:
    """Activity, surface, contacts and cadence; ``timing`` is the pose source's.

    ``by_hand`` puts the contacts right before anything is made of them.

    Parameters
    ----------
    runner
        Facing +x, seen from the side, in real time.
    timing
        How late the signs of events come in tracks of the pose source.
    by_hand
        Corrections of contacts, applied before anything is made of them.

    Returns
    -------
    Gait
        With NaN and empty contacts where nothing was found.
    """
    pose = runner.pose
    # Strides of a runner who changes pace are laid out evenly first, and the events put back.
    even_s = pose.time_s if runner.even_s is None else runner.even_s
    paths = body_paths(pose.with_time(even_s))
    shift = runner.scene_shift[:, 0]
    ground = ground_speed(paths, scene_shift=shift, leg_length=runner.leg_length)
    found = find_contacts(
        paths, ground_velocity=ground.velocity, leg_length=runner.leg_length, timing=timing
    )
    contacts, notes = (by_hand or ManualCorrections()).applied(
        _at_times(found, even_s, pose.time_s)
    )
    even = _at_times(contacts, pose.time_s, even_s)
    rate = replace(cadence(even, even_s, paths.hip[:, 1]), step_times_s=step_times(contacts))
    return Gait(activity_of(runner, contacts, rate), ground, contacts, rate, notes)


def _at_times(contacts: Sequence[Contact], from_s: Array, to_s: Array) -> tuple[Contact, ...]:
    """Contacts at the moments of another clock; both clocks (T,) are read at the same frames."""
    if from_s is to_s:
        return tuple(contacts)
    return tuple(
        replace(
            contact,
            contact_s=_read(contact.contact_s, from_s, to_s),
            toe_off_s=_read(contact.toe_off_s, from_s, to_s),
        )
        for contact in contacts
    )


def _read(moment_s: float, from_s: Array, to_s: Array) -> float:
    """One moment on the other clock; beyond the last frame both go on alike."""
    beyond = max(0.0, moment_s - float(from_s[-1]))
    return float(np.interp(moment_s, from_s, to_s)) + beyond
