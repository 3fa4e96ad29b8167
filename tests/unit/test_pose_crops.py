"""Square pieces of a picture, and the way back to its pixels."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from leanline.pose.crops import Square


def picture_with_dot(x: int, y: int, reach: int = 3) -> NDArray[np.uint8]:
    """A black picture 200 x 120 with a white square centred on the middle of pixel (x, y)."""
    picture = np.zeros((120, 200, 3), np.uint8)
    picture[y - reach : y + reach + 1, x - reach : x + reach + 1] = 255
    return picture


def brightest(piece: NDArray[np.uint8]) -> NDArray[np.float64]:
    """Centre of brightness as (x, y) in fractions of the piece."""
    light = piece[..., 0].astype(np.float64)
    size = len(light)
    at = (np.arange(size) + 0.5) / size
    return np.asarray([light.sum(axis=0) @ at, light.sum(axis=1) @ at] / light.sum())


@pytest.mark.parametrize("side", [40, 64, 90, 300])
def test_what_is_seen_in_a_piece_is_found_again_in_the_picture(side: int) -> None:
    square = Square.around(70, 60, side)
    seen = square.to_picture(brightest(square.cut(picture_with_dot(75, 52), 64)))
    np.testing.assert_allclose(seen, (75.5, 52.5), atol=0.02 * side)


@pytest.mark.parametrize("centre", [(5, 60), (195, 60), (100, 4), (100, 116), (-10, -10)])
def test_past_the_border_a_piece_is_black_and_the_rest_stays_in_place(
    centre: tuple[int, int],
) -> None:
    square = Square.around(*centre, 80)
    white = np.full((120, 200, 3), 255, np.uint8)
    piece = square.cut(white, 80)
    rows, columns = np.mgrid[:80, :80]
    x, y = columns + square.left, rows + square.top
    inside = (x >= 0) & (x < 200) & (y >= 0) & (y < 120)
    assert (piece[..., 0] == np.where(inside, 255, 0)).all()


def test_a_piece_wholly_outside_the_picture_is_black() -> None:
    piece = Square.around(-500, 60, 50).cut(picture_with_dot(50, 50), 32)
    assert piece.shape == (32, 32, 3)
    assert not piece.any()


def test_a_square_is_of_even_pixels_and_never_empty() -> None:
    assert Square.around(11, 11, 0.1).side == 2
    square = Square.around(33.3, 12.1, 47.0)
    assert (square.left % 2, square.top % 2, square.side % 2) == (0, 0, 0)


@given(st.floats(-300, 300), st.floats(-300, 300), st.floats(1, 900), st.integers(1, 4))
def test_the_middle_of_a_square_is_where_it_was_asked_for(
    x: float, y: float, side: float, times: int
) -> None:
    square = Square.around(x, y, times * side)
    middle = square.to_picture(np.array([0.5, 0.5]))
    np.testing.assert_allclose(middle, (x, y), atol=1.0)
    assert abs(square.side - times * side) <= 1.0


def test_shrinking_averages_instead_of_picking_single_pixels() -> None:
    stripes = np.zeros((120, 200, 3), np.uint8)
    stripes[:, ::2] = 200
    piece = Square(0, 0, 120).cut(stripes, 20)
    np.testing.assert_allclose(piece, 100, atol=2)
