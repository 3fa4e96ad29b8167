"""Values that no body reaches are errors of measurement, and are withheld."""

from __future__ import annotations

from collections.abc import Mapping

from leanline.metrics.summary import withheld
from leanline.model import Metric
from leanline.reason import Reason
from leanline.registry.metrics import METRICS

#: Categories that follow from another metric, and fall with it.
FOLLOWS = {"foot_strike": "foot_strike_angle_deg"}


def withhold_implausible(metrics: Mapping[str, Metric]) -> dict[str, Metric]:
    """Withhold metrics outside the plausible range of the registry.

    Parameters
    ----------
    metrics
        By id.

    Returns
    -------
    dict of str to Metric
        The same, with ``metric.implausible`` as the reason where a value was out of range.
    """
    found = {name: _withhold_if_implausible(metric) for name, metric in metrics.items()}
    for name, source in FOLLOWS.items():
        why = found[source].why if source in found else None
        if name in found and why is not None and why.code == "metric.implausible":
            found[name] = withheld(name, Reason("metric.strike_angle_missing"))
    return found


def _withhold_if_implausible(metric: Metric) -> Metric:
    known = METRICS.get(metric.id)
    if known is None or known.plausible is None or not isinstance(metric.value, float):
        return metric
    low, high = known.plausible
    if low <= metric.value <= high:
        return metric
    params = {"value": metric.value, "low": low, "high": high}
    return withheld(metric.id, Reason("metric.implausible", params))
