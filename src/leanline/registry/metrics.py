"""All metrics by id, in the order of the report."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from leanline.registry.assess import ASSESS
from leanline.registry.definition import MetricDefinition
from leanline.registry.land import LAND
from leanline.registry.run import RUN
from leanline.registry.stand import STAND

METRICS: Final[Mapping[str, MetricDefinition]] = MappingProxyType(
    {metric.id: metric for metric in (*ASSESS, *STAND, *RUN, *LAND)}
)


def threshold(metric_id: str, name: str) -> float:
    """A threshold of a metric, or an end of its band (``band.low``, ``band.high``).

    Parameters
    ----------
    metric_id
        A key of ``METRICS``.
    name
        Of one of its thresholds, ``band.low`` or ``band.high``.

    Returns
    -------
    float
        In the metric's unit.

    Raises
    ------
    KeyError
        There is no such metric or threshold.
    """
    return METRICS[metric_id].threshold(name)
