"""Killed at random moments a batch ends as if nothing had happened."""

from __future__ import annotations

import sys
import time
from pathlib import Path

import pytest

from leanline.batch.find_clips import find_clips
from leanline.batch.journal import Journal
from leanline.batch.local_engine import LocalEngine
from leanline.batch.run import run
from tests.batch.made import clips_of
from validation.killed_batch import clip_names, dataset_bytes, run_killed

CLIPS = 24


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no process groups to kill")
def test_a_batch_killed_at_random_moments_is_equal_to_an_undisturbed_one(tmp_path: Path) -> None:
    folder = tmp_path / "in"
    clips_of(folder, *(f"run{number:02}.mp4" for number in range(CLIPS)))
    begin = time.perf_counter()
    engine = LocalEngine(2, analyser="tests.batch.stand_in:analyse")
    run(find_clips(str(folder), {}), tmp_path / "quiet", engine)
    lasts_s = time.perf_counter() - begin
    command = [sys.executable, "-m", "tests.batch.batch_of_stand_ins"]
    said = run_killed([*command, str(folder), str(tmp_path / "killed")], 4, lasts_s, 2)
    assert said.kills == 4
    names = clip_names(tmp_path / "killed")
    assert len(names) == len(set(names)) == CLIPS
    assert dataset_bytes(tmp_path / "killed") == dataset_bytes(tmp_path / "quiet")
    journal = Journal(tmp_path / "killed")
    assert all((journal.result_folder(name) / "report.html").exists() for name in names)
    assert len(list((tmp_path / "killed" / "clips").iterdir())) == CLIPS
    assert {path.name for path in (tmp_path / "killed" / ".batch").iterdir()} == {"done", "lock"}
