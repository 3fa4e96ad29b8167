"""People in one picture: what the detector's numbers mean, and where it looks."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from importlib.resources import as_file, files
from itertools import islice
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from leanline.pose.crops import Square
from leanline.pose.detector import PersonDetector, pyramid
from leanline.video.reader import read_frames

ANCHORS = 2254
# Anchor cells of the first grid are 28 wide, two anchors each.
WHOLE = Square(0, 0, 224)

Found = tuple[NDArray[np.float32], NDArray[np.float32]]


class FakeNetwork:
    """Answers each picture with the next of the prepared boxes and scores."""

    answers: list[Found]

    def __init__(self, name: str, outputs: tuple[str, ...]) -> None:
        del name, outputs

    def map(self, pictures: Iterable[tuple[Any, Square]]) -> Iterator[tuple[Square, Found]]:
        for (_, tile), answer in zip(pictures, self.answers, strict=True):
            yield tile, answer


def box(
    anchor: int, hip: tuple[float, float], rim: tuple[float, float], shoulder: tuple[float, float]
) -> NDArray[np.float32]:
    """A detection's row, its three points in pixels of the 224-pixel input."""
    grid_cell = anchor // 2
    centre = 224 * (np.array([grid_cell % 28, grid_cell // 28]) + 0.5) / 28
    row = np.zeros(12, np.float32)
    for k, point in enumerate((hip, rim, shoulder)):
        row[4 + 2 * k : 6 + 2 * k] = np.array(point) - centre
    return row


def answer(*detections: tuple[int, NDArray[np.float32], float]) -> Found:
    """The network's output with these (anchor, row, logit) and nothing else."""
    boxes, scores = np.zeros((1, ANCHORS, 12), np.float32), np.full((1, ANCHORS, 1), -9, np.float32)
    for anchor, row, logit in detections:
        boxes[0, anchor], scores[0, anchor, 0] = row, logit
    return boxes, scores


@pytest.fixture
def detector(monkeypatch: pytest.MonkeyPatch) -> PersonDetector:
    monkeypatch.setattr("leanline.pose.detector.Network", FakeNetwork)
    return PersonDetector()


def find(detector: PersonDetector, *answers: Found, tiles: tuple[Square, ...] = (WHOLE,)) -> Any:
    FakeNetwork.answers = list(answers)
    return detector.find(np.zeros((480, 640, 3), np.uint8), tiles)


def test_points_are_read_from_their_anchor_and_put_back_into_the_picture(
    detector: PersonDetector,
) -> None:
    row = box(600, hip=(100, 120), rim=(100, 180), shoulder=(110, 90))
    tile = Square(50, 20, 448)
    (person,) = find(detector, answer((600, row, 4.0)), tiles=(tile,))
    np.testing.assert_allclose(person.hip, (250, 260), atol=1e-3)
    np.testing.assert_allclose(person.shoulder, (270, 200), atol=1e-3)
    assert person.radius_px == pytest.approx(120, abs=1e-3)
    assert person.score == pytest.approx(1 / (1 + np.exp(-4.0)))


def test_what_the_network_is_not_sure_of_is_nobody(detector: PersonDetector) -> None:
    row = box(600, hip=(100, 120), rim=(100, 180), shoulder=(110, 90))
    assert find(detector, answer((600, row, -0.1))) == ()
    assert find(detector, answer()) == ()


def test_the_same_person_seen_several_times_is_one_weighted_by_score(
    detector: PersonDetector,
) -> None:
    sure = box(600, hip=(100, 120), rim=(100, 180), shoulder=(110, 90))
    less = box(602, hip=(106, 120), rim=(106, 180), shoulder=(116, 90))
    (person,) = find(detector, answer((600, sure, 3.0), (602, less, 0.0)))
    weights = np.array([1 / (1 + np.exp(-3.0)), 0.5])
    assert person.hip[0] == pytest.approx(weights @ [100, 106] / weights.sum(), abs=1e-3)
    assert person.score == pytest.approx(weights[0])


def test_one_person_in_two_tiles_is_one_person(detector: PersonDetector) -> None:
    row = box(600, hip=(100, 120), rim=(100, 180), shoulder=(110, 90))
    moved = box(600, hip=(60, 120), rim=(60, 180), shoulder=(70, 90))
    tiles = (Square(0, 0, 224), Square(40, 0, 224))
    people = find(detector, answer((600, row, 3.0)), answer((600, moved, 2.0)), tiles=tiles)
    assert len(people) == 1
    np.testing.assert_allclose(people[0].hip, (100, 120), atol=1e-3)


def test_two_people_side_by_side_are_two_the_surest_first(detector: PersonDetector) -> None:
    left = box(600, hip=(40, 120), rim=(40, 160), shoulder=(40, 100))
    right = box(1000, hip=(160, 120), rim=(160, 160), shoulder=(160, 100))
    people = find(detector, answer((600, left, 1.0), (1000, right, 3.0)))
    assert [round(person.hip[0]) for person in people] == [160, 40]


@pytest.mark.parametrize("size", [(1280, 720), (720, 1280), (1920, 1080), (640, 640), (480, 270)])
def test_the_pyramid_covers_every_pixel_at_every_level(size: tuple[int, int]) -> None:
    width, height = size
    tiles = pyramid(width, height)
    for side in {tile.side for tile in tiles}:
        seen = np.zeros((height, width), bool)
        for tile in (tile for tile in tiles if tile.side == side):
            seen[max(tile.top, 0) : tile.top + side, max(tile.left, 0) : tile.left + side] = True
        assert seen.all()


@given(
    st.sampled_from([(1280, 720), (720, 1280), (1920, 1080), (640, 480)]),
    st.floats(0.25, 0.9),
    st.floats(0, 1),
    st.floats(0, 1),
)
def test_a_person_a_quarter_of_the_picture_high_fills_a_third_of_some_tile(
    size: tuple[int, int], share: float, across: float, down: float
) -> None:
    width, height = size
    # A body seen from the side in a square; as large as fits a portrait picture.
    tall = share * min(width, height)
    x = 0.5 * tall + across * (width - tall)
    y = 0.5 * tall + down * (height - tall)
    half = 0.35 * tall  # arms and legs may stick out of the tile; hips and shoulders not
    whole = [
        tile
        for tile in pyramid(width, height)
        if tile.left <= x - half
        and x + half <= tile.left + tile.side
        and tile.top <= y - half
        and y + half <= tile.top + tile.side
    ]
    assert max(tall / tile.side for tile in whole) > 0.33


@pytest.fixture(scope="module")
def runner_picture() -> NDArray[np.uint8]:
    """A frame of the bundled clip cut to the runner, who fills most of its height."""
    with as_file(files("leanline") / "assets" / "demo.mp4") as clip:
        frame = next(islice(read_frames(clip), 30, None)).rgb()
    (runner, *_) = PersonDetector().find(frame, pyramid(frame.shape[1], frame.shape[0]))
    side = round(2 * runner.radius_px)
    return Square.around(*runner.hip, side).cut(frame, 400)


@pytest.mark.parametrize("place", [(0.15, 0.2), (0.5, 0.5), (0.85, 0.75)])
def test_the_network_finds_a_person_a_quarter_of_the_picture_high(
    runner_picture: NDArray[np.uint8], place: tuple[float, float]
) -> None:
    width, height = 1280, 720
    size = height // 4
    scene = np.full((height, width, 3), runner_picture[:20].mean(axis=(0, 1)), np.uint8)
    small = Square(0, 0, 400).cut(runner_picture, size)
    left, top = round(place[0] * (width - size)), round(place[1] * (height - size))
    scene[top : top + size, left : left + size] = small
    people = PersonDetector().find(scene, pyramid(width, height))
    (found,) = [person for person in people if person.score > 0.8]
    np.testing.assert_allclose(found.hip, (left + size / 2, top + size / 2), atol=0.1 * size)


def test_an_empty_scene_has_nobody_in_it() -> None:
    noise = np.random.default_rng(0).integers(0, 255, (360, 640, 3), dtype=np.uint8)
    people = PersonDetector().find(noise, pyramid(640, 360))
    assert all(person.score < 0.8 for person in people)
