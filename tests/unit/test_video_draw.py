from __future__ import annotations

import numpy as np
import pytest

from leanline.video.draw import (
    GREEN,
    ORANGE,
    WHITE,
    Area,
    Colour,
    Dot,
    Label,
    Marks,
    Picture,
    Stroke,
    Tile,
    draw_marks,
    shrink_to,
)

NAN = float("nan")


def grey(width: int = 160, height: int = 120) -> Picture:
    return np.full((height, width, 3), 128, np.uint8)


def count(picture: Picture, colour: Colour) -> int:
    return int(np.all(picture == colour, axis=2).sum())


def test_the_picture_given_is_left_as_it_is() -> None:
    picture = grey()
    draw_marks(picture, Marks((Stroke((0, 0), (99, 99), ORANGE),), (), (Label("x", (50, 50)),)))
    assert np.all(picture == 128)


def test_no_marks_draw_nothing() -> None:
    np.testing.assert_array_equal(draw_marks(grey(), Marks()), grey())


def test_a_stroke_goes_from_end_to_end_with_a_dark_rim() -> None:
    picture = draw_marks(grey(), Marks((Stroke((20, 60), (120, 60), ORANGE, width=8),)))
    assert tuple(picture[60, 70]) == ORANGE
    assert tuple(picture[60, 140]) == (128, 128, 128)
    assert picture[:, 70].min() < 60


def test_a_dashed_stroke_has_gaps() -> None:
    whole = draw_marks(grey(), Marks((Stroke((10, 60), (150, 60), WHITE, 6),)))
    dashed = draw_marks(grey(), Marks((Stroke((10, 60), (150, 60), WHITE, 6, dashed=True),)))
    assert 0.3 < count(dashed, WHITE) / count(whole, WHITE) < 0.9


@pytest.mark.parametrize("missing", [(NAN, 5.0), (NAN, NAN), (float("inf"), 5.0)])
def test_what_is_missing_is_not_drawn(missing: tuple[float, float]) -> None:
    marks = Marks((Stroke(missing, (9, 9), ORANGE, dashed=True),), (Dot(missing, GREEN),))
    np.testing.assert_array_equal(draw_marks(grey(), marks), grey())


def test_marks_far_outside_the_picture_do_no_harm() -> None:
    marks = Marks((Stroke((-1e7, 60), (1e7, 60), ORANGE),), (Dot((1e9, -1e9), GREEN),))
    assert draw_marks(grey(), marks).shape == (120, 160, 3)


def test_a_label_stands_on_dark_ground_and_stays_inside_the_picture() -> None:
    for at in ((320.0, 240.0), (-50.0, 1900.0)):
        picture = draw_marks(grey(1280, 720), Marks(labels=(Label("9.0°", at, ORANGE),)))
        changed = np.argwhere(np.any(picture != 128, axis=2))
        assert count(picture, ORANGE) > 10
        assert picture.min() < 60
        assert changed.min() >= 0
        assert tuple(picture[0, 0]) == (128, 128, 128)


def test_a_label_without_a_place_is_not_drawn() -> None:
    marks = Marks(labels=(Label("9.0°", (NAN, 5.0)),))
    np.testing.assert_array_equal(draw_marks(grey(), marks), grey())


def test_tiles_stand_side_by_side_at_the_bottom_left() -> None:
    one = draw_marks(grey(640, 480), Marks(tiles=(Tile("STEP", "12"),)))
    two = draw_marks(
        grey(640, 480), Marks(tiles=(Tile("STEP", "12"), Tile("LEAN", "9.0°", ORANGE)))
    )
    rows, columns = np.nonzero(np.any(two != 128, axis=2))
    assert rows.min() > 240
    assert columns.max() > np.nonzero(np.any(one != 128, axis=2))[1].max()
    assert count(two, ORANGE) > 10


def test_tiles_stand_on_top_where_the_feet_are_below() -> None:
    picture = draw_marks(grey(640, 480), Marks(tiles=(Tile("STEP", "12"),), tiles_on_top=True))
    assert np.nonzero(np.any(picture != 128, axis=2))[0].max() < 240


def test_an_area_lets_the_picture_through_and_ends_at_its_corners() -> None:
    corners = ((20.0, 20.0), (80.0, 20.0), (80.0, 80.0), (20.0, 80.0))
    picture = draw_marks(grey(), Marks(areas=(Area(corners, GREEN, 0.5),)))
    np.testing.assert_allclose(picture[50, 50], (np.array(GREEN) + 128) / 2, atol=2)
    assert tuple(picture[50, 100]) == (128, 128, 128)


@pytest.mark.parametrize(
    ("size", "longest", "expected"),
    [
        ((1920, 1080), 1280, (1280, 720)),
        ((1080, 1920), 1280, (720, 1280)),
        ((641, 361), 1280, (640, 360)),
        ((64, 48), 1280, (64, 48)),
    ],
)
def test_a_picture_is_made_to_fit_with_even_sides(
    size: tuple[int, int], longest: int, expected: tuple[int, int]
) -> None:
    picture, scale = shrink_to(grey(*size), longest)
    assert picture.shape == (expected[1], expected[0], 3)
    assert scale == pytest.approx(min(1.0, longest / max(size)))
