from __future__ import annotations

import numpy as np
import pytest

from leanline.video.draw import (
    DARK,
    GREEN,
    ORANGE,
    WHITE,
    Colour,
    Dot,
    Label,
    Marks,
    Picture,
    Stroke,
    drawn,
    fitted,
)

NAN = float("nan")


def grey(width: int = 160, height: int = 120) -> Picture:
    return np.full((height, width, 3), 128, np.uint8)


def count(picture: Picture, colour: Colour) -> int:
    return int(np.all(picture == colour, axis=2).sum())


def test_the_picture_given_is_left_as_it_is() -> None:
    picture = grey()
    drawn(picture, Marks((Stroke((0, 0), (99, 99), ORANGE),), (), (Label("x"),)))
    assert np.all(picture == 128)


def test_no_marks_draw_nothing() -> None:
    np.testing.assert_array_equal(drawn(grey(), Marks()), grey())


def test_a_stroke_goes_from_end_to_end_with_a_dark_rim() -> None:
    picture = drawn(grey(), Marks((Stroke((20, 60), (120, 60), ORANGE, width=8),)))
    assert tuple(picture[60, 70]) == ORANGE
    assert tuple(picture[60, 140]) == (128, 128, 128)
    assert picture[:, 70].min() < 60


def test_a_dashed_stroke_has_gaps() -> None:
    whole = drawn(grey(), Marks((Stroke((10, 60), (150, 60), WHITE, 6),)))
    dashed = drawn(grey(), Marks((Stroke((10, 60), (150, 60), WHITE, 6, dashed=True),)))
    assert 0.3 < count(dashed, WHITE) / count(whole, WHITE) < 0.9


@pytest.mark.parametrize("missing", [(NAN, 5.0), (NAN, NAN), (float("inf"), 5.0)])
def test_what_is_missing_is_not_drawn(missing: tuple[float, float]) -> None:
    marks = Marks((Stroke(missing, (9, 9), ORANGE, dashed=True),), (Dot(missing, GREEN),))
    np.testing.assert_array_equal(drawn(grey(), marks), grey())


def test_marks_far_outside_the_picture_do_no_harm() -> None:
    marks = Marks((Stroke((-1e7, 60), (1e7, 60), ORANGE),), (Dot((1e9, -1e9), GREEN),))
    assert drawn(grey(), marks).shape == (120, 160, 3)


def test_labels_stand_under_one_another_on_dark_ground() -> None:
    one = drawn(grey(640, 480), Marks(labels=(Label("1.250 s"),)))
    two = drawn(grey(640, 480), Marks(labels=(Label("1.250 s"), Label("left", ORANGE))))
    assert count(one, DARK) > 500
    assert count(two, DARK) > count(one, DARK)
    assert count(two, ORANGE) > 10


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
    picture, scale = fitted(grey(*size), longest)
    assert picture.shape == (expected[1], expected[0], 3)
    assert scale == pytest.approx(min(1.0, longest / max(size)))
