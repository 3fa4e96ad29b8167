"""Changes of pace in a clip: partly slowed playback, or a runner who speeds up.

The feet separate and meet once per step, whichever is the left one. The step frequency as played is
tracked through the clip as a ridge (``signals.ridge``). Where it jumps, as when phones slow down
the middle of a clip, the clip is cut to its longest part of constant pace. Where it drifts, as on a
treadmill that is sped up, time is warped so that strides are even for methods that need a rhythm.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from leanline.model import Array, CameraMotion, Capture, PoseTrack, warning
from leanline.signals.gaps import fill_gaps
from leanline.signals.ridge import Ridge, extract_ridge
from leanline.skeleton import ANKLE_AND_FOOT, SIDES

# Step frequencies as played, from walking slowed eight times to sprinting, in steps of 5 %.
STEP_HZ = np.exp(np.arange(np.log(0.22), np.log(5.5), 0.05))
MAX_GRID = 1500
# Runners change their pace by less than CHANGE within a few steps, and by less than DRIFT within a
# part that is measured as one.
CHANGE, FEW_STEPS, DRIFT = 0.2, 4.0, 0.35
# A pace that drifts by less counts as even: strides of a steady run differ by 1 to 3 %.
EVEN_DRIFT = 0.06
# Over fewer steps a drift cannot be distinguished from end effects of the ridge.
DRIFT_STEPS = 20.0
# The ridge, which moves in rows, is smoothed over this many steps.
SMOOTH_STEPS = 4.0
# A part counts if it has this many steps, and amplitudes above this share of the clip's.
MIN_STEPS, MIN_AMPLITUDE = 2.0, 0.35
# Feet that separate by less than this share of the leg are not stepping.
MIN_SWING = 0.04
# Steps cut off at a boundary, where the playback speed ramps.
RAMP_STEPS = 0.5
MIN_DURATION_S = 2.0
MAX_SPM = 270.0
# Cadence of people who run (155 to 203: Burns 2019, and some to spare), and the pace as played
# below which nobody walks either: somebody who walks and then runs is not in slow motion.
RUNNING_SPM, MAX_SLOWED_SPM = (145.0, 215.0), 70.0
# The cadence of a steady run differs by no more between its parts; phones slow down by whole
# numbers.
CHANGE_OF_RUNNER = 0.08


@dataclass(frozen=True)
class PacePart:
    """Half-open part of a clip with one pace.

    Parameters
    ----------
    start_s, end_s
        Seconds of the clip.
    step_hz
        Step frequency as played.
    """

    start_s: float
    end_s: float
    step_hz: float

    @property
    def steps(self) -> float:
        """Number of steps."""
        return (self.end_s - self.start_s) * self.step_hz


def cut_to_constant_pace(capture: Capture, slow_motion: float | None = None) -> Capture:
    """Cut the capture to its longest part of constant pace, counted in steps, with a warning.

    Parameters
    ----------
    capture
        In playback time.
    slow_motion
        Slow-motion factor given by the user; None if unknown. It applies to the slowed part, so
        parts in which steps would be faster than anybody's are excluded.

    Returns
    -------
    Capture
        Unchanged if the pace is constant.
    """
    parts = find_paces(capture.pose)
    if len(parts) < 2:
        return capture
    max_hz = MAX_SPM / 60.0 / (slow_motion or 1.0)
    best = max(parts, key=lambda part: (part.step_hz < max_hz, part.steps))
    others = [part for part in parts if part is not best]
    slowest, fastest = (f(part.step_hz for part in others) for f in (min, max))
    separation = slowest if best.step_hz / slowest > fastest / best.step_hz else fastest
    note = warning(
        "speed_change",
        from_spm=60.0 * best.step_hz,
        to_spm=60.0 * separation,
        start_s=best.start_s,
        end_s=best.end_s,
    )
    kept = _cut(capture, best)
    if slow_motion is None and capture.video.time_scale == 1.0:
        factor = slowed_against(best, others)
        kept = replace(kept, video=replace(kept.video, time_scale=factor))
    return replace(kept, notes=(*kept.notes, note))


def slowed_against(part: PacePart, others: Sequence[PacePart]) -> float:
    """Slow-motion factor of a part, from another part of the clip that plays in real time.

    Parameters
    ----------
    part
        Of constant pace.
    others
        The other parts of the clip.

    Returns
    -------
    float
        Ratio of the paces, a whole number where it is near one; 1 unless the fastest part has the
        cadence of a runner, and this one is slower than any.
    """
    fastest_hz = max(other.step_hz for other in others)
    runs = RUNNING_SPM[0] <= 60.0 * fastest_hz <= RUNNING_SPM[1]
    if not runs or 60.0 * part.step_hz > MAX_SLOWED_SPM:
        return 1.0
    ratio = fastest_hz / part.step_hz
    whole = round(ratio)
    return float(whole) if abs(ratio / whole - 1.0) < CHANGE_OF_RUNNER else ratio


def find_paces(track: PoseTrack) -> tuple[PacePart, ...]:
    """Find the parts of constant pace.

    Parameters
    ----------
    track
        In playback time.

    Returns
    -------
    tuple of PacePart
        In order of time; empty if nobody steps for long enough. One for most clips.
    """
    ridge = _ridge(track)
    if ridge is None:
        return ()
    bright = ridge.amplitude > MIN_AMPLITUDE * np.percentile(ridge.amplitude, 90)
    return _parts(ridge.time_s, ridge.frequency_hz, bright)


def evenly_paced_time(track: PoseTrack) -> Array:
    """Return times at which the track's strides are even.

    Parameters
    ----------
    track
        Of T frames.

    Returns
    -------
    Array
        (T,) seconds, increasing, from the track's first time to its last. The very array ``time_s``
        of the track if its strides are even already, or if nobody steps for long enough.
    """
    ridge = _ridge(track)
    if ridge is None:
        return track.time_s
    low, high = np.percentile(ridge.frequency_hz, (5, 95))
    steps = float(np.median(ridge.frequency_hz)) * float(np.ptp(ridge.time_s))
    if high < (1.0 + EVEN_DRIFT) * low or steps < DRIFT_STEPS:
        return track.time_s
    width = 1 + 2 * int(SMOOTH_STEPS / float(np.median(ridge.frequency_hz)) / ridge.spacing_s)
    kernel = np.hanning(width + 2)[1:-1]
    padded = np.pad(ridge.frequency_hz, width // 2, mode="edge")
    frequency = np.convolve(padded, kernel / kernel.sum(), mode="valid")
    middle = 0.5 * (frequency[1:] + frequency[:-1])
    phase = np.concatenate([[0.0], np.cumsum(middle * np.diff(ridge.time_s))])
    before = np.minimum(track.time_s - ridge.time_s[0], 0.0) * frequency[0]
    after = np.maximum(track.time_s - ridge.time_s[-1], 0.0) * frequency[-1]
    along = np.interp(track.time_s, ridge.time_s, phase) + before + after
    span_s = float(np.ptp(track.time_s))
    return np.asarray(track.time_s[0] + (along - along[0]) * span_s / float(np.ptp(along)))


def _ridge(track: PoseTrack) -> Ridge | None:
    """Return the step frequency over time; None if nobody steps for long enough."""
    separation = _foot_separation(track)
    known = np.isfinite(separation)
    if known.sum() < 12 or np.ptp(track.time_s[known]) < MIN_DURATION_S:
        return None
    times = track.time_s[known]
    count = int(np.clip(np.ptp(times) * STEP_HZ[-1] * 2, 32, MAX_GRID))
    grid = np.linspace(times[0], times[-1], count)
    ridge = extract_ridge(np.interp(grid, times, separation[known]), grid, STEP_HZ)
    if np.percentile(ridge.amplitude, 90) < MIN_SWING * _leg_length(track):
        return None
    return ridge


def _foot_separation(track: PoseTrack) -> Array:
    """Return the distance between the feet along the picture, (T,), without a sign."""
    parts = [p for p in ANKLE_AND_FOOT if track.has(*(f"{s}_{p}" for s in SIDES))]
    if not parts:
        return np.full(len(track.time_s), np.nan)
    ahead = np.mean(
        [(track.point(f"left_{p}") - track.point(f"right_{p}"))[:, 0] for p in parts], axis=0
    )
    return np.abs(fill_gaps(ahead, track.time_s, max_s=np.inf))


def _leg_length(track: PoseTrack) -> float:
    """Return the visible length from hip to ankle (or heel), in the track's unit."""
    lower = "ankle" if track.has("left_ankle") else "heel"
    return float(np.nanmedian(np.linalg.norm(track.mid("hip") - track.mid(lower), axis=1)))


def _parts(grid: Array, pace_hz: Array, clear: NDArray[np.bool_]) -> tuple[PacePart, ...]:
    """Split into runs in which the pace neither jumps nor drifts too far."""
    parts: list[PacePart] = []
    start = 0
    for t in range(1, len(grid) + 1):
        middle = float(np.median(pace_hz[start:t]))
        if t < len(grid) and _continues(grid, pace_hz, start, t):
            continue
        part = PacePart(float(grid[start]), float(grid[t - 1]), middle)
        if part.steps >= MIN_STEPS and clear[start:t].mean() > 0.5:
            parts.append(part)
        start = t
    return _merge_parts(parts)


def _continues(grid: Array, pace_hz: Array, start: int, t: int) -> bool:
    """Whether the pace at ``t`` continues the current run and its last steps."""
    few_s = FEW_STEPS / float(pace_hz[t - 1])
    last = max(start, int(np.searchsorted(grid, grid[t] - few_s)))
    recent = float(np.median(pace_hz[last:t]))
    low, high = float(np.min(pace_hz[start:t])), float(np.max(pace_hz[start:t]))
    drift = max(pace_hz[t] / low, high / pace_hz[t])
    return bool(abs(np.log(pace_hz[t] / recent)) < np.log1p(CHANGE) and drift < 1.0 + DRIFT)


def _merge_parts(parts: list[PacePart]) -> tuple[PacePart, ...]:
    """Merge neighbours of the same pace, separated only by an artefact of the ridge."""
    joined: list[PacePart] = []
    for part in parts:
        if joined and abs(np.log(part.step_hz / joined[-1].step_hz)) < np.log1p(CHANGE):
            before = joined.pop()
            longer = max(before, part, key=lambda p: p.steps)
            part = PacePart(before.start_s, part.end_s, longer.step_hz)
        joined.append(part)
    return tuple(joined)


def _cut(capture: Capture, part: PacePart) -> Capture:
    """Cut the capture to the frames well inside a part."""
    pose = capture.pose
    ramp_s = RAMP_STEPS / part.step_hz
    first = part.start_s + (ramp_s if part.start_s > pose.time_s[0] + ramp_s else 0.0)
    last = part.end_s - (ramp_s if part.end_s < pose.time_s[-1] - ramp_s else 0.0)
    return select_frames(capture, (pose.time_s >= first) & (pose.time_s <= last))


def select_frames(capture: Capture, kept: NDArray[np.bool_]) -> Capture:
    """Select frames of a capture.

    Parameters
    ----------
    capture
        Of T frames.
    kept
        (T,) whether to keep each frame.

    Returns
    -------
    Capture
        With keypoints, camera motion, outline and soles of those frames.
    """
    pose, camera = capture.pose, capture.camera
    track = replace(
        pose, time_s=pose.time_s[kept], xy=pose.xy[kept], confidence=pose.confidence[kept]
    )
    if camera is not None:
        camera = CameraMotion(camera.shift_px[kept], camera.moving)
    outline, soles = (
        None if values is None else values[kept]
        for values in (capture.outline_px, capture.sole_deg)
    )
    return replace(capture, pose=track, camera=camera, outline_px=outline, sole_deg=soles)
