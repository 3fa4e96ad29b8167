"""From a clean runner to gait: what they do, when their feet are on the ground, how often."""

from __future__ import annotations

from dataclasses import dataclass

from leanline.gait.activity import activity_of
from leanline.gait.by_hand import ByHand
from leanline.gait.cadence import Cadence, cadence
from leanline.gait.events import BLAZEPOSE_LATE_S, find_contacts
from leanline.gait.ground import Ground, ground_speed
from leanline.model import Activity, Array, Contact, Note, Runner
from leanline.skeleton import SIDES, Side


@dataclass(frozen=True)
class Gait:
    """What the runner does and when their feet are on the ground; ``notes`` on how it is known."""

    activity: Activity
    ground: Ground
    contacts: tuple[Contact, ...]
    cadence: Cadence
    notes: tuple[Note, ...] = ()


def analyse_gait(runner: Runner, source: str, by_hand: ByHand | None = None) -> Gait:
    """Activity, surface, contacts and cadence; ``source`` names the pose source.

    ``by_hand`` puts the contacts right before anything is made of them.
    """
    pose = runner.pose
    heel, toe = _feet(runner)
    hip = pose.mid("hip")
    shift = runner.scene_shift[:, 0]
    ground = ground_speed(
        pose.time_s, heel, toe, hip, scene_shift=shift, leg_length=runner.leg_length
    )
    contacts = find_contacts(
        pose.time_s,
        heel,
        toe,
        hip,
        ground_velocity=ground.velocity,
        leg_length=runner.leg_length,
        late_s=BLAZEPOSE_LATE_S if source.startswith("blazepose") else (0.0, 0.0),
    )
    contacts, notes = (by_hand or ByHand()).applied(contacts)
    rate = cadence(contacts, pose.time_s, hip[:, 1])
    return Gait(activity_of(runner, contacts, rate), ground, contacts, rate, notes)


def _feet(runner: Runner) -> tuple[dict[Side, Array], dict[Side, Array]]:
    """Heel and toe of each side; the ankle stands in for one that the track does not have."""
    pose = runner.pose
    heel: dict[Side, Array] = {}
    toe: dict[Side, Array] = {}
    for side in SIDES:
        there = [f"{side}_{p}" for p in ("heel", "foot_index", "ankle") if pose.has(f"{side}_{p}")]
        for part, paths in (("heel", heel), ("foot_index", toe)):
            name = f"{side}_{part}"
            paths[side] = pose.point(name if name in there or not there else there[-1])
    return heel, toe
