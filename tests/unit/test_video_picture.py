"""Pieces taken from stored planes look as if taken from the whole coloured picture."""

from __future__ import annotations

from itertools import product

import av
import cv2
import numpy as np
import pytest
from av.video.reformatter import ColorRange, Colorspace
from numpy.typing import NDArray

from leanline.video.orient import Matrix, to_display_rgb
from leanline.video.picture import Planes, cut_square, resize_gray, subsample_gray, wrap_frame

WIDTH, HEIGHT = 320, 200
TURNS: list[Matrix] = [(1, 0, 0, 1), (0, 1, -1, 0), (-1, 0, 0, -1), (0, -1, 1, 0), (-1, 0, 0, 1)]


def scene(width: int = WIDTH, height: int = HEIGHT) -> NDArray[np.uint8]:
    """Soft patches of many colours, nowhere the same as elsewhere."""
    rng = np.random.default_rng(4)
    coarse = rng.integers(30, 225, (7, 11, 3)).astype(np.uint8)
    return np.asarray(cv2.resize(coarse, (width, height), interpolation=cv2.INTER_CUBIC), np.uint8)


def frame_of(
    picture: NDArray[np.uint8],
    stored: str = "yuv420p",
    colours: Colorspace = Colorspace.ITU601,
    levels: ColorRange = ColorRange.MPEG,
) -> av.VideoFrame:
    frame = av.VideoFrame.from_ndarray(picture, format="rgb24").reformat(
        format=stored, dst_colorspace=colours, dst_color_range=levels
    )
    frame.colorspace, frame.color_range = colours, levels
    return frame


def difference(one: NDArray[np.uint8], other: NDArray[np.uint8]) -> float:
    return float(np.abs(one.astype(float) - other).mean())


@pytest.mark.parametrize("stored", ["yuv420p", "yuv420p10le"])
@pytest.mark.parametrize("colours", [Colorspace.ITU601, Colorspace.ITU709])
@pytest.mark.parametrize("levels", [ColorRange.MPEG, ColorRange.JPEG])
def test_colours_are_those_of_the_whole_picture(
    stored: str, colours: Colorspace, levels: ColorRange
) -> None:
    frame = frame_of(scene(), stored, colours, levels)
    whole = to_display_rgb(frame, 1.0, TURNS[0])
    picture = wrap_frame(frame, 1.0, TURNS[0])
    assert isinstance(picture, Planes)
    piece = cut_square(picture, 20, 10, 160, 64)
    assert difference(piece, cut_square(whole, 20, 10, 160, 64)) < 2.5
    assert difference(piece, cut_square(whole, 26, 10, 160, 64)) > 5.0


@pytest.mark.parametrize("turn", TURNS)
def test_a_turned_picture_is_cut_where_it_is_shown(turn: Matrix) -> None:
    frame = frame_of(scene())
    whole, picture = to_display_rgb(frame, 1.0, turn), wrap_frame(frame, 1.0, turn)
    assert picture.shape == whole.shape
    for left, top, side, size in product((-30, 40), (-20, 30), (90, 180), (64, 256)):
        piece = cut_square(picture, left, top, side, size)
        assert difference(piece, cut_square(whole, left, top, side, size)) < 1.5


@pytest.mark.parametrize("turn", TURNS)
@pytest.mark.parametrize("smooth", [True, False])
def test_a_small_grey_picture_is_that_of_the_coloured_one(turn: Matrix, smooth: bool) -> None:
    frame = frame_of(scene())
    whole, picture = to_display_rgb(frame, 1.0, turn), wrap_frame(frame, 1.0, turn)
    height, width = (length // 4 for length in whole.shape[:2])
    small = resize_gray(picture, width, height, smooth=smooth)
    assert small.shape == (height, width)
    assert difference(small, resize_gray(whole, width, height, smooth=smooth)) < 1.5
    assert subsample_gray(picture, 10).mean() == pytest.approx(small.mean(), abs=4.0)


def test_pixels_that_are_not_square_are_made_square_first() -> None:
    frame = frame_of(scene())
    picture = wrap_frame(frame, 1.5, TURNS[0])
    assert picture.shape == (HEIGHT, 480, 3)
    whole = to_display_rgb(frame, 1.5, TURNS[0])
    assert difference(cut_square(picture, 300, 0, 180, 64), cut_square(whole, 300, 0, 180, 64)) < 2


def test_beyond_the_border_is_black_and_so_is_a_piece_outside() -> None:
    picture = wrap_frame(frame_of(scene()), 1.0, TURNS[0])
    assert cut_square(picture, -100, 0, 100, 32).max() == 0
    half = cut_square(picture, -100, 0, 200, 32)
    assert half[:, :15].max() == 0
    assert half[:, 17:].min() > 0


def test_what_is_stored_in_another_way_is_shown_whole() -> None:
    frame = av.VideoFrame.from_ndarray(scene(), format="rgb24")
    picture = wrap_frame(frame, 1.0, TURNS[0])
    assert isinstance(picture, np.ndarray)
    np.testing.assert_array_equal(picture, scene())


def test_odd_sizes_have_their_last_column_too() -> None:
    frame = frame_of(scene(161, 99))
    whole, picture = to_display_rgb(frame, 1.0, TURNS[0]), wrap_frame(frame, 1.0, TURNS[0])
    assert picture.shape == (99, 161, 3)
    piece = cut_square(picture, 62, 0, 99, 64)
    assert difference(piece, cut_square(whole, 62, 0, 99, 64)) < 2.0
