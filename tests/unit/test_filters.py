"""Smoothing and differentiating without moving anything in time."""

from __future__ import annotations

import numpy as np
import pytest

from leanline.signals.filters import derivative, lowpass

TIME_S = np.arange(0, 3, 1 / 120)


def test_a_slow_curve_passes_unmoved_and_unchanged() -> None:
    slow = np.sin(2 * np.pi * 1.5 * TIME_S)
    assert np.max(np.abs(lowpass(slow, TIME_S, cutoff_hz=15.0) - slow)) < 2e-3


def test_at_the_cutoff_the_two_passes_together_leave_0_71() -> None:
    wave = np.sin(2 * np.pi * 10 * TIME_S)
    middle = slice(120, 240)
    smooth = lowpass(wave, TIME_S, cutoff_hz=10.0)[middle]
    assert np.std(smooth) / np.std(wave[middle]) == pytest.approx(0.7071, abs=0.01)


def test_noise_above_the_cutoff_is_removed() -> None:
    noise = np.sin(2 * np.pi * 45 * TIME_S)
    assert np.max(np.abs(lowpass(noise, TIME_S, cutoff_hz=10.0)[20:-20])) < 0.01


def test_a_steady_speed_stays_steady_up_to_the_ends() -> None:
    line = 2.0 + 3.0 * TIME_S
    assert lowpass(line, TIME_S, cutoff_hz=6.0) == pytest.approx(line, abs=1e-4)


def test_a_cutoff_above_half_the_rate_returns_the_values() -> None:
    values = np.random.default_rng(0).normal(size=(60, 2))
    smooth = lowpass(values, np.arange(60) / 30, cutoff_hz=18.0)
    assert np.array_equal(smooth, values)
    assert smooth is not values


def test_gaps_stay_missing_and_do_not_spread() -> None:
    values = np.sin(2 * np.pi * TIME_S)
    values[:5] = values[100:106] = np.nan
    smooth = lowpass(values, TIME_S, cutoff_hz=12.0)
    assert np.array_equal(np.isnan(smooth), np.isnan(values))


def test_columns_are_filtered_each_on_its_own() -> None:
    values = np.random.default_rng(1).normal(size=(360, 4, 2))
    values[30, 1, 0] = np.nan
    smooth = lowpass(values, TIME_S, cutoff_hz=8.0)
    assert smooth.shape == values.shape
    assert smooth[:, 3, 1] == pytest.approx(lowpass(values[:, 3, 1], TIME_S, cutoff_hz=8.0))
    assert np.isfinite(smooth[:, 0]).all()


def test_an_uneven_clock_does_not_move_the_curve() -> None:
    steps = np.random.default_rng(2).choice([1 / 30, 1 / 60], 200)
    time_s = np.cumsum(steps)
    curve = np.sin(2 * np.pi * 1.2 * time_s)
    smooth = lowpass(curve, time_s, cutoff_hz=8.0)
    assert np.max(np.abs(smooth - curve)[5:-5]) < 0.02


@pytest.mark.parametrize("frames", [0, 1, 2, 3])
def test_a_handful_of_frames_is_returned_as_it_is(frames: int) -> None:
    values = np.arange(float(frames))
    assert np.array_equal(lowpass(values, np.arange(frames) / 30, cutoff_hz=5.0), values)


def test_all_missing_stays_missing() -> None:
    assert np.isnan(lowpass(np.full(50, np.nan), np.arange(50) / 50, cutoff_hz=5.0)).all()


def test_the_derivative_uses_the_true_times() -> None:
    time_s = np.array([0.0, 0.1, 0.15, 0.4, 0.5])
    speed = derivative(np.column_stack([3 * time_s, time_s**2]), time_s)
    assert speed[:, 0] == pytest.approx(3.0)
    assert speed[1:-1, 1] == pytest.approx(2 * time_s[1:-1])


def test_the_derivative_of_one_sample_is_missing() -> None:
    assert np.isnan(derivative(np.ones((1, 2)), np.zeros(1))).all()
