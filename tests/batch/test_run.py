"""A batch resumes where it stopped, and neither loses nor duplicates a clip, whatever dies."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest

from leanline.batch.journal import Journal
from leanline.batch.local_engine import LocalEngine
from leanline.batch.run import Tally, run
from leanline.batch.task import BatchClip, ClipTask, Outcome
from leanline.errors import UsageError
from tests.batch import stand_in
from tests.batch.made import clip_rows, clips_of, dataset_bytes, statuses

STAND_IN = "tests.batch.stand_in:analyse"
STUMBLE = "tests.batch.stand_in:stumble"


class Here:
    """An engine without processes, which counts what it does."""

    def __init__(self, order: int = 1) -> None:
        self.done: list[str] = []
        self._order = order
        self._waiting: list[Outcome] = []

    def __enter__(self) -> Here:
        return self

    def __exit__(self, *_: object) -> None:
        self._waiting.clear()

    @property
    def room(self) -> bool:
        return len(self._waiting) < 3

    def start(self, task: ClipTask) -> None:
        self.done.append(task.id)
        self._waiting.append(stand_in.analyse(task))

    def wait(self) -> list[Outcome]:
        out = self._waiting[:: self._order]
        self._waiting = []
        return out


def clips(tmp_path: Path, count: int = 6) -> tuple[BatchClip, ...]:
    names = [f"run{k}.mp4" for k in range(count)]
    made = clips_of(tmp_path / "in", *names)
    return tuple(replace(clip, athlete=("Ada", "Bo", None)[k % 3]) for k, clip in enumerate(made))


def test_every_clip_has_one_row_and_its_tables(tmp_path: Path) -> None:
    tally = run(clips(tmp_path), tmp_path / "out", Here())
    assert tally == Tally(6, {"analysed": 6})
    assert statuses(tmp_path / "out") == {f"run{k}.mp4": "analysed" for k in range(6)}
    steps = pd.read_parquet(tmp_path / "out" / "dataset" / "steps")
    assert len(steps) == 60
    assert set(steps["athlete"]) == {"Ada", "Bo", "unknown"}


def test_the_order_in_which_clips_end_changes_no_byte(tmp_path: Path) -> None:
    made = clips(tmp_path)
    run(made, tmp_path / "a", Here())
    run(made[::-1], tmp_path / "b", Here(order=-1))
    assert dataset_bytes(tmp_path / "a") == dataset_bytes(tmp_path / "b")


def test_unchanged_clips_are_not_done_again(tmp_path: Path) -> None:
    made = clips(tmp_path)
    run(made, tmp_path / "out", Here())
    before = dataset_bytes(tmp_path / "out")
    tally = run(made, tmp_path / "out", Here())
    assert tally.counts == {"unchanged": 6}
    assert dataset_bytes(tmp_path / "out") == before


def test_a_changed_clip_takes_the_place_of_its_old_result(tmp_path: Path) -> None:
    made = clips(tmp_path)
    run(made, tmp_path / "out", Here())
    Path(made[2].source).write_text("filmed again")
    tally = run(made, tmp_path / "out", Here())
    assert tally.counts == {"unchanged": 5, "analysed": 1}
    assert len(clip_rows(tmp_path / "out")) == 6


def test_a_new_label_needs_no_new_analysis(tmp_path: Path) -> None:
    made = clips(tmp_path)
    run(made, tmp_path / "out", Here())
    renamed = [replace(clip, athlete="Eve", extra={"x_shoe": "flat"}) for clip in made]
    assert run(renamed, tmp_path / "out", Here()).counts == {"unchanged": 6}
    rows = clip_rows(tmp_path / "out")
    assert {(row["athlete"], row["x_shoe"]) for row in rows} == {("Eve", "flat")}
    assert [p.name for p in (tmp_path / "out" / "dataset" / "steps").iterdir()] == ["athlete=Eve"]


def test_clips_that_are_no_longer_there_are_in_no_table(tmp_path: Path) -> None:
    made = clips(tmp_path)
    run(made, tmp_path / "out", Here())
    run(made[:2], tmp_path / "out", Here())
    assert set(statuses(tmp_path / "out")) == {"run0.mp4", "run1.mp4"}


def test_nobody_to_measure_is_a_result(tmp_path: Path) -> None:
    made = clips(tmp_path, 2)
    Path(made[0].source).write_bytes(b"nobody")
    tally = run(made, tmp_path / "out", Here())
    assert tally.failed == 0
    assert statuses(tmp_path / "out")["run0.mp4"] == "nobody"
    assert "shows nobody running" in str(clip_rows(tmp_path / "out")[0]["reason"])
    assert run(made, tmp_path / "out", Here()).counts == {"unchanged": 2}


def test_kept_files_are_there_and_are_made_when_they_are_missing(tmp_path: Path) -> None:
    made, out = clips(tmp_path, 2), tmp_path / "out"
    run(made, out, Here())
    tally = run(made, out, Here(), keep=True)
    assert tally.counts == {"analysed": 2}
    assert (Journal(out).result_folder("run0.mp4") / "report.html").exists()
    assert run(made, out, Here(), keep=True).counts == {"unchanged": 2}
    assert 'href="clips/run0.mp4-' in (out / "summary.html").read_text(encoding="utf-8")


def test_when_stopped_what_is_done_can_be_read(tmp_path: Path) -> None:
    made, out = clips(tmp_path), tmp_path / "out"
    seen: list[str] = []

    def stop_after_two(outcome: Outcome) -> None:
        seen.append(outcome.task_id)
        if len(seen) == 2:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        run(made, out, Here(), on_outcome=stop_after_two)
    assert set(statuses(out)) == set(seen)
    assert "4 not analysed yet" in (out / "summary.html").read_text(encoding="utf-8")
    assert run(made, out, Here()).counts == {"unchanged": 2, "analysed": 4}


def test_a_torn_record_is_done_again(tmp_path: Path) -> None:
    made, out = clips(tmp_path, 2), tmp_path / "out"
    run(made, out, Here())
    for record in (out / ".batch" / "done").iterdir():
        record.write_bytes(record.read_bytes()[:40])
    assert run(made, out, Here()).counts == {"analysed": 2}


def test_what_a_killed_batch_left_behind_is_cleared(tmp_path: Path) -> None:
    made, out = clips(tmp_path, 2), tmp_path / "out"
    run(made, out, Here(), keep=True)
    kept, beside = Journal(out).result_folder("run0.mp4"), out / ".batch"
    kept.rename(beside / f"old-{kept.name}")
    (beside / "new-half").mkdir()
    (beside / "done" / ".half.json.gz").touch()
    assert run(made, out, Here(), keep=True).counts == {"unchanged": 2}
    assert kept.is_dir()
    assert sorted(path.name for path in beside.iterdir()) == ["done", "lock"]
    assert len(list((beside / "done").iterdir())) == 2


def test_two_batches_cannot_write_to_one_folder(tmp_path: Path) -> None:
    made, out = clips(tmp_path, 2), tmp_path / "out"
    with Journal(out).lock(), pytest.raises(UsageError, match="Another batch"):
        run(made, out, Here())


def test_every_column_is_in_the_dictionary(tmp_path: Path) -> None:
    made = [replace(clip, extra={"x_shoe": "flat"}) for clip in clips(tmp_path, 3)]
    run(made, tmp_path / "out", Here())
    root = tmp_path / "out" / "dataset"
    told = json.loads((root / "dictionary.json").read_text(encoding="utf-8"))["tables"]
    for name, table in told.items():
        where = root / "clips.parquet" if name == "clips" else root / name
        columns = [column for column in pd.read_parquet(where) if column != "athlete"]
        said = [column["name"] for column in table["columns"] if column["name"] != "athlete"]
        assert columns == said
        assert all(column["definition"] for column in table["columns"])
    assert "x_shoe" in (root / "dictionary.md").read_text(encoding="utf-8")


# Processes


@pytest.fixture
def crashes(tmp_path: Path) -> tuple[BatchClip, ...]:
    names = ["a.mp4", "crash_once.mp4", "b.mp4", "crash.mp4", "raise_once.mp4", "c.mp4"]
    return clips_of(tmp_path / "in", *names)


def test_a_crash_costs_its_clip_a_try_and_no_other_anything(
    crashes: tuple[BatchClip, ...], tmp_path: Path
) -> None:
    tally = run(crashes, tmp_path / "out", LocalEngine(2, analyser=STUMBLE), retries=1)
    assert tally.counts == {"analysed": 5, "failed": 1}
    (failed,) = (row for row in clip_rows(tmp_path / "out") if row["status"] == "failed")
    assert failed["clip"] == "crash.mp4"
    assert "SIGKILL" in failed["reason"]
    assert "SIGKILL" in (tmp_path / "out" / "summary.html").read_text(encoding="utf-8")


def test_a_clip_that_takes_too_long_is_stopped_alone(tmp_path: Path) -> None:
    made = clips_of(tmp_path / "in", "a.mp4", "hang_once.mp4", "b.mp4", "hang.mp4")
    engine = LocalEngine(2, analyser=STUMBLE, clip_s=3.0)
    tally = run(made[:3], tmp_path / "out", engine, retries=1)
    assert tally.counts == {"analysed": 3}
    tally = run(made[3:], tmp_path / "out", LocalEngine(1, analyser=STUMBLE, clip_s=0.5), retries=0)
    assert tally.counts == {"failed": 1}
    assert "longer than" in clip_rows(tmp_path / "out")[0]["reason"]


def test_one_process_or_three_write_the_same_bytes(tmp_path: Path) -> None:
    made = clips(tmp_path)
    run(made, tmp_path / "a", LocalEngine(1, analyser=STAND_IN))
    run(made, tmp_path / "b", LocalEngine(3, analyser=STAND_IN))
    run(made, tmp_path / "c", Here())
    assert dataset_bytes(tmp_path / "a") == dataset_bytes(tmp_path / "b")
    assert dataset_bytes(tmp_path / "a") == dataset_bytes(tmp_path / "c")


def test_workers_end_with_the_engine(tmp_path: Path) -> None:
    made = clips(tmp_path, 2)
    engine = LocalEngine(2, analyser=STAND_IN)
    seen: Counter[int] = Counter()
    run(made, tmp_path / "out", engine, on_outcome=lambda _: seen.update(engine.pids))
    assert seen
    assert engine.pids == ()
    assert not any(Path(f"/proc/{pid}").exists() for pid in seen)
