"""Damaged films: the frames that decode, or a sentence."""

from __future__ import annotations

from itertools import islice
from pathlib import Path

import cv2
import pytest
from hypothesis import given

from leanline.pipeline import film_of
from leanline.settings import Settings
from leanline.video.probe import MAX_PIXELS, probe
from leanline.video.reader import read_frames
from tests.clips import grey_steps, make_clip
from tests.fuzz.damage import damaged
from tests.fuzz.fuzzing import SEEDS, examples, told

#: Container and coder; the small ones have most of their bytes in headers.
FILMS = {
    "h264.mp4": "libx264",
    "h265.mov": "libx265",
    "vp9.webm": "libvpx-vp9",
    "h264.ts": "libx264",
    "mpeg4.avi": "mpeg4",
    "h264.mkv": "libx264",
}
MAX_FRAMES = 50


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("films")
    for name, codec in FILMS.items():
        make_clip(made / name, codec=codec, frames=12, paint=grey_steps(64, 48))
    return made


@pytest.mark.parametrize("name", FILMS)
@examples(60)
@given(seed=SEEDS)
def test_a_damaged_film_gives_its_frames_or_is_told(folder: Path, name: str, seed: int) -> None:
    path = folder / f"damaged-{name}"
    path.write_bytes(damaged((folder / name).read_bytes(), seed))
    told(probe, path)
    told(watch, path)


def watch(path: Path) -> None:
    said: list[str] = []
    last = -1.0
    for frame in islice(read_frames(path, on_damage=lambda: said.append("damaged")), MAX_FRAMES):
        assert frame.time_s > last
        last = frame.time_s
        height, width, _ = frame.rgb().shape
        assert width * height <= MAX_PIXELS
    assert len(said) <= 1


@pytest.mark.parametrize("ending", [".jpg", ".png", ".bmp"])
@examples(12)
@given(seed=SEEDS)
def test_a_damaged_picture_in_a_folder_is_passed_over_or_told(
    tmp_path_factory: pytest.TempPathFactory, ending: str, seed: int
) -> None:
    folder = tmp_path_factory.mktemp("pictures")
    for number in range(4):
        grey = grey_steps(64, 48)(number)
        (folder / f"{number}{ending}").write_bytes(cv2.imencode(ending, grey)[1].tobytes())
    spoilt = folder / f"{seed % 4}{ending}"
    spoilt.write_bytes(damaged(spoilt.read_bytes(), seed))
    told(watch_folder, folder)


def watch_folder(folder: Path) -> None:
    with film_of(folder, Settings(fps=25.0)) as (film, _):
        probe(film)
        watch(film)
