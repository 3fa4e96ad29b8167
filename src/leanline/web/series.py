"""Overlay data of the result page as one object of plain numbers.

Positions are in pixels of the clip, x to the right and y down as on screens; times are seconds
of the clip. Missing numbers are None.
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
from leanline.report.crop import Crop, crop_to_runner
from leanline.report.picture_geometry import Scene, build_scene
from leanline.skeleton import BONES, LEG, SIDES, Side

Numbers = list[float | None]

_PARTS: Final = ("ear", "shoulder", "elbow", "wrist", "hip", *LEG)


@dataclass(frozen=True)
class CropSeries:
    """``Crop`` as plain numbers.

    Parameters
    ----------
    x, y
        Centre over time.
    width, height, body
        Of the window and of the body.
    """

    x: Numbers
    y: Numbers
    width: float
    height: float
    body: float


@dataclass(frozen=True)
class Series:
    """What the player draws over a clip; see the module.

    Parameters
    ----------
    width, height
        Of the picture, pixels.
    time_s
        Of the frames.
    points
        x and y over time, by keypoint.
    bones
        Pairs of keypoints.
    near
        The side nearer to the camera.
    standing
        Whether it is the standing drill.
    up, forward
        True vertical and running direction in the picture.
    band_deg
        Ends of the coaching band.
    contacts, steps
        In order of time.
    curves
        Lean over time, by part.
    crop
        The window that holds the runner, level; None if no frame shows the runner.
    """

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
    crop: CropSeries | None


def build_series(analysis: Analysis) -> Series | None:
    """Build the series of an analysis; None without a pose in pixels."""
    runner = analysis.runner
    if runner is None or runner.pose.unit != "px" or not analysis.video.height:
        return None
    scene = build_scene(analysis)
    return Series(
        width=analysis.video.width,
        height=analysis.video.height,
        time_s=_numbers(scene.pose.time_s, 5),
        points=_points(scene),
        bones=[[f"{side}_{a}", f"{side}_{b}"] for side in SIDES for a, b in BONES],
        near=scene.near,
        standing=scene.standing,
        up=_on_screen(scene.up),
        forward=_on_screen(scene.forward),
        band_deg=list(BAND),
        contacts=[
            {
                "side": c.side,
                "contact_s": _number(c.contact_s, 5),
                "toe_off_s": _number(c.toe_off_s, 5),
            }
            for c in scene.contacts
        ],
        steps=[
            {
                "side": s.side,
                "contact_s": _number(s.contact_s, 5),
                "toe_off_s": _number(s.toe_off_s, 5),
                **{name: _number(value, 3) for name, value in s.values.items()},
            }
            for s in scene.steps
        ],
        curves={name: _numbers(values, 2) for name, values in _curves(analysis).items()},
        crop=_crop(crop_to_runner(scene)),
    )


def _crop(crop: Crop | None) -> CropSeries | None:
    if crop is None:
        return None
    size = (round(value, 1) for value in (crop.width, crop.height, crop.body))
    return CropSeries(_numbers(crop.x, 1), _numbers(crop.y, 1), *size)


def _points(scene: Scene) -> dict[str, list[Numbers]]:
    pose = scene.pose
    names = [f"{side}_{part}" for side in SIDES for part in _PARTS if pose.has(f"{side}_{part}")]
    names += [name for name in ("neck", "head_top", "mid_hip") if pose.has(name)]
    return {
        name: [
            _numbers(pose.point(name)[:, 0], 1),
            _numbers(scene.height_px - pose.point(name)[:, 1], 1),
        ]
        for name in names
    }


def _curves(analysis: Analysis) -> dict[str, Array]:
    """Compute leans at every frame as the metrics define them; body lean only during contact."""
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
        in_contact = np.zeros(len(pose.time_s), dtype=bool)
        for contact in analysis.contacts:
            if contact.side == side:
                in_contact |= (pose.time_s >= contact.contact_s) & (pose.time_s < contact.toe_off_s)
        lean = lean_deg(pose.point(f"{side}_ankle"), shoulder)
        curves[f"lean_body_{side}_deg"] = np.where(in_contact, lean, np.nan)
    return curves


def _on_screen(vector: Array) -> list[float]:
    return [round(float(vector[0]), 6), round(-float(vector[1]), 6)]


def _numbers(values: Array, digits: int) -> Numbers:
    return [_number(value, digits) for value in values.tolist()]


def _number(value: float, digits: int) -> float | None:
    return round(value, digits) + 0.0 if np.isfinite(value) else None
