"""The command: what it says, and how it ends."""

from __future__ import annotations

from functools import partial
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from leanline.batch import local_engine
from leanline.cli.app import app
from tests.batch.made import clip_rows, clips_of, statuses


@pytest.fixture(autouse=True)
def stand_in(monkeypatch: pytest.MonkeyPatch) -> None:
    engine = partial(local_engine.LocalEngine, analyser="tests.batch.stand_in:stumble")
    monkeypatch.setattr(local_engine, "LocalEngine", engine)


def batch(*arguments: str | int | Path) -> Result:
    return CliRunner().invoke(app, ["batch", *map(str, arguments)])


def test_a_folder_is_analysed_and_then_left_alone(tmp_path: Path) -> None:
    clips_of(tmp_path / "in", "a.mp4", "b.mp4")
    first = batch(tmp_path / "in", "-o", tmp_path / "out", "--workers", 2)
    assert first.exit_code == 0
    assert "2 clips: 2 analysed." in first.stdout
    assert "summary.html" in first.stdout
    assert "2/2 " in first.stderr
    assert statuses(tmp_path / "out") == {"a.mp4": "analysed", "b.mp4": "analysed"}
    again = batch(tmp_path / "in", "-o", tmp_path / "out")
    assert (again.exit_code, "2 had not changed" in again.stdout) == (0, True)


def test_a_manifest_is_analysed_in_its_own_words(tmp_path: Path) -> None:
    clips_of(tmp_path, "a.mp4")
    (tmp_path / "clips.csv").write_text("path,id,athlete,x_shoe\na.mp4,first,Ada,flat\n")
    assert batch(tmp_path / "clips.csv", "-o", tmp_path / "out").exit_code == 0
    (row,) = clip_rows(tmp_path / "out")
    assert (row["clip"], row["athlete"], row["x_shoe"]) == ("first", "Ada", "flat")


def test_nobody_is_a_result_and_a_failure_is_1(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "empty_room.mp4").write_bytes(b"nobody")
    assert batch(tmp_path / "in", "-o", tmp_path / "out").exit_code == 0
    clips_of(tmp_path / "in", "raise.mp4")
    done = batch(tmp_path / "in", "-o", tmp_path / "out", "--retries", 0)
    assert done.exit_code == 1
    assert "1 failed" in done.stdout
    assert "raise.mp4 failed: It needs more memory than there is." in done.stderr


def test_wrong_usage_is_2_and_an_unreadable_input_3(tmp_path: Path) -> None:
    clips_of(tmp_path / "in", "a.mp4")
    out = tmp_path / "out"
    assert batch(tmp_path / "in", "-o", out, "--engine", "carrier-pigeon").exit_code == 2
    assert batch(tmp_path / "in", "-o", out, "--address", "auto").exit_code == 2
    assert batch(tmp_path / "in", "-o", out, "--height", 70).exit_code == 2
    assert batch(tmp_path / "in", "-o", tmp_path / "in" / "a.mp4").exit_code == 2
    assert batch(tmp_path / "gone", "-o", out).exit_code == 3
    assert batch(tmp_path / "gone.csv", "-o", out).exit_code == 3
    assert not out.exists()


def test_stopped_is_130_and_says_how_to_go_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    clips_of(tmp_path / "in", "a.mp4")

    def stop(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("leanline.batch.run.outcomes", stop)
    done = batch(tmp_path / "in", "-o", tmp_path / "out")
    assert done.exit_code == 130
    assert "to resume" in done.stderr
    assert clip_rows(tmp_path / "out") == []
