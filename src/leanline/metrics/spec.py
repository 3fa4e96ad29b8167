"""The metrics measured in every step, and how each responds to the errors of a clip."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from leanline.registry.definition import StepMetric
from leanline.registry.metrics import METRICS

STEP_METRICS: Final[Mapping[str, StepMetric]] = {
    metric.id: metric.step for metric in METRICS.values() if metric.step
}
