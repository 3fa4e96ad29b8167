"""From a clip to a track: what is kept of the networks' answers, with made-up networks."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from leanline.errors import InputError, NobodyError
from leanline.model import Capture
from leanline.pipeline import capture_clip
from leanline.pose.blazepose import BlazePose
from leanline.pose.capture_video import unseen_share
from leanline.pose.crops import Square
from leanline.pose.detector import Person
from leanline.pose.landmarks import Landmarks
from leanline.pose.outline import LEVELS
from leanline.settings import AnalysisQuality, PoseModel, Settings
from leanline.skeleton import BLAZEPOSE
from tests.clips import grey_steps, make_clip

WIDTH, HEIGHT, FPS = 320, 240, 30
HIP = (160.0, 100.0)
SOLES = np.array([12.0, -5.0])
EDGES = np.tile([-20.0, 25.0], (len(LEVELS), 1))


class FakeDetector:
    """One sure person in the middle of every picture."""

    def find(self, picture: object, tiles: object) -> tuple[Person, ...]:
        del picture, tiles
        return (Person(HIP, (160.0, 60.0), 80.0, 0.95),)


class BlindDetector:
    """Nobody anywhere."""

    def find(self, picture: object, tiles: object) -> tuple[Person, ...]:
        del picture, tiles
        return ()


@dataclass
class FakeLandmarks:
    """All landmarks at mid-hip but two; nobody in the crop of the fourth frame."""

    model: str
    half: bool = False
    device: str = "cpu"

    def track(
        self, crops: Iterable[tuple[NDArray[np.uint8], Square]]
    ) -> Iterator[tuple[Square, Landmarks]]:
        for count, (crop, square) in enumerate(crops):
            assert crop.shape == (256, 256, 3)
            xy = np.tile(HIP, (33, 1))
            xy[BLAZEPOSE.index("left_heel")] = (150.0, HEIGHT + 5.0)
            xy[BLAZEPOSE.index("nose")] = (165.0, 20.0)
            presence = 0.1 if count == 3 else 0.9
            yield square, Landmarks(xy, np.full(33, 0.8), presence, EDGES, SOLES)


@pytest.fixture
def clip(tmp_path: Path) -> Path:
    return make_clip(tmp_path / "run.mp4", paint=grey_steps(WIDTH, HEIGHT), frames=60, fps=FPS)


@pytest.fixture(autouse=True)
def fake_networks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("leanline.pose.blazepose.PersonDetector", FakeDetector)
    monkeypatch.setattr("leanline.pose.blazepose.LandmarkNetwork", FakeLandmarks)


def capture(clip: Path, settings: Settings | None = None) -> Capture:
    return BlazePose("full").capture(clip, settings or Settings(), lambda _phase, _share: None)


def test_every_frame_has_landmarks_at_its_own_time_with_y_up(clip: Path) -> None:
    found = capture(clip)
    np.testing.assert_allclose(found.pose.time_s, np.arange(60) / FPS, atol=1e-6)
    assert found.pose.keypoints == BLAZEPOSE
    assert found.pose.unit == "px"
    np.testing.assert_allclose(found.pose.point("nose")[0], (165, HEIGHT - 20))
    np.testing.assert_allclose(found.pose.trust("nose")[0], 0.8)
    assert found.source == "blazepose-full"
    assert found.others == 0


@pytest.mark.parametrize(("quality", "every"), [("fast", 4), ("balanced", 2), ("best", 1)])
def test_a_fast_cameras_film_is_read_as_often_as_the_quality_needs(
    tmp_path: Path, quality: AnalysisQuality, every: int
) -> None:
    clip = make_clip(tmp_path / "fast.mp4", paint=grey_steps(WIDTH, HEIGHT), frames=120, fps=240)
    shares: list[float] = []
    seen = BlazePose("full").capture(
        clip, Settings(quality=quality), lambda _phase, share: shares.append(share)
    )
    np.testing.assert_allclose(seen.pose.time_s, np.arange(0, 120, every) / 240, atol=1e-6)
    assert shares[-1] == 1.0


def test_a_landmark_outside_the_picture_is_a_guess_and_missing(clip: Path) -> None:
    pose = capture(clip).pose
    assert np.isnan(pose.point("left_heel")).all()
    assert (pose.trust("left_heel") == 0).all()


def test_a_frame_whose_crop_shows_nobody_is_missing_and_the_others_stay(clip: Path) -> None:
    seen = np.isfinite(capture(clip).pose.point("nose")).all(axis=1)
    assert np.flatnonzero(~seen).tolist() == [3]


def test_only_the_asked_for_part_is_read_at_the_clips_own_times(clip: Path) -> None:
    time_s = capture(clip, Settings(start_s=0.5, end_s=1.5)).pose.time_s
    np.testing.assert_allclose(time_s, np.arange(15, 45) / FPS, atol=1e-6)


def test_a_clip_without_people_is_refused_by_name(
    clip: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("leanline.pose.blazepose.PersonDetector", BlindDetector)
    with pytest.raises(NobodyError, match=r"run\.mp4 shows nobody"):
        capture(clip)


def test_what_is_no_video_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "notes.mp4"
    path.write_bytes(b"not a video at all" * 100)
    with pytest.raises(InputError, match=r"notes\.mp4"):
        capture(path)


def test_progress_rises_within_each_phase_and_ends_full(clip: Path) -> None:
    seen: dict[str, list[float]] = {}
    BlazePose("full").capture(
        clip, Settings(), lambda phase, share: seen.setdefault(phase, []).append(share)
    )
    assert list(seen) == ["finding_people", "reading_pose"]
    for shares in seen.values():
        assert all(0 <= a <= b <= 1 for a, b in pairwise(shares))
    assert seen["reading_pose"][-1] == 1.0


def test_an_exception_in_progress_stops_the_work(clip: Path) -> None:
    def stop(phase: str, share: float) -> None:
        raise KeyboardInterrupt(phase, share)

    with pytest.raises(KeyboardInterrupt):
        BlazePose("full").capture(clip, Settings(), stop)


def test_the_backend_says_which_network_it_is() -> None:
    assert BlazePose("heavy").name == "blazepose-heavy"


def test_a_still_camera_is_seen_as_still(clip: Path) -> None:
    camera = capture(clip).camera
    assert camera is not None
    assert not camera.moving
    assert camera.shift_px.shape == (60, 2)


class BlindLandmarks(FakeLandmarks):
    """Networks of which the fast one sees nobody in every other frame."""

    def track(
        self, crops: Iterable[tuple[NDArray[np.uint8], Square]]
    ) -> Iterator[tuple[Square, Landmarks]]:
        for count, (square, found) in enumerate(super().track(crops)):
            blind = self.model == "full" and count % 2 == 0
            yield square, replace(found, presence=0.1 if blind else 0.9)


@pytest.mark.parametrize(
    ("pose_model", "source", "codes"),
    [(None, "blazepose-heavy", ["read_again"]), ("full", "blazepose-full", [])],
)
def test_a_clip_in_which_the_fast_network_sees_nobody_is_read_with_the_accurate_one(
    clip: Path,
    monkeypatch: pytest.MonkeyPatch,
    pose_model: PoseModel | None,
    source: str,
    codes: list[str],
) -> None:
    monkeypatch.setattr("leanline.pose.blazepose.LandmarkNetwork", BlindLandmarks)
    settings = Settings(quality="fast", pose_model=pose_model)
    found = capture_clip(clip, settings)
    assert found.profile.source == source
    assert [note.code for note in found.notes if note.code == "read_again"] == codes
    assert unseen_share(found.pose) == pytest.approx(0.0 if pose_model is None else 0.5)


def test_a_clip_that_the_fast_network_sees_well_is_read_once(clip: Path) -> None:
    found = capture_clip(clip, Settings(quality="fast"))
    assert found.profile.source == "blazepose-full"
    assert "read_again" not in [note.code for note in found.notes]
