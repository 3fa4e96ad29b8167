"""What a refusal says was read, the picture of it, and the shot that is tried instead."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from leanline.errors import LeanlineError, NobodyError
from leanline.model import Analysis, Capture, FoundPeople, PersonPath, VideoInfo
from leanline.pipeline import best_shot
from leanline.pipeline.best_shot import measure_best_shot
from leanline.pose.choose_shot import choose
from leanline.pose.detector import Person
from leanline.pose.first_look import FirstLook
from leanline.pose.found import telling_found
from leanline.pose.sightings import Sighting, TrackedPerson
from leanline.report.found_picture import found_picture, write_refusal_picture
from leanline.settings import Settings
from leanline.video.cuts import Shot
from leanline.video.draw import ORANGE
from leanline.video.framing import AS_SHOWN
from tests.analyses import analysis
from tests.captures import capture, part, standing
from tests.clips import grey_steps, make_clip
from tests.synthetic import synthetic_runner

INFO = VideoInfo("clip.mp4", 30.0, 60, 2.0, 320, 240)
PATH = Path("clip.mp4")
SHOTS = (Shot(0.0, 0.9), Shot(1.0, 2.0))


def look_of(candidates: tuple[TrackedPerson, ...]) -> FirstLook:
    return FirstLook(INFO, AS_SHOWN, (), SHOTS[:1], candidates=candidates)


def refusal(look: FirstLook) -> NobodyError:
    with pytest.raises(NobodyError) as caught, telling_found(look.found):
        choose(look, None, None, PATH)
    return caught.value


def test_a_film_of_nobody_says_that_nobody_was_found() -> None:
    assert refusal(look_of(())).reason.code == "nobody.unseen"


def test_somebody_unsure_is_described() -> None:
    blur = Person((100.0, 100.0), (100.0, 80.0), 40.0, 0.6)
    seen = TrackedPerson((Sighting(0.5, blur), Sighting(0.7, blur)))
    error = refusal(look_of((seen,)))
    assert error.reason.code == "nobody.too_small"
    assert "80 pixels tall" in str(error)
    assert "60 % certainty" in str(error)
    assert isinstance(error.found, FoundPeople)


def test_the_markers_of_a_track_are_named() -> None:
    track = synthetic_runner(fps=60).pose
    kept = [k for k, name in enumerate(track.keypoints) if "knee" in name or "hip" in name]
    legs = replace(
        track,
        xy=track.xy[:, kept],
        confidence=track.confidence[:, kept],
        keypoints=tuple(track.keypoints[k] for k in kept),
    )
    with pytest.raises(NobodyError) as caught:
        measure(capture(legs))
    assert "Markers known: hip and knee; missing: shoulder, ankle, heel and toe." in str(
        caught.value
    )


def test_too_few_frames_are_named_as_such() -> None:
    track = synthetic_runner(fps=60, seconds=5.0).pose
    with pytest.raises(NobodyError, match="only 12 different frames a second"):
        measure(capture(track.select(np.arange(len(track.time_s)) % 5 == 0)))


def measure(seen: Capture) -> Capture:
    from leanline.pipeline import analyze_capture

    return analyze_capture(seen, Settings()).capture or seen


def orange(picture: np.ndarray) -> int:
    return int((np.abs(picture.astype(int) - ORANGE).max(axis=2) < 20).sum())


def test_the_picture_marks_what_the_rule_looked_at(tmp_path: Path) -> None:
    clip = make_clip(tmp_path / "clip.mp4", paint=grey_steps(320, 240), frames=60)
    pose = part(standing(), slice(0, 50))
    pose = pose.with_xy(0.4 * (pose.xy - (577.0, 283.0)) + (140.0, 40.0))
    path = PersonPath(np.array([1.0]), np.array([[160.0, 120.0, 100.0]]), np.array([0.9]))
    found = FoundPeople(replace(INFO, path=str(clip)), (path,), pose)
    marked, plain = (found_picture(clip, found, code) for code in ("nobody.feet_hidden", ""))
    assert marked is not None
    assert plain is not None
    assert marked.shape == (240, 320, 3)
    assert orange(marked) > orange(plain) + 20


def test_a_refused_track_is_drawn_with_its_sentence(tmp_path: Path) -> None:
    error = NobodyError("nobody.still", path="x.trc")
    assert not write_refusal_picture(PATH, error, tmp_path / "x.png", "nothing is known")
    error.found = FoundPeople(VideoInfo("x.trc", 60.0, 9, 0.2, 0, 0), (), synthetic_runner().pose)
    assert write_refusal_picture(PATH, error, tmp_path / "x.png", "Nobody runs in it.")
    assert (tmp_path / "x.png").read_bytes().startswith(b"\x89PNG")


def two_shots(monkeypatch: pytest.MonkeyPatch) -> list[int | None]:
    """A film of two shots; gives the shots that are asked for."""
    asked: list[int | None] = []

    def capture_clip(path: Path, settings: Settings, *_: object) -> Capture:
        del path
        asked.append(settings.clip.shot)
        shot = settings.clip.shot or 2
        return replace(capture(standing()), shot=shot, other_shots=(3 - shot,))

    monkeypatch.setattr(best_shot, "capture_clip", capture_clip)
    return asked


def only(number: int) -> Callable[[Capture], Analysis]:
    def measured(seen: Capture) -> Analysis:
        if seen.shot != number:
            raise NobodyError("nobody.still", path="film.mp4")
        return analysis()

    return measured


def test_the_next_shot_is_measured_where_the_best_is_refused(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    asked = two_shots(monkeypatch)
    found, _ = measure_best_shot(PATH, Settings(), only(1))
    assert asked == [None, 1]
    assert [note.code for note in found.notes] == ["shot_passed_over"]
    assert "shot 2" in found.notes[0].text


def test_the_shot_that_was_asked_for_is_refused_for_its_own_reason(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    asked = two_shots(monkeypatch)
    with pytest.raises(LeanlineError, match="nobody running") as caught:
        measure_best_shot(PATH, Settings(shot=2), only(1))
    assert asked == [2]
    assert isinstance(caught.value, NobodyError)
    assert isinstance(caught.value.found, FoundPeople)
