"""A runner's standing baseline: what the same definitions give while standing upright.

The remaining offsets of the keypoints are mostly individual and the same in standing and running,
so the difference is more certain than either value. Both are kept: the value as measured and its
difference from standing.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from leanline.model import Metric

# The standing metric that serves as baseline of each running metric.
BASELINES: Mapping[str, str] = {
    "lean_body_deg": "stand_lean_deg",
    "lean_leg_deg": "stand_leg_deg",
    "lean_trunk_deg": "stand_trunk_deg",
    "waist_bend_deg": "stand_bend_deg",
}


def subtract_baseline(
    running: Mapping[str, Metric], standing: Mapping[str, Metric]
) -> dict[str, Metric]:
    """Set ``minus_standing`` of the running metrics for which the standing clip has a baseline.

    Parameters
    ----------
    running
        Metrics of a running clip, by id.
    standing
        Metrics of a standing clip of the same runner, by id.

    Returns
    -------
    dict of str to Metric
        The running metrics; unchanged where either value is missing.
    """
    found = dict(running)
    for name, zero in BASELINES.items():
        metric, at_rest = running.get(name), standing.get(zero)
        if metric is None or at_rest is None:
            continue
        if isinstance(metric.value, float) and isinstance(at_rest.value, float):
            found[name] = replace(metric, minus_standing=metric.value - at_rest.value)
    return found
