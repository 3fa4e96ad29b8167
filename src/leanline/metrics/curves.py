"""Lean through the gait cycle: mean and spread over strides, for each side."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal

import numpy as np

from leanline.camera.derotate import roll_facing_x
from leanline.metrics.geometry import lean_deg
from leanline.metrics.sampling import Sampler
from leanline.model import Array, Camera, Contact, Runner, frozen_array
from leanline.skeleton import Side, other

CyclePart = Literal["left", "right", "trunk"]

PERCENT: Final = np.linspace(0.0, 100.0, 101)
# A stride longer than this many median strides has a missing contact in it.
_MAX_STRIDE: Final = 1.5
# Points of the cycle are shown if at least this share of the strides was measured there.
_MIN_SHARE: Final = 0.5


@dataclass(frozen=True, eq=False)
class CycleCurve:
    """One curve of lean through the gait cycle of one foot.

    Parameters
    ----------
    start
        The foot whose contact begins the cycle.
    part
        Foot from whose ankle body lean is measured, or ``trunk`` for trunk lean.
    percent
        (101,) of the cycle, from 0 at one contact of the start foot to 100 at the next.
    mean_deg
        (101,) mean over strides, degrees, forward positive; NaN while the foot of ``part`` is in
        the air and where fewer than half of the strides were measured.
    sd_deg
        (101,) standard deviation over strides, degrees; NaN as ``mean_deg``.
    n
        Number of strides.
    """

    start: Side
    part: CyclePart
    percent: Array
    mean_deg: Array
    sd_deg: Array
    n: int

    def __post_init__(self) -> None:
        for name in ("percent", "mean_deg", "sd_deg"):
            object.__setattr__(self, name, frozen_array(getattr(self, name)))


@dataclass(frozen=True, eq=False)
class TimeCurve:
    """An angle over the clip.

    Parameters
    ----------
    time_s
        (N,) strictly rising.
    value_deg
        (N,) degrees; NaN where missing.
    """

    time_s: Array
    value_deg: Array

    def __post_init__(self) -> None:
        for name in ("time_s", "value_deg"):
            object.__setattr__(self, name, frozen_array(getattr(self, name)))


def lean_cycle(
    runner: Runner,
    contacts: Sequence[Contact],
    camera: Camera,
    start: Side = "left",
) -> tuple[CycleCurve, ...]:
    """Compute body lean during each foot's contact, and trunk lean, over one gait cycle.

    Parameters
    ----------
    runner
        The cleaned runner.
    contacts
        All contacts, in order.
    camera
        Its roll is corrected for.
    start
        The foot whose contact begins the cycle.

    Returns
    -------
    tuple of CycleCurve
        Of the start foot, the other foot and the trunk; empty without a complete stride.
    """
    strides = _strides(contacts, start)
    if not strides:
        return ()
    sampler = _sampler(runner, camera)
    moments = np.array([a + PERCENT / 100.0 * (b - a) for a, b in strides])
    parts: tuple[CyclePart, ...] = (start, other(start), "trunk")
    return tuple(_curve(start, part, _part_deg(part, sampler, moments, contacts)) for part in parts)


def standing_lean(runner: Runner, camera: Camera) -> TimeCurve:
    """Compute the lean from mid-ankle to mid-shoulder over the clip.

    Parameters
    ----------
    runner
        The cleaned runner, facing +x.
    camera
        Its roll is corrected for.

    Returns
    -------
    TimeCurve
        Of every frame, forward positive.
    """
    pose = _sampler(runner, camera).upright
    return TimeCurve(pose.time_s, lean_deg(pose.mid("ankle"), pose.mid("shoulder")))


def _sampler(runner: Runner, camera: Camera) -> Sampler:
    """Sample upright, as the metrics do."""
    roll = roll_facing_x(runner.direction, camera)
    return Sampler(runner.pose, roll, runner.leg_length)


def _strides(contacts: Sequence[Contact], side: Side) -> list[tuple[float, float]]:
    starts = np.array([c.contact_s for c in contacts if c.side == side])
    if len(starts) < 2:
        return []
    lengths = np.diff(starts)
    whole = lengths < _MAX_STRIDE * np.median(lengths)
    return [
        (float(a), float(b)) for a, b in zip(starts[:-1][whole], starts[1:][whole], strict=True)
    ]


def _part_deg(
    part: CyclePart, sampler: Sampler, moments: Array, contacts: Sequence[Contact]
) -> Array:
    """Return the part's lean at the moments (strides, 101); NaN while its foot is in the air."""
    at_s = moments.ravel()
    shoulder = sampler.mid("shoulder", at_s)
    if part == "trunk":
        return lean_deg(sampler.mid("hip", at_s), shoulder).reshape(moments.shape)
    lean = lean_deg(sampler.point(f"{part}_ankle", at_s), shoulder)
    return np.where(_on_ground(part, at_s, contacts), lean, np.nan).reshape(moments.shape)


def _on_ground(part: CyclePart, at_s: Array, contacts: Sequence[Contact]) -> Array:
    own = [c for c in contacts if c.side == part]
    down = np.zeros(len(at_s), dtype=bool)
    for contact in own:
        down |= (at_s >= contact.contact_s) & (at_s < contact.toe_off_s)
    return np.asarray(down)


def _curve(start: Side, part: CyclePart, values: Array) -> CycleCurve:
    known = np.isfinite(values)
    count = known.sum(axis=0)
    safe = np.where(known, values, 0.0)
    mean = safe.sum(axis=0) / np.maximum(count, 1)
    square = (np.where(known, values - mean, 0.0) ** 2).sum(axis=0)
    sd = np.sqrt(square / np.maximum(count - 1, 1))
    shown = count >= max(1.0, _MIN_SHARE * len(values))
    return CycleCurve(
        start,
        part,
        PERCENT,
        np.where(shown, mean, np.nan),
        np.where(shown, sd, np.nan),
        len(values),
    )
