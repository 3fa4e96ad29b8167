"""How the errors of several clips of one body differ, and whether smallest changes allow for it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Final

import numpy as np

from leanline.model import Analysis, Metric
from validation.tables import markdown, percent

METRICS: Final = (
    "lean_body_deg",
    "lean_leg_deg",
    "lean_trunk_deg",
    "waist_bend_deg",
    "hip_offset_pct",
    "vertical_oscillation_m",
    "foot_strike_angle_deg",
    "landing_distance_m",
    "shin_angle_deg",
    "knee_flexion_contact_deg",
    "contact_time_s",
)


@dataclass(frozen=True)
class Reading:
    """One metric of one clip.

    Attributes
    ----------
    error
        Measured minus true, in the metric's unit.
    smallest
        Its smallest detectable change, 95 %.
    """

    error: float
    smallest: float


def repeated_table(clips: Sequence[tuple[str, Analysis, Mapping[str, Metric]]]) -> list[str]:
    """A row for each metric.

    Parameters
    ----------
    clips
        Body, result and true metrics of each clip.

    Returns
    -------
    list of str
        A Markdown table: how often the errors of two clips of one body differ by less than the
        smallest detectable change (95 % is right), and which share of the variance of the
        errors clips of one body have in common (one-way analysis of variance).
    """
    rows = []
    for metric in METRICS:
        bodies = [group for group in _by_body(metric, clips).values() if len(group) > 1]
        pairs = [pair for group in bodies for pair in combinations(group, 2)]
        if len(bodies) < 2:
            continue
        held = np.mean([abs(a.error - b.error) <= max(a.smallest, b.smallest) for a, b in pairs])
        shared = shared_share([[one.error for one in group] for group in bodies])
        rows.append(
            [metric, str(len(bodies)), str(len(pairs)), percent(float(held)), percent(shared)]
        )
    return markdown(("metric", "bodies", "pairs", "below the smallest change", "shared"), rows)


def shared_share(groups: Sequence[Sequence[float]]) -> float:
    """Share of the variance that members of a group have in common (intraclass correlation).

    Parameters
    ----------
    groups
        At least two, with at least two values each.

    Returns
    -------
    float
        0 to 1.
    """
    sizes = np.array([len(group) for group in groups])
    values = np.concatenate([np.asarray(group, dtype=np.float64) for group in groups])
    means = np.array([np.mean(group) for group in groups])
    within = float(np.sum((values - np.repeat(means, sizes)) ** 2)) / (len(values) - len(groups))
    between = float(np.sum(sizes * (means - values.mean()) ** 2)) / (len(groups) - 1)
    size = (len(values) - float(np.sum(sizes**2)) / len(values)) / (len(groups) - 1)
    shared = max((between - within) / size, 0.0)
    return shared / (shared + within) if shared + within > 0.0 else 0.0


def _by_body(
    metric: str, clips: Sequence[tuple[str, Analysis, Mapping[str, Metric]]]
) -> dict[tuple[str, str], list[Reading]]:
    found: dict[tuple[str, str], list[Reading]] = {}
    for body, analysis, truth in clips:
        for reading in _reading(metric, analysis, truth):
            found.setdefault((body, analysis.activity), []).append(reading)
    return found


def _reading(metric: str, analysis: Analysis, truth: Mapping[str, Metric]) -> Iterator[Reading]:
    measured, true = analysis.metrics.get(metric), truth.get(metric)
    if measured is None or true is None or measured.sdc95 is None:
        return
    if isinstance(measured.value, float) and isinstance(true.value, float):
        yield Reading(measured.value - true.value, measured.sdc95)
