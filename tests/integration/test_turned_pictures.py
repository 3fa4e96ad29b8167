"""A clip whose pictures are turned by k degrees has a roll that is k degrees more."""

from __future__ import annotations

from importlib.resources import as_file, files

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from leanline.camera.lines import NO_LINES, candidate_lines
from leanline.camera.roll import fuse_roll
from leanline.model import Estimate
from leanline.video.background import RunnerCircle
from leanline.video.lens import Lens
from leanline.video.reader import read_frames
from leanline.video.scene import SceneObserver

Picture = NDArray[np.uint8]


@pytest.fixture(scope="module")
def pictures() -> list[Picture]:
    with as_file(files("leanline.assets") / "demo.mp4") as path:
        return [frame.rgb() for frame in read_frames(path) if frame.index % 30 == 0]


@pytest.mark.parametrize("turn_deg", [-6.0, -2.0, 2.0, 6.0])
def test_roll_follows_the_picture(pictures: list[Picture], turn_deg: float) -> None:
    upright = roll_of(pictures)
    found = roll_of([rotate(picture, turn_deg) for picture in pictures])
    assert abs(found.value - upright.value - turn_deg) < 0.8
    assert found.ci95[0] < upright.value + turn_deg < found.ci95[1]


def roll_of(pictures: list[Picture]) -> Estimate:
    height, width = pictures[0].shape[:2]
    observer, lens = SceneObserver(), Lens(width, height)
    for k, picture in enumerate(pictures):
        observer.see(picture, float(k), RunnerCircle(width / 2, height / 2, 0.4 * height))
    return fuse_roll(candidate_lines(observer.evidence(moving=False), lens), NO_LINES, np.zeros(2))


def rotate(picture: Picture, turn_deg: float) -> Picture:
    """Content turned counter-clockwise, enlarged so that no corner is empty."""
    height, width = picture.shape[:2]
    angle = np.radians(abs(turn_deg))
    fill = np.cos(angle) + max(width / height, height / width) * np.sin(angle)
    matrix = cv2.getRotationMatrix2D((width / 2, height / 2), turn_deg, float(fill))
    return np.asarray(cv2.warpAffine(picture, matrix, (width, height)), np.uint8)
