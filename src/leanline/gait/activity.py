"""What somebody seen from the side does: they run, walk, stand, or none of these.

Much has feet that swing in turn: a bicycle, a cross-trainer, steps on all fours. What makes a
gait is the body above the feet. Runners sink over the standing foot as on a spring and are
highest between two steps, walkers vault over it as on a stiff leg and are highest there
(Cavagna, Heglund & Taylor 1977); on a machine the hips hardly rise at all.
"""

from __future__ import annotations

from typing import Final

import numpy as np

from leanline.gait.cadence import Cadence
from leanline.model import Activity, Array, Contact, PoseTrack, Runner
from leanline.signals.filters import lowpass
from leanline.skeleton import SIDES, Side, swapped_name

LEG: Final = ("knee", "ankle", "heel", "foot_index")
# Hips that stay within this many leg lengths (after slow drift is taken out) stand.
STANDING_SWAY_LEGS: Final = 0.12
# Feet on the spot: a step is 0.3 leg lengths and more, while a network sees the far foot of
# somebody in a hand-held picture up to 0.12 off.
STANDING_FOOT_LEGS: Final = 0.2
# Walking has a double support, running a flight: contact time over stride time.
RUNNING_DUTY: Final = 0.5
# Hips higher between steps than over the foot, leg lengths. Runners: 0.05 to 0.13 in rendered,
# marked and filmed people; a walker -0.06; pedals and cross-trainers 0.00.
RUNNING_BOUNCE: Final = 0.015
WALKING_VAULT: Final = 0.005
# A trunk farther from upright than this is on all fours, on a racing bicycle or on the floor.
MAX_TRUNK_DEG: Final = 60.0
# Of two swinging feet neither swings this much less far than the other.
MIN_SHARE_OF_SWING: Final = 0.4
# Median of the legs' speed over its mean: 0.7 and more in clear clips of runners, 0.57 in the
# worst compressed one, 0.27 in a slideshow, where nothing moves but from picture to picture.
MIN_STEADY: Final = 0.42
# Hip to ankle as a share of thigh and shank: 0.97 with the knee bent by 30 degrees, 0.87 by
# 60, 0.71 on a chair. So straight are both legs at nearly all times of standing.
STRAIGHT: Final = 0.85
BENT_PCT: Final = 20.0
# Feet of somebody who stands are no farther apart along the picture and in height, leg lengths;
# those of a photograph of a stride are.
STANCE_LEGS: Final = (0.4, 0.15)


def activity_of(runner: Runner, contacts: tuple[Contact, ...], rate: Cadence) -> Activity:
    """Running, walking, standing, or none.

    What a track does not show (trunk, knees, hips) speaks neither for nor against.

    Parameters
    ----------
    runner
        Seen from the side, in real time.
    contacts
        Of both feet, real seconds.
    rate
        Their cadence.

    Returns
    -------
    Activity
        ``none`` when the motion is none of the three.
    """
    if not _trunk_upright(runner):
        return "none"
    if len(contacts) < 2 or not len(rate.step_times_s):
        return "standing" if _stands(runner) else "none"
    step_s = float(np.median(rate.step_times_s))
    rise = bounce(runner, contacts, step_s)
    if not (_both_feet_swing(runner) and _stands_on_lower_foot(runner, contacts)):
        return "none"
    if steadiness(runner.raw) < MIN_STEADY:
        return "none"
    contact_s = float(np.median([contact.duration_s for contact in contacts]))
    if contact_s / (2.0 * step_s) < RUNNING_DUTY:
        return "none" if rise < RUNNING_BOUNCE else "running"
    return "none" if abs(rise) < WALKING_VAULT else "walking"


def bounce(runner: Runner, contacts: tuple[Contact, ...], step_s: float) -> float:
    """How much higher the hips are halfway between two steps than over the foot.

    Parameters
    ----------
    runner
        Facing +x.
    contacts
        Of both feet.
    step_s
        Median time of a step.

    Returns
    -------
    float
        Median over the contacts, leg lengths; positive in running, negative in walking, NaN
        when the hips were not seen through a whole step.
    """
    height = runner.pose.mid("hip")[:, 1]
    seen = np.isfinite(height)
    if not seen.any():
        return float("nan")
    time_s = runner.pose.time_s[seen]
    middle = np.array([0.5 * (contact.contact_s + contact.toe_off_s) for contact in contacts])
    inside = (middle - 0.5 * step_s >= time_s[0]) & (middle + 0.5 * step_s <= time_s[-1])
    if not inside.any():
        return float("nan")
    rise = rise_between(time_s, height[seen], middle[inside], 0.5 * step_s)
    return rise / runner.leg_length


def rise_between(time_s: Array, height: Array, middle_s: Array, half_s: float | Array) -> float:
    """How much higher something is so long before and after moments than at them, the median.

    Parameters
    ----------
    time_s
        (T,) seconds.
    height
        (T,) up positive, any unit.
    middle_s
        (n,) moments, seconds.
    half_s
        How long before and after, seconds; one for all or one for each.

    Returns
    -------
    float
        In the unit of ``height``.
    """
    before, over, after = (
        np.interp(middle_s + share * half_s, time_s, height) for share in (-1.0, 0.0, 1.0)
    )
    return float(np.median(0.5 * (before + after) - over))


def steadiness(track: PoseTrack) -> float:
    """How evenly the legs' motion is spread over the frames: median over mean speed.

    Sides need not be right: each point goes to the nearer of the two places of the frame before.
    NaN when the legs or the hips are not seen.

    Parameters
    ----------
    track
        In any unit.

    Returns
    -------
    float
        Not negative; near 1 for a motion that never rests.
    """
    names = [f"{side}_{part}" for side in SIDES for part in LEG if track.has(f"{side}_{part}")]
    paths = {name: track.point(name) - track.mid("hip") for name in names}
    ways = []
    for name, path in paths.items():
        before = (path, paths.get(swapped_name(name), path))
        ways.append(np.min([np.linalg.norm(path[1:] - b[:-1], axis=1) for b in before], axis=0))
    speed = np.array(ways) / np.diff(track.time_s)
    seen = np.isfinite(speed).all(axis=0) if names else np.zeros(0, dtype=bool)
    if not seen.any():
        return float("nan")
    middle = np.median(speed[:, seen], axis=0)
    return float(np.median(middle) / max(float(np.mean(middle)), 1e-12))


def _stands_on_lower_foot(runner: Runner, contacts: tuple[Contact, ...]) -> bool:
    """Whether the other foot passes above the one on the ground; not so in a reversed film."""
    higher = []
    for contact in contacts:
        middle = 0.5 * (contact.contact_s + contact.toe_off_s)
        other: Side = "left" if contact.side == "right" else "right"
        low, high = (_lowest_at(runner, side, middle) for side in (contact.side, other))
        higher.append(high - low)
    known = np.array(higher)[np.isfinite(higher)]
    return len(known) == 0 or bool(np.median(known) > 0.0)


def _lowest_at(runner: Runner, side: Side, time_s: float) -> float:
    """Height of the lower of heel and toe (or the ankle alone); NaN when not seen."""
    pose = runner.pose
    parts = [p for p in ("heel", "foot_index") if pose.has(f"{side}_{p}")] or ["ankle"]
    heights = []
    for part in parts:
        height = pose.point(f"{side}_{part}")[:, 1]
        seen = np.isfinite(height)
        if seen.any():
            heights.append(float(np.interp(time_s, pose.time_s[seen], height[seen])))
    return min(heights, default=float("nan"))


def _trunk_upright(runner: Runner) -> bool:
    trunk = runner.pose.mid("shoulder") - runner.pose.mid("hip")
    lean = np.degrees(np.arctan2(trunk[:, 0], trunk[:, 1]))
    known = lean[np.isfinite(lean)]
    return len(known) == 0 or bool(abs(float(np.median(known))) < MAX_TRUNK_DEG)


def _both_feet_swing(runner: Runner) -> bool:
    """Whether the one foot goes to and fro under the body about as far as the other."""
    pose = runner.pose
    reach = []
    for side in SIDES:
        parts = [f"{side}_{p}" for p in ("heel", "ankle", "foot_index") if pose.has(f"{side}_{p}")]
        ahead = [(pose.point(name) - pose.mid("hip"))[:, 0] for name in parts]
        known = [path[np.isfinite(path)] for path in ahead]
        reach += [np.ptp(np.percentile(p, (5, 95))) for p in known if len(p)][:1]
    return len(reach) < 2 or bool(min(reach) > MIN_SHARE_OF_SWING * max(reach))


def _stands(runner: Runner) -> bool:
    """Whether both feet stay where they are, and the hips above them but for slow sway."""
    pose = runner.pose
    hips = pose.mid("hip")
    wander = [_foot_wander(runner, side) for side in SIDES]
    if np.isnan(wander).all() or not np.isfinite(hips).all(axis=1).any():
        return False
    if float(np.nanmax(wander)) > STANDING_FOOT_LEGS * runner.leg_length:
        return False
    quick = hips - lowpass(hips, pose.time_s, cutoff_hz=0.5)
    sways = np.nanstd(quick, axis=0).max() < 0.5 * STANDING_SWAY_LEGS * runner.leg_length
    return bool(sways) and _legs_straight(runner) and _feet_together(runner)


def _foot_wander(runner: Runner, side: Side) -> float:
    """How far a foot gets over the scene; NaN when it is not seen.

    Of the steadier of heel and ankle, as a network sees the far foot badly.
    """
    places = [runner.pose.point(f"{side}_{p}") - runner.scene_shift for p in ("heel", "ankle")]
    seen = [place[np.isfinite(place).all(axis=1)] for place in places]
    reach = [np.ptp(np.percentile(p, (5, 95), axis=0), axis=0).max() for p in seen if len(p)]
    return float(min(reach, default=np.nan))


def _feet_together(runner: Runner) -> bool:
    """Not on one leg, and not in the middle of a stride."""
    apart = np.abs(runner.pose.point("left_ankle") - runner.pose.point("right_ankle"))
    known = apart[np.isfinite(apart).all(axis=1)] / runner.leg_length
    return len(known) == 0 or bool((np.median(known, axis=0) < STANCE_LEGS).all())


def _legs_straight(runner: Runner) -> bool:
    """Not on a chair, and not up and down as in knee bends."""
    straight = np.array([_straightness(runner, side) for side in SIDES])
    known = straight[:, np.isfinite(straight).any(axis=0)]
    if known.shape[1] == 0:
        return True
    return bool(np.percentile(np.nanmin(known, axis=0), BENT_PCT) > STRAIGHT)


def _straightness(runner: Runner, side: Side) -> Array:
    """Hip to ankle as a share of the way over the knee, (T,)."""
    hip, knee, ankle = (runner.pose.point(f"{side}_{part}") for part in ("hip", "knee", "ankle"))
    way = np.linalg.norm(knee - hip, axis=1) + np.linalg.norm(ankle - knee, axis=1)
    return np.asarray(np.linalg.norm(ankle - hip, axis=1) / np.maximum(way, 1e-9))
