"""Folders of numbered pictures are films."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import pytest
from PIL import Image

from leanline.errors import InputError
from leanline.pipeline import analyze, film_of
from leanline.pipeline.picture_folder import is_picture_folder
from leanline.settings import Settings
from leanline.video.probe import probe
from leanline.video.reader import read_frames
from tests.clips import corners, grey_of, read_corners

ORIENTATION, TURN_CLOCKWISE = 274, 6


def pictures(folder: Path, numbers: list[int], name: str = "run_{}_64x48.jpg") -> Path:
    folder.mkdir()
    for number in numbers:
        grey = np.full((48, 64, 3), grey_of(number), np.uint8)
        assert cv2.imwrite(str(folder / name.format(number)), grey)
    return folder


def shown(folder: Path, fps: float = 50.0) -> list[tuple[float, int]]:
    """Time and grey of each frame of the film."""
    with film_of(folder, Settings(fps=fps)) as (film, settings):
        assert settings.clip.fps is None
        assert probe(film).fps == pytest.approx(fps, rel=1e-3)
        return [(frame.time_s, int(frame.rgb()[24, 32, 1])) for frame in read_frames(film)]


@pytest.mark.parametrize(
    "name", ["run_{}_64x48.jpg", "run_{}_64x48.png", "run_{}.bmp", "{}.tif", "image-{:04d}.PNG"]
)
def test_pictures_follow_each_other_by_number(tmp_path: Path, name: str) -> None:
    frames = shown(pictures(tmp_path / "frames", list(range(8, 13)), name))
    assert [time for time, _ in frames] == pytest.approx([0.02 * k for k in range(5)], abs=1e-4)
    greys = [grey_of(number) for number in range(8, 13)]
    assert [grey for _, grey in frames] == pytest.approx(greys, abs=4)


def test_a_missing_picture_is_a_missing_frame(tmp_path: Path) -> None:
    folder = pictures(tmp_path / "frames", [1, 2, 4, 5])
    with film_of(folder, Settings(fps=25.0)) as (film, _):
        times = [frame.time_s for frame in read_frames(film)]
    assert times == pytest.approx([0.0, 0.04, 0.12, 0.16], abs=1e-4)


def test_pictures_of_several_kinds_are_one_film(tmp_path: Path) -> None:
    folder = pictures(tmp_path / "frames", [1, 3])
    cv2.imwrite(str(folder / "run_2_64x48.png"), np.full((48, 64, 3), grey_of(2), np.uint8))
    assert [grey for _, grey in shown(folder)] == pytest.approx([grey_of(k) for k in (1, 2, 3)], 4)


def test_the_frame_rate_is_asked_for_and_errors_name_the_folder(tmp_path: Path) -> None:
    folder = pictures(tmp_path / "frames", [1, 2, 3])
    with pytest.raises(InputError, match="does not give the frame rate"):
        analyze(folder)
    (folder / "run_2_64x48.jpg").rename(folder / "run_2_64x48.bmp")
    (folder / "run_2_64x48.bmp").write_bytes(b"no picture")
    with pytest.raises(InputError, match=r"run_2_64x48\.bmp cannot be read as a picture"):
        analyze(folder, fps=50.0)


def test_photographs_are_turned_as_their_exif_data_says(tmp_path: Path) -> None:
    folder = pictures(tmp_path / "frames", [])
    exif = Image.Exif()
    exif[ORIENTATION] = TURN_CLOCKWISE
    for number in (1, 2):
        picture = Image.fromarray(corners()(number))
        picture.save(folder / f"{number}.jpg", exif=exif, quality=95, subsampling=0)
    with film_of(folder, Settings(fps=25.0)) as (film, _):
        assert (probe(film).width, probe(film).height) == (32, 64)
        assert {read_corners(frame.rgb()) for frame in read_frames(film)} == {"BRKG"}


def test_one_picture_or_a_tracks_files_are_no_film(tmp_path: Path) -> None:
    folder = pictures(tmp_path / "frames", [1])
    assert not is_picture_folder(folder)
    cv2.imwrite(str(folder / "run_2_64x48.jpg"), np.zeros((48, 64, 3), np.uint8))
    assert is_picture_folder(folder)
    (folder / "000001.json").write_text("{}")
    assert not is_picture_folder(folder)
