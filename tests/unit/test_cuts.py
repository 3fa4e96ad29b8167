"""Cuts of an edited film, and what is no cut."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from leanline.video.cuts import CutFinder
from tests.clips import Picture

HEIGHT, WIDTH = 90, 160


def scene(seed: int) -> Picture:
    """A scene of large patches with noise, as rooms and parks have."""
    rng = np.random.default_rng(seed)
    patches = np.kron(rng.integers(20, 235, (9, 40)), np.ones((10, 10)))
    return np.repeat(patches[..., None], 3, axis=2).astype(np.uint8)


def panned(seed: int, px_per_frame: float) -> Callable[[int], Picture]:
    whole = scene(seed)
    return lambda k: whole[:, int(k * px_per_frame) : int(k * px_per_frame) + WIDTH]


def with_noise(picture: Picture, k: int, levels: float = 3.0) -> Picture:
    noisy = picture + np.random.default_rng(k).normal(0.0, levels, picture.shape)
    return np.clip(noisy, 0, 255).astype(np.uint8)


def cuts_in(paint: Callable[[int], Picture], frames: int = 60) -> list[int]:
    finder = CutFinder()
    return [k for k in range(frames) if finder.see(with_noise(paint(k), k), k / 30)]


def test_shots_begin_at_cuts_and_end_before_the_next() -> None:
    finder = CutFinder()
    shown = [panned(seed, 0.5) for seed in (1, 2, 3)]
    for k in range(60):
        finder.see(with_noise(shown[k // 20](k), k), k / 30)
    times = [(round(30 * shot.start_s), round(30 * shot.end_s)) for shot in finder.shots]
    assert times == [(0, 19), (20, 39), (40, 59)]


@pytest.mark.parametrize("px_per_frame", [0.0, 1.0, 3.0])
def test_a_still_or_panning_camera_cuts_nothing(px_per_frame: float) -> None:
    assert cuts_in(panned(1, px_per_frame)) == []


@pytest.mark.parametrize("background", [0, 200])
def test_somebody_who_enters_cuts_nothing(background: int) -> None:
    def walker(k: int) -> Picture:
        picture = np.full((HEIGHT, WIDTH, 3), background, np.uint8)
        left = min(max(8 * (k - 20), 0), WIDTH)
        picture[10:80, max(left - 40, 0) : left] = 90
        return picture

    assert cuts_in(walker) == []


def test_a_flash_and_a_change_of_light_cut_nothing() -> None:
    still = scene(1)[:, :WIDTH]

    def lit(k: int) -> Picture:
        gain, offset = (0.5, 120) if k == 20 else (0.6, 0) if k > 40 else (1.0, 0)
        picture: Picture = np.clip(gain * still + offset, 0, 255).astype(np.uint8)
        return picture

    assert cuts_in(lit) == []


def test_a_black_or_plain_card_is_a_shot_of_its_own() -> None:
    still, black = scene(1)[:, :WIDTH], np.zeros((HEIGHT, WIDTH, 3), np.uint8)
    assert cuts_in(lambda k: black if 20 <= k < 40 else still) == [20, 40]
