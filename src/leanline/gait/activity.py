"""Classification of a person seen from the side: running, walking, standing, or none.

Alternating feet alone are no gait: cyclists, cross-trainers and people on all fours have them too.
What distinguishes a gait is the motion of the body above the feet. Runners sink over the stance
foot as on a spring and are highest between two steps, walkers vault over a stiff leg and are
highest there (Cavagna, Heglund & Taylor 1977); on a machine the hips hardly rise at all.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from leanline.gait.cadence import Cadence
from leanline.model import Activity, Array, Contact, PoseTrack, Runner
from leanline.reason import Reason
from leanline.runner.visible_side import visible_body
from leanline.signals.filters import lowpass
from leanline.skeleton import FOOT, LEG, SIDES, Side, swapped_name

# Maximum motion of standing hips without slow drift, leg lengths.
STANDING_SWAY_LEGS: Final = 0.12
# Maximum motion of standing feet: a step is at least 0.3 leg lengths, while networks misplace the
# far foot in a hand-held picture by up to 0.12.
STANDING_FOOT_LEGS: Final = 0.2
# Walking has double support, running a flight phase: contact time over stride time.
RUNNING_DUTY: Final = 0.5
# Rise of the hips between steps, leg lengths: 0.05 to 0.13 in rendered, marker-tracked and filmed
# runners, -0.06 in a walker, 0.00 on pedals and cross-trainers.
MIN_RUNNING_RISE: Final = 0.015
MIN_WALKING_RISE: Final = 0.005
# A trunk further from vertical belongs to somebody on all fours, on a racing bicycle or lying down.
MAX_TRUNK_DEG: Final = 60.0
# Minimum ratio between the swings of both feet.
MIN_SWING_RATIO: Final = 0.4
# Median over mean of the legs' speed: 0.7 and more in clear clips of runners, 0.57 in the worst
# compressed one, 0.27 in a slideshow, which moves only between pictures.
MIN_STEADY: Final = 0.42
# Hip-to-ankle distance over thigh plus shank: 0.97 with a knee flexion of 30 degrees, 0.87 at 60,
# 0.71 on a chair. Both legs are at least this straight nearly all the time while standing.
STRAIGHT: Final = 0.85
BENT_PCT: Final = 20.0
# Maximum separation of standing feet along the picture and in height, leg lengths; in a photograph
# of a stride they are further apart.
STANCE_LEGS: Final = (0.4, 0.15)


@dataclass(frozen=True)
class SeenActivity:
    """What a person does.

    Parameters
    ----------
    activity
        Running, walking, standing, or none.
    why_none
        The rule that failed, with what was measured; None for one of the three.
    """

    activity: Activity
    why_none: Reason | None = None


def classify_activity(
    runner: Runner,
    contacts: tuple[Contact, ...],
    rate: Cadence,
    known: Activity | None = None,
) -> SeenActivity:
    """Classify as running, walking, standing, or none.

    What a track does not show (trunk, knees, hips) speaks neither for nor against.

    Parameters
    ----------
    runner
        Seen from the side, in real time.
    contacts
        Of both feet, real seconds.
    rate
        Their cadence.
    known
        What the person does if somebody says so; only steps are then asked for.

    Returns
    -------
    SeenActivity
        ``none``, with the reason, when the motion is none of the three.
    """
    if known == "standing":
        return SeenActivity(known)
    steps = len(contacts) >= 2 and len(rate.step_times_s) > 0
    if known is not None:
        found = len(contacts)
        return SeenActivity(known) if steps else _none("nobody.no_contacts", contacts=found)
    tilt_deg = _trunk_tilt_deg(runner)
    if tilt_deg >= MAX_TRUNK_DEG:
        return _none("nobody.trunk_low", trunk_deg=tilt_deg, max_deg=MAX_TRUNK_DEG)
    if not steps:
        return _classify_standing(runner)
    return _classify_gait(runner, contacts, float(np.median(rate.step_times_s)))


def _classify_gait(runner: Runner, contacts: tuple[Contact, ...], step_s: float) -> SeenActivity:
    ratio = _swing_ratio(runner)
    if ratio <= MIN_SWING_RATIO:
        return _none("nobody.one_foot", ratio=ratio, min_ratio=MIN_SWING_RATIO)
    higher = _swing_foot_height(runner, contacts)
    if higher <= 0.0:
        return _none("nobody.swing_low")
    steady = steadiness(runner.raw)
    if steady < MIN_STEADY:
        return _none("nobody.jerky", steady=steady, min_steady=MIN_STEADY)
    rise = hip_rise_between_steps(runner, contacts, step_s)
    contact_s = float(np.median([contact.duration_s for contact in contacts]))
    flat = _none("nobody.flat_hips", rise_pct=100.0 * rise)
    if contact_s / (2.0 * step_s) < RUNNING_DUTY:
        return flat if rise < MIN_RUNNING_RISE else SeenActivity("running")
    return flat if abs(rise) < MIN_WALKING_RISE else SeenActivity("walking")


def _none(code: str, **params: float) -> SeenActivity:
    """None of the three; whoever refuses the clip adds its path to the reason."""
    return SeenActivity("none", Reason(code, params))


def hip_rise_between_steps(runner: Runner, contacts: tuple[Contact, ...], step_s: float) -> float:
    """Return how much higher the hips are midway between two steps than over the foot.

    Parameters
    ----------
    runner
        Facing +x.
    contacts
        Of both feet.
    step_s
        Median step time.

    Returns
    -------
    float
        Median over the contacts, leg lengths; positive in running, negative in walking, NaN if
        the hips were not seen through a whole step.
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
    """Return the median rise of a height from given moments to ``half_s`` before and after them.

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
    """Return how evenly the legs' motion is spread over the frames: median over mean speed.

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


def _swing_foot_height(runner: Runner, contacts: tuple[Contact, ...]) -> float:
    """How far the swing foot passes above the stance foot; negative in a reversed video.

    Infinite if the feet are not seen.
    """
    higher = []
    for contact in contacts:
        middle = 0.5 * (contact.contact_s + contact.toe_off_s)
        other: Side = "left" if contact.side == "right" else "right"
        low, high = (_lowest_at(runner, side, middle) for side in (contact.side, other))
        higher.append(high - low)
    known = np.array(higher)[np.isfinite(higher)]
    return float(np.median(known)) if len(known) else float("inf")


def _lowest_at(runner: Runner, side: Side, time_s: float) -> float:
    """Height of the lower of heel and toe (or of the ankle alone); NaN if not seen."""
    pose = runner.pose
    parts = [p for p in FOOT if pose.has(f"{side}_{p}")] or ["ankle"]
    heights = []
    for part in parts:
        height = pose.point(f"{side}_{part}")[:, 1]
        seen = np.isfinite(height)
        if seen.any():
            heights.append(float(np.interp(time_s, pose.time_s[seen], height[seen])))
    return min(heights, default=float("nan"))


def _trunk_tilt_deg(runner: Runner) -> float:
    """Angle of the trunk from straight up, degrees, without a sign; 0 if it is not seen."""
    trunk = runner.pose.mid("shoulder") - runner.pose.mid("hip")
    lean = np.degrees(np.arctan2(trunk[:, 0], trunk[:, 1]))
    known = lean[np.isfinite(lean)]
    return abs(float(np.median(known))) if len(known) else 0.0


def _swing_ratio(runner: Runner) -> float:
    """Ratio of how far the feet move back and forth under the body, 0 to 1; 1 if not known."""
    pose = runner.pose
    reach = []
    for side in SIDES:
        # The first that is known counts.
        parts = [f"{side}_{p}" for p in ("heel", "ankle", "foot_index") if pose.has(f"{side}_{p}")]
        ahead = [(pose.point(name) - pose.mid("hip"))[:, 0] for name in parts]
        known = [path[np.isfinite(path)] for path in ahead]
        reach += [np.ptp(np.percentile(p, (5, 95))) for p in known if len(p)][:1]
    return 1.0 if len(reach) < 2 else float(min(reach) / max(*reach, 1e-12))


def _classify_standing(runner: Runner) -> SeenActivity:
    """Standing if both feet stay in place, and the hips above them except for slow sway."""
    pose = visible_body(runner.pose).pose
    hips = pose.mid("hip")
    motion = [_foot_motion(runner, side) for side in SIDES]
    if np.isnan(motion).all() or not np.isfinite(hips).all(axis=1).any():
        return _none("nobody.body_unseen")
    moved = float(np.nanmax(motion)) / runner.leg_length
    if moved > STANDING_FOOT_LEGS:
        limit_pct = 100.0 * STANDING_FOOT_LEGS
        return _none("nobody.feet_move", moved_pct=100.0 * moved, max_pct=limit_pct)
    quick = hips - lowpass(hips, pose.time_s, cutoff_hz=0.5)
    if not np.nanstd(quick, axis=0).max() < 0.5 * STANDING_SWAY_LEGS * runner.leg_length:
        return _none("nobody.hips_move")
    if not _legs_straight(runner):
        return _none("nobody.legs_bent")
    return SeenActivity("standing") if _feet_together(runner) else _none("nobody.feet_apart")


def _foot_motion(runner: Runner, side: Side) -> float:
    """Distance that a foot moves over the scene; NaN if it is not seen.

    The steadier of heel and ankle counts, because networks see the far foot poorly.
    """
    places = [runner.pose.point(f"{side}_{p}") - runner.scene_shift for p in ("heel", "ankle")]
    seen = [place[np.isfinite(place).all(axis=1)] for place in places]
    reach = [np.ptp(np.percentile(p, (5, 95), axis=0), axis=0).max() for p in seen if len(p)]
    return float(min(reach, default=np.nan))


def _feet_together(runner: Runner) -> bool:
    """Rules out standing on one leg and the middle of a stride."""
    apart = np.abs(runner.pose.point("left_ankle") - runner.pose.point("right_ankle"))
    known = apart[np.isfinite(apart).all(axis=1)] / runner.leg_length
    return len(known) == 0 or bool((np.median(known, axis=0) < STANCE_LEGS).all())


def _legs_straight(runner: Runner) -> bool:
    """Rules out sitting and squats."""
    straight = np.array([_straightness(runner, side) for side in SIDES])
    known = straight[:, np.isfinite(straight).any(axis=0)]
    if known.shape[1] == 0:
        return True
    return bool(np.percentile(np.nanmin(known, axis=0), BENT_PCT) > STRAIGHT)


def _straightness(runner: Runner, side: Side) -> Array:
    """Hip-to-ankle distance over the length along the knee, (T,)."""
    hip, knee, ankle = (runner.pose.point(f"{side}_{part}") for part in ("hip", "knee", "ankle"))
    way = np.linalg.norm(knee - hip, axis=1) + np.linalg.norm(ankle - knee, axis=1)
    return np.asarray(np.linalg.norm(ankle - hip, axis=1) / np.maximum(way, 1e-9))
