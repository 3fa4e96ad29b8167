"""Films of sizes and rates that cannot be measured are refused before they are decoded."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

from leanline.errors import InputError
from leanline.video import probe as module
from leanline.video.probe import probe
from leanline.video.reader import read_frames
from tests.clips import grey_steps, make_clip


def test_a_picture_of_one_pixel_shows_nobody(tmp_path: Path) -> None:
    clip = make_clip(
        tmp_path / "run.avi", codec="ffv1", paint=lambda i: np.full((1, 1, 3), i, np.uint8)
    )
    with pytest.raises(InputError, match="frames of 1 x 1 pixels, too small"):
        probe(clip)


def test_pictures_larger_than_a_decoder_may_hold_are_refused_from_the_header(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    clip = make_clip(tmp_path / "run.mp4", paint=grey_steps(96, 64))
    assert probe(clip).width == 96
    monkeypatch.setattr(module, "MAX_PIXELS", 96 * 64 - 1)
    with pytest.raises(InputError, match="frames of 96 x 64 pixels; no more than 8192 x 4320"):
        probe(clip)
    with pytest.raises(InputError, match="no more than"):
        next(read_frames(clip))


def test_pictures_that_a_pixels_shape_makes_too_wide_are_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    clip = make_clip(tmp_path / "run.mp4", paint=grey_steps(96, 64), aspect=Fraction(4, 3))
    monkeypatch.setattr(module, "MAX_PIXELS", 96 * 64)
    for read in (probe, lambda path: next(read_frames(path))):
        with pytest.raises(InputError, match="frames of 128 x 64 pixels"):
            read(clip)


@pytest.mark.parametrize(
    ("stamps", "base", "says"),
    [
        (range(0, 36_000, 100), Fraction(1, 1), "has a frame every 100 s"),
        (range(60), Fraction(1, 30_000), "has a frame every 3.33e-05 s"),
        ([*range(30), 36_000 * 30], Fraction(1, 30), "but only 31 of them in 3.6e"),
    ],
)
def test_films_with_times_of_no_motion_are_refused(
    stamps: range | list[int], base: Fraction, says: str, tmp_path: Path
) -> None:
    clip = make_clip(tmp_path / "run.mp4", stamps=list(stamps), time_base=base)
    with pytest.raises(InputError, match=says):
        probe(clip)
