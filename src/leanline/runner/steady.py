"""The longest part of a clip that plays at one speed: phones slow down the middle of a clip.

The feet part and meet once a step, whichever is left. The step's frequency as played is
followed through the clip as the cheapest ridge of a wavelet picture (Mallat 2009), and
where it changes by more than runners do the clip is cut.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from leanline.model import Array, CameraMotion, Capture, Note, PoseTrack
from leanline.signals.gaps import fill_gaps
from leanline.skeleton import SIDES

# Steps as played: from eight times slowed walking to sprinting, a twentieth apart.
STEP_HZ = np.exp(np.arange(np.log(0.22), np.log(5.5), 0.05))
# The wavelet spans about this many steps (standard deviation of its window, in radians).
WAVELET_RAD = 5.0
MOST_GRID = 1500
# A step of the ridge by one row costs this much of the brightness of a clear row; a jump, as
# the speed is switched at once, costs no more than this many rows.
TURN_COST, MOST_ROWS = 0.15, 14
# Runners change their pace by less than this from part to part of a clip.
CHANGE = 0.2
# A part counts when it lasts this many steps and its ridge is this bright.
LEAST_STEPS, LEAST_BRIGHT = 2.0, 0.35
# Feet that part by less than this share of the leg do not step.
LEAST_SWING = 0.04
# Left out at a cut, where the speed is ramped: steps as played there.
RAMP_STEPS = 0.5
NEEDED_S = 2.0
MOST_SPM = 270.0


@dataclass(frozen=True)
class Part:
    """Half-open part of a clip, seconds, and its steps a second as played."""

    start_s: float
    end_s: float
    step_hz: float

    @property
    def steps(self) -> float:
        """How many steps long."""
        return (self.end_s - self.start_s) * self.step_hz


def steady(capture: Capture, slow_motion: float | None = None) -> Capture:
    """The capture cut to its longest part of one pace, counted in steps; told in a note.

    A given ``slow_motion`` speaks of the slowed part: of none in which the steps would be
    quicker than anybody's.
    """
    parts = paces(capture.pose)
    if len(parts) < 2:
        return capture
    most_hz = MOST_SPM / 60.0 / (slow_motion or 1.0)
    best = max(parts, key=lambda part: (part.step_hz < most_hz, part.steps))
    others = [part for part in parts if part is not best]
    slowest, fastest = (f(part.step_hz for part in others) for f in (min, max))
    apart = slowest if best.step_hz / slowest > fastest / best.step_hz else fastest
    text = (
        f"The steps change their pace within the clip, from {60 * best.step_hz:.0f} to "
        f"{60 * apart:.0f} a minute as played: slow motion in a part of it, or another speed. "
        f"Only {best.start_s:.1f} to {best.end_s:.1f} s is measured; --start and --end choose."
    )
    kept = _between(capture, best)
    return replace(kept, notes=(*kept.notes, Note("speed_change", text)))


def paces(track: PoseTrack) -> tuple[Part, ...]:
    """Parts of one pace each, in order; one or none for most clips."""
    apart = _apart(track)
    known = np.isfinite(apart)
    if known.sum() < 12 or np.ptp(track.time_s[known]) < NEEDED_S:
        return ()
    times = track.time_s[known]
    count = int(np.clip(np.ptp(times) * STEP_HZ[-1] * 2, 32, MOST_GRID))
    grid = np.linspace(times[0], times[-1], count)
    signal = np.interp(grid, times, apart[known])
    picture = _picture(signal - signal.mean(), grid)
    ridge = _ridge(picture)
    bright = picture[ridge, np.arange(count)]
    if np.percentile(bright, 90) < LEAST_SWING * _leg(track):
        return ()
    return _parts(grid, STEP_HZ[ridge], bright > LEAST_BRIGHT * np.percentile(bright, 90))


def _apart(track: PoseTrack) -> Array:
    """How far the feet are apart along the picture, whichever is ahead, (T,)."""
    parts = [p for p in ("ankle", "heel", "foot_index") if track.has(*(f"{s}_{p}" for s in SIDES))]
    if not parts:
        return np.full(len(track.time_s), np.nan)
    ahead = np.mean(
        [(track.point(f"left_{p}") - track.point(f"right_{p}"))[:, 0] for p in parts], axis=0
    )
    return np.abs(fill_gaps(ahead, track.time_s, longest_s=np.inf))


def _leg(track: PoseTrack) -> float:
    """Hip to ankle (or heel) as seen, in the track's unit."""
    lower = "ankle" if track.has("left_ankle") else "heel"
    return float(np.nanmedian(np.linalg.norm(track.mid("hip") - track.mid(lower), axis=1)))


def _picture(signal: Array, grid: Array) -> Array:
    """Brightness (F, T) of each step frequency at each moment: Morlet wavelets.

    A pure wave of amplitude one is as bright at every frequency, and at the ends as inside.
    """
    picture = np.empty((len(STEP_HZ), len(grid)))
    spacing = float(grid[1] - grid[0])
    for row, frequency in enumerate(STEP_HZ):
        width_s = WAVELET_RAD / (2 * np.pi * frequency)
        reach = min(int(np.ceil(3 * width_s / spacing)), (len(grid) - 1) // 2)
        lag = spacing * np.arange(-reach, reach + 1)
        window = np.exp(-0.5 * (lag / width_s) ** 2)
        wave = window * np.exp(2j * np.pi * frequency * lag)
        inside = np.convolve(np.ones(len(signal)), window, mode="same")
        mean = np.convolve(signal, window, mode="same") / inside
        picture[row] = np.abs(np.convolve(signal - mean, wave, mode="same")) / inside
    return picture


def _ridge(picture: Array) -> Array:
    """Row of the brightest path (T,) that does not jump without need (Viterbi 1967)."""
    rows = np.arange(len(picture))
    cost = TURN_COST * float(np.percentile(picture.max(axis=0), 75))
    turn = cost * np.minimum(np.abs(rows[:, None] - rows[None, :]), MOST_ROWS)
    total = picture[:, 0].copy()
    came = np.zeros(picture.shape, dtype=int)
    for t in range(1, picture.shape[1]):
        ways = total[None, :] - turn
        came[:, t] = ways.argmax(axis=1)
        total = ways[rows, came[:, t]] + picture[:, t]
    path = np.empty(picture.shape[1], dtype=int)
    path[-1] = int(total.argmax())
    for t in range(len(path) - 1, 0, -1):
        path[t - 1] = came[path[t], t]
    return path


def _parts(grid: Array, pace_hz: Array, clear: NDArray[np.bool_]) -> tuple[Part, ...]:
    """Runs of moments whose pace stays near that of the run."""
    parts: list[Part] = []
    start = 0
    for t in range(1, len(grid) + 1):
        middle = float(np.median(pace_hz[start:t]))
        if t < len(grid) and abs(np.log(pace_hz[t] / middle)) < np.log1p(CHANGE):
            continue
        part = Part(float(grid[start]), float(grid[t - 1]), middle)
        if part.steps >= LEAST_STEPS and clear[start:t].mean() > 0.5:
            parts.append(part)
        start = t
    return _joined(parts)


def _joined(parts: list[Part]) -> tuple[Part, ...]:
    """Neighbours of one pace as one part (a stumble of the ridge lay between)."""
    joined: list[Part] = []
    for part in parts:
        if joined and abs(np.log(part.step_hz / joined[-1].step_hz)) < np.log1p(CHANGE):
            before = joined.pop()
            longer = max(before, part, key=lambda p: p.steps)
            part = Part(before.start_s, part.end_s, longer.step_hz)
        joined.append(part)
    return tuple(joined)


def _between(capture: Capture, part: Part) -> Capture:
    """The capture's frames well inside a part."""
    pose = capture.pose
    ramp_s = RAMP_STEPS / part.step_hz
    first = part.start_s + (ramp_s if part.start_s > pose.time_s[0] + ramp_s else 0.0)
    last = part.end_s - (ramp_s if part.end_s < pose.time_s[-1] - ramp_s else 0.0)
    return chosen(capture, (pose.time_s >= first) & (pose.time_s <= last))


def chosen(capture: Capture, kept: NDArray[np.bool_]) -> Capture:
    """The capture with some of its frames, ``kept`` (T,) boolean."""
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
