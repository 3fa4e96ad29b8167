"""From a clean runner to gait: what they do, when their feet are on the ground, how often."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from leanline.gait.by_hand import ByHand
from leanline.gait.cadence import Cadence, cadence
from leanline.gait.events import BLAZEPOSE_LATE_S, find_contacts
from leanline.gait.ground import Ground, ground_speed
from leanline.model import Activity, Array, Contact, Note, Runner
from leanline.signals.filters import lowpass
from leanline.skeleton import SIDES, Side

# Hips that stay within this many leg lengths (after slow drift is taken out) stand.
STANDING_SWAY_LEGS = 0.12
# Walking has a double support, running a flight: contact time over stride time.
RUNNING_DUTY = 0.5


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
    return Gait(_activity(runner, contacts, rate), ground, contacts, rate, notes)


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


def _activity(runner: Runner, contacts: tuple[Contact, ...], rate: Cadence) -> Activity:
    if len(contacts) >= 2 and len(rate.step_times_s):
        contact_s = float(np.median([contact.duration_s for contact in contacts]))
        stride_s = 2.0 * float(np.median(rate.step_times_s))
        return "running" if contact_s / stride_s < RUNNING_DUTY else "walking"
    return "standing" if _stands(runner) else "none"


def _stands(runner: Runner) -> bool:
    """Whether both feet stay where they are, and the hips above them but for slow sway."""
    pose = runner.pose
    hips = pose.mid("hip")
    wander = [_foot_wander(runner, side) for side in SIDES]
    if np.isnan(wander).all() or not np.isfinite(hips).all(axis=1).any():
        return False
    if float(np.nanmax(wander)) > STANDING_SWAY_LEGS * runner.leg_length:
        return False
    quick = hips - lowpass(hips, pose.time_s, cutoff_hz=0.5)
    return bool(np.nanstd(quick, axis=0).max() < 0.5 * STANDING_SWAY_LEGS * runner.leg_length)


def _foot_wander(runner: Runner, side: Side) -> float:
    """How far a foot gets over the scene; NaN when it is not seen.

    Of the steadier of heel and ankle, as a network sees the far foot badly.
    """
    places = [runner.pose.point(f"{side}_{p}") - runner.scene_shift for p in ("heel", "ankle")]
    seen = [place[np.isfinite(place).all(axis=1)] for place in places]
    reach = [np.ptp(np.percentile(p, (5, 95), axis=0), axis=0).max() for p in seen if len(p)]
    return float(min(reach, default=np.nan))
