"""A standing clip of the same runner as their own zero."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from leanline.camera.scale import metres_per_unit
from leanline.errors import UsageError
from leanline.formats.trc import write_trc
from leanline.metrics.standing_baseline import subtract_baseline
from leanline.model import Metric, PoseTrack
from leanline.pipeline import analyze
from leanline.reason import Reason
from tests.synthetic import synthetic_runner


def standing_track(direction_sign: float = 1.0, lean: float = 0.03) -> PoseTrack:
    """The middle of a contact of the synthetic runner, held for three seconds, in metres."""
    pose = synthetic_runner(unit="m", fps=60).pose
    times = np.arange(180) / 60
    xy = np.repeat(pose.xy[:1], len(times), axis=0)
    names = pose.keypoints
    for part, height in {
        "ankle": 0.08, "heel": 0.02, "foot_index": 0.02, "knee": 0.5, "hip": 0.95,
        "shoulder": 1.45, "ear": 1.65, "elbow": 1.2, "wrist": 0.95,
    }.items():  # fmt: skip
        ahead = {"heel": -0.05, "foot_index": 0.2}.get(part, lean * height)
        for side in ("left", "right"):
            xy[:, names.index(f"{side}_{part}")] = (direction_sign * ahead, height)
    xy[:, names.index("nose")] = (direction_sign * (lean * 1.6 + 0.1), 1.62)
    return PoseTrack(times, xy, np.ones(xy.shape[:2]), names, "m")


def metric(name: str, value: float) -> Metric:
    return Metric(name, value, (value - 1, value + 1), n=10, quality="good")


def test_the_zero_is_taken_off_and_the_raw_value_stays() -> None:
    running = {"lean_body_deg": metric("lean_body_deg", 7.0)}
    found = subtract_baseline(running, {"stand_lean_deg": metric("stand_lean_deg", 2.5)})
    assert found["lean_body_deg"].value == 7.0
    assert found["lean_body_deg"].minus_standing == pytest.approx(4.5)


def test_what_the_standing_clip_does_not_give_has_no_zero() -> None:
    running = {"lean_leg_deg": metric("lean_leg_deg", 5.0), "cadence_spm": metric("c", 170.0)}
    found = subtract_baseline(running, {"stand_lean_deg": metric("stand_lean_deg", 2.5)})
    assert all(one.minus_standing is None for one in found.values())


def test_a_runner_analysed_with_a_standing_clip_is_zeroed(tmp_path: Path) -> None:
    runner = synthetic_runner(unit="m", fps=60, lean_leg_deg=5, lean_trunk_deg=7)
    write_trc(runner.pose, tmp_path / "run.trc")
    write_trc(standing_track(lean=0.0349), tmp_path / "stand.trc")
    found = analyze(tmp_path / "run.trc", standing_clip=tmp_path / "stand.trc").metrics[
        "lean_body_deg"
    ]
    assert found.value == pytest.approx(runner.lean_body_deg, abs=0.5)
    assert found.minus_standing == pytest.approx(runner.lean_body_deg - 2.0, abs=0.6)


def test_a_standing_clip_from_the_other_side_is_refused(tmp_path: Path) -> None:
    write_trc(synthetic_runner(unit="m", fps=60).pose, tmp_path / "run.trc")
    write_trc(standing_track(-1.0), tmp_path / "stand.trc")
    with pytest.raises(UsageError, match="other side"):
        analyze(tmp_path / "run.trc", standing_clip=tmp_path / "stand.trc")


def test_a_running_clip_is_no_standing_clip(tmp_path: Path) -> None:
    write_trc(synthetic_runner(unit="m", fps=60).pose, tmp_path / "run.trc")
    with pytest.raises(UsageError, match="standing still"):
        analyze(tmp_path / "run.trc", standing_clip=tmp_path / "run.trc")


def test_two_sources_of_scale_that_agree_narrow_its_interval() -> None:
    height = metres_per_unit("px", 1.75, 350.0)
    both = metres_per_unit("px", 1.75, 350.0, speed_mps=3.0, belt=600.0)
    assert height is not None
    assert both is not None
    assert both.value == pytest.approx(0.005)
    assert both.ci95[1] - both.ci95[0] < height.ci95[1] - height.ci95[0]


def test_two_sources_of_scale_that_disagree_widen_it() -> None:
    height = metres_per_unit("px", 1.75, 350.0)
    both = metres_per_unit("px", 1.75, 350.0, speed_mps=3.0, belt=450.0)
    assert height is not None
    assert both is not None
    assert both.ci95[1] - both.ci95[0] > height.ci95[1] - height.ci95[0]


def test_a_treadmill_speed_alone_gives_a_scale() -> None:
    alone = metres_per_unit("px", None, 350.0, speed_mps=3.0, belt=600.0)
    assert alone is not None
    assert alone.value == pytest.approx(0.005)
    assert alone.sources == (Reason("estimate.treadmill_speed"),)
