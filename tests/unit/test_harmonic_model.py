"""The gait cycle as a few harmonics, found among misplaced points."""

from __future__ import annotations

import numpy as np
import pytest

from leanline.model import Array, Rhythm
from leanline.runner.harmonic_model import (
    find_rhythm,
    fit_cycle,
    fit_pair,
    harmonics_for,
    running_phase,
    separation,
)

STRIDE_HZ = 1.4


def clip_times(fps: float = 60.0, seconds: float = 8.0) -> Array:
    return np.arange(round(fps * seconds)) / fps


def curve(phase: Array) -> Array:
    """Three known harmonics in x and y, (T, 2), of the size a heel's are."""
    angle = 2 * np.pi * phase
    x = 0.10 + 0.40 * np.cos(angle) + 0.06 * np.sin(2 * angle)
    y = -0.90 + 0.12 * np.sin(angle) - 0.03 * np.cos(3 * angle)
    return np.stack([x, y], axis=1)


def legs_of(phase: Array) -> Array:
    """Left and right, two points each, half a stride apart: (T, 2, 2, 2)."""
    one, other = curve(phase), curve(phase + 0.5)
    return np.stack([np.stack([leg, leg - [0.05, 0.02]], axis=1) for leg in (one, other)], axis=1)


def test_known_harmonics_are_recovered() -> None:
    phase = STRIDE_HZ * clip_times()
    path = curve(phase)
    model, scale = fit_cycle(path, np.ones(path.shape), phase, 8)
    np.testing.assert_allclose(model, path, atol=1e-3)
    assert (scale < 1e-3).all()


def test_misplaced_points_do_not_move_the_cycle() -> None:
    rng = np.random.default_rng(0)
    phase = STRIDE_HZ * clip_times()
    path = curve(phase)
    seen = path + rng.normal(0, 0.01, path.shape)
    wrong = rng.random(len(path)) < 0.2
    seen[wrong] = path[wrong] + rng.uniform(0.2, 0.8, (wrong.sum(), 2))
    model, scale = fit_cycle(seen, np.ones(path.shape), phase, 8)
    assert np.abs(model - path).max() < 0.01
    # The scale is that of the good points, not of the misplaced ones.
    np.testing.assert_allclose(scale, 0.01, rtol=0.5)


def test_missing_points_and_points_without_weight_have_no_say() -> None:
    phase = STRIDE_HZ * clip_times()
    path = curve(phase)
    seen, weights = path.copy(), np.ones(path.shape)
    seen[::5] = np.nan
    seen[1::5], weights[1::5] = 3.0, 0.0
    model, _ = fit_cycle(seen, weights, phase, 8)
    np.testing.assert_allclose(model, path, atol=2e-3)


def test_what_changes_along_the_clip_is_a_slope_not_a_harmonic() -> None:
    phase = STRIDE_HZ * clip_times()
    path = curve(phase) + 0.05 * phase[:, None]
    model, _ = fit_cycle(path, np.ones(path.shape), phase, 6)
    np.testing.assert_allclose(model, path, atol=2e-3)


def test_a_keypoint_that_is_never_there_has_no_model() -> None:
    phase = STRIDE_HZ * clip_times()
    nothing = np.full((len(phase), 2), np.nan)
    model, scale = fit_cycle(nothing, np.ones(nothing.shape), phase, 6)
    assert not model.any()
    assert np.isnan(scale).all()


def test_what_both_legs_do_is_one_curve_half_a_stride_apart() -> None:
    phase = STRIDE_HZ * clip_times()
    legs = legs_of(phase)
    seen = legs.copy()
    seen[::3, 0] = np.nan  # one leg hidden in a third of the frames
    np.testing.assert_allclose(fit_pair(seen, phase, 6), legs, atol=2e-3)


@pytest.mark.parametrize("stride_hz", [0.2, 0.9, 1.4, 1.9])
@pytest.mark.parametrize("fps", [25, 60, 240])
def test_the_stride_frequency_is_found_from_slow_motion_to_sprint(
    stride_hz: float, fps: float
) -> None:
    time_s = clip_times(fps, seconds=7 / stride_hz)
    rhythm = find_rhythm(legs_of(stride_hz * time_s), time_s)
    assert rhythm is not None
    assert rhythm.stride_hz == pytest.approx(stride_hz, rel=0.01)
    drift = rhythm.phase - stride_hz * time_s
    assert np.ptp(drift) < 0.03


def test_two_strides_are_enough_for_a_rhythm() -> None:
    time_s = clip_times(seconds=2.2 / STRIDE_HZ)
    rhythm = find_rhythm(legs_of(STRIDE_HZ * time_s), time_s)
    assert rhythm is not None
    assert rhythm.stride_hz == pytest.approx(STRIDE_HZ, rel=0.03)


def test_a_runner_who_speeds_up_keeps_a_running_phase() -> None:
    time_s = clip_times(seconds=10)
    phase = 1.3 * time_s + 0.01 * time_s**2
    rhythm = find_rhythm(legs_of(phase), time_s)
    assert rhythm is not None
    inside = slice(60, -60)
    assert np.ptp((rhythm.phase - phase)[inside]) < 0.05
    assert (np.diff(rhythm.phase) > 0).all()


@pytest.mark.parametrize("kind", ["still", "noise", "missing", "short"])
def test_legs_that_do_not_swing_have_no_rhythm(kind: str) -> None:
    time_s = clip_times(seconds=0.1 if kind == "short" else 5)
    legs = legs_of(np.zeros(len(time_s)))
    if kind == "noise":
        legs = legs + np.random.default_rng(0).normal(0, 0.02, legs.shape)
    if kind == "missing":
        legs = np.full_like(legs, np.nan)
    assert find_rhythm(legs, time_s) is None


def test_separation_is_positive_when_the_left_leg_is_ahead() -> None:
    legs = np.zeros((3, 2, 2, 2))
    legs[0, 0, :, 0] = 0.4
    legs[1, 1, :, 0] = 0.4
    legs[2] = np.nan
    np.testing.assert_allclose(separation(legs), [0.4, -0.4, np.nan])


def test_the_phase_is_zero_at_the_top_of_the_wave() -> None:
    time_s = clip_times()
    phase = running_phase(np.cos(2 * np.pi * (STRIDE_HZ * time_s - 0.3)), time_s, STRIDE_HZ)
    np.testing.assert_allclose((phase - STRIDE_HZ * time_s + 0.3 + 0.5) % 1.0, 0.5, atol=0.02)


@pytest.mark.parametrize(("rate_hz", "strides", "most"), [(25, 2, 10), (240, 12, 12), (30, 1, 5)])
def test_short_and_slow_clips_carry_fewer_harmonics(
    rate_hz: float, strides: float, most: int
) -> None:
    rhythm = Rhythm(STRIDE_HZ, np.linspace(0, strides, 100), 0.9)
    assert 2 <= harmonics_for(rhythm, rate_hz) <= most
