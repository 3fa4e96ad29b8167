"""Drills as drawings: a figure that does the drill over and over, and a still of it for paper.

Both are in one ``<svg>``; the style sheet shows the still on paper and to readers who asked for
less motion. Lines are told apart by lightness and dashes, not by hue alone.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from html import escape
from itertools import pairwise
from typing import Final

from leanline.report.exercises import Exercise, FrontPose
from leanline.report.figure_pose import (
    HEAD_RADIUS,
    Joints,
    Point,
    frames,
    joints,
)

WIDTH, HEIGHT = 220, 196
_SCALE: Final = 148.0
_GROUND_Y: Final = 180.0
_CENTRE_X: Final = 108.0
_PER_POSE: Final = 6
#: Limbs from the farthest to the nearest: class, joints.
_LIMBS: Final = (
    ("far arm", ("shoulder", "far_elbow", "far_hand")),
    ("far leg", ("hip", "far_knee", "far_ankle")),
    ("far foot", ("far_heel", "far_toe")),
    ("near trunk", ("hip", "shoulder")),
    ("near leg", ("hip", "near_knee", "near_ankle")),
    ("near foot", ("near_heel", "near_toe")),
    ("near arm", ("shoulder", "near_elbow", "near_hand")),
)
_FRONT_LIMBS: Final = (
    ("near leg", ("left_hip", "left_ankle")),
    ("near leg", ("right_hip", "right_ankle")),
    ("near foot", ("left_ankle", "left_toe")),
    ("near foot", ("right_ankle", "right_toe")),
    ("near trunk", ("hip", "shoulder")),
    ("near hips", ("left_hip", "right_hip")),
    ("near hips", ("left_shoulder", "right_shoulder")),
    ("near arm", ("left_shoulder", "left_hand")),
    ("near arm", ("right_shoulder", "right_hand")),
)
_Limbs = Sequence[tuple[str, tuple[str, ...]]]


def exercise_svg(exercise: Exercise, title: str, description: str, uid: str) -> str:
    """Draw a drill.

    Parameters
    ----------
    exercise
        Its poses.
    title, description
        For people who do not see it.
    uid
        Unique on the page, for the ids in the drawing.

    Returns
    -------
    str
        An ``<svg>`` element whose colours and motion are in the style sheet.
    """
    return (
        f'<svg class="figure" viewBox="0 0 {WIDTH} {HEIGHT}" role="img" '
        f'aria-labelledby="{uid}-t {uid}-d" xmlns="http://www.w3.org/2000/svg">'
        f'<title id="{uid}-t">{escape(title)}</title>'
        f'<desc id="{uid}-d">{escape(description)}</desc>'
        f"{_surroundings(exercise)}"
        f'<g class="still">{"".join(_still(exercise))}</g>'
        f'<g class="moving">{"".join(_moving(exercise))}</g></svg>'
    )


def _surroundings(exercise: Exercise) -> str:
    """The ground and what stands on it."""
    fall = math.tan(math.radians(exercise.slope_deg))
    left, right = (-_CENTRE_X / _SCALE, (WIDTH - _CENTRE_X) / _SCALE)
    (x1, y1), (x2, y2) = _at((left, -fall * left)), _at((right, -fall * right))
    parts = [f'<path class="ground" d="M{x1:.1f} {y1 + 2:.1f}L{x2:.1f} {y2 + 2:.1f}"/>']
    if exercise.wall_x is not None:
        x, y = _at((exercise.wall_x, 0.0))
        x += 3.0 if exercise.wall_x > 0.0 else -3.0
        parts.append(f'<path class="wall" d="M{x:.1f} {y + 2:.1f}V6"/>')
    if exercise.metronome:
        parts.append('<path class="prop" d="M176 78l7-44h14l7 44z"/>')
    return "".join(parts)


def _still(exercise: Exercise) -> Iterator[str]:
    """The first pose faint, the telling one on top of it."""
    places = _places(exercise)
    if exercise.still != 0 and exercise.anchor == "ankle":
        yield f'<g class="ghost">{"".join(_drawn(places[0], exercise))}</g>'
    if exercise.partner:
        partner = joints(exercise.partner[exercise.still], "ankle")
        yield f'<g class="partner">{"".join(_drawn(_facing(partner), exercise))}</g>'
    yield from _drawn(places[exercise.still], exercise)
    if exercise.lines:
        yield from _lines(places[exercise.still])
    if exercise.metronome:
        yield '<path class="beat" d="M190 74L199 30"/>'


def _places(exercise: Exercise) -> tuple[Joints, ...]:
    if exercise.front:
        return tuple(_front_joints(pose) for pose in exercise.front)
    return tuple(joints(pose, exercise.anchor, exercise.slope_deg) for pose in exercise.poses)


def _drawn(place: Joints, exercise: Exercise) -> Iterator[str]:
    for kind, names in _limbs(exercise):
        points = " ".join(f"{x:.1f},{y:.1f}" for x, y in (_at(place[name]) for name in names))
        yield f'<polyline class="{kind}" points="{points}"/>'
    x, y = _at(place["head"])
    yield f'<circle class="head" cx="{x:.1f}" cy="{y:.1f}" r="{HEAD_RADIUS * _SCALE:.1f}"/>'


def _limbs(exercise: Exercise) -> _Limbs:
    return _FRONT_LIMBS if exercise.front else _LIMBS


def _lines(place: Joints) -> Iterator[str]:
    """The lean line through ankle and shoulder, and the vertical."""
    for kind, start, end in _line_ends(place):
        (x1, y1), (x2, y2) = _at(start), _at(end)
        yield f'<path class="{kind}" d="M{x1:.1f} {y1:.1f}L{x2:.1f} {y2:.1f}"/>'


def _line_ends(place: Joints) -> tuple[tuple[str, Point, Point], ...]:
    (x0, y0), (x1, y1) = place["near_ankle"], place["shoulder"]
    top = (x0 + 1.38 * (x1 - x0), y0 + 1.38 * (y1 - y0))
    return (("plumb", (x0, y0), (x0, top[1])), ("lean", (x0, y0), top))


def _moving(exercise: Exercise) -> Iterator[str]:
    loop = _Loop.of(exercise)
    if exercise.partner:
        partner = [_facing(joints(pose)) for pose in frames(exercise.partner, _PER_POSE)]
        yield f'<g class="partner">{"".join(_animated(partner, exercise, loop))}</g>'
    places = _moments(exercise)
    yield from _animated(places, exercise, loop)
    if exercise.lines:
        yield from _moving_lines(places, loop)
    if exercise.metronome:
        beat = f'dur="{loop.duration_s:g}s" repeatCount="indefinite"'
        yield (
            '<g><path class="beat" d="M190 74V29"/><animateTransform attributeName="transform" '
            f'type="rotate" values="13 190 74;-13 190 74;13 190 74" {beat}/></g>'
        )


def _moments(exercise: Exercise) -> Sequence[Joints]:
    if exercise.front:
        ends = [*exercise.front, exercise.front[0]]
        return [
            _front_joints(a.towards(b, step / _PER_POSE))
            for a, b in pairwise(ends)
            for step in range(_PER_POSE)
        ] + [_front_joints(ends[0])]
    return [
        joints(pose, exercise.anchor, exercise.slope_deg)
        for pose in frames(exercise.poses, _PER_POSE)
    ]


class _Loop:
    """When each moment of a loop is shown: poses are held, the way between them is not."""

    def __init__(self, held: Sequence[int], times: Sequence[float], duration_s: float) -> None:
        self.held, self.times, self.duration_s = held, times, duration_s

    @classmethod
    def of(cls, exercise: Exercise) -> _Loop:
        at_s, times, held = 0.0, [0.0], [0]
        moment = 0
        for hold_s in exercise.hold_s:
            if hold_s > 0.0:
                at_s += hold_s
                times.append(at_s)
                held.append(moment)
            for _ in range(_PER_POSE):
                moment += 1
                at_s += exercise.move_s / _PER_POSE
                times.append(at_s)
                held.append(moment)
        return cls(held, [time / at_s for time in times], at_s)

    def animate(self, attribute: str, values: Sequence[str]) -> str:
        """The animation of one attribute from its values at the moments."""
        shown = [values[moment] for moment in self.held]
        if len(set(shown)) == 1:
            return ""
        times = ";".join(f"{time:.4g}" for time in self.times)
        return (
            f'<animate attributeName="{attribute}" values="{";".join(shown)}" keyTimes="{times}" '
            f'dur="{self.duration_s:g}s" repeatCount="indefinite"/>'
        )


def _animated(places: Sequence[Joints], exercise: Exercise, loop: _Loop) -> Iterator[str]:
    for kind, names in _limbs(exercise):
        values = [
            " ".join(f"{x:.1f},{y:.1f}" for x, y in (_at(place[name]) for name in names))
            for place in places
        ]
        moves = loop.animate("points", values)
        yield f'<polyline class="{kind}" points="{values[0]}">{moves}</polyline>'
    heads = [_at(place["head"]) for place in places]
    moves = loop.animate("cx", [f"{x:.1f}" for x, _ in heads])
    moves += loop.animate("cy", [f"{y:.1f}" for _, y in heads])
    x, y = heads[0]
    radius = HEAD_RADIUS * _SCALE
    yield f'<circle class="head" cx="{x:.1f}" cy="{y:.1f}" r="{radius:.1f}">{moves}</circle>'


def _moving_lines(places: Sequence[Joints], loop: _Loop) -> Iterator[str]:
    drawn = [list(_line_ends(place)) for place in places]
    for index, (kind, _, _) in enumerate(drawn[0]):
        ends = [(_at(lines[index][1]), _at(lines[index][2])) for lines in drawn]
        values = [f"M{a[0]:.1f} {a[1]:.1f}L{b[0]:.1f} {b[1]:.1f}" for a, b in ends]
        yield f'<path class="{kind}" d="{values[0]}">{loop.animate("d", values)}</path>'


def _front_joints(pose: FrontPose) -> dict[str, Point]:
    """Somebody seen from in front, whose hips sway over their feet."""
    tilt = 0.25 * pose.sway
    hip, shoulder = (pose.sway, 0.53), (pose.sway + tilt, 0.815)
    found: dict[str, Point] = {
        "hip": hip,
        "shoulder": shoulder,
        "head": (shoulder[0] + 0.1 * pose.sway, 0.93),
    }
    for side, sign in (("left", 1.0), ("right", -1.0)):
        found |= {
            f"{side}_hip": (hip[0] + 0.045 * sign, hip[1]),
            f"{side}_ankle": (pose.stance * sign, 0.03),
            f"{side}_toe": (pose.stance * sign + 0.03 * sign, 0.0),
            f"{side}_shoulder": (shoulder[0] + 0.105 * sign, shoulder[1]),
            f"{side}_hand": (shoulder[0] + 0.14 * sign, 0.47),
        }
    return found


def _facing(place: Joints) -> Joints:
    """The same person the other way round, about where the near ankle stands."""
    middle = place["near_ankle"][0]
    return {name: (2.0 * middle - x, y) for name, (x, y) in place.items()}


def _at(point: Point) -> Point:
    return _CENTRE_X + _SCALE * point[0], _GROUND_Y - _SCALE * point[1]
