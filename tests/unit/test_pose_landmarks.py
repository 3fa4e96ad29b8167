"""From the landmark network's numbers to points of the picture."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from leanline.pose.crops import Square
from leanline.pose.landmarks import LandmarkNetwork, crop_square, refine
from leanline.pose.networks import Network

CELLS = 64


def heat_map(x: float, y: float, *, top: float = 6.0, width: float = 1.5) -> NDArray[np.float32]:
    """Logits (64, 64, 1) whose probability is a bump at (x, y), in fractions of the crop."""
    rows, columns = np.mgrid[:CELLS, :CELLS]
    away = (columns + 0.5 - x * CELLS) ** 2 + (rows + 0.5 - y * CELLS) ** 2
    heat = np.exp(-0.5 * away / width**2) / (1 + np.exp(-top))
    return np.asarray(np.log((heat + 1e-9) / (1 - heat + 1e-9)), np.float32)[..., None]


@given(st.floats(0.2, 0.8), st.floats(0.2, 0.8), st.floats(-0.4, 0.4), st.floats(-0.4, 0.4))
def test_a_point_moves_to_the_middle_of_its_bump(
    x: float, y: float, off_x: float, off_y: float
) -> None:
    started = np.array([[x + off_x / CELLS, y + off_y / CELLS]])
    found = refine(started, heat_map(x, y, width=1.0))
    # The map is a quarter of the input's size: a tenth of a cell is 0.4 of its pixels.
    np.testing.assert_allclose(found * CELLS, [[x * CELLS, y * CELLS]], atol=0.1)


def test_a_point_some_cells_off_comes_nearer() -> None:
    found = refine(np.array([[0.5 + 2.5 / CELLS, 0.5]]), heat_map(0.5, 0.5))
    assert abs(found[0, 0] - 0.5) * CELLS < 1.0


def test_a_second_bump_far_away_has_no_say() -> None:
    both = np.maximum(heat_map(0.5, 0.5), heat_map(0.8, 0.2))
    np.testing.assert_allclose(
        refine(np.array([[0.5, 0.5]]), both), refine(np.array([[0.5, 0.5]]), heat_map(0.5, 0.5))
    )


def test_where_the_map_is_unsure_the_point_stays() -> None:
    started = np.array([[0.51, 0.48]])
    np.testing.assert_array_equal(refine(started, heat_map(0.5, 0.5, top=-1.0)), started)


@pytest.mark.parametrize("place", [(-0.1, 0.5), (0.5, 1.2), (1.0, 0.3)])
def test_points_outside_the_crop_stay(place: tuple[float, float]) -> None:
    started = np.array([place])
    np.testing.assert_array_equal(refine(started, heat_map(0.5, 0.5)), started)


def test_at_the_rim_of_the_crop_the_window_is_cut_but_the_point_stays_inside() -> None:
    found = refine(np.array([[0.005, 0.995]]), heat_map(0.005, 0.995))
    assert ((found >= 0) & (found <= 1)).all()
    np.testing.assert_allclose(found, [[0.005, 0.995]], atol=2 / CELLS)


def test_the_input_is_left_as_it_was() -> None:
    started = np.array([[0.51, 0.48]])
    refine(started, heat_map(0.5, 0.5))
    np.testing.assert_array_equal(started, [[0.51, 0.48]])


class FakeNetwork:
    """Puts all points in one place with a flat, unsure map."""

    def __init__(self, name: str, outputs: tuple[str, ...], *, half: bool, device: str) -> None:
        del name, outputs, half, device

    def map(self, pictures: Iterable[tuple[Any, Square]]) -> Iterator[Any]:
        for picture, square in pictures:
            assert 0 <= picture.min() <= picture.max() <= 1
            points = np.tile(np.array([64, 128, 0, 3.0, 1.0], np.float32), (1, 39))
            maps = np.full((1, CELLS, CELLS, 39), -9, np.float32)
            mask = np.full((1, 256, 256, 1), -9, np.float32)
            yield square, (points, np.array([[0.9]], np.float32), maps, mask)


def test_landmarks_are_in_pixels_of_the_picture_with_the_lesser_certainty(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("leanline.pose.landmarks.Network", FakeNetwork)
    square = Square(100, 50, 512)
    crop = np.full((256, 256, 3), 255, np.uint8)
    ((back, found),) = LandmarkNetwork("full").track([(crop, square)])
    assert back == square
    assert found.xy_px.shape == (33, 2)
    np.testing.assert_allclose(found.xy_px, [[100 + 128, 50 + 256]] * 33)
    # Visible and inside the crop: as sure as the less sure of the two.
    np.testing.assert_allclose(found.confidence, 1 / (1 + np.exp(-1.0)))
    assert found.presence == pytest.approx(0.9)


def test_the_crop_reaches_past_the_body() -> None:
    square = crop_square(400, 300, 100)
    assert square.side == 250
    np.testing.assert_allclose(square.to_picture(np.array([0.5, 0.5])), (400, 300), atol=1)


def test_a_network_answers_in_the_order_of_the_pictures_and_the_same_each_time() -> None:
    network = Network("pose_detector", ("Identity", "Identity_1"))
    rng = np.random.default_rng(0)
    pictures = [rng.normal(0, 0.5, (224, 224, 3)).astype(np.float32) for _ in range(12)]
    first = list(network.map((picture, k) for k, picture in enumerate(pictures)))
    again = list(network.map((picture, k) for k, picture in enumerate(pictures[::-1])))
    assert [tag for tag, _ in first] == list(range(12))
    for (_, one), (_, other) in zip(first, again[::-1], strict=True):
        np.testing.assert_array_equal(one[0], other[0])
        np.testing.assert_array_equal(one[1], other[1])


def test_no_pictures_no_answers() -> None:
    assert list(Network("pose_detector", ("Identity",)).map([])) == []
