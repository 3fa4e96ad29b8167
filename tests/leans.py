"""Made-up postures of the standing drill over time."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from leanline.drill import Posture, Postures
from leanline.model import Array

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
    """Postures of somebody as straight as ``TALL`` but for what is said."""
    straight: dict[str, float | Array] = {"leg_deg": lean_deg, "hip_deg": 0.0, "knee_deg": 0.0}
    full = straight | {"head_deg": 8.0} | angles
    rows = {name: np.zeros(len(times)) + value for name, value in full.items()}
    return Postures(times, lean_deg, **rows)
