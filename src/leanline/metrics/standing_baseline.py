"""A runner's own zero: what the same definitions read while they stand tall.

What remains of the keypoints' offsets is mostly the runner's own and the same standing and
running, so the difference is surer than either. Both are kept: the value as measured and
the value less that of standing.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from leanline.model import Metric

# Which standing reading is the zero of which running metric.
ZEROS: Mapping[str, str] = {
    "lean_body_deg": "stand_lean_deg",
    "lean_leg_deg": "stand_leg_deg",
    "lean_trunk_deg": "stand_trunk_deg",
    "waist_bend_deg": "stand_bend_deg",
}


def with_zero(running: Mapping[str, Metric], standing: Mapping[str, Metric]) -> dict[str, Metric]:
    """The running metrics with ``minus_standing`` set wherever the standing clip gives its zero."""
    found = dict(running)
    for name, zero in ZEROS.items():
        metric, at_rest = running.get(name), standing.get(zero)
        if metric is None or at_rest is None:
            continue
        if isinstance(metric.value, float) and isinstance(at_rest.value, float):
            found[name] = replace(metric, minus_standing=metric.value - at_rest.value)
    return found
