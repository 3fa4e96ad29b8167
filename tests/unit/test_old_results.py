"""Results of earlier and later versions; ``tests/data/old_results`` tells where they are from."""

from __future__ import annotations

import copy
import json
import shutil
from pathlib import Path
from typing import Any, Final

import jsonschema
import numpy as np
import pytest
from typer.testing import CliRunner

from leanline.cli.app import app
from leanline.errors import InputError
from leanline.formats import analysis_versions as versions
from leanline.formats.analysis_json import read_analysis, to_dict
from leanline.formats.runner_npz import read_runner
from leanline.formats.schema import schema
from leanline.store import Store
from tests.analyses import analysis
from tests.store.made import analysed

OLD: Final = Path(__file__).parents[1] / "data" / "old_results"
ALL: Final = sorted(path.name for path in OLD.iterdir() if path.is_dir())
RUNS: Final = [name for name in ALL if "standing" not in name]
STEPS: Final = [
    versions.to_1_1,
    versions.to_1_2,
    versions.to_1_3,
    versions.to_1_4,
    versions.to_1_5,
    versions.to_1_6,
    versions.to_1_7,
    versions.to_1_8,
    versions.to_1_9,
]


def content(name: str) -> dict[str, Any]:
    plain: dict[str, Any] = json.loads((OLD / name / "analysis.json").read_text())
    return plain


def write_old(data: dict[str, Any], folder: Path) -> Path:
    path = folder / "analysis.json"
    path.write_text(json.dumps(data))
    return path


@pytest.fixture
def old(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    """A copy of an old result that commands may write beside."""
    return Path(shutil.copytree(OLD / request.param, tmp_path / "old"))


def run(*arguments: object) -> str:
    done = CliRunner().invoke(app, [str(argument) for argument in arguments])
    assert done.exit_code == 0, done.output
    return done.output


@pytest.mark.parametrize("name", ALL)
def test_an_old_file_says_the_same_in_the_present_layout(name: str) -> None:
    was, now = content(name), json.loads(json.dumps(to_dict(read_analysis(OLD / name))))
    jsonschema.Draft202012Validator(schema()).validate(now)
    assert now["schema_minor"] == versions.MINOR
    for part in ("view", "events", "steps", "provenance"):
        assert now[part] == was[part]
    assert now["video"].items() >= was["video"].items()
    for part in ("findings", "warnings"):
        for entry, old in zip(now[part], was[part], strict=True):
            assert entry.items() >= old.items()
    assert now["camera"]["roll_deg"].items() >= was["camera"]["roll_deg"].items()
    for metric, entry in was["metrics"].items():
        assert now["metrics"][metric].items() >= entry.items()


@pytest.mark.parametrize("step", STEPS)
@pytest.mark.parametrize("name", ["1.0", "1.4"])
def test_a_step_adds_what_is_missing_and_leaves_its_input_alone(step: Any, name: str) -> None:
    before = content(name)
    kept = copy.deepcopy(before)
    once = step(before)
    assert before == kept
    assert step(once) == once


def test_the_steps_add_what_came_with_them() -> None:
    data: dict[str, Any] = content("1.0")
    data = versions.to_1_1(data)
    assert all(entry["sdc95"] is None for entry in data["metrics"].values())
    data = versions.to_1_2(data)
    assert all(entry["zeroed"] is None for entry in data["metrics"].values())
    data = versions.to_1_3(data)
    assert data["drill"] is None
    data = versions.to_1_4(data)
    assert data["camera"]["yaw_deg"] is None
    data = versions.to_1_5(data)
    assert data["schema_minor"] == 5
    data = versions.to_1_6(data)
    assert all(entry["reason"] is None for entry in data["metrics"].values())
    assert all(entry["reason"] is None for entry in data["warnings"])
    assert all(entry["reasons"] is None for entry in data["findings"])
    assert data["camera"]["roll_deg"]["sources"] is None
    data = versions.to_1_7(data)
    assert all(entry["probability"] is None for entry in data["findings"])
    assert data["verdicts"] == []
    data = versions.to_1_8(data)
    assert all(entry["shared_sd"] is None for entry in data["metrics"].values())
    data = versions.to_1_9(data)
    assert data["video"]["rotated_deg"] == 0
    assert data["video"]["recorded_at"] is None


def test_what_an_unmarked_file_has_is_kept() -> None:
    drill = read_analysis(OLD / "1.3-standing").drill
    assert drill is not None
    assert drill.longest_hold_s == content("1.3-standing")["drill"]["longest_hold_s"]


def test_there_is_a_step_for_every_addition() -> None:
    assert len(STEPS) == versions.MINOR
    assert to_dict(analysis())["schema_minor"] == versions.MINOR


@pytest.mark.parametrize("name", ["1.0-places", "1.0-seen"])
def test_the_first_poses_are_read(name: str) -> None:
    runner = read_runner(OLD / name)
    assert runner is not None
    assert runner.seen is not None
    assert runner.seen.xy.shape == runner.pose.xy.shape


def test_a_pose_of_a_newer_leanline_is_refused(tmp_path: Path) -> None:
    with np.load(OLD / "1.0-seen" / "pose.npz") as data:
        arrays = {name: data[name] for name in data.files} | {"version": np.array(2)}
    np.savez(tmp_path / "pose.npz", **arrays)
    with pytest.raises(InputError, match="newer leanline") as caught:
        read_runner(tmp_path)
    assert "Update" in caught.value.hint


@pytest.mark.parametrize("old", ALL, indirect=True)
def test_the_report_of_an_old_result_is_made(old: Path) -> None:
    run("report", old)
    assert (old / "report.html").stat().st_size > 10_000
    run("report", old, "--lang", "de")


@pytest.mark.parametrize("old", RUNS, indirect=True)
def test_an_old_result_is_compared_with_a_new_one(old: Path) -> None:
    said = run("compare", old, OLD / "1.4")
    assert "Body lean" in said
    assert "no clear change" in said


@pytest.mark.parametrize("old", ALL, indirect=True)
def test_the_tables_of_an_old_result_are_exported(old: Path) -> None:
    for table in ("metrics", "steps", "events"):
        run("export", old, "--to", "csv", "--table", table)
    if (old / "pose.npz").exists():
        run("export", old, "--to", "trc")


def test_the_history_goes_on_from_old_results(tmp_path: Path) -> None:
    with Store.open(tmp_path / "data") as store:
        sessions = [
            analysed(store, tmp_path, read_analysis(OLD / name), day=day)
            for day, name in enumerate(RUNS)
        ]
        for session, name in zip(sessions, RUNS, strict=True):
            kept = store.sessions.result_folder(session)
            for file in (OLD / name).iterdir():  # as it was when that leanline wrote it
                shutil.copy(file, kept)
            assert store.sessions.load_analysis(session).metrics
        history = store.sessions.history()
        assert [one.metrics["cadence_spm"].value for one in history] == [
            content(name)["metrics"]["cadence_spm"]["value"] for name in RUNS
        ]


def test_a_newer_schema_is_refused_in_a_sentence(tmp_path: Path) -> None:
    path = write_old(to_dict(analysis()) | {"schema": "leanline.analysis/2"}, tmp_path)
    with pytest.raises(InputError, match=r"newer leanline, as schema 2; this one reads schema 1"):
        read_analysis(path)


@pytest.mark.parametrize("name", ["leanline.analysis", "leanline.analysis/0", "other/1", "", None])
def test_another_kind_of_file_is_not_called_newer(name: str | None, tmp_path: Path) -> None:
    path = write_old(to_dict(analysis()) | {"schema": name}, tmp_path)
    with pytest.raises(InputError, match="is not a leanline analysis"):
        read_analysis(path)


def test_what_a_newer_leanline_added_is_told(tmp_path: Path) -> None:
    data = json.loads(json.dumps(to_dict(analysis())))
    data["schema_minor"] = versions.MINOR + 1
    data["shoe"] = {"mass_g": 240}
    data["camera"]["pitch_deg"] = None
    data["findings"][0]["drill"] = "marching"
    next(iter(data["metrics"].values()))["icc"] = 0.9
    data["provenance"]["settings"]["shoe"] = "light"
    note = read_analysis(write_old(data, tmp_path)).warnings[-1]
    assert note.code == "left_out"
    assert note.reason.params == {
        "file_schema": f"1.{versions.MINOR + 1}",
        "own_schema": f"1.{versions.MINOR}",
        "count": 4,
        "names": ("camera.pitch_deg", "findings.drill", "metrics.*.icc", "shoe"),
    }


def test_a_result_of_today_has_nothing_left_out(tmp_path: Path) -> None:
    for made in (analysis(), analysis("standing"), read_analysis(OLD / "1.4-standing")):
        again = read_analysis(write_old(to_dict(made), tmp_path))
        assert "left_out" not in [note.code for note in again.warnings]


@pytest.mark.parametrize("minor", [-1, 1.5, "5", True, None])
def test_a_minor_that_is_no_number_is_damage(minor: object, tmp_path: Path) -> None:
    path = write_old(to_dict(analysis()) | {"schema_minor": minor}, tmp_path)
    with pytest.raises(InputError, match="damaged"):
        read_analysis(path)
