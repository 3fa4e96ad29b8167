"""From a clean runner to gait: what they do, when their feet are on the ground, how often."""

from __future__ import annotations

from dataclasses import dataclass

from leanline.gait.activity import activity_of
from leanline.gait.body_paths import body_paths
from leanline.gait.by_hand import ByHand
from leanline.gait.cadence import Cadence, cadence
from leanline.gait.events import find_contacts
from leanline.gait.ground import Ground, ground_speed
from leanline.model import Activity, Contact, Note, Runner
from leanline.profile import EventTiming


@dataclass(frozen=True)
class Gait:
    """What the runner does and when their feet are on the ground; ``notes`` on how it is known."""

    activity: Activity
    ground: Ground
    contacts: tuple[Contact, ...]
    cadence: Cadence
    notes: tuple[Note, ...] = ()


def analyse_gait(runner: Runner, timing: EventTiming, by_hand: ByHand | None = None) -> Gait:
    """Activity, surface, contacts and cadence; ``timing`` is the pose source's.

    ``by_hand`` puts the contacts right before anything is made of them.
    """
    pose = runner.pose
    paths = body_paths(pose)
    shift = runner.scene_shift[:, 0]
    ground = ground_speed(paths, scene_shift=shift, leg_length=runner.leg_length)
    contacts = find_contacts(
        paths, ground_velocity=ground.velocity, leg_length=runner.leg_length, timing=timing
    )
    contacts, notes = (by_hand or ByHand()).applied(contacts)
    rate = cadence(contacts, pose.time_s, paths.hip[:, 1])
    return Gait(activity_of(runner, contacts, rate), ground, contacts, rate, notes)
