"""The window that players crop a clip to."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from leanline.model import Array
from leanline.report.crop import crop_to_runner
from leanline.report.picture_geometry import Scene
from tests.synthetic import synthetic_runner

HEIGHT_PX = 720


def scene(roll_deg: float = 0.0, drift_px: float = 0.0) -> Scene:
    """A runner whose picture drifts to the right, seen by a camera with a roll."""
    pose = synthetic_runner(seconds=4.0, px_per_m=170.0).pose
    drift = np.linspace(0.0, drift_px, len(pose.time_s))
    centre = np.nanmean(pose.xy[:, :, 0], axis=1)
    xy = pose.xy + np.column_stack([drift - centre, np.zeros_like(drift)])[:, None] + [600.0, 60.0]
    roll = np.radians(roll_deg)
    turn = np.array([[np.cos(roll), -np.sin(roll)], [np.sin(roll), np.cos(roll)]])
    up, forward = turn @ [0.0, 1.0], turn @ [1.0, 0.0]
    pose = replace(pose, xy=xy @ turn.T)
    return Scene(pose, HEIGHT_PX, None, (), (), up, forward)


def level(made: Scene, xy: Array) -> Array:
    return np.asarray(xy @ np.array([made.forward, made.up]).T)


@pytest.mark.parametrize(("roll_deg", "drift_px"), [(0.0, 0.0), (8.0, 0.0), (-5.0, 900.0)])
def test_the_window_holds_the_runner_level_and_closely(roll_deg: float, drift_px: float) -> None:
    made = scene(roll_deg, drift_px)
    crop = crop_to_runner(made)
    assert crop is not None
    centre = level(made, np.column_stack([crop.x, HEIGHT_PX - crop.y]))
    away = np.abs(level(made, made.pose.xy) - centre[:, None])
    inside = np.asarray((away <= 0.5 * np.array([crop.width, crop.height])).all(axis=2))
    seen = np.asarray(np.isfinite(away).all(axis=2))
    assert inside[seen].mean() > 0.999
    assert crop.height < 1.6 * crop.body
    assert crop.width < 1.6 * crop.body


def test_the_window_does_not_bounce_with_the_steps() -> None:
    crop = crop_to_runner(scene())
    assert crop is not None
    assert np.ptp(crop.x) < 0.05 * crop.body
    assert np.ptp(crop.y) < 0.05 * crop.body


def test_there_is_no_window_without_a_runner() -> None:
    made = scene()
    nobody = replace(made.pose, xy=np.full_like(made.pose.xy, np.nan))
    assert crop_to_runner(replace(made, pose=nobody)) is None
