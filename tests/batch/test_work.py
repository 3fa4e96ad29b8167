"""What a worker makes of a clip, wherever it comes from."""

from __future__ import annotations

import json
import shutil
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import fsspec
import pytest

import leanline
from leanline.batch import dictionary
from leanline.batch.analyze_task import compute_fingerprint, run_task
from leanline.batch.fetch import display_source
from leanline.batch.local_engine import LocalEngine
from leanline.batch.run import run
from leanline.batch.task import BatchClip, ClipTask
from leanline.errors import NobodyError
from leanline.exporters import columns_of
from leanline.formats.trc import write_trc
from leanline.metrics.spec import STEP_METRICS
from leanline.model import Capture
from leanline.pose.base import Progress
from leanline.pose.fake import FakeBackend
from leanline.reason import Reason
from leanline.settings import Settings
from tests.batch.made import dataset_bytes
from tests.captures import capture, standing
from tests.synthetic import synthetic_runner


@pytest.fixture(scope="module")
def track(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("clips") / "run.trc"
    write_trc(synthetic_runner(fps=30, seconds=2.6).pose, path)
    return path


def task(source: Path | str, **known: Any) -> ClipTask:
    return ClipTask("a clip", str(source), Settings(**known))


def test_the_rows_are_those_of_a_single_analysis(track: Path) -> None:
    alone = leanline.analyze(track, height_m=1.7)
    done = run_task(task(track, height_m=1.7))
    assert done.status == "analysed"
    assert done.tables["metrics"]["value"] == columns_of(alone, "metrics")["value"]
    assert done.tables["events"] == columns_of(alone, "events")
    assert done.facts["input_sha256"] == alone.provenance.input_sha256
    assert done.facts["settings"] == ('{"device": "cpu", "height_m": 1.7, "quality": "balanced"}')
    assert set(done.tables["steps"]) <= {
        column.name for column in dictionary.tables()["steps"].columns
    }


def test_every_metric_has_a_definition(track: Path) -> None:
    run_ids = run_task(task(track)).tables["metrics"]["metric"]
    stood = FakeBackend(capture(standing(), picture=True))
    stand_ids = run_task(task(track), stood).tables["metrics"]["metric"]
    for name in (*run_ids, *stand_ids, *STEP_METRICS):
        assert dictionary.definition(name), name


def test_a_clip_at_an_address_gives_the_same_as_the_file(track: Path) -> None:
    fsspec.filesystem("memory").pipe("/work/run.trc", track.read_bytes())
    here, there = run_task(task(track)), run_task(task("memory://work/run.trc"))
    assert there.facts["source"] == "memory://work/run.trc"
    assert there.fingerprint == here.fingerprint
    assert there.tables == here.tables


def test_an_unchanged_clip_is_not_analysed(track: Path) -> None:
    first = run_task(task(track))
    again = run_task(replace(task(track), known=first.fingerprint), Failing(ValueError("touched")))
    assert again.status == "unchanged"


def test_other_settings_version_or_content_make_another_fingerprint(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    stand, moved = tmp_path / "a.trc", tmp_path / "b.trc"
    stand.write_text("one")
    shutil.copy(stand, moved)
    same = compute_fingerprint("x", Settings(standing_clip=str(stand)))
    assert compute_fingerprint("x", Settings(standing_clip=str(moved))) == same
    moved.write_text("two")
    marks = {
        same,
        compute_fingerprint("x", Settings(standing_clip=str(moved))),
        compute_fingerprint("y", Settings()),
        compute_fingerprint("x", Settings()),
        compute_fingerprint("x", Settings(height_m=1.7)),
    }
    monkeypatch.setattr("leanline.batch.analyze_task.__version__", "9.9")
    assert len(marks | {compute_fingerprint("x", Settings())}) == 6


@pytest.mark.parametrize("name", ["standing_clip", "rear_clip", "keypoint_names"])
def test_a_file_beside_the_clip_counts_by_its_content(tmp_path: Path, name: str) -> None:
    beside = tmp_path / "beside"
    marks = set()
    for content in ("one", "two"):
        beside.write_text(content)
        marks.add(compute_fingerprint("x", Settings(**{name: str(beside)})))  # type: ignore[arg-type]
    assert len(marks) == 2


def test_names_of_points_at_an_address_are_fetched(tmp_path: Path, track: Path) -> None:
    text = track.read_text().replace("left_hip", "mine_1").replace("right_hip", "mine_2")
    (tmp_path / "run.trc").write_text(text)
    mine = 'title = "mine"\n[names]\nleft_hip = ["mine_1"]\nright_hip = ["mine_2"]\n'
    fsspec.filesystem("memory").pipe("/work/mine.toml", mine.encode())
    done = run_task(task(tmp_path / "run.trc", keypoint_names="memory://work/mine.toml"))
    assert (done.status, done.reason) == ("analysed", "")
    assert done.tables["metrics"] == run_task(task(track)).tables["metrics"]
    assert json.loads(done.facts["settings"])["keypoint_names"] == "memory://work/mine.toml"


def test_what_was_said_of_a_clip_that_failed_is_kept(tmp_path: Path) -> None:
    failed = run_task(task(tmp_path / "gone.mp4", height_m=1.7))
    assert json.loads(failed.facts["settings"])["height_m"] == 1.7


class Failing:
    """A source of poses that fails."""

    name = "failing"

    def __init__(self, error: Exception) -> None:
        self._error = error

    def capture(self, path: Path, settings: Settings, progress: Progress) -> Capture:
        del path, settings, progress
        raise self._error


def test_what_goes_wrong_is_an_outcome(track: Path, tmp_path: Path) -> None:
    nobody = run_task(task(track), Failing(NobodyError("nobody.too_small", path=track)))
    assert (nobody.status, nobody.again) == ("nobody", False)
    assert (nobody.reason, nobody.hint) == (
        f"{track} shows nobody large enough, for long enough, to measure.",
        "Film one runner from the side, whole body in view, for at least 3 seconds.",
    )
    assert nobody.problem == Reason("nobody.too_small", {"path": str(track)})
    assert nobody.fingerprint
    missing = run_task(task(tmp_path / "gone.trc"))
    assert (missing.status, missing.again) == ("failed", False)
    assert "gone.trc" in missing.reason
    ours = run_task(task(track), Failing(ValueError("odd")))
    assert (ours.status, ours.again) == ("failed", True)
    assert "ValueError: odd" in ours.reason
    large = run_task(task(track), Failing(MemoryError()))
    assert (large.status, large.again) == ("failed", True)


def test_a_fetched_clip_is_named_by_its_address() -> None:
    fsspec.filesystem("memory").pipe("/work/torn.trc", b"nonsense")
    torn = run_task(task("memory://work/torn.trc"))
    assert torn.status == "failed"
    assert torn.reason.startswith("memory://work/torn.trc is not a TRC file")
    gone = run_task(task("memory://work/gone.trc"))
    assert (gone.status, gone.again) == ("failed", False)
    assert "memory://work/gone.trc is not there" in gone.reason
    odd = run_task(task("gopher://work/run.trc"))
    assert "gopher://work/run.trc cannot be reached" in odd.reason


def test_a_password_in_an_address_is_written_nowhere() -> None:
    assert display_source("smb://me:secret@nas/clips/run.mp4") == "smb://nas/clips/run.mp4"
    assert display_source("/home/me/a@b/run.mp4") == "/home/me/a@b/run.mp4"
    lost = run_task(task("smb://me:secret@nas/run.mp4"))
    assert "secret" not in str(asdict(lost))
    signed = run_task(task("https://me:secret@127.0.0.1:1/run.mp4?X-Amz-Signature=s1gnature"))
    assert "secret" not in str(asdict(signed))
    assert "s1gnature" not in str(asdict(signed))


def test_the_files_of_analyze_are_kept_when_asked_for(track: Path) -> None:
    kept = run_task(replace(task(track), keep=True))
    assert [name for name, _ in kept.files] == ["analysis.json", "pose.npz", "report.html"]
    assert run_task(task(track)).files == ()


def test_real_analyses_are_the_same_whatever_the_number_of_processes(
    tmp_path: Path,
) -> None:
    clips = []
    for number, cadence in enumerate((160, 176)):
        path = tmp_path / f"run{number}.trc"
        made = synthetic_runner(fps=30, seconds=2.6, cadence_spm=cadence)
        write_trc(made.pose, path)
        clips.append(BatchClip(path.name, str(path), Settings(), "Ada"))
    run(clips, tmp_path / "one", LocalEngine(1))
    run(clips, tmp_path / "two", LocalEngine(2, threads=2))
    assert dataset_bytes(tmp_path / "one") == dataset_bytes(tmp_path / "two")
    here = run_task(ClipTask(clips[0].id, clips[0].source, clips[0].settings))
    import pyarrow.parquet as pq

    rows = pq.read_table(tmp_path / "one" / "dataset" / "metrics").to_pylist()
    values = [row["value"] for row in rows if row["clip"] == "run0.trc"]
    assert values == here.tables["metrics"]["value"]
