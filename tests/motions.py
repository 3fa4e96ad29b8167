"""Made-up people who do something else than run, seen from the side.

Each motion says where hips, feet and trunk are; knees and the rest follow. Metres, facing +x,
y up; for tests of what leanline calls them, never for claims of accuracy.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np

from leanline.model import Array, PoseTrack
from leanline.skeleton import BLAZEPOSE, SIDES, Side
from tests import rear
from tests.synthetic import FOOT, NECK_EAR, SHANK, THIGH, TRUNK, _direction, _knee

HEIGHT = 1.75
PX_PER_M = 250.0
PLACE = np.array([600.0, 120.0])


@dataclass(frozen=True)
class Motion:
    """Where parts are over time: hip (T, 2), trunk lean (T,) deg, ankles and foot pitches.

    ``arm_deg`` (T,) is the angle of the arms from hanging, forward positive.
    """

    hip: Array
    trunk_deg: Array
    ankle: Mapping[Side, Array]
    pitch_deg: Mapping[Side, Array]
    arm_deg: Mapping[Side, Array]


def pedalling(t: Array, hz: float = 1.4) -> Motion:
    """On a bicycle: the feet go round a circle half a turn apart, the hips stay."""
    angle = _turns(t, hz)
    crank = np.array([0.13, 0.33])
    ankle = {s: crank + 0.17 * np.stack([np.cos(-a), np.sin(-a)], axis=1) for s, a in angle.items()}
    pitch = {s: -15.0 + 10.0 * np.sin(a) for s, a in angle.items()}
    return _motion(t, _at(t, 0.0, 1.0), 40.0, ankle, pitch, 60.0)


def elliptical(t: Array, hz: float = 1.0) -> Motion:
    """On a cross-trainer: long flat ellipses, the feet never leave their plates."""
    angle = _turns(t, hz)
    ankle = {
        s: np.array([0.0, 0.25]) + np.stack([0.27 * np.cos(a), 0.10 * np.sin(-a)], axis=1)
        for s, a in angle.items()
    }
    pitch = {s: -8.0 + 8.0 * np.sin(a) for s, a in angle.items()}
    return _motion(t, _at(t, 0.0, 1.05), 4.0, ankle, pitch, 30.0)


def marching(t: Array, hz: float = 1.2) -> Motion:
    """High knees on the spot: the feet rise and fall, nothing goes back over the ground."""
    lift = {s: np.maximum(np.sin(2 * np.pi * hz * t + p), 0.0) for s, p in _HALVES.items()}
    ankle = {s: np.stack([0.06 * up, 0.08 + 0.35 * up], axis=1) for s, up in lift.items()}
    bounce = 0.03 * np.abs(np.sin(2 * np.pi * hz * t))
    return _motion(t, _at(t, 0.0, 0.93) + _up(bounce), 3.0, ankle, _flat(t), 20.0)


def jumping(t: Array, hz: float = 1.3) -> Motion:
    """Both feet leave the ground together, again and again."""
    up = np.maximum(np.sin(2 * np.pi * hz * t), -0.2)
    ankle = {
        s: np.stack([0.02 * _SIGN[s] + 0 * t, 0.08 + 0.3 * np.maximum(up, 0)], 1) for s in SIDES
    }
    return _motion(t, _at(t, 0.0, 0.93) + _up(0.3 * up), 5.0, ankle, _flat(t), 20.0 + 40.0 * up)


def squatting(t: Array, hz: float = 0.5) -> Motion:
    """Knee bends with both feet down."""
    deep = 0.5 - 0.5 * np.cos(2 * np.pi * hz * t)
    hip = _at(t, 0.0, 0.93) - np.stack([0.25 * deep, 0.42 * deep], axis=1)
    return _motion(t, hip, 2.0 + 35.0 * deep, _feet_down(t), _flat(t), 80.0 * deep)


def lunging(t: Array, hz: float = 0.4) -> Motion:
    """One leg steps ahead and back, then the other."""
    ahead = {s: np.maximum(np.sin(np.pi * hz * t + p), 0.0) ** 2 for s, p in _HALVES.items()}
    both = ahead["left"] + ahead["right"]
    ankle = {s: np.stack([0.8 * a, 0.08 + 0.1 * a * (1 - a)], axis=1) for s, a in ahead.items()}
    hip = _at(t, 0.0, 0.93) + np.stack([0.35 * both, -0.25 * both], axis=1)
    return _motion(t, hip, 3.0, ankle, _flat(t), 0.0)


def rowing(t: Array, hz: float = 0.45) -> Motion:
    """On a rowing machine: seated, the hips slide, the feet are strapped."""
    slide = np.cos(2 * np.pi * hz * t)
    hip = _at(t, -0.62, 0.35) + np.stack([0.28 * slide, 0 * t], axis=1)
    return _motion(t, hip, 20.0 * slide, _feet_down(t, 0.15), _flat(t, 40.0), 70.0)


def sitting(t: Array) -> Motion:
    """On a chair, still."""
    ankle = {s: _at(t, 0.45 + 0.03 * _SIGN[s], 0.08) for s in SIDES}
    sway = 0.004 * np.sin(0.9 * np.pi * t)
    return _motion(t, _at(t, 0.0, 0.50) + np.stack([sway, 0 * t], 1), 5.0, ankle, _flat(t), 30.0)


def swinging_a_leg(t: Array, hz: float = 0.9) -> Motion:
    """Stands on one leg and swings the other to and fro."""
    angle = np.radians(35.0 * np.sin(2 * np.pi * hz * t))
    leg = (THIGH + SHANK) * HEIGHT
    hip = _at(t, 0.0, 0.93)
    swung = hip + leg * np.stack([np.sin(angle), -np.cos(angle)], axis=1) + [0.0, 0.04]
    ankle: dict[Side, Array] = {"left": _at(t, 0.0, 0.08), "right": swung}
    return _motion(t, hip, 2.0, ankle, _flat(t), 0.0)


def crawling_on_all_fours(t: Array, hz: float = 0.9) -> Motion:
    """Bear walk, or what a network makes of a dog: the trunk lies."""
    angle = _turns(t, hz)
    ankle = {
        s: np.stack([0.25 * np.cos(a), 0.06 + 0.08 * np.maximum(-np.sin(a), 0)], axis=1)
        for s, a in angle.items()
    }
    return _motion(t, _at(t, 0.0, 0.75), 85.0, ankle, _flat(t), 90.0)


def twitching(t: Array) -> Motion:
    """Nothing real: every part jumps about at random, as in something that is no person."""
    random = np.random.default_rng(3)
    ankle = {s: _at(t, 0.0, 0.1) + random.normal(0, 0.2, (len(t), 2)) for s in SIDES}
    hip = _at(t, 0.0, 0.93) + random.normal(0, 0.1, (len(t), 2))
    return _motion(t, hip, random.normal(0, 15, len(t)), ankle, _flat(t), 0.0)


MOTIONS: Final[Mapping[str, Callable[[Array], Motion]]] = {
    "pedalling": pedalling,
    "on a cross-trainer": elliptical,
    "marching on the spot": marching,
    "jumping": jumping,
    "squatting": squatting,
    "lunging": lunging,
    "rowing": rowing,
    "sitting": sitting,
    "swinging a leg": swinging_a_leg,
    "on all fours": crawling_on_all_fours,
    "twitching": twitching,
}

_HALVES: Final[Mapping[Side, float]] = {"left": 0.0, "right": np.pi}
_SIGN: Final[Mapping[Side, float]] = {"left": 1.0, "right": -1.0}


def track_of(
    motion: Callable[[Array], Motion],
    *,
    seconds: float = 6.0,
    fps: float = 60.0,
    noise: float = 1.5,
) -> PoseTrack:
    """The motion as a network would deliver it, pixels."""
    t = np.arange(round(seconds * fps)) / fps
    made = motion(t)
    trunk = np.radians(made.trunk_deg)
    up = np.stack([np.sin(trunk), np.cos(trunk)], axis=1)
    shoulder = made.hip + TRUNK * HEIGHT * up
    ear = shoulder + NECK_EAR * HEIGHT * up
    points = dict.fromkeys(BLAZEPOSE[:11], ear + np.array([0.09, 0.0]))
    for side in SIDES:
        points |= {f"{side}_ear": ear, f"{side}_hip": made.hip, f"{side}_shoulder": shoulder}
        points |= _leg(made, side) | _arm(made, side, shoulder)
    xy = np.stack([points[name] for name in BLAZEPOSE], axis=1) * PX_PER_M + PLACE
    xy += np.random.default_rng(0).normal(0.0, 1.0, xy.shape) * noise
    return PoseTrack(t, xy, np.ones(xy.shape[:2]), BLAZEPOSE, "px")


def _leg(made: Motion, side: Side) -> dict[str, Array]:
    ankle = made.ankle[side]
    along = _direction(np.radians(made.pitch_deg[side]))
    down = np.stack([along[:, 1], -along[:, 0]], axis=1)
    heel = ankle + HEIGHT * (-0.03 * along + 0.045 * down)
    return {
        f"{side}_ankle": ankle,
        f"{side}_heel": heel,
        f"{side}_foot_index": heel + FOOT * HEIGHT * along,
        f"{side}_knee": _knee(made.hip, ankle, THIGH * HEIGHT, SHANK * HEIGHT),
    }


def _arm(made: Motion, side: Side, shoulder: Array) -> dict[str, Array]:
    along = _direction(np.radians(made.arm_deg[side] - 90.0))
    elbow, wrist = shoulder + 0.17 * HEIGHT * along, shoulder + 0.32 * HEIGHT * along
    hand = dict.fromkeys((f"{side}_{part}" for part in ("pinky", "index", "thumb")), wrist)
    return {f"{side}_elbow": elbow, f"{side}_wrist": wrist, **hand}


def _motion(
    t: Array,
    hip: Array,
    trunk_deg: float | Array,
    ankle: Mapping[Side, Array],
    pitch_deg: Mapping[Side, Array],
    arm_deg: float | Array,
) -> Motion:
    arms = dict.fromkeys(SIDES, arm_deg + 0.0 * t)
    return Motion(hip, trunk_deg + 0.0 * t, ankle, pitch_deg, arms)


def _at(t: Array, x: float, y: float) -> Array:
    return np.stack([x + 0.0 * t, y + 0.0 * t], axis=1)


def _up(y: Array) -> Array:
    return np.stack([0.0 * y, y], axis=1)


def _turns(t: Array, hz: float) -> dict[Side, Array]:
    """The angle of each foot's round, half a turn apart."""
    return {side: 2 * np.pi * hz * t + half for side, half in _HALVES.items()}


def _feet_down(t: Array, y: float = 0.08) -> dict[Side, Array]:
    return {side: _at(t, 0.02 * _SIGN[side], y) for side in SIDES}


def _flat(t: Array, pitch_deg: float = 0.0) -> dict[Side, Array]:
    return dict.fromkeys(SIDES, pitch_deg + 0.0 * t)


def from_in_front(motion: str, t: Array) -> dict[str, Array]:
    """Marching, pedalling, sitting or squatting as bodies in three dimensions (``tests.rear``)."""
    turn = 2 * np.pi * 1.2 * t
    still = np.zeros_like(t)
    deep = 0.5 - 0.5 * np.cos(np.pi * t)
    hips = {
        "marching": (still + 0.94, still),
        "pedalling": (still + 1.0, still),
        "sitting": (still + 0.5 + 0.003 * np.sin(t), still),
        "squatting": (0.94 - 0.4 * deep, -0.25 * deep),
    }
    up, back = hips[motion]
    feet = {side: _foot_in_front(motion, side, turn) for side in SIDES}
    return rear.whole_body(np.stack([still, up, back], axis=1), feet)


def _foot_in_front(motion: str, side: Side, turn: Array) -> dict[str, Array]:
    angle, still = turn + _HALVES[side], np.zeros_like(turn)
    up, ahead = {
        "marching": (0.3 * np.maximum(np.cos(angle), 0) ** 1.5, 0.1 * np.maximum(np.cos(angle), 0)),
        "pedalling": (0.25 + 0.17 * np.cos(angle), 0.2 + 0.17 * np.sin(angle)),
        "sitting": (still, still + 0.45),
        "squatting": (still, still),
    }[motion]
    return rear.foot(still + 0.12 * rear.SIGN[side], up, ahead)
