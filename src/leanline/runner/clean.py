"""Zero-lag smoothing of keypoint paths with gaps and outliers.

In periodic gait a path is modelled as the mean gait cycle over all strides plus what changes slowly
from stride to stride; points far from both are outliers and count as missing. Without a rhythm
(standing) it is a zero-lag low-pass filter.
"""

from __future__ import annotations

import numpy as np

from leanline.model import Array, PoseTrack, Rhythm
from leanline.runner.harmonic_model import DIFFERENCE, fit_cycle, fit_pair, harmonics_for
from leanline.signals.filters import lowpass
from leanline.signals.gaps import fill_gaps
from leanline.signals.robust_fit import MAD_TO_SD
from leanline.skeleton import swapped_name

# Longer gaps, as a share of a stride (or in seconds when standing), are not filled.
MAX_GAP_STRIDES = 0.25
MAX_GAP_S = 0.25
# Outliers: further than this from the expected position, in robust standard deviations of the
# point's own residuals, limited to these shares of the leg.
OUTLIER_SDS = 5.0
OUTLIER_LEGS = (0.05, 0.15)
# Cutoff for departures from the cycle, in stride frequencies: keeps changes from step to step, not
# the noise of single frames.
DEPARTURE_STRIDES = 3.0
# Cutoff for the slow path (travel, perspective, drift on the belt), in stride frequencies.
SLOW_STRIDES = 0.4
BACKFITS = 3
# Cutoff for a standing person's sway (Winter 2009 gives lower values).
STANDING_HZ = 3.0
MIN_CONFIDENCE = 0.1


def smooth_track(track: PoseTrack, rhythm: Rhythm | None, leg_length: float) -> PoseTrack:
    """Remove outliers, fill short gaps and filter noise.

    Keypoints are smoothed relative to the hips, and the hips relative to their own slow path,
    because these are what repeats.

    Parameters
    ----------
    track
        Of T frames, with sides resolved; keypoints of low confidence count as missing.
    rhythm
        Of the strides, in the same frames; None for a standing person.
    leg_length
        In the track's unit.

    Returns
    -------
    PoseTrack
        With the same frames, keypoints and confidence; NaN in gaps longer than a quarter of a
        stride (a quarter of a second without a rhythm).
    """
    paths = track.xy / leg_length
    hips = (track.mid("hip") / leg_length)[:, None]
    trusted = track.confidence[..., None] >= MIN_CONFIDENCE
    relative = np.where(trusted, paths - hips, np.nan)
    trust = np.where(trusted[..., 0], track.confidence, 0.0)
    if rhythm is None:
        smooth = _smooth_standing(relative, track.time_s) + _smooth_standing(hips, track.time_s)
    else:
        common = _common_motion(track, relative, rhythm)
        smooth = common + _smooth_cyclic(relative - common, trust, track.time_s, rhythm, DIFFERENCE)
        everywhere = np.ones((len(hips), 1))
        smooth = smooth + _smooth_cyclic(hips, everywhere, track.time_s, rhythm, 1.0)
    return PoseTrack(
        track.time_s, smooth * leg_length, track.confidence, track.keypoints, track.unit
    )


def _common_motion(track: PoseTrack, relative: Array, rhythm: Rhythm) -> Array:
    """Return the motion common to both sides, half a stride apart: (T, K, 2).

    Keypoints without a pair (the nose) hardly move relative to the hips; theirs is zero.
    """
    common = np.zeros_like(relative)
    lefts = [k for k, name in enumerate(track.keypoints) if _pair(track, name) is not None]
    if not lefts:
        return common
    rights = [track.keypoints.index(swapped_name(track.keypoints[k])) for k in lefts]
    pairs = np.stack([relative[:, lefts], relative[:, rights]], axis=1)
    model = fit_pair(pairs, rhythm.phase, _harmonics(rhythm, track.time_s))
    common[:, lefts], common[:, rights] = model[:, 0], model[:, 1]
    return common


def _pair(track: PoseTrack, name: str) -> str | None:
    """Return the right keypoint that pairs with a left one, if the track has it."""
    right = swapped_name(name)
    return right if "left" in name and track.has(right) else None


def _harmonics(rhythm: Rhythm, time_s: Array) -> int:
    return harmonics_for(rhythm, 1.0 / float(np.median(np.diff(time_s))))


def _smooth_cyclic(paths: Array, trust: Array, time_s: Array, rhythm: Rhythm, size: float) -> Array:
    """Fit cycle and slow path alternately, then add the filtered departures: (T, K, 2)."""
    flat = paths.reshape(len(paths), -1)
    weights = np.repeat(trust, 2, axis=1)
    harmonics = _harmonics(rhythm, time_s)
    slow = np.zeros_like(flat)
    for _ in range(BACKFITS):
        cycle, scale = fit_cycle(flat - slow, weights, rhythm.phase, harmonics, size=size)
        rest = _remove_outliers(flat - slow - cycle, scale)
        bridged = _hold_ends(fill_gaps(rest + slow, time_s, max_s=np.inf))
        slow = lowpass(bridged, time_s, cutoff_hz=SLOW_STRIDES * rhythm.stride_hz)
    expected = cycle + slow
    rest = _remove_outliers(flat - expected, scale)
    rest = fill_gaps(rest, time_s, max_s=MAX_GAP_STRIDES / rhythm.stride_hz)
    smooth = expected + lowpass(rest, time_s, cutoff_hz=DEPARTURE_STRIDES * rhythm.stride_hz)
    return smooth.reshape(paths.shape)


def _hold_ends(values: Array) -> Array:
    """Extend each column (T, C) with its first and last known values."""
    out = values.copy()
    for column in out.T:
        known = np.flatnonzero(np.isfinite(column))
        if len(known):
            column[: known[0]] = column[known[0]]
            column[known[-1] + 1 :] = column[known[-1]]
        else:
            column[:] = 0.0
    return out


def _smooth_standing(paths: Array, time_s: Array) -> Array:
    """Filter the slow sway of (T, K, 2) paths."""
    flat = paths.reshape(len(paths), -1)
    result = np.full_like(flat, np.nan)
    known_columns = np.isfinite(flat).sum(axis=0) >= 4
    known = flat[:, known_columns]
    middle = np.nanmedian(known, axis=0)
    scale = MAD_TO_SD * np.nanmedian(np.abs(known - middle), axis=0)
    slow = lowpass(fill_gaps(known, time_s, max_s=np.inf), time_s, cutoff_hz=1.0)
    rest = _remove_outliers(known - slow, scale)
    filled = fill_gaps(slow + rest, time_s, max_s=MAX_GAP_S)
    result[:, known_columns] = lowpass(filled, time_s, cutoff_hz=STANDING_HZ)
    return result.reshape(paths.shape)


def _remove_outliers(rest: Array, scale: Array) -> Array:
    """Set both coordinates of outliers to NaN in residuals (T, C)."""
    limit = np.clip(np.nan_to_num(OUTLIER_SDS * scale), *OUTLIER_LEGS)
    off = (np.abs(np.nan_to_num(rest)) > limit).reshape(len(rest), -1, 2).any(axis=2)
    return np.where(np.repeat(off, 2, axis=1), np.nan, rest)
