"""The gait cycle as a model: one smooth closed curve per keypoint, seen many times.

Running is periodic. The path of a keypoint over one stride is expressed by a few harmonics of the
stride's phase, fitted robustly over all strides of the clip; one leg follows the other half a
stride later. The fit predicts what each frame should show, so it distinguishes left from right and
misplaced keypoints from correct ones. As each stride samples it at other phases, its time
resolution is finer than the clip's frame rate.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from leanline.model import Array, Rhythm
from leanline.signals.robust_fit import (
    MAD_TO_SD,
    Weighting,
    bisquare_weights,
    fit_reweighted,
)
from leanline.signals.spectrum import dominant_frequency

# From a slow-motion clip played eight times slower (0.17 Hz) to a sprint (2.4 Hz).
STRIDE_HZ = (0.12, 2.6)
# A rhythm explains at least this share of the variance of the feet's separation, which standing
# and jumping people do not reach.
MIN_STRENGTH = 0.35
# Feet that swing less than this far apart (root mean square, leg lengths) do not walk or run.
MIN_SWING = 0.1
# Harmonics of the stride that carry a foot's path: 12 x 1.4 Hz is the 15 to 20 Hz that low-pass
# filters of foot markers keep (Winter 2009).
MAX_HARMONICS = 12
# Residuals beyond this many robust standard deviations have no weight.
TUKEY_SDS = 4.0
ITERATIONS = 8
MIN_SCALE = 1e-4
FIRST_SCALE = 0.05
# Amplitudes of the harmonics of heel and toe relative to the hips, in leg lengths: about
# 0.5 / k ** 2.7 for the k-th, in the marker tracks of RBDS (Fukuchi, Fukuchi & Duarte 2017).
PRIOR_LEGS = 0.5
PRIOR_DECAY = 2.7
# Difference between the legs as a share of that: a tenth, which is 5 % of the leg's length at the
# stride frequency (more than in limping runners and than the parallax of near and far leg).
DIFFERENCE = 0.1
# With fewer strides the frequency is refined and assumed constant.
FEW_STRIDES = 5.0
REFINING_HARMONICS = 3
# Columns are solved together as long as their equations have fewer numbers than this (32 MB).
MAX_AT_ONCE = 4_000_000


def find_rhythm(legs: Array, time_s: Array) -> Rhythm | None:
    """Find the stride's rhythm from the legs' paths relative to the hips.

    Parameters
    ----------
    legs
        (T, 2, P, 2) left and right, points of the leg in leg lengths, x ahead and y up; NaN
        where missing.
    time_s
        (T,) strictly rising.

    Returns
    -------
    Rhythm or None
        None if the legs do not swing, or if nothing repeats at least 1.5 times.
    """
    apart = separation(legs)
    if np.isfinite(apart).sum() < 8 or np.nanstd(apart) < MIN_SWING:
        return None
    low, high = STRIDE_HZ
    stride_hz, strength = dominant_frequency(apart, time_s, low_hz=low, high_hz=high)
    if not np.isfinite(stride_hz) or strength < MIN_STRENGTH:
        return None
    if np.ptp(time_s) * stride_hz < FEW_STRIDES:
        stride_hz = _refine_frequency(legs, time_s, stride_hz)
        return Rhythm(stride_hz, stride_hz * time_s, strength)
    return Rhythm(stride_hz, running_phase(apart, time_s, stride_hz), strength)


def separation(legs: Array) -> Array:
    """Return by how much the left leg's points are ahead of the right's on average.

    Parameters
    ----------
    legs
        (T, 2, P, 2) left and right, P points, x ahead; NaN where missing.

    Returns
    -------
    Array
        (T,) in the unit of ``legs``; NaN where no point is known on both sides.
    """
    apart = legs[:, 0, :, 0] - legs[:, 1, :, 0]
    count = np.isfinite(apart).sum(axis=1)
    mean = np.nansum(apart, axis=1) / np.maximum(count, 1)
    return np.asarray(np.where(count > 0, mean, np.nan))


def running_phase(signal: Array, time_s: Array, frequency_hz: float) -> Array:
    """Return the phase of a wave, demodulated and smoothed over about two periods.

    Parameters
    ----------
    signal
        (T,) the wave; NaN where missing.
    time_s
        (T,) strictly rising.
    frequency_hz
        Mean frequency of the wave.

    Returns
    -------
    Array
        (T,) in periods, a whole number at each maximum of the wave.
    """
    known = np.isfinite(signal)
    carrier = np.exp(-2j * np.pi * frequency_hz * time_s)
    wave = np.where(known, signal - np.nanmean(signal), 0.0) * carrier
    width = 1.0 / frequency_hz
    knots = np.linspace(time_s[0], time_s[-1], 2 + int(4 * np.ptp(time_s) / width))
    base = _sum_around_knots(wave, time_s, knots, width)
    drift = np.unwrap(np.angle(base)) / (2 * np.pi)
    # At the ends the window holds less than whole periods and leaks; hold a straight line.
    inside = (knots - time_s[0] >= width) & (time_s[-1] - knots >= width)
    if inside.sum() < 3:
        drift = np.full_like(drift, float(np.median(drift)))
    else:
        line = np.polyval(np.polyfit(knots, drift, 1, w=np.abs(base)), knots)
        drift = line + np.interp(knots, knots[inside], (drift - line)[inside])
    return np.asarray(frequency_hz * time_s + np.interp(time_s, knots, drift))


def _sum_around_knots(wave: Array, time_s: Array, knots: Array, width_s: float) -> Array:
    """Sum the wave under a raised cosine of this half-width around each knot, (K,).

    Knot by knot, as a matrix of knots by frames would grow with the square of the clip's length.
    """
    first = np.searchsorted(time_s, knots - width_s, side="right")
    last = np.searchsorted(time_s, knots + width_s, side="left")
    base = np.zeros(len(knots), dtype=wave.dtype)
    for k, (a, b) in enumerate(zip(first, last, strict=True)):
        lag = (knots[k] - time_s[a:b]) / width_s
        base[k] = (0.5 + 0.5 * np.cos(np.pi * lag)) @ wave[a:b]
    return base


def _refine_frequency(legs: Array, time_s: Array, stride_hz: float) -> float:
    """Refine a first estimate to the frequency at which the strides coincide best.

    Over few strides the shape of the path biases the frequency of a single sine, but not that of
    several harmonics of all points together.
    """

    def misfit(frequency_hz: float) -> float:
        model = fit_pair(legs, frequency_hz * time_s, REFINING_HARMONICS)
        off = np.linalg.norm(legs - model, axis=-1)
        return float(np.nanmean(np.minimum(off, 4 * np.nanmedian(off))))

    reach, best = 0.2, stride_hz
    for _ in range(3):
        trials = best * (1 + np.linspace(-reach, reach, 17))
        best = float(trials[int(np.argmin([misfit(f) for f in trials]))])
        reach /= 6
    return best


def harmonics_for(rhythm: Rhythm, rate_hz: float) -> int:
    """Return how many harmonics a clip can resolve, given its strides and frames per stride.

    Parameters
    ----------
    rhythm
        With the phase of the clip's frames.
    rate_hz
        Frames per second.

    Returns
    -------
    int
        From 2 to ``MAX_HARMONICS``.
    """
    strides = float(np.ptp(rhythm.phase))
    frames_per_stride = rate_hz / rhythm.stride_hz
    by_samples = int(strides * frames_per_stride / 5)
    by_rate = int(frames_per_stride / 2) if strides < 3 else MAX_HARMONICS
    return int(np.clip(min(by_samples, by_rate), 2, MAX_HARMONICS))


def fit_cycle(
    paths: Array, weights: Array, phase: Array, harmonics: int, *, size: float = 1.0
) -> tuple[Array, Array]:
    """Fit curves over the stride robustly by harmonics, plus a slope along the clip.

    The slope absorbs the effect of perspective on a runner who crosses the picture. The harmonics
    have prior amplitudes, so that noisy curves become smooth and clean ones keep their corners.

    Parameters
    ----------
    paths
        (T, C) in leg lengths, NaN where missing.
    weights
        (T, C) trust in each sample, 0 to 1.
    phase
        (T,) in strides.
    harmonics
        Number of harmonics.
    size
        Expected size of the harmonics as a share of a foot's; below 1 the paths are expected
        near their median, and samples far from it have no weight from the start.

    Returns
    -------
    model
        (T, C) fitted curves at every frame; zero where fewer than four samples are known.
    scale
        (C,) robust standard deviation of the residuals; NaN where fewer than four are known.
    """
    waves = _waves(phase, harmonics)
    design = np.concatenate([_still(phase), waves], axis=1)
    precision = np.concatenate([[1e-6, 1.0], _wave_precision(harmonics) / size**2])
    known = np.isfinite(paths) & (weights > 0)
    fitted = known.sum(axis=0) >= 4
    model = np.zeros(paths.shape)
    scale = np.full(paths.shape[1], np.nan)
    coefficients, scale[fitted] = _solve(
        design,
        np.where(known, paths, 0.0)[:, fitted],
        np.where(known, weights, 0.0)[:, fitted],
        precision,
        centred=size < 1,
    )
    model[:, fitted] = design @ coefficients
    return model, scale


def fit_pair(pairs: Array, phase: Array, harmonics: int) -> Array:
    """Fit one common curve to left and right, half a stride apart, each with its own position.

    The fit is robust (Tukey's biweight).

    Parameters
    ----------
    pairs
        (T, 2, P, 2) left and right, P points, in leg lengths; NaN where missing.
    phase
        (T,) in strides.
    harmonics
        Number of harmonics of the curve.

    Returns
    -------
    Array
        Same shape, the model at every frame; zero for a coordinate known fewer than four times.
    """
    frames, _, points, _ = pairs.shape
    both = np.concatenate([_waves(phase, harmonics), _waves(phase + 0.5, harmonics)])
    nothing = np.zeros((frames, 2))
    still = _still(phase)
    places = np.block([[still, nothing], [nothing, still]])
    design = np.concatenate([places, both], axis=1)
    precision = np.concatenate([[1e-6, 1.0, 1e-6, 1.0], _wave_precision(harmonics)])
    values = pairs.transpose(1, 0, 2, 3).reshape(2 * frames, 2 * points)
    known = np.isfinite(values)
    fitted = known.sum(axis=0) >= 4
    model = np.zeros(values.shape)
    coefficients, _ = _solve(
        design,
        np.where(known, values, 0.0)[:, fitted],
        known[:, fitted].astype(np.float64),
        precision,
        centred=False,
    )
    model[:, fitted] = design @ coefficients
    return model.reshape(2, frames, points, 2).transpose(1, 0, 2, 3)


def _still(phase: Array) -> Array:
    """Return a constant and a slope along the clip: (T, 2)."""
    along = (phase - phase.mean()) / max(float(np.ptp(phase)), 1e-9)
    return np.stack([np.ones_like(along), along], axis=1)


def _waves(phase: Array, harmonics: int) -> Array:
    """Return cosines and sines of the phase (in strides): (T, 2 harmonics)."""
    angle = 2 * np.pi * phase[:, None] * np.arange(1, harmonics + 1)
    return np.concatenate([np.cos(angle), np.sin(angle)], axis=1)


def _wave_precision(harmonics: int) -> Array:
    order = np.arange(1, harmonics + 1, dtype=np.float64)
    one = 2.0 / (PRIOR_LEGS / order**PRIOR_DECAY) ** 2
    return np.concatenate([one, one])


def _solve(
    design: Array, values: Array, weights: Array, precision: Array, *, centred: bool
) -> tuple[Array, Array]:
    """Fit columns (N, C) by iteratively reweighted least squares (Tukey's biweight).

    Values without weight are missing. With ``centred`` the values are expected near their median,
    and those far from it have no weight from the start. Returns coefficients (K, C) and robust
    standard deviations of the residuals (C,).
    """
    at_once = max(1, MAX_AT_ONCE // max(design.size, 1))
    coefficients = np.zeros((design.shape[1], values.shape[1]))
    scale = np.zeros(values.shape[1])
    for first in range(0, values.shape[1], at_once):
        part = slice(first, first + at_once)
        coefficients[:, part], scale[part] = _solve_robustly(
            design, values[:, part], weights[:, part], precision, centred
        )
    return coefficients, scale


def _solve_robustly(
    design: Array, values: Array, weights: Array, precision: Array, centred: bool
) -> tuple[Array, Array]:
    known = weights > 0

    def penalty(now: Weighting) -> Array:
        return np.asarray(now.scale[:, None, None] ** 2 * np.diag(precision))

    def reweight(residuals: Array, _: int) -> Weighting:
        scale = np.maximum(MAD_TO_SD * _medians(np.abs(residuals), known), MIN_SCALE)
        return Weighting(weights * _biweight(residuals, scale), scale)

    scale = np.full(values.shape[1], FIRST_SCALE)
    first = weights * _biweight(values - _medians(values, known), scale) if centred else weights
    coefficients, final = fit_reweighted(
        design,
        values,
        Weighting(first, scale),
        penalty=penalty,
        reweight=reweight,
        iterations=ITERATIONS,
    )
    return coefficients, final.scale


def _medians(values: Array, known: NDArray[np.bool_]) -> Array:
    """Return the median of each column (N, C) over its known values."""
    ordered = np.sort(np.where(known, values, np.inf), axis=0)
    count = known.sum(axis=0)
    columns = np.arange(values.shape[1])
    low, high = ordered[(count - 1) // 2, columns], ordered[count // 2, columns]
    return np.asarray(0.5 * (low + high))


def _biweight(rest: Array, scale: Array) -> Array:
    return bisquare_weights(np.abs(rest) / (TUKEY_SDS * scale))
