"""Fold a runner's strides onto one another: the average stride, and where each one lies in it.

A planted foot is hard to see in a single noisy stride, but running repeats itself: every
stride of a clip is a measurement of the same path. The path of each foot is written as a
Fourier series of the stride, fitted robustly to all frames at once; each stride is then moved
in time until it lies on that path. At 30 frames a second the strides are sampled at different
moments, so the fold sees more than any one of them. Times within a stride count from passing, the
moment at which the other foot swings past.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np

from leanline.gait.body_paths import BodyPaths
from leanline.model import Array
from leanline.signals.filters import derivative, lowpass
from leanline.signals.gaps import fill_gaps
from leanline.signals.robust_fit import (
    MAD_TO_SD,
    Weighting,
    bisquare_weights,
    fit_reweighted,
    huber_weights,
)
from leanline.signals.spectrum import dominant_frequency
from leanline.skeleton import SIDES, Side

FOOT_CUTOFF_HZ = 18.0  # feet are low-passed at 15 to 20 Hz (docs/reference/evidence.md)
_STRIDE_HZ = (0.6, 2.2)  # 72 to 264 steps a minute
_MIN_SWING = 0.25  # of leg length, amplitude of one foot ahead of the other
_MIN_RHYTHM = 0.5
_MAX_GAP_S = 0.12
_ALIGN_WINDOW_S = 0.1
_ALIGN_MAX_S = 0.05
# Steps of Gauss and Newton towards it, and how small the last one is.
_MAX_ALIGN_STEPS, _ALIGNED_S = 6, 1e-7
_MIN_SPREAD = 0.01  # of the heel's range: what a series cannot follow is no misplaced point
_MIN_SIGNAL_SPREAD = 0.005  # the same of other signals
_MIN_SAMPLES = 10
_ITERATIONS, _HUBER_ITERATIONS = 10, 3
_BISQUARE_SDS = 3.5  # frames further off than this count for nothing
_TREND_WIDTH = 0.6  # strides, standard deviation of the local lines' weight


@dataclass(frozen=True, eq=False)
class Feet:
    """Paths of the feet relative to the slowly moving body, in seconds of running.

    Parameters
    ----------
    time_s
        (T,) seconds.
    paths
        For each side (T, 4): heel x, heel y, toe x, toe y, divided by the local running speed, so
        that a planted foot moves at -1.
    speed
        (T,) local running speed, units of the pose per second.
    stride_s
        Time of a stride, seconds.
    """

    time_s: Array
    paths: Mapping[Side, Array]
    speed: Array
    stride_s: float


@dataclass(frozen=True, eq=False)
class Series:
    """Paths over the stride as a Fourier series.

    Parameters
    ----------
    stride_s
        Time of a stride, seconds.
    coefficients
        (1 + 2 K, C): constant, then cosine and sine of K harmonics.
    """

    stride_s: float
    coefficients: Array

    def path(self, offset_s: Array) -> Array:
        """Values (N, C) at times from passing."""
        return np.asarray(_basis(offset_s / self.stride_s, self._orders()) @ self.coefficients)

    def velocity(self, offset_s: Array) -> Array:
        """Rate of change of ``path`` (N, C), per second."""
        slopes = _basis_slopes(offset_s / self.stride_s, self._orders()) / self.stride_s
        return np.asarray(slopes @ self.coefficients)

    def _orders(self) -> Array:
        return np.arange(1.0, 1 + (len(self.coefficients) - 1) // 2)


@dataclass(frozen=True, eq=False)
class Cycle:
    """The mean stride of one foot.

    Parameters
    ----------
    series
        Heel x, heel y, toe x and toe y.
    mid_s
        (n,) moments at which the other foot passes this one on the ground, seconds.
    weight
        (T,) how far each frame agrees with the series, 0 to 1.
    residual
        Spread of those that do.
    """

    series: Series
    mid_s: Array
    weight: Array
    residual: float

    @property
    def stride_s(self) -> float:
        """Time of a stride."""
        return self.series.stride_s

    def path(self, offset_s: Array) -> Array:
        """Heel and toe (N, 4) at times from passing."""
        return self.series.path(offset_s)

    def velocity(self, offset_s: Array) -> Array:
        """Rate of change of ``path`` (N, 4), per second."""
        return self.series.velocity(offset_s)


def passing_times(paths: BodyPaths, *, leg_length: float) -> tuple[float, dict[Side, Array]]:
    """Stride time and, for each side, when the other foot swings past it.

    Parameters
    ----------
    paths
        Of T frames.
    leg_length
        In the unit of the paths; feet that swing by less than a quarter of it are not running.

    Returns
    -------
    stride_s
        NaN when there is no rhythm of legs swinging past each other.
    mid_s
        Moments in the middle of each side's time on the ground, rising.
    """
    nothing: dict[Side, Array] = {side: np.empty(0) for side in SIDES}
    left, right = (paths.middle_of_foot(side)[:, 0] for side in SIDES)
    time_s = paths.time_s
    apart = fill_gaps(left - right, time_s, max_s=np.inf)
    known = np.isfinite(apart)
    if np.count_nonzero(known) < 8:
        return float("nan"), nothing
    stride_hz, rhythm = dominant_frequency(
        apart, time_s, low_hz=_STRIDE_HZ[0], high_hz=_STRIDE_HZ[1]
    )
    swing = 2.0**0.5 * float(np.nanstd(apart))
    if not rhythm > _MIN_RHYTHM or swing < _MIN_SWING * leg_length:
        return float("nan"), nothing
    times = time_s[known]
    smooth = lowpass(apart[known], times, cutoff_hz=2.2 * stride_hz)
    before = np.flatnonzero((smooth[:-1] > 0.0) != (smooth[1:] > 0.0))
    share = smooth[before] / (smooth[before] - smooth[before + 1])
    passing = times[before] + share * (times[before + 1] - times[before])
    falling = smooth[before] > 0.0
    stride_s = 1.0 / stride_hz
    found: dict[Side, Array] = {
        "left": _drop_repeats(passing[falling], stride_s),
        "right": _drop_repeats(passing[~falling], stride_s),
    }
    return stride_s, found


def feet_paths(paths: BodyPaths, ground_velocity: Array, stride_s: float) -> Feet:
    """The feet as seen from the slowly moving body, scaled by the local running speed.

    Dividing by the local speed takes out the change of scale when a runner who crosses the
    picture also comes nearer.

    Parameters
    ----------
    paths
        Of T frames.
    ground_velocity
        (T,) along x, units of the paths per second.
    stride_s
        Time of a stride, seconds.

    Returns
    -------
    Feet
        Of the same frames.
    """
    time_s = paths.time_s
    trend = slow_path(paths.hip, time_s, stride_s)
    running = derivative(trend[:, 0], time_s) - ground_velocity
    speed = _steady(running, time_s)
    feet: dict[Side, Array] = {}
    for side in SIDES:
        both = np.concatenate([paths.heel[side] - trend, paths.toe[side] - trend], axis=1)
        feet[side] = both / speed[:, None]
    return Feet(time_s, feet, speed, stride_s)


def slow_path(values: Array, time_s: Array, stride_s: float) -> Array:
    """The path (T, 2) without the stride's own motion: local straight lines over a stride.

    Follows the ends of a clip, where a filter would hang on the first and last sample.

    Parameters
    ----------
    values
        (T, 2) any unit, NaN where missing.
    time_s
        (T,) seconds.
    stride_s
        Time of a stride, seconds.

    Returns
    -------
    Array
        (T, 2) in the unit of ``values``.
    """
    from scipy.interpolate import CubicSpline

    known = np.isfinite(values).all(axis=1)
    times, points = time_s[known], values[known]
    count = 2 + int(np.ceil((time_s[-1] - time_s[0]) / (0.2 * stride_s)))
    knots = np.linspace(time_s[0], time_s[-1], count)
    slow = np.empty((count, values.shape[1]))
    # Farther off a weight is below the last bit of a sum, unless nothing is nearer.
    reach_s = 9.0 * _TREND_WIDTH * stride_s
    firsts, lasts = np.searchsorted(times, knots - reach_s), np.searchsorted(times, knots + reach_s)
    for index, moment in enumerate(knots):
        near = slice(firsts[index], lasts[index])
        near = near if near.stop - near.start >= 8 else slice(None)
        since = times[near] - moment
        weight = np.exp(-0.5 * (since / (_TREND_WIDTH * stride_s)) ** 2)
        total, first, second = weight.sum(), weight @ since, weight @ since**2
        mixed = (weight * (second - first * since)) @ points[near]
        slow[index] = mixed / max(total * second - first**2, 1e-300)
    return np.asarray(CubicSpline(knots, slow)(time_s))


def fold(feet: Feet, side: Side, mid_s: Array, *, cutoff_hz: float = FOOT_CUTOFF_HZ) -> Cycle:
    """Average stride of one foot from all frames, strides not yet aligned.

    The Fourier series is smoothed as the zero-lag filter of ``signals.filters`` would: a
    harmonic at frequency f keeps 1 / (1 + (f / cutoff)^4) of its amplitude. Frames that
    disagree with the rest (a leg taken for the other) lose their weight (Tukey's bisquare).

    Parameters
    ----------
    feet
        Of T frames.
    side
        The foot.
    mid_s
        (n,) its passing times, seconds.
    cutoff_hz
        Where the filter halves an amplitude.

    Returns
    -------
    Cycle
        Of the strides as ``mid_s`` has them.
    """
    values = feet.paths[side]
    stride_s = float(np.median(np.diff(mid_s))) if len(mid_s) > 2 else feet.stride_s
    strides = _strides(feet.time_s, mid_s, stride_s)
    least = _MIN_SPREAD * float(np.nanmax(values[:, 0]) - np.nanmin(values[:, 0]))
    series, weight, spread = _fit_series(strides, values, stride_s, cutoff_hz, least)
    return Cycle(series, mid_s, weight, spread)


def mean_series(
    time_s: Array, values: Array, cycle: Cycle, *, cutoff_hz: float = FOOT_CUTOFF_HZ
) -> Series:
    """Mean stride of other signals (T, C) of the same leg, each column fitted by itself.

    NaN coefficients where a column was hardly ever seen.

    Parameters
    ----------
    time_s
        (T,) seconds.
    values
        (T, C) any units, NaN where missing.
    cycle
        The mean stride of the leg.
    cutoff_hz
        Where the filter halves an amplitude.

    Returns
    -------
    Series
        Of C columns.
    """
    strides = _strides(time_s, cycle.mid_s, cycle.stride_s)
    known = np.isfinite(values)
    columns = [np.full((3, 1), np.nan)] * values.shape[1]
    for seen in np.unique(known, axis=1).T:
        if np.count_nonzero(seen) < _MIN_SAMPLES:
            continue
        alike = np.flatnonzero((known == seen[:, np.newaxis]).all(axis=0))
        found = _fit_each(strides[seen], values[seen][:, alike], cycle.stride_s, cutoff_hz)
        for column, coefficients in zip(alike, found.T, strict=True):
            columns[column] = coefficients[:, np.newaxis]
    return Series(cycle.stride_s, _side_by_side(columns))


def _side_by_side(columns: list[Array]) -> Array:
    """Columns of coefficients of different lengths, the shorter ones filled with zeros."""
    orders = max((len(column) - 1) // 2 for column in columns)
    table = np.zeros((1 + 2 * orders, len(columns)))
    for number, column in enumerate(columns):
        own = (len(column) - 1) // 2
        table[0, number] = column[0, 0]
        table[1 : 1 + own, number] = column[1 : 1 + own, 0]
        table[1 + orders : 1 + orders + own, number] = column[1 + own :, 0]
    return table


def _fit_series(
    strides: Array, values: Array, stride_s: float, cutoff_hz: float, min_spread: float
) -> tuple[Series, Array, float]:
    """Robust Fourier series of values (T, C); the weight of each frame (T,); their spread."""
    known = np.asarray(np.isfinite(values).all(axis=1))
    basis, stiffness = _stiff_basis(strides[known], stride_s, cutoff_hz)

    def penalty(now: Weighting) -> Array:
        return np.diag(stiffness * now.weights.sum() + 1e-9)

    def reweight(residuals: Array, iteration: int) -> Weighting:
        """By a frame's distance from the series."""
        off = np.linalg.norm(residuals, axis=1)
        spread = max(MAD_TO_SD * float(np.median(off)), min_spread + 1e-12)
        return Weighting(_weigh(off / spread, iteration), np.array([spread]))

    start = Weighting(np.ones(len(basis)), np.ones(1))
    coefficients, (weights, scale) = fit_reweighted(
        basis, values[known], start, penalty=penalty, reweight=reweight, iterations=_ITERATIONS
    )
    everywhere = np.zeros(len(values))
    everywhere[known] = weights
    return Series(stride_s, coefficients), everywhere, float(scale[0])


def _fit_each(strides: Array, values: Array, stride_s: float, cutoff_hz: float) -> Array:
    """Coefficients (K, C) of the robust Fourier series of each column of finite values (N, C)."""
    basis, stiffness = _stiff_basis(strides, stride_s, cutoff_hz)
    min_spreads = _MIN_SIGNAL_SPREAD * np.ptp(values, axis=0) + 1e-12

    def penalty(now: Weighting) -> Array:
        rows = now.weights.sum(axis=0)[:, np.newaxis] * stiffness + 1e-9
        return np.asarray(rows[:, :, np.newaxis] * np.eye(len(stiffness)))

    def reweight(residuals: Array, iteration: int) -> Weighting:
        """By a sample's distance from its own series."""
        off = np.abs(residuals)
        spreads = np.maximum(MAD_TO_SD * np.median(off, axis=0), min_spreads)
        return Weighting(_weigh(off / spreads, iteration), spreads)

    start = Weighting(np.ones(values.shape), np.ones(values.shape[1]))
    coefficients, _ = fit_reweighted(
        basis, values, start, penalty=penalty, reweight=reweight, iterations=_ITERATIONS
    )
    return coefficients


def _stiff_basis(strides: Array, stride_s: float, cutoff_hz: float) -> tuple[Array, Array]:
    """Fourier basis (N, K) of as many harmonics as are needed, and how stiff each is, (K,)."""
    order = max(3, min(round(1.4 * cutoff_hz * stride_s), len(strides) // 4))
    orders = np.arange(1.0, order + 1.0)
    stiffness = 0.5 * (np.concatenate([[0.0], orders, orders]) / stride_s / cutoff_hz) ** 4
    return _basis(strides, orders), stiffness


def _weigh(sizes: Array, iteration: int) -> Array:
    """Bisquare weights of residuals in spreads, once Huber's have found the middle."""
    if iteration < _HUBER_ITERATIONS:
        return huber_weights(sizes)
    return bisquare_weights(sizes / _BISQUARE_SDS)


def align(feet: Feet, side: Side, cycle: Cycle, offset_s: float) -> Array:
    """How much later than the average each stride comes, near ``offset_s`` from passing.

    Seconds, one for each of ``cycle.mid_s``; NaN where too few frames are there.

    Parameters
    ----------
    feet
        Of T frames.
    side
        The foot.
    cycle
        Its mean stride.
    offset_s
        Moment of the stride to align at, seconds from passing.

    Returns
    -------
    Array
        (n,) seconds, later positive.
    """
    return np.array([_shift(feet, side, cycle, moment, offset_s) for moment in cycle.mid_s])


def align_cycle(feet: Feet, side: Side, cycle: Cycle, offsets_s: tuple[float, ...]) -> Cycle:
    """The cycle with its ``mid_s`` moved by the mean shift found near ``offsets_s``.

    Parameters
    ----------
    feet
        Of T frames.
    side
        The foot.
    cycle
        Its mean stride.
    offsets_s
        Moments of the stride to align at, seconds from passing.

    Returns
    -------
    Cycle
        The same series, other ``mid_s``.
    """
    shifts = np.stack([align(feet, side, cycle, offset) for offset in offsets_s])
    count = np.isfinite(shifts).sum(axis=0)
    mean = np.where(count > 0, np.nansum(shifts, axis=0) / np.maximum(count, 1), 0.0)
    return replace(cycle, mid_s=cycle.mid_s + mean)


def _shift(feet: Feet, side: Side, cycle: Cycle, mid_s: float, offset_s: float) -> float:
    near = np.abs(feet.time_s - mid_s - offset_s) < _ALIGN_WINDOW_S
    near &= cycle.weight > 1e-3
    if np.count_nonzero(near) < 4:
        return float("nan")
    seen, weight = feet.paths[side][near], cycle.weight[near][:, None]
    late = 0.0
    for _ in range(_MAX_ALIGN_STEPS):
        before, offsets = late, feet.time_s[near] - mid_s - late
        apart, slope = seen - cycle.path(offsets), cycle.velocity(offsets)
        apart = apart - (apart * weight).sum(axis=0) / weight.sum()
        slope = slope - (slope * weight).sum(axis=0) / weight.sum()
        late -= float((apart * slope * weight).sum() / (slope**2 * weight).sum())
        late = float(np.clip(late, -_ALIGN_MAX_S, _ALIGN_MAX_S))
        if abs(late - before) < _ALIGNED_S:
            break
    return late


def _drop_repeats(times: Array, stride_s: float) -> Array:
    kept: list[float] = []
    for moment in times:
        if not kept or moment - kept[-1] > 0.6 * stride_s:
            kept.append(float(moment))
    return np.array(kept)


def _strides(time_s: Array, mid_s: Array, stride_s: float) -> Array:
    """Strides since the first of ``mid_s``; whole at each of them, even if one was missed."""
    if len(mid_s) == 0:
        return np.asarray(time_s / stride_s)
    steps = np.maximum(1.0, np.rint(np.diff(mid_s) / stride_s))
    number = np.concatenate([[0.0], np.cumsum(steps)])
    inside = np.interp(time_s, mid_s, number)
    before = np.minimum(time_s - mid_s[0], 0.0) / stride_s
    after = np.maximum(time_s - mid_s[-1], 0.0) / stride_s
    return np.asarray(inside + before + after)


def _steady(speed: Array, time_s: Array) -> Array:
    """A straight line through the running speed, kept within reason of its median."""
    known = np.isfinite(speed)
    middle = float(np.median(speed[known])) if known.any() else float("nan")
    if not known.any() or middle == 0.0:
        return np.full_like(speed, middle)
    centre = float(np.mean(time_s[known]))
    near = known & (np.abs(speed / middle - 1.0) < 0.5)
    slope, level = (
        np.polyfit(time_s[near] - centre, speed[near], 1) if near.sum() > 2 else (0, middle)
    )
    line = level + slope * (time_s - centre)
    return np.asarray(middle * np.clip(line / middle, 0.6, 1.6))


def _basis(strides: Array, orders: Array) -> Array:
    angle = 2.0 * np.pi * np.outer(strides, orders)
    return np.concatenate([np.ones((len(strides), 1)), np.cos(angle), np.sin(angle)], axis=1)


def _basis_slopes(strides: Array, orders: Array) -> Array:
    angle, rate = 2.0 * np.pi * np.outer(strides, orders), 2.0 * np.pi * orders
    flat = np.zeros((len(strides), 1))
    return np.concatenate([flat, -rate * np.sin(angle), rate * np.cos(angle)], axis=1)
