"""The drills that are drawn: their poses, and which findings they go with."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any, Final, Literal

from leanline.report.figure_pose import Pose

_FINDINGS: Final = "findings"


@dataclass(frozen=True)
class FrontPose:
    """Somebody who stands, seen from in front.

    Parameters
    ----------
    stance
        Half the distance of the feet, body heights.
    sway
        How far the hips are to the side, body heights.
    """

    stance: float
    sway: float = 0.0

    def towards(self, other: FrontPose, share: float) -> FrontPose:
        """The pose between two; the motion starts and ends gently."""
        eased = share * share * (3.0 - 2.0 * share)
        return FrontPose(
            self.stance + eased * (other.stance - self.stance),
            self.sway + eased * (other.sway - self.sway),
        )


@dataclass(frozen=True)
class Exercise:
    """A drill as a loop of poses.

    Parameters
    ----------
    id
        Its words are under ``exercise.ID`` in the catalogue.
    poses
        Seen from the side; empty if it is seen from in front.
    front
        Seen from in front.
    hold_s
        How long each pose stays.
    move_s
        How long the way from one pose to the next takes.
    still
        The pose that shows the drill best.
    anchor
        What stands still, ``ankle`` or ``hip``.
    lines
        Whether the lean line and the vertical are drawn.
    wall_x
        Where a wall stands; None without one.
    slope_deg
        How steeply the ground falls forward.
    metronome
        Whether one is drawn.
    partner
        Poses of somebody who faces the runner.
    """

    id: str
    poses: tuple[Pose, ...]
    front: tuple[FrontPose, ...]
    hold_s: tuple[float, ...]
    move_s: float
    still: int
    anchor: Literal["ankle", "hip"] = "ankle"
    lines: bool = False
    wall_x: float | None = None
    slope_deg: float = 0.0
    metronome: bool = False
    partner: tuple[Pose, ...] = ()


@cache
def exercises() -> Mapping[str, Exercise]:
    """Every drill that is drawn, by id."""
    return {name: _exercise(name, entry) for name, entry in _data().items() if name != _FINDINGS}


@cache
def exercises_of() -> Mapping[str, tuple[str, ...]]:
    """The ids of the drills that go with each finding, by the finding's id."""
    return {finding: tuple(ids) for finding, ids in _data()[_FINDINGS].items()}


def _exercise(name: str, entry: Mapping[str, Any]) -> Exercise:
    plain = {
        key: value
        for key, value in entry.items()
        if key not in ("poses", "front", "hold_s", "partner", "mirror", "x")
    }
    front = bool(entry.get("front"))
    hold_s = tuple(map(float, entry["hold_s"]))
    poses = () if front else _poses(entry["poses"], entry.get("x", 0.0))
    if entry.get("mirror"):
        poses, hold_s = (*poses, *(pose.mirrored() for pose in poses)), (*hold_s, *hold_s)
    partner = entry.get("partner")
    return Exercise(
        id=name,
        poses=poses,
        front=tuple(FrontPose(**one) for one in entry["poses"]) if front else (),
        hold_s=hold_s,
        partner=() if partner is None else _poses(partner["poses"], partner["x"]),
        **plain,
    )


def _poses(entries: Sequence[Mapping[str, float]], x: float) -> tuple[Pose, ...]:
    return tuple(Pose(**{**entry, "x": x + entry.get("x", 0.0)}) for entry in entries)


@cache
def _data() -> Mapping[str, Any]:
    text = files("leanline.report").joinpath("exercises.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)
