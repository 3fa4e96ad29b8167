"""A runner made of formulas, whose every event and lean is known.

The planted foot stands still on the ground, the hips travel at an even speed and bounce once
per step, trunk and leg line have the leans that were asked for. Nothing here is measured:
it is for tests of behaviour, never for claims of accuracy.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

import numpy as np

from leanline.model import Array, Contact, Direction, PoseTrack, Surface, Unit
from leanline.skeleton import BLAZEPOSE, SIDES, Side

# Lengths as shares of body height.
HIP, THIGH, SHANK, TRUNK, NECK_EAR = 0.50, 0.245, 0.246, 0.29, 0.12
FOOT, ANKLE_UP, ANKLE_FORWARD, UPPER_ARM, FOREARM, LIFT = 0.15, 0.045, 0.03, 0.17, 0.15, 0.10
# Shares of the contact: foot flat from here to here.
FLAT_FROM, FLAT_TO = 0.12, 0.60
# Pitch at toe-off, and how it gets there: with these and the speeds below heel and toe move at
# toe-off about as they do on a force-plate treadmill.
PUSH_OFF_DEG, PUSH_OFF_POWER, PUSH_OFF_TURN = -36.0, 1.4, -4.0
LEAVING_SPEED = 0.3
GRAVITY = 9.81


@dataclass(frozen=True)
class SyntheticRunner:
    """A made-up runner: the track and the truth about it.

    ``pose`` as a network would deliver it (with noise, roll and direction applied);
    ``scene_shift`` (T,) how far the scene has moved along the picture's x, in the pose's unit;
    ``lean_*_deg`` the windows of the registry.
    """

    pose: PoseTrack
    contacts: tuple[Contact, ...]
    scene_shift: Array
    surface: Surface
    direction: Direction
    leg_length: float
    speed: float
    cadence_spm: float
    lean_body_deg: float
    lean_leg_deg: float
    lean_trunk_deg: float
    foot_strike_angle_deg: float
    bounce: float


@dataclass(frozen=True)
class _Form:
    """How the runner moves, metres and seconds, facing +x over ground that stands still."""

    step_s: float
    contact_s: float
    speed: float
    height: float
    trunk: float
    strike: float
    bounce: float | None
    landing: float
    hip_ahead: float
    start_s: float

    @property
    def stride_s(self) -> float:
        return 2.0 * self.step_s

    def first_contact_s(self, side: Side) -> float:
        return self.start_s + (0.0 if side == "left" else self.step_s)


def synthetic_runner(
    *,
    fps: float = 120.0,
    seconds: float = 5.0,
    cadence_spm: float = 170.0,
    duty_factor: float = 0.35,
    speed_mps: float = 3.0,
    height_m: float = 1.75,
    lean_leg_deg: float = 5.0,
    lean_trunk_deg: float = 7.0,
    foot_strike_angle_deg: float = 12.0,
    bounce_m: float | None = 0.08,
    landing_speed: float = 0.5,
    surface: Literal["treadmill", "overground"] = "treadmill",
    camera: Literal["fixed", "follow"] = "fixed",
    direction: Direction = "right",
    roll_deg: float = 0.0,
    noise: float = 0.0,
    unit: Unit = "px",
    px_per_m: float = 250.0,
    start_s: float = 0.1,
    time_s: Array | None = None,
    seed: int = 0,
) -> SyntheticRunner:
    """Make a runner.

    ``duty_factor`` is contact time over stride time (0 to 0.5 when running);
    ``bounce_m`` is a wave of the hips of that height, None the bounce that gravity makes:
    ballistic in flight, a half sine of ground force in contact;
    ``landing_speed`` the share of the running speed with which the foot meets the ground;
    ``noise`` the standard deviation of each coordinate in the track's unit; ``time_s`` own time
    stamps instead of ``fps`` and ``seconds``; ``camera="follow"`` keeps an overground runner in
    the middle of the picture; ``start_s`` the first left contact.
    """
    times = np.arange(round(seconds * fps)) / fps if time_s is None else np.asarray(time_s, float)
    step_s = 60.0 / cadence_spm
    form = _Form(
        step_s=step_s,
        contact_s=2.0 * step_s * duty_factor,
        speed=speed_mps,
        height=height_m,
        trunk=np.radians(lean_trunk_deg),
        strike=np.radians(foot_strike_angle_deg),
        bounce=bounce_m,
        landing=landing_speed,
        hip_ahead=0.0,
        start_s=start_s,
    )
    form = _with_leg_lean(form, lean_leg_deg)
    travel = np.zeros_like(times) if _carried(surface, camera) else speed_mps * times
    points = _body(form, times)
    xy = np.stack([points[name] for name in BLAZEPOSE], axis=1)
    xy[:, :, 0] += (travel - speed_mps * times)[:, None]
    sign = 1.0 if direction == "right" else -1.0
    scale = px_per_m if unit == "px" else 1.0
    xy = _rotate(xy * [sign, 1.0] * scale, np.radians(roll_deg))
    xy = xy + np.random.default_rng(seed).normal(0.0, 1.0, xy.shape) * noise
    scene = speed_mps * times if surface == "overground" and camera == "follow" else 0.0 * times
    return SyntheticRunner(
        pose=PoseTrack(times, xy, np.ones(xy.shape[:2]), BLAZEPOSE, unit),
        contacts=_whole_contacts(form, times),
        scene_shift=-sign * scale * scene,
        surface=surface,
        direction=direction,
        leg_length=(THIGH + SHANK) * height_m * scale,
        speed=speed_mps * scale,
        cadence_spm=cadence_spm,
        lean_body_deg=_mid_stance_lean(form, "shoulder"),
        lean_leg_deg=_mid_stance_lean(form, "hip"),
        lean_trunk_deg=lean_trunk_deg,
        foot_strike_angle_deg=foot_strike_angle_deg,
        bounce=float(np.ptp(_hip_rise(form, start_s + step_s * np.linspace(0, 1, 201)))) * scale,
    )


def _carried(surface: str, camera: str) -> bool:
    return surface == "treadmill" or camera == "follow"


def _rotate(xy: Array, angle: float) -> Array:
    cos, sin = np.cos(angle), np.sin(angle)
    return np.asarray(xy @ np.array([[cos, sin], [-sin, cos]]))


def _whole_contacts(form: _Form, times: Array) -> tuple[Contact, ...]:
    found = []
    for side in SIDES:
        first = form.first_contact_s(side)
        count = np.arange(-2, int(times[-1] / form.stride_s) + 2)
        for start in first + form.stride_s * count:
            end = start + form.contact_s
            if start >= times[0] and end <= times[-1]:
                found.append(Contact(side, float(start), float(end)))
    return tuple(sorted(found, key=lambda contact: contact.contact_s))


def _with_leg_lean(form: _Form, lean_deg: float) -> _Form:
    for _ in range(8):
        error = np.tan(np.radians(lean_deg)) - np.tan(np.radians(_mid_stance_lean(form, "hip")))
        form = replace(form, hip_ahead=form.hip_ahead + 0.9 * HIP * form.height * error)
    return form


def _mid_stance_lean(form: _Form, part: str) -> float:
    times = form.first_contact_s("left") + form.contact_s * np.linspace(0.4, 0.6, 101)
    points = _body(form, times)
    line = points[f"left_{part}"] - points["left_ankle"]
    return float(np.mean(np.degrees(np.arctan2(line[:, 0], line[:, 1]))))


def _body(form: _Form, times: Array) -> dict[str, Array]:
    """All keypoints (T, 2) in metres over ground that stands still."""
    hip = np.column_stack([form.speed * times, HIP * form.height + _hip_rise(form, times)])
    up = np.array([np.sin(form.trunk), np.cos(form.trunk)])
    forward = np.array([up[1], -up[0]])
    shoulder = hip + TRUNK * form.height * up
    ear = shoulder + NECK_EAR * form.height * up
    points = dict.fromkeys(BLAZEPOSE[:11], ear + 0.05 * form.height * forward)
    for side in SIDES:
        points[f"{side}_ear"] = ear
        points[f"{side}_hip"] = hip
        points[f"{side}_shoulder"] = shoulder
        points |= _leg(form, side, times, hip) | _arm(form, side, times, shoulder)
    return points


def _hip_rise(form: _Form, times: Array) -> Array:
    """Height of the hips (T,) about that of standing."""
    since = times - form.start_s - 0.5 * form.contact_s
    if form.bounce is not None:
        # Walkers are highest over the planted foot, runners lowest.
        highest = 0.0 if form.contact_s > form.step_s else 0.5
        return np.asarray(0.5 * form.bounce * np.cos(2.0 * np.pi * (since / form.step_s + highest)))
    step, contact = form.step_s, min(form.contact_s, form.step_s)
    since = np.abs((since + 0.5 * step) % step - 0.5 * step)
    pushed = -GRAVITY * (
        0.5 * step * contact / np.pi * np.cos(np.pi * since / contact) + 0.5 * since**2
    )
    top = (step - contact) ** 2 - contact**2
    flown = GRAVITY * (top / 8.0 - 0.5 * (since - 0.5 * step) ** 2)
    return np.where(since < 0.5 * contact, pushed, flown)


def _arm(form: _Form, side: Side, times: Array, shoulder: Array) -> dict[str, Array]:
    phase = 2.0 * np.pi * (times - form.first_contact_s(side)) / form.stride_s
    swing = -0.2 - 0.5 * np.cos(phase)
    elbow = shoulder + UPPER_ARM * form.height * _direction(swing - np.pi / 2)
    wrist = elbow + FOREARM * form.height * _direction(swing)
    hand = wrist + 0.04 * form.height * _direction(swing)
    points = {f"{side}_elbow": elbow, f"{side}_wrist": wrist}
    return points | {f"{side}_{finger}": hand for finger in ("pinky", "index", "thumb")}


def _leg(form: _Form, side: Side, times: Array, hip: Array) -> dict[str, Array]:
    heel, pitch = _foot(form, side, times)
    along = _direction(pitch)
    across = np.column_stack([-along[:, 1], along[:, 0]])
    ankle = heel + form.height * (ANKLE_FORWARD * along + ANKLE_UP * across)
    return {
        f"{side}_heel": heel,
        f"{side}_foot_index": heel + FOOT * form.height * along,
        f"{side}_ankle": ankle,
        f"{side}_knee": _knee(hip, ankle, THIGH * form.height, SHANK * form.height),
    }


def _knee(hip: Array, ankle: Array, thigh: float, shank: float) -> Array:
    """Knee in front of the line from hip to ankle; on it when the leg is stretched."""
    line = ankle - hip
    length = np.maximum(np.hypot(line[:, 0], line[:, 1]), 1e-9)
    along = (length**2 + thigh**2 - shank**2) / (2.0 * length)
    along = np.where(length < thigh + shank, along, length * thigh / (thigh + shank))
    aside = np.sqrt(np.maximum(thigh**2 - along**2, 0.0)) * (length < thigh + shank)
    unit = line / length[:, None]
    ahead = np.column_stack([-unit[:, 1], unit[:, 0]])
    return np.asarray(hip + along[:, None] * unit + aside[:, None] * ahead)


def _direction(angle: Array) -> Array:
    return np.column_stack([np.cos(angle), np.sin(angle)])


def _foot(form: _Form, side: Side, times: Array) -> tuple[Array, Array]:
    """Heel (T, 2) and pitch (T,), toes up positive, over ground that stands still."""
    since = times - form.first_contact_s(side)
    stride = np.floor(since / form.stride_s)
    since = since - stride * form.stride_s
    length = FOOT * form.height
    share = np.minimum(since / form.contact_s, 1.0)
    planted, turn = _planted(form, share)
    swing_s = form.stride_s - form.contact_s
    swing = np.clip((since - form.contact_s) / swing_s, 0.0, 1.0)
    leave, leave_turn = _planted(form, np.array([1.0]))
    land, land_turn = _planted(form, np.array([0.0]))
    toe_from = leave[0] + length * _direction(leave_turn)[0]
    toe_to = land[0] + [form.speed * form.stride_s, 0.0] + length * _direction(land_turn)[0]
    pace = form.speed * swing_s
    toe_x = _hermite(swing, toe_from[0], toe_to[0], LEAVING_SPEED * pace, form.landing * pace)
    arc = np.sin(np.pi * swing)
    lift = LIFT * form.height * (0.2 * arc + 0.8 * arc**2)
    toe_y = toe_from[1] + (toe_to[1] - toe_from[1]) * swing**2 + lift
    pitch = _hermite(swing, leave_turn[0], land_turn[0], PUSH_OFF_TURN, 0.0)
    air = np.column_stack([toe_x, toe_y]) - length * _direction(pitch)
    on_ground = since < form.contact_s
    heel = np.where(on_ground[:, None], planted, air)
    heel[:, 0] += stride * form.speed * form.stride_s + form.speed * form.first_contact_s(side)
    return heel, np.where(on_ground, turn, pitch)


def _planted(form: _Form, share: Array) -> tuple[Array, Array]:
    """Heel and pitch during contact: roll down, stay flat, roll over the toes."""
    length = FOOT * form.height
    down = np.clip(1.0 - share / FLAT_FROM, 0.0, 1.0)
    over = np.clip((share - FLAT_TO) / (1.0 - FLAT_TO), 0.0, 1.0)
    pitch = form.strike * down + np.radians(PUSH_OFF_DEG) * over**PUSH_OFF_POWER
    toe_x = form.speed * 0.5 * form.contact_s - form.hip_ahead + length
    toe = np.column_stack([np.full_like(share, toe_x), np.zeros_like(share)])
    heel_first = (down > 0) & (form.strike > 0)
    heel = toe - length * _direction(pitch)
    return np.where(heel_first[:, None], toe - [length, 0.0], heel), pitch


def _hermite(share: Array, start: float, end: float, leave: float, arrive: float) -> Array:
    rest = 1.0 - share
    return np.asarray(
        start * (1.0 + 2.0 * share) * rest**2
        + end * share**2 * (3.0 - 2.0 * share)
        + leave * share * rest**2
        - arrive * share**2 * rest
    )
