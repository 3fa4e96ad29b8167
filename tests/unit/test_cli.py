from __future__ import annotations

import json
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from typer.testing import CliRunner, Result

import leanline
from leanline.cli.app import app
from leanline.errors import CancelledError, InputError, NobodyError
from leanline.formats.analysis_json import write_analysis
from leanline.formats.runner_npz import write_runner
from leanline.model import Analysis
from leanline.pipeline.picture_folder import film_of
from tests.analyses import analysis, drill
from tests.runners import grey_clip, whole_analysis

Analyze = Callable[..., Analysis]


class FakePipeline:
    """Stands for ``leanline.pipeline``: remembers the calls, fails on names it was told to."""

    def __init__(self) -> None:
        self.calls: list[tuple[str, dict[str, Any]]] = []
        self.failures: dict[str, BaseException] = {}
        self.result = analysis()

    def analyze(self, source: Path, **options: Any) -> Analysis:
        self.calls.append((Path(source).name, options))
        if (failure := self.failures.get(Path(source).name)) is not None:
            raise failure
        return self.result


@pytest.fixture
def pipeline(monkeypatch: pytest.MonkeyPatch) -> FakePipeline:
    fake = FakePipeline()
    module = ModuleType("leanline.pipeline")
    module.analyze = fake.analyze  # type: ignore[attr-defined]
    module.film_of = film_of  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "leanline.pipeline", module)
    return fake


@pytest.fixture
def overlay(monkeypatch: pytest.MonkeyPatch) -> list[Path]:
    """Stands for ``leanline.report.overlay``; the places it was asked to draw to."""
    drawn: list[Path] = []

    def write_overlay(
        _source: Path, _analysis: Analysis, out: Path, _progress: Any, **options: Any
    ) -> None:
        drawn.append(out)
        assert options == {"slow_contacts": False, "language": "en"}
        out.write_bytes(b"film")

    module = ModuleType("leanline.report.overlay")
    module.write_overlay = write_overlay  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "leanline.report.overlay", module)
    return drawn


def names(directory: Path) -> list[str]:
    return sorted(path.name for path in directory.iterdir())


def leanline_(*arguments: str | Path) -> Result:
    return CliRunner().invoke(app, [str(argument) for argument in arguments])


def test_the_version_is_shown() -> None:
    result = leanline_("--version")
    assert (result.exit_code, result.stdout) == (0, f"leanline {leanline.__version__}\n")


def test_a_clip_gives_a_summary_and_a_file(pipeline: FakePipeline, tmp_path: Path) -> None:
    result = leanline_("analyze", "run.mp4", "-o", tmp_path / "out")
    assert result.exit_code == 0
    assert "Waist bend" in result.stdout
    assert str(tmp_path / "out" / "report.html") in result.stdout
    assert result.stderr == ""
    assert names(tmp_path / "out") == ["analysis.json", "report.html"]
    assert [name for name, _ in pipeline.calls] == ["run.mp4"]


def test_what_is_not_said_is_not_assumed(pipeline: FakePipeline) -> None:
    assert leanline_("analyze", "run.mp4").exit_code == 0
    ((_, options),) = pipeline.calls
    assert options.pop("quality") == "balanced"
    assert options.pop("device") == "cpu"
    assert set(options) == {
        "height_m",
        "speed_mps",
        "roll_deg",
        "phone_roll_deg",
        "phone_roll_sd_deg",
        "slow_motion",
        "pose_model",
        "person",
        "start_s",
        "end_s",
        "standing_clip",
        "rear_clip",
        "fps",
        "keypoint_names",
        "picture",
        "rotate_deg",
        "crop",
        "shot",
        "activity",
        "weights",
        "progress",
    }
    assert set(options.values()) == {None}


def test_every_option_reaches_the_pipeline(pipeline: FakePipeline) -> None:
    line = (
        "analyze run.mp4 --height 1.78 --speed 2.8m/s --roll -1.5 --slow-motion 8 "
        "--phone-roll -2 --phone-roll-sd 0.5 "
        "--quality fast --device cpu --pose-model rtmpose --person 2 --start 1 --end 6.5 "
        "--standing-clip stand.mp4 --rear-clip rear.mp4 "
        "--fps 120 --keypoint-names mine.toml --picture 1280x720 --weights net.onnx "
        "--rotate 90 --crop 0,0,640,720 --shot 2 --activity running"
    )
    assert leanline_(*line.split()).exit_code == 0
    ((_, options),) = pipeline.calls
    assert options == {
        "height_m": 1.78,
        "speed_mps": 2.8,
        "roll_deg": -1.5,
        "phone_roll_deg": -2.0,
        "phone_roll_sd_deg": 0.5,
        "slow_motion": 8.0,
        "pose_model": "rtmpose",
        "quality": "fast",
        "device": "cpu",
        "person": 2,
        "start_s": 1.0,
        "end_s": 6.5,
        "standing_clip": "stand.mp4",
        "rear_clip": "rear.mp4",
        "fps": 120.0,
        "keypoint_names": "mine.toml",
        "picture": "1280x720",
        "rotate_deg": 90,
        "crop": "0,0,640,720",
        "shot": 2,
        "activity": "running",
        "weights": "net.onnx",
        "progress": None,
    }


@pytest.mark.usefixtures("pipeline")
def test_without_a_directory_nothing_is_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert leanline_("analyze", "run.mp4").exit_code == 0
    assert list(tmp_path.iterdir()) == []


@pytest.mark.usefixtures("pipeline")
def test_json_is_printed_instead_of_the_summary(tmp_path: Path) -> None:
    result = leanline_("analyze", "run.mp4", "--json", "-o", tmp_path)
    assert json.loads(result.stdout) == json.loads((tmp_path / "analysis.json").read_text())


@pytest.mark.usefixtures("pipeline")
def test_several_inputs_print_json_lines() -> None:
    result = leanline_("analyze", "a.mp4", "b.trc", "--json")
    assert [json.loads(line)["activity"] for line in result.stdout.splitlines()] == ["running"] * 2


@pytest.mark.usefixtures("pipeline")
def test_several_inputs_go_to_directories_of_their_names(tmp_path: Path) -> None:
    assert leanline_("analyze", "a.mp4", "b.trc", "-o", tmp_path).exit_code == 0
    found = sorted(path.relative_to(tmp_path).as_posix() for path in tmp_path.rglob("*.json"))
    assert found == ["a/analysis.json", "b/analysis.json"]


def test_two_inputs_of_one_name_are_refused_before_any_work(
    pipeline: FakePipeline, tmp_path: Path
) -> None:
    result = leanline_("analyze", "x/run.mp4", "y/run.mp4", "-o", tmp_path / "out")
    assert result.exit_code == 2
    assert "would both go to" in result.stderr
    assert pipeline.calls == []
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(
    ("failure", "code"),
    [
        (InputError("video.not_a_video", path="run.mp4"), 3),
        (NobodyError("nobody.still", path="run.mp4"), 4),
    ],
)
def test_a_refusal_is_a_sentence_a_hint_an_exit_code_and_nothing_written(
    failure: InputError | NobodyError, code: int, pipeline: FakePipeline, tmp_path: Path
) -> None:
    pipeline.failures["run.mp4"] = failure
    result = leanline_("analyze", "run.mp4", "-o", tmp_path / "out")
    assert result.exit_code == code
    assert result.stderr == f"leanline: {failure}\n  {failure.hint}\n"
    assert result.stdout == ""
    assert list(tmp_path.iterdir()) == []


def test_errors_follow_the_language(pipeline: FakePipeline) -> None:
    pipeline.failures["run.mp4"] = InputError("input.empty", path="run.mp4")
    german = leanline_("analyze", "run.mp4", "--lang", "de")
    assert german.stderr.startswith("leanline: run.mp4 ist leer (0 Byte).")
    wrong = leanline_("analyze", "run.mp4", "--height", "278 cm", "--lang", "de")
    assert wrong.stderr.startswith("leanline: --height muss zwischen 1 und 2,3 liegen")


def test_a_belt_speed_without_its_unit_is_asked_about(pipeline: FakePipeline) -> None:
    wrong = leanline_("analyze", "run.mp4", "--speed", "10")
    assert wrong.exit_code == 2
    assert "--speed 10: the unit is missing" in wrong.stderr
    assert "10 km/h" in wrong.stderr
    assert pipeline.calls == []
    assert leanline_("analyze", "run.mp4", "--speed", "10 km/h").exit_code == 0
    assert pipeline.calls[0][1]["speed_mps"] == pytest.approx(10 / 3.6)


def test_a_bad_input_does_not_stop_the_others_and_the_worst_code_counts(
    pipeline: FakePipeline, tmp_path: Path
) -> None:
    pipeline.failures["a.mp4"] = NobodyError("nobody.still", path="a.mp4")
    pipeline.failures["b.mp4"] = InputError("video.not_a_video", path="b.mp4")
    result = leanline_("analyze", "a.mp4", "b.mp4", "c.mp4", "-o", tmp_path)
    assert result.exit_code == 4
    assert [name for name, _ in pipeline.calls] == ["a.mp4", "b.mp4", "c.mp4"]
    assert [path.name for path in tmp_path.iterdir()] == ["c"]


@pytest.mark.parametrize("stop", [KeyboardInterrupt(), CancelledError("job.cancelled")])
def test_stopping_ends_everything_at_once(
    stop: BaseException, pipeline: FakePipeline, tmp_path: Path
) -> None:
    pipeline.failures["a.mp4"] = stop
    result = leanline_("analyze", "a.mp4", "b.mp4", "-o", tmp_path / "out")
    assert result.exit_code == 130
    assert "topped" in result.stderr or "cancelled" in result.stderr
    assert [name for name, _ in pipeline.calls] == ["a.mp4"]
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(
    "line",
    [
        "analyze",
        "analyze run.mp4 --height tall",
        "analyze run.mp4 --height 70",
        "analyze run.mp4 --speed 10",
        "analyze run.mp4 --date 2026-03-01",
        "analyze run.mp4 --athlete Ada --date soon",
        "analyze run.mp4 --pose-model huge",
        "analyze run.mp4 --start 5 --end 2",
        "analyze run.mp4 --overlay",
        "analyze run.trc --fps 0",
        "analyze run.mp4 --weights net.onnx",
        "analyse run.mp4",
    ],
)
def test_wrong_usage_is_2_before_any_work(line: str, pipeline: FakePipeline) -> None:
    result = leanline_(*line.split())
    assert result.exit_code == 2
    assert result.stderr
    assert pipeline.calls == []


def test_a_file_in_the_place_of_the_directory_is_refused_before_any_work(
    pipeline: FakePipeline, tmp_path: Path
) -> None:
    blocked = tmp_path / "out"
    blocked.write_text("not a directory")
    for out in (blocked, blocked / "deeper"):
        result = leanline_("analyze", "run.mp4", "-o", out)
        assert result.exit_code == 2
        assert "is not a directory" in result.stderr
    assert pipeline.calls == []


@pytest.mark.usefixtures("pipeline")
def test_a_directory_that_cannot_be_written_is_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", full)
    result = leanline_("analyze", "run.mp4", "-o", tmp_path / "out")
    assert result.exit_code == 2
    assert "no space left on the disk" in result.stderr
    assert list(tmp_path.iterdir()) == []


@pytest.mark.usefixtures("pipeline")
def test_the_overlay_is_drawn_beside_the_result(tmp_path: Path, overlay: list[Path]) -> None:
    assert leanline_("analyze", "run.mp4", "-o", tmp_path, "--overlay").exit_code == 0
    assert names(tmp_path) == ["analysis.json", "overlay.mp4", "report.html"]
    assert overlay == [tmp_path / "overlay.mp4"]


def test_a_track_has_no_overlay_but_still_its_numbers(
    pipeline: FakePipeline, overlay: list[Path], tmp_path: Path
) -> None:
    track = analysis()
    object.__setattr__(track.video, "width", 0)
    pipeline.analyze = lambda *_args, **_options: track  # type: ignore[method-assign]
    sys.modules["leanline.pipeline"].analyze = pipeline.analyze  # type: ignore[attr-defined]
    result = leanline_("analyze", "run.trc", "-o", tmp_path, "--overlay")
    assert result.exit_code == 0
    assert "has no pictures" in result.stderr
    assert overlay == []


def test_the_demo_analyses_the_bundled_clip_and_writes_nothing(
    pipeline: FakePipeline, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    result = leanline_("demo")
    assert result.exit_code == 0
    assert "Waist bend" in result.stdout
    ((name, options),) = pipeline.calls
    assert (name, options["height_m"]) == ("demo.mp4", 1.67)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.usefixtures("pipeline", "overlay")
def test_the_demo_with_a_directory_leaves_the_result_and_the_film(tmp_path: Path) -> None:
    assert leanline_("demo", "-o", tmp_path).exit_code == 0
    assert names(tmp_path) == ["analysis.json", "overlay.mp4", "report.html"]


def test_a_terminal_sees_how_far_the_work_is(
    pipeline: FakePipeline, monkeypatch: pytest.MonkeyPatch
) -> None:
    def analyze(_source: Path, *, progress: Callable[[str, float], None], **_: Any) -> Analysis:
        progress("finding_people", 0.5)
        return analysis()

    monkeypatch.setenv("FORCE_COLOR", "1")
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setattr(sys.modules["leanline.pipeline"], "analyze", analyze)
    result = leanline_("analyze", "run.mp4")
    assert "Finding people" in result.stderr
    assert "Finding people" not in result.stdout
    assert pipeline.calls == []


def test_no_report_leaves_the_numbers_alone(pipeline: FakePipeline, tmp_path: Path) -> None:
    assert leanline_("analyze", "run.mp4", "-o", tmp_path, "--no-report").exit_code == 0
    assert names(tmp_path) == ["analysis.json"]
    assert pipeline.calls


@pytest.mark.usefixtures("pipeline")
def test_the_page_is_written_in_the_language_asked_for(tmp_path: Path) -> None:
    assert leanline_("analyze", "run.mp4", "-o", tmp_path, "--lang", "de").exit_code == 0
    assert '<html lang="de">' in (tmp_path / "report.html").read_text(encoding="utf-8")


def test_a_language_there_is_none_of_is_refused_before_any_work(
    pipeline: FakePipeline, tmp_path: Path
) -> None:
    result = leanline_("analyze", "run.mp4", "-o", tmp_path, "--lang", "tlh")
    assert result.exit_code == 2
    assert "The languages are de, en." in result.stderr
    assert pipeline.calls == []


@pytest.fixture
def result(tmp_path: Path) -> Path:
    """A result as ``leanline analyze`` leaves it, with its clip beside it."""
    clip = grey_clip(tmp_path / "run.mp4")
    whole = whole_analysis(clip)
    directory = tmp_path / "result"
    write_analysis(whole, directory)
    assert whole.runner is not None
    write_runner(whole.runner, directory)
    return directory


@pytest.mark.parametrize("form", ["directory", "file"])
def test_a_page_is_made_again_from_its_result(form: str, result: Path) -> None:
    given = result if form == "directory" else result / "analysis.json"
    done = leanline_("report", given)
    assert (done.exit_code, done.stdout.strip()) == (0, str(result / "report.html"))
    assert (result / "report.html").read_text(encoding="utf-8").count("<img") == 9


def test_a_clip_that_moved_is_asked_for_and_found_again(result: Path, tmp_path: Path) -> None:
    clip = (tmp_path / "run.mp4").rename(tmp_path / "other.mp4")
    done = leanline_("report", result, "-o", tmp_path / "page")
    assert done.exit_code == 0
    assert "--video" in done.stderr
    assert "<img" not in (tmp_path / "page" / "report.html").read_text(encoding="utf-8")
    assert leanline_("report", result, "--video", clip).exit_code == 0
    assert "<img" in (result / "report.html").read_text(encoding="utf-8")


@pytest.mark.parametrize("command", ["report", "plot"])
def test_a_place_without_a_result_is_3(command: str, tmp_path: Path) -> None:
    done = leanline_(command, tmp_path)
    assert done.exit_code == 3
    assert "leanline analyze" in done.stderr


def test_a_form_there_is_none_of_is_2(result: Path) -> None:
    assert leanline_("report", result, "--format", "docx").exit_code == 2
    assert leanline_("plot", result, "--format", "gif").exit_code == 2
    assert leanline_("report", result, "--lang", "xx").exit_code == 2


def test_a_pdf_without_a_browser_is_2_and_says_why(
    result: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LEANLINE_CHROMIUM", "/nowhere/chromium")
    done = leanline_("report", result, "--format", "pdf")
    assert done.exit_code == 2
    assert "needs Chromium" in done.stderr
    assert "report.pdf" not in names(result)


def test_two_results_are_compared(result: Path, tmp_path: Path) -> None:
    done = leanline_("compare", result, result, "-o", tmp_path / "page")
    assert done.exit_code == 0
    assert "Body lean" in done.stdout
    assert "no clear change" in done.stdout
    assert "smallest detectable change" in done.stdout
    assert names(tmp_path / "page") == ["compare.html"]
    plain = json.loads(leanline_("compare", result, result, "--json").stdout)
    assert plain["comparable"]
    assert {one["verdict"] for one in plain["metrics"]} <= {"same", "cannot"}


def test_a_comparison_without_a_directory_only_prints(
    result: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = names(tmp_path)
    monkeypatch.chdir(tmp_path)
    assert leanline_("compare", result, result).exit_code == 0
    assert names(tmp_path) == before


def test_figures_and_key_frames_are_written_beside_the_result(result: Path) -> None:
    done = leanline_("plot", result)
    assert done.exit_code == 0
    assert len(done.stdout.split()) == len(names(result / "figures")) == 12
    assert "lean_cycle.svg" in names(result / "figures")


def test_a_pose_track_gets_a_page_without_pictures(
    pipeline: FakePipeline, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = whole_analysis(tmp_path / "run.trc")
    track = replace(whole, video=replace(whole.video, width=0, height=0))
    monkeypatch.setattr(
        sys.modules["leanline.pipeline"], "analyze", lambda *_args, **_options: track
    )
    assert leanline_("analyze", "run.trc", "-o", tmp_path / "out").exit_code == 0
    assert names(tmp_path / "out") == ["analysis.json", "pose.npz", "report.html"]
    assert pipeline.calls == []


def test_a_drill_is_measured_and_written(pipeline: FakePipeline, tmp_path: Path) -> None:
    pipeline.result = replace(analysis("standing"), drill=drill())
    result = leanline_("drill", "stand.mp4", "-o", tmp_path / "out", "--roll", "1.5")
    assert result.exit_code == 0
    assert "2 Stand" in result.stdout
    assert "waist bent 12.6°" in result.stdout
    assert names(tmp_path / "out") == ["analysis.json", "report.html"]
    assert pipeline.calls[0][1]["roll_deg"] == 1.5


def test_a_running_clip_is_no_drill(pipeline: FakePipeline, tmp_path: Path) -> None:
    result = leanline_("drill", "run.mp4", "-o", tmp_path / "out")
    assert result.exit_code == 4
    assert "running, not the standing drill" in result.stderr
    assert "leanline analyze run.mp4" in result.stderr
    assert pipeline.calls
    assert not (tmp_path / "out").exists()
