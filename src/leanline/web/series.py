"""What the result's page draws over the clip, as one object of plain numbers.

Places are in the clip's pixels, x to the right and y down as screens have it; times are the
clip's. A missing number is None.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from leanline.camera.derotate import roll_facing_x
from leanline.metrics.geometry import lean_deg
from leanline.metrics.sampling import Sampler
from leanline.model import Analysis, Array
from leanline.report.charts import BAND
from leanline.report.picture_geometry import Scene, scene_of
from leanline.skeleton import BONES, SIDES, Side

Numbers = list[float | None]

_PARTS: Final = ("ear", "shoulder", "elbow", "wrist", "hip", "knee", "ankle", "heel", "foot_index")


@dataclass(frozen=True)
class Series:
    """See the module; ``points`` holds x and y of each keypoint by name, one for each time."""

    width: int
    height: int
    time_s: Numbers
    points: dict[str, list[Numbers]]
    bones: list[list[str]]
    near: Side | None
    standing: bool
    up: list[float]
    forward: list[float]
    band_deg: list[float]
    contacts: list[dict[str, str | float | None]]
    steps: list[dict[str, str | float | None]]
    curves: dict[str, Numbers]


def series_of(analysis: Analysis) -> Series | None:
    """The series of an analysis with its runner; None when there is no pose in pixels."""
    runner = analysis.runner
    if runner is None or runner.pose.unit != "px" or not analysis.video.height:
        return None
    scene = scene_of(analysis)
    return Series(
        width=analysis.video.width,
        height=analysis.video.height,
        time_s=_plain(scene.pose.time_s, 5),
        points=_points(scene),
        bones=[[f"{side}_{a}", f"{side}_{b}"] for side in SIDES for a, b in BONES],
        near=scene.near,
        standing=scene.standing,
        up=_on_screen(scene.up),
        forward=_on_screen(scene.forward),
        band_deg=list(BAND),
        contacts=[
            {"side": c.side, "contact_s": _one(c.contact_s, 5), "toe_off_s": _one(c.toe_off_s, 5)}
            for c in scene.contacts
        ],
        steps=[
            {
                "side": s.side,
                "contact_s": _one(s.contact_s, 5),
                "toe_off_s": _one(s.toe_off_s, 5),
                **{name: _one(value, 3) for name, value in s.values.items()},
            }
            for s in scene.steps
        ],
        curves={name: _plain(values, 2) for name, values in _curves(analysis).items()},
    )


def _points(scene: Scene) -> dict[str, list[Numbers]]:
    pose = scene.pose
    names = [f"{side}_{part}" for side in SIDES for part in _PARTS if pose.has(f"{side}_{part}")]
    names += [name for name in ("neck", "head_top", "mid_hip") if pose.has(name)]
    return {
        name: [
            _plain(pose.point(name)[:, 0], 1),
            _plain(scene.height_px - pose.point(name)[:, 1], 1),
        ]
        for name in names
    }


def _curves(analysis: Analysis) -> dict[str, Array]:
    """Leans at every frame, defined as the metrics are; body lean only with a foot down."""
    runner = analysis.runner
    if runner is None:
        return {}
    pose = Sampler(
        runner.pose,
        roll_facing_x(runner.direction, analysis.camera),
        runner.leg_length,
    ).upright
    shoulder = pose.mid("shoulder")
    curves = {"lean_trunk_deg": lean_deg(pose.mid("hip"), shoulder)}
    if analysis.activity == "standing":
        return {"stand_lean_deg": lean_deg(pose.mid("ankle"), shoulder), **curves}
    for side in SIDES:
        down = np.zeros(len(pose.time_s), dtype=bool)
        for contact in analysis.contacts:
            if contact.side == side:
                down |= (pose.time_s >= contact.contact_s) & (pose.time_s < contact.toe_off_s)
        lean = lean_deg(pose.point(f"{side}_ankle"), shoulder)
        curves[f"lean_body_{side}_deg"] = np.where(down, lean, np.nan)
    return curves


def _on_screen(vector: Array) -> list[float]:
    return [round(float(vector[0]), 6), round(-float(vector[1]), 6)]


def _plain(values: Array, digits: int) -> Numbers:
    return [_one(value, digits) for value in values.tolist()]


def _one(value: float, digits: int) -> float | None:
    return round(value, digits) + 0.0 if np.isfinite(value) else None
