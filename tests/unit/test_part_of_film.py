"""How much of a long film is read."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np
import pytest

from leanline import analyze
from leanline.errors import NobodyError
from leanline.model import Capture
from leanline.pipeline.part_of_film import MAX_WHOLE_S, PART_S, choose_part
from leanline.pose.base import Progress
from leanline.pose.recorded import track_to_capture
from leanline.settings import Settings
from tests.clips import grey_steps, make_clip
from tests.synthetic import synthetic_runner

FPS, FILM_S = 30, 40.0


@pytest.fixture(scope="module")
def film(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A film of the right length; what is in it is made up by the pose source."""
    path = tmp_path_factory.mktemp("film") / "long.mp4"
    return make_clip(path, paint=grey_steps(64, 64), frames=round(FILM_S * 2), fps=2)


@dataclass
class FakeSource:
    """A pose source that source somebody run from ``enters_at_s`` on, and what it was asked for."""

    enters_at_s: float = 0.0
    others: int = 0
    name: str = "markers"
    asked: list[tuple[float | None, float | None]] = field(default_factory=list)

    def capture(self, path: Path, settings: Settings, progress: Progress) -> Capture:
        del progress
        start_s, end_s = settings.clip.start_s, settings.clip.end_s
        self.asked.append((start_s, end_s))
        pose = synthetic_runner(fps=FPS, seconds=FILM_S, noise=0.5).pose
        seen = pose.time_s >= max(self.enters_at_s, start_s or 0.0)
        seen &= pose.time_s < (np.inf if end_s is None else end_s)
        if not seen.any():
            raise NobodyError("nobody.unseen", path=path)
        capture = track_to_capture(pose.select(seen), str(path), self.name)
        video = replace(capture.video, frames=len(pose.time_s), duration_s=FILM_S)
        return replace(capture, video=video, others=self.others)


def notes(analysis: object) -> set[str]:
    return {warning.code for warning in analysis.warnings}  # type: ignore[attr-defined]


def test_only_the_middle_of_a_long_film_is_read_and_a_note_says_so(film: Path) -> None:
    source = FakeSource()
    analysis = analyze(film, backend=source)
    assert source.asked == [(12.5, 27.5)]
    (note,) = [warning for warning in analysis.warnings if warning.code == "part_read"]
    assert note.reason.params == {"read": 450, "frames": 1200, "start_s": 12.5, "end_s": 27.5}


def test_the_best_quality_reads_all_and_finds_the_same(film: Path) -> None:
    source = FakeSource()
    whole, part = analyze(film, backend=source, quality="best"), analyze(film, backend=FakeSource())
    assert source.asked == [(None, None)]
    assert "part_read" not in notes(whole)
    for name, within in (("lean_body_deg", 0.1), ("contact_time_s", 0.001), ("cadence_spm", 0.1)):
        assert part.metrics[name].value == pytest.approx(whole.metrics[name].value, abs=within)


@pytest.mark.parametrize(
    "source", [FakeSource(enters_at_s=24.0), FakeSource(enters_at_s=33.0), FakeSource(others=1)]
)
def test_an_insufficient_part_falls_back_to_the_whole_film(film: Path, source: FakeSource) -> None:
    analysis = analyze(film, backend=source)
    assert source.asked == [(12.5, 27.5), (None, None)]
    assert "part_read" not in notes(analysis)


def test_a_film_of_nobody_is_refused_after_all_of_it_was_read(film: Path) -> None:
    source = FakeSource(enters_at_s=50.0)
    with pytest.raises(NobodyError):
        analyze(film, backend=source)
    assert len(source.asked) == 2


@pytest.mark.parametrize(
    "settings",
    [
        Settings(quality="best"),
        Settings(start_s=3.0),
        Settings(person=2),
        Settings(slow_motion=8.0),
        Settings(activity="standing"),
    ],
)
def test_explicit_settings_read_the_whole_film(film: Path, settings: Settings) -> None:
    assert choose_part(film, settings) is None


def test_short_films_and_tracks_are_read_whole(tmp_path: Path) -> None:
    short = make_clip(
        tmp_path / "s.mp4", paint=grey_steps(64, 64), frames=round(MAX_WHOLE_S), fps=1
    )
    assert choose_part(short, Settings()) is None
    assert choose_part(tmp_path / "track.trc", Settings()) is None
    assert PART_S < MAX_WHOLE_S


def test_a_film_that_was_replaced_is_read_anew(tmp_path: Path) -> None:
    path = tmp_path / "run.mp4"
    make_clip(path, paint=grey_steps(64, 64), frames=10, fps=1)
    assert choose_part(path, Settings()) is None
    make_clip(path, paint=grey_steps(64, 64), frames=60, fps=1)
    assert choose_part(path, Settings()) is not None
