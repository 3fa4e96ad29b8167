"""From keypoints with misses and jumps to smooth paths, without moving anything in time.

Where the gait repeats, a path is the gait cycle seen over all strides plus what changes
slowly from stride to stride; a point far from both is misplaced and counts as missing.
Where nothing repeats (standing), it is a zero-lag low-pass.
"""

from __future__ import annotations

import numpy as np

from leanline.model import Array, PoseTrack, Rhythm
from leanline.runner.cycle import basis, fit_cycle, harmonics_for
from leanline.signals.filters import lowpass
from leanline.signals.gaps import fill_gaps

# A gap longer than this share of a stride (or this long, standing) stays missing.
LONGEST_GAP_STRIDES = 0.25
LONGEST_GAP_S = 0.25
# A point further than this from its expected place is misplaced: robust standard deviations
# of its own residual, but never closer than this share of the leg.
MISPLACED_SDS = 5.0
MISPLACED_LEGS = 0.05
# What departs from the cycle is kept up to this many times the stride frequency: changes
# from step to step, not the noise of single frames.
DEPARTURE_STRIDES = 3.0
# Slow sway of a standing person; their joints do not move faster (Winter 2009 gives less).
STANDING_HZ = 3.0
LEAST_CONFIDENCE = 0.1


def smooth_track(track: PoseTrack, rhythm: Rhythm | None, leg_length: float) -> PoseTrack:
    """The track with misplaced points removed, short gaps filled and noise filtered.

    Keypoints are smoothed relative to the hips, and the hips relative to their own slow
    path, as these are what repeats.
    """
    hips = track.mid("hip")
    relative = np.where(
        track.confidence[..., None] >= LEAST_CONFIDENCE, track.xy - hips[:, None], np.nan
    )
    smooth_hips = _smooth(hips[:, None], None, track.time_s, rhythm, leg_length)
    smooth = _smooth(relative, track.confidence, track.time_s, rhythm, leg_length)
    return PoseTrack(
        track.time_s, smooth + smooth_hips, track.confidence, track.keypoints, track.unit
    )


def _smooth(
    paths: Array, confidence: Array | None, time_s: Array, rhythm: Rhythm | None, leg_length: float
) -> Array:
    """Smooth (T, K, 2) paths."""
    frames, points, _ = paths.shape
    trust = np.ones((frames, points)) if confidence is None else confidence
    flat = paths.reshape(frames, -1)
    if rhythm is None:
        result = _standing(flat, time_s, leg_length)
    else:
        result = _moving(flat, np.repeat(trust, 2, axis=1), time_s, rhythm, leg_length)
    return result.reshape(paths.shape)


def _moving(paths: Array, trust: Array, time_s: Array, rhythm: Rhythm, leg_length: float) -> Array:
    slow = _trend(paths, time_s, rhythm)
    rate_hz = 1.0 / float(np.median(np.diff(time_s)))
    harmonics = harmonics_for(rhythm, rate_hz)
    coefficients, scale = fit_cycle(paths - slow, trust, rhythm.phase, harmonics)
    expected = slow + basis(rhythm.phase, harmonics) @ coefficients
    rest = _without_misplaced(paths - expected, scale, leg_length)
    rest = fill_gaps(rest, time_s, longest_s=LONGEST_GAP_STRIDES / rhythm.stride_hz)
    cutoff_hz = DEPARTURE_STRIDES * rhythm.stride_hz
    return expected + lowpass(rest, time_s, cutoff_hz=cutoff_hz)


def _trend(paths: Array, time_s: Array, rhythm: Rhythm) -> Array:
    """Where a path would be without the gait: slower than half a stride, gaps bridged."""
    bridged = fill_gaps(paths, time_s, longest_s=np.inf)
    smooth = lowpass(bridged, time_s, cutoff_hz=0.5 * rhythm.stride_hz)
    return np.where(np.isfinite(smooth), smooth, np.nanmean(paths, axis=0))


def _standing(paths: Array, time_s: Array, leg_length: float) -> Array:
    middle = np.nanmedian(paths, axis=0)
    scale = 1.4826 * np.nanmedian(np.abs(paths - middle), axis=0)
    slow = lowpass(fill_gaps(paths, time_s, longest_s=np.inf), time_s, cutoff_hz=1.0)
    rest = _without_misplaced(paths - slow, scale, leg_length)
    filled = fill_gaps(slow + rest, time_s, longest_s=LONGEST_GAP_S)
    return lowpass(filled, time_s, cutoff_hz=STANDING_HZ)


def _without_misplaced(rest: Array, scale: Array, leg_length: float) -> Array:
    """Residuals (T, C) with both coordinates of a misplaced point missing."""
    limit = np.maximum(MISPLACED_SDS * scale, MISPLACED_LEGS * leg_length)
    off = (np.abs(np.nan_to_num(rest)) > limit).reshape(len(rest), -1, 2).any(axis=2)
    return np.where(np.repeat(off, 2, axis=1), np.nan, rest)
