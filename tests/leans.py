"""Made-up postures of the standing drill over time."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from leanline.drill import Posture, Postures
from leanline.model import Array, PoseTrack
from tests.captures import standing

TALL = Posture(lean_deg=2.0, leg_deg=2.0, hip_deg=0.0, knee_deg=0.0, head_deg=8.0)


def lean_course(
    corners: Sequence[tuple[float, float]], fps: float = 30.0, seed: int | None = None
) -> tuple[Array, Array]:
    """Times and leans along straight pieces between (second, degrees), with noise if seeded."""
    times = np.arange(round(corners[-1][0] * fps) + 1) / fps
    seconds, levels = np.array(corners).T
    lean = np.interp(times, seconds, levels)
    if seed is not None:
        lean = lean + np.random.default_rng(seed).normal(0.0, 0.15, len(lean))
    return times, lean


def drill_course(
    leans: Sequence[float] = (7.0, 8.0), hold_s: float = 5.0, tall_deg: float = 2.0
) -> list[tuple[float, float]]:
    """Corners of: two seconds tall, then each lean for ``hold_s`` with two seconds tall after."""
    corners, now = [(0.0, tall_deg), (2.0, tall_deg)], 2.0
    for lean in leans:
        for seconds, level in ((1.0, lean), (hold_s, lean), (1.0, tall_deg), (2.0, tall_deg)):
            now += seconds
            corners.append((now, level))
    return corners


def as_plank(times: Array, lean_deg: Array, **angles: float | Array) -> Postures:
    """Postures as straight as ``TALL`` except for the given angles."""
    straight: dict[str, float | Array] = {"leg_deg": lean_deg, "hip_deg": 0.0, "knee_deg": 0.0}
    full = straight | {"head_deg": 8.0} | angles
    rows = {name: np.zeros(len(times)) + value for name, value in full.items()}
    return Postures(times, lean_deg, **rows)


def drill_track(
    times: Array,
    lean_deg: Array,
    *,
    bend_deg: Array | float = 0.0,
    knee_deg: Array | float = 0.0,
    head_deg: Array | float = 0.0,
    noise: float = 1.0,
) -> PoseTrack:
    """A person with the given lean from the ankles (leg line), 430 pixels tall, facing right.

    ``bend_deg`` is how much more the trunk leans, ``knee_deg`` how far each knee is bent,
    ``head_deg`` how far the head drops.
    """
    still = standing(seconds=0.1, fps=30.0, noise=0.0, sway_px=0.0, lean_deg=0.0)
    names = still.keypoints
    ankle = still.mid("ankle")[0]
    half = 0.5 * np.broadcast_to(knee_deg, times.shape)
    knee = ankle + _up(108.0, lean_deg + half)
    hip = knee + _up(107.0, lean_deg - half)
    shoulder = hip + _up(127.0, lean_deg + bend_deg)
    ear = shoulder + _up(50.0, lean_deg + bend_deg + head_deg)
    places = {"knee": knee, "hip": hip, "shoulder": shoulder, "ear": ear}
    xy = np.repeat(still.xy[:1], len(times), axis=0)
    for k, name in enumerate(names):
        part = name.removeprefix("left_").removeprefix("right_")
        if part in places:
            xy[:, k] = places[part] + (still.xy[0, k] - still.mid(part)[0])
        elif part not in ("ankle", "heel", "foot_index"):
            xy[:, k] += shoulder - still.mid("shoulder")[0]
    xy += np.random.default_rng(0).normal(0, noise, xy.shape)
    return PoseTrack(times, xy, np.ones(xy.shape[:2]), names, "px")


def _up(length: float, angle_deg: Array) -> Array:
    angle = np.radians(angle_deg)
    return length * np.column_stack([np.sin(angle), np.cos(angle)])
