"""The strongest rhythm of a curve."""

from __future__ import annotations

import numpy as np
import pytest

from leanline.signals.spectrum import dominant_frequency


def bounce(time_s: np.ndarray, frequency_hz: float) -> np.ndarray:
    phase = 2 * np.pi * frequency_hz * time_s
    return np.sin(phase) + 0.3 * np.sin(2 * phase + 1) + 0.2 * np.sin(0.5 * phase)


@pytest.mark.parametrize("fps", [25, 30, 60, 240])
@pytest.mark.parametrize("frequency_hz", [2.45, 2.83, 3.21])
def test_three_seconds_give_the_frequency_to_three_in_a_thousand(
    fps: int, frequency_hz: float
) -> None:
    time_s = np.arange(0, 3, 1 / fps)
    noise = np.random.default_rng(0).normal(0, 0.1, len(time_s))
    signal = bounce(time_s, frequency_hz) + noise + 5 * time_s
    found_hz, strength = dominant_frequency(signal, time_s, low_hz=2, high_hz=4)
    assert found_hz == pytest.approx(frequency_hz, rel=3e-3)
    assert strength > 0.7


def test_an_uneven_clock_and_gaps_do_not_shift_it() -> None:
    steps = np.random.default_rng(3).choice([1 / 30, 1 / 60, 1 / 24], 180)
    time_s = np.cumsum(steps)
    signal = bounce(time_s, 2.7)
    signal[40:50] = np.nan
    found_hz, _ = dominant_frequency(signal, time_s, low_hz=2, high_hz=4)
    assert found_hz == pytest.approx(2.7, rel=3e-3)


def test_noise_is_weak() -> None:
    time_s = np.arange(0, 5, 1 / 60)
    noise = np.random.default_rng(1).normal(size=len(time_s))
    assert dominant_frequency(noise, time_s, low_hz=1, high_hz=4)[1] < 0.2


@pytest.mark.parametrize("signal", [np.zeros(100), np.full(100, np.nan), np.ones(100)])
def test_a_curve_without_motion_has_no_strength(signal: np.ndarray) -> None:
    assert dominant_frequency(signal, np.arange(100) / 50, low_hz=1, high_hz=4)[1] == 0.0


def test_a_clip_shorter_than_the_rhythm_gives_nothing() -> None:
    time_s = np.arange(10) / 100
    found_hz, strength = dominant_frequency(np.sin(time_s), time_s, low_hz=1, high_hz=4)
    assert np.isnan(found_hz)
    assert strength == 0.0
