"""Clips of ../shared, real and rendered, through the real networks."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from leanline.cli.app import app
from tests.commands import FULL_NETWORK, analyze, value


@pytest.mark.shared
@pytest.mark.parametrize("name", ["lean09", "og_fix_60", "tm_f_rtl_60"])
def test_rendered_runners_agree_with_their_truth(
    shared_data: Path, tmp_path: Path, name: str
) -> None:
    truth = json.loads((shared_data / "rendered" / f"{name}.truth.json").read_text())
    clip = shared_data / "rendered" / truth["input"]
    found = analyze(clip, tmp_path, "--no-report", *map(str, truth["args"]))
    for label in ("activity", "view", "direction", "surface"):
        assert found[label] == truth[label], label
    # The bars of accuracy_rendered.json are for means over all clips; one may be twice as far.
    for metric, within in (
        ("cadence_spm", 2.0),
        ("contact_time_s", 0.04),
        ("lean_body_deg", 2.0),
        ("lean_trunk_deg", 2.5),
    ):
        assert value(found, metric) == pytest.approx(truth["metrics"][metric], abs=within), metric


@pytest.mark.shared
def test_an_empty_scene_is_refused(shared_data: Path, tmp_path: Path) -> None:
    clip = shared_data / "rendered" / "nobody.mp4"
    result = CliRunner().invoke(app, ["analyze", str(clip), "-o", str(tmp_path / "out")])
    assert result.exit_code == 4
    assert not (tmp_path / "out" / "analysis.json").exists()


@pytest.mark.shared
def test_a_real_clip_and_its_other_pose_track_have_one_cadence(
    shared_data: Path, tmp_path: Path
) -> None:
    part = ("--end", "8", *FULL_NETWORK)
    video = analyze(shared_data / "real" / "male_side.mp4", tmp_path / "video", *part)
    track = analyze(
        shared_data / "real" / "male_side_rtmpose.trc", tmp_path / "track", "--end", "8"
    )
    assert (video["activity"], video["direction"]) == ("running", "left")
    assert value(video, "cadence_spm") == pytest.approx(value(track, "cadence_spm"), abs=0.5)
    assert value(video, "cadence_spm") == pytest.approx(168.9, abs=1.0)


@pytest.mark.shared
def test_a_walker_is_walking(shared_data: Path, tmp_path: Path) -> None:
    found = analyze(
        shared_data / "real" / "walker_and_jumper.mp4", tmp_path, "--end", "5", *FULL_NETWORK
    )
    assert (found["activity"], found["direction"]) == ("walking", "left")
    assert "other_people" in {warning["code"] for warning in found["warnings"]}
