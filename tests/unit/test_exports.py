"""Results in other tools' formats: what is in them, and that those tools' readers accept it."""

from __future__ import annotations

import json
from dataclasses import replace
from functools import cache
from pathlib import Path

import numpy as np
import pytest
from typer.testing import CliRunner

from leanline.cli.app import app
from leanline.errors import UsageError
from leanline.exporters import ENDINGS, Format, columns_of, export, exported_track
from leanline.formats.analysis_json import write_analysis
from leanline.formats.c3d_read import read_contacts
from leanline.formats.mot import read_mot
from leanline.formats.reading import read_track, read_track_file
from leanline.formats.runner_npz import write_runner
from leanline.formats.trc import write_trc
from leanline.model import Analysis, Camera, Direction
from leanline.pipeline import analyze, analyze_capture
from leanline.pose.recorded import track_to_capture
from leanline.reason import Reason
from leanline.settings import Settings
from tests.foreign import runner_track
from tests.synthetic import synthetic_runner


@cache
def analysis() -> Analysis:
    """A runner in pixels, of known height, and of a clip with pictures."""
    capture = track_to_capture(runner_track(4.0), "run.mp4", "scripted")
    video = replace(capture.video, width=1280, height=720)
    return analyze_capture(replace(capture, video=video), Settings(height_m=1.75, roll_deg=2.0))


@pytest.fixture
def result(tmp_path: Path) -> Path:
    """The same as a directory of results."""
    found = analysis()
    assert found.runner is not None
    write_analysis(found, tmp_path / "results")
    write_runner(found.runner, tmp_path / "results")
    return tmp_path / "results"


def leanline_(*words: object) -> tuple[int, str, str]:
    done = CliRunner().invoke(app, [str(word) for word in words])
    return done.exit_code, done.stdout, done.stderr


def test_the_exported_pose_is_upright_ahead_and_in_metres() -> None:
    track = exported_track(analysis())
    assert track.unit == "m"
    tall = track.point("nose")[:, 1] - track.point("left_heel")[:, 1]
    assert 1.3 < np.nanmedian(tall) < 1.8
    ahead = track.point("left_foot_index") - track.point("left_heel")
    assert np.nanmedian(ahead[:, 0]) > 0
    level = exported_track(replace(analysis(), camera=_level(analysis())))
    trunk, rolled = (
        np.degrees(np.arctan2(*np.nanmean(t.mid("shoulder") - t.mid("hip"), axis=0)))
        for t in (level, track)
    )
    assert abs(trunk - rolled) == pytest.approx(2.0, abs=1e-6)


def _level(found: Analysis) -> Camera:
    return replace(found.camera, roll_deg=replace(found.camera.roll_deg, value=0.0))


@pytest.mark.parametrize(
    ("to", "name"),
    [
        ("trc", "pose.trc"),
        ("c3d", "pose.c3d"),
        ("csv", "pose.csv"),
        ("parquet", "pose.parquet"),
        ("netcdf", "pose.nc"),
    ],
)
def test_what_is_exported_reads_back_as_the_same_track(to: str, name: str, result: Path) -> None:
    code, out, err = leanline_("export", result, "--to", to)
    assert (code, out.strip(), err) == (0, str(result / name), "")
    back = read_track(result / name)
    true = exported_track(analysis())
    assert back.keypoints == true.keypoints
    assert back.unit == "m"
    np.testing.assert_allclose(back.time_s, true.time_s, atol=1e-6)
    np.testing.assert_allclose(back.xy, true.xy, atol=1e-4)


@cache
def filmed(direction: Direction) -> Analysis:
    """A runner seen by a network whose keypoints are shifted to joint centres."""
    pose = synthetic_runner(
        fps=60, seconds=5.0, unit="px", direction=direction, noise=1.0, bounce_m=None
    ).pose
    moved = pose.with_xy(pose.xy + np.array([700.0, 100.0]))
    capture = track_to_capture(moved, "run.mp4", "blazepose-heavy")
    video = replace(capture.video, width=1280, height=720)
    return analyze_capture(replace(capture, video=video), Settings(roll_deg=3.0))


@pytest.mark.parametrize("to", ["trc", "c3d", "csv", "parquet", "netcdf", "kinovea"])
@pytest.mark.parametrize("direction", ["right", "left"])
def test_what_is_exported_measures_the_same_read_back(
    to: Format, direction: Direction, tmp_path: Path
) -> None:
    there = filmed(direction)
    export(there, to, tmp_path / f"a{ENDINGS[to]}")
    back = analyze(tmp_path / f"a{ENDINGS[to]}")
    assert back.provenance.pose_model == "blazepose-heavy"
    compared = 0
    for name, metric in there.metrics.items():
        if isinstance(metric.value, float) and metric.value is not None and name.endswith("deg"):
            found = back.metrics[name]
            if name == "foot_strike_angle_deg":
                assert found.why == Reason("metric.shoes_not_exported")
                continue
            assert found.value == pytest.approx(metric.value, abs=0.05), name
            compared += 1
    assert compared > 5
    assert back.metrics["cadence_spm"].value == pytest.approx(
        there.metrics["cadence_spm"].value, abs=0.1
    )


@pytest.mark.parametrize("source", ["../../x", "a b", "/etc/passwd", "", "x" * 70])
def test_a_source_that_cannot_be_is_none(source: str, tmp_path: Path) -> None:
    write_trc(runner_track(2.0, "m"), tmp_path / "a.trc", joint_centres_of=source)
    assert read_track_file(tmp_path / "a.trc").joint_centres_of == ""


def test_c3d_has_the_contacts_as_events(result: Path) -> None:
    assert leanline_("export", result, "--to", "c3d", "-o", result / "a.c3d")[0] == 0
    back = read_contacts(result / "a.c3d")
    assert [c.side for c in back] == [c.side for c in analysis().contacts]
    np.testing.assert_allclose(
        [c.contact_s for c in back], [c.contact_s for c in analysis().contacts], atol=1e-3
    )


def test_mot_names_and_signs_are_those_of_opensim(result: Path) -> None:
    assert leanline_("export", result, "--to", "mot")[0] == 0
    text = (result / "angles.mot").read_text()
    assert text.splitlines()[4] == "inDegrees=yes"
    assert "gait2392 has the opposite sign" in text
    time_s, angles = read_mot(result / "angles.mot")
    np.testing.assert_allclose(time_s, exported_track(analysis()).time_s, atol=1e-6)
    assert {"pelvis_tilt", "hip_flexion_r", "knee_angle_l", "ankle_angle_r"} <= set(angles)
    assert np.nanmedian(angles["pelvis_tilt"]) < 0  # leaning ahead is negative in OpenSim
    assert np.nanmax(angles["knee_angle_r"]) > 30


@pytest.mark.parametrize("table", ["pose", "angles", "steps", "events", "metrics"])
def test_pandas_opens_csv_and_parquet_with_the_same_content(table: str, tmp_path: Path) -> None:
    pd = pytest.importorskip("pandas")
    export(analysis(), "csv", tmp_path / "t.csv", table)  # type: ignore[arg-type]
    export(analysis(), "parquet", tmp_path / "t.parquet", table)  # type: ignore[arg-type]
    wanted = columns_of(analysis(), table)  # type: ignore[arg-type]
    csv, parquet = pd.read_csv(tmp_path / "t.csv"), pd.read_parquet(tmp_path / "t.parquet")
    assert list(csv.columns) == list(parquet.columns) == list(wanted)
    assert len(csv) == len(parquet) == len(next(iter(wanted.values())))
    for name in wanted:
        if parquet[name].dtype == "float64":
            # pandas may read a number in text a bit or two off.
            np.testing.assert_allclose(csv[name].astype(float), parquet[name], rtol=1e-13)


def test_the_metrics_table_has_one_kind_in_a_column() -> None:
    columns = columns_of(analysis(), "metrics")
    rows = dict(zip(columns["metric"], columns["value"], strict=True))
    labels = dict(zip(columns["metric"], columns["label"], strict=True))
    assert isinstance(rows["lean_body_deg"], float)
    assert rows["foot_strike"] is None
    assert labels["foot_strike"] in ("rear", "mid", "fore")


def test_xarray_opens_the_netcdf_by_the_movement_convention(result: Path) -> None:
    xr = pytest.importorskip("xarray")
    assert leanline_("export", result, "--to", "netcdf")[0] == 0
    with xr.open_dataset(result / "pose.nc") as data:
        assert data["position"].dims == ("time", "space", "keypoints", "individuals")
        assert data["confidence"].dims == ("time", "keypoints", "individuals")
        assert list(data["space"].values) == ["x", "y"]
        assert data.attrs["ds_type"] == "poses"
        assert data.attrs["fps"] == pytest.approx(60.0)
        assert data.attrs["source_software"] == "leanline"
        # Older and newer writers: classic files, and dimensions in the singular.
        data.to_netcdf(result / "classic.nc", engine="scipy", format="NETCDF3_64BIT")
        singular = data.rename(keypoints="keypoint", individuals="individual")
        singular.to_netcdf(result / "singular.nc", engine="h5netcdf")
    true = exported_track(analysis())
    for name in ("classic.nc", "singular.nc"):
        back = read_track(result / name)
        assert back.keypoints == true.keypoints
        np.testing.assert_allclose(back.xy, true.xy, atol=1e-4)


def test_kinovea_gets_openposes_files_at_the_places_of_the_picture(result: Path) -> None:
    code, out, _ = leanline_("export", result, "--to", "kinovea")
    assert (code, out.strip()) == (0, str(result / "kinovea"))
    files = sorted((result / "kinovea").iterdir())
    assert files[0].name == "run_000000000000_keypoints.json"
    assert len(files) == len(analysis().capture.pose.time_s)  # type: ignore[union-attr]
    (person,) = json.loads(files[30].read_text())["people"]
    rows = np.array(person["pose_keypoints_2d"]).reshape(25, 3)
    runner = analysis().runner
    assert runner is not None
    knee = runner.picture_pose.point("right_knee")[30]
    np.testing.assert_allclose(rows[10, :2], [knee[0], 720 - knee[1]], atol=0.1)
    back = read_track(result / "kinovea", fps=60)
    assert back.has("left_heel", "right_foot_index")


def test_a_track_has_no_film_for_kinovea(tmp_path: Path) -> None:
    found = analysis()
    blind = replace(found, video=replace(found.video, width=0, height=0))
    with pytest.raises(UsageError, match="no film for Kinovea"):
        export(blind, "kinovea", tmp_path / "k")


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["--to", "bvh"], "--to must be one of trc, mot"),
        (["--to", "csv", "--table", "moods"], "--table must be one of"),
        (["--to", "trc", "--table", "steps"], "trc always holds the same data"),
    ],
)
def test_wrong_usage_is_said(result: Path, words: list[str], says: str) -> None:
    code, _, err = leanline_("export", result, *words)
    assert code == 2
    assert says in err


def test_a_result_without_a_pose_cannot_be_exported(result: Path) -> None:
    (result / "pose.npz").unlink()
    code, _, err = leanline_("export", result, "--to", "trc")
    assert code == 2
    assert "There is no pose beside" in err
