"""The gait cycle as a model: one smooth closed curve per keypoint, seen many times.

Running repeats. What a keypoint does over one stride is written as a few harmonics of the
stride's phase, fitted robustly over all strides of the clip. The fit knows what a frame
should show: it tells left from right, it tells a misplaced keypoint from a placed one, and
as every stride samples it at other phases it is finer in time than the clip's frame rate.
"""

from __future__ import annotations

import numpy as np

from leanline.model import Array, Rhythm
from leanline.signals.spectrum import dominant_frequency

# From a slow-motion clip played eight times slower (0.17 Hz) to a sprint (2.4 Hz).
STRIDE_HZ = (0.12, 2.6)
# A rhythm explains at least this share of the variance of the feet's separation; standing
# and jumping people stay below it.
LEAST_STRENGTH = 0.35
# Harmonics of the stride that carry a foot's path: 12 x 1.4 Hz is the 15 to 20 Hz that low-pass
# filters of foot markers keep (Winter 2009).
MOST_HARMONICS = 12
# Robust weights: residuals beyond this many robust standard deviations count for nothing.
TUKEY_SDS = 4.0
LEAST_SCALE = 1e-4
# How large the harmonics of heel and toe are, relative to the hips, in leg lengths: about
# 0.5 / k ** 2.7 for the k-th, in the marker tracks of RBDS (Fukuchi, Fukuchi & Duarte 2017).
PRIOR_LEGS = 0.5
PRIOR_DECAY = 2.7
# With fewer strides than this the frequency is refined and taken as constant.
FEW_STRIDES = 5.0
REFINING_HARMONICS = 3


def find_rhythm(legs: Array, time_s: Array) -> Rhythm | None:
    """The stride's rhythm from the legs' paths relative to the hips.

    Parameters
    ----------
    legs
        (T, 2, P, 2) left and right, points of the leg, x ahead and y up; NaN where missing.
    time_s
        (T,) strictly rising.

    Returns
    -------
    Rhythm or None
        None when nothing repeats at least 1.5 times.
    """
    apart = legs[:, 0, :, 0] - legs[:, 1, :, 0]
    count = np.isfinite(apart).sum(axis=1)
    separation = np.where(count > 0, np.nansum(apart, axis=1) / np.maximum(count, 1), np.nan)
    if np.isfinite(separation).sum() < 8:
        return None
    low, high = STRIDE_HZ
    stride_hz, strength = dominant_frequency(separation, time_s, low_hz=low, high_hz=high)
    if not np.isfinite(stride_hz) or strength < LEAST_STRENGTH:
        return None
    if np.ptp(time_s) * stride_hz < FEW_STRIDES:
        stride_hz = _refined(legs.reshape(len(legs), -1), time_s, stride_hz)
        return Rhythm(stride_hz, stride_hz * time_s, strength)
    return Rhythm(stride_hz, _running_phase(separation, time_s, stride_hz), strength)


def _refined(paths: Array, time_s: Array, stride_hz: float) -> float:
    """The frequency at which the strides lie on each other best, near a first estimate.

    Over few strides a single sine is pulled by the path's own shape; several harmonics of
    all points together are not.
    """
    frames = np.ones(len(time_s))

    def misfit(frequency_hz: float) -> float:
        _, scale = fit_cycle(paths, frames, frequency_hz * time_s, REFINING_HARMONICS)
        return float(np.nanmean(np.log(scale)))

    reach, best = 0.2, stride_hz
    for _ in range(3):
        trials = best * (1 + np.linspace(-reach, reach, 17))
        best = float(trials[int(np.argmin([misfit(f) for f in trials]))])
        reach /= 6
    return best


def _running_phase(separation: Array, time_s: Array, stride_hz: float) -> Array:
    """Phase in strides: the fundamental, demodulated and smoothed over about two strides."""
    known = np.isfinite(separation)
    carrier = np.exp(-2j * np.pi * stride_hz * time_s)
    wave = np.where(known, separation - np.nanmean(separation), 0.0) * carrier
    width = 1.0 / stride_hz
    lag = (time_s[:, None] - time_s[None, :]) / width
    kernel = np.where(np.abs(lag) < 1.0, 0.5 + 0.5 * np.cos(np.pi * np.clip(lag, -1, 1)), 0.0)
    base = kernel @ wave
    drift = np.unwrap(np.angle(base)) / (2 * np.pi)
    # At the ends the window holds less than whole strides and leaks; hold a straight line.
    inside = (time_s - time_s[0] >= width) & (time_s[-1] - time_s >= width)
    if inside.sum() < 3:
        drift = np.full_like(drift, float(np.median(drift)))
    else:
        slope = np.polyfit(time_s, drift, 1, w=np.abs(base))
        line = np.polyval(slope, time_s)
        rest = np.interp(time_s, time_s[inside], (drift - line)[inside])
        drift = line + rest
    return np.asarray(stride_hz * time_s + drift)


def harmonics_for(rhythm: Rhythm, rate_hz: float) -> int:
    """How many harmonics the clip can carry: limited by strides seen and frames per stride."""
    strides = float(np.ptp(rhythm.phase))
    frames_per_stride = rate_hz / rhythm.stride_hz
    by_samples = int(strides * frames_per_stride / 5)
    by_rate = int(frames_per_stride / 2) if strides < 3 else MOST_HARMONICS
    return int(np.clip(min(by_samples, by_rate), 2, MOST_HARMONICS))


def basis(phase: Array, harmonics: int) -> Array:
    """Constant, slope, cosines and sines of the phase (in strides): (T, 2 + 2 harmonics)."""
    angle = 2 * np.pi * phase[:, None] * np.arange(1, harmonics + 1)
    along = (phase - phase.mean()) / max(float(np.ptp(phase)), 1e-9)
    still = np.stack([np.ones_like(along), along], axis=1)
    return np.concatenate([still, np.cos(angle), np.sin(angle)], axis=1)


def fit_cycle(paths: Array, weights: Array, phase: Array, harmonics: int) -> tuple[Array, Array]:
    """Robust harmonic fit of curves over the stride, plus a slope along the clip.

    The slope takes up what perspective does to a runner who crosses the picture. How large
    a harmonic may be is known beforehand (``PRIOR``), so that noisy curves come out smooth
    and clean ones keep their corners.

    Parameters
    ----------
    paths
        (T, C) in leg lengths, NaN where missing.
    weights
        (T,) or (T, C) trust in each sample, 0 to 1.
    phase
        (T,) in strides.
    harmonics
        How many.

    Returns
    -------
    coefficients
        (2 + 2 harmonics, C) for ``basis``.
    scale
        (C,) robust standard deviation of the residuals.
    """
    design = basis(phase, harmonics)
    weights = np.broadcast_to(weights if weights.ndim == 2 else weights[:, None], paths.shape)
    order = np.arange(1, harmonics + 1, dtype=np.float64)
    waves = 2.0 / (PRIOR_LEGS / order**PRIOR_DECAY) ** 2
    precision: Array = np.concatenate([[1e-6, 1.0], waves, waves])
    coefficients = np.zeros((design.shape[1], paths.shape[1]))
    scale = np.full(paths.shape[1], np.nan)
    for c in range(paths.shape[1]):
        known = np.isfinite(paths[:, c]) & (weights[:, c] > 0)
        if known.sum() >= 4:
            coefficients[:, c], scale[c] = _fit_one(
                design[known], paths[known, c], weights[known, c], precision
            )
    return coefficients, scale


def _fit_one(design: Array, values: Array, weights: Array, precision: Array) -> tuple[Array, float]:
    """One column by iteratively reweighted least squares (Tukey's biweight)."""
    robust = weights
    scale = 0.05
    coefficients: Array = np.zeros(design.shape[1])
    for _ in range(8):
        weighted = design * robust[:, None]
        normal = weighted.T @ design + np.diag(scale**2 * precision)
        coefficients = np.linalg.solve(normal, weighted.T @ values)
        rest = values - design @ coefficients
        scale = max(1.4826 * float(np.median(np.abs(rest))), LEAST_SCALE)
        ratio = np.clip(np.abs(rest) / (TUKEY_SDS * scale), 0, 1)
        robust = weights * (1 - ratio**2) ** 2
    return coefficients, scale
