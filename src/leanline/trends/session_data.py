"""What the comparison of sessions looks at: the circumstances and the numbers of each clip."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from leanline.model import Activity, Analysis, Direction, Metric, Surface, View


@dataclass(frozen=True)
class RecordingConditions:
    """How a clip was taken and measured; clips that differ in it are not alike.

    ``definition`` is the version of the metrics' definitions.
    """

    activity: Activity
    view: View
    direction: Direction | None
    surface: Surface
    pose_model: str
    definition: str
    speed: Metric | None = None


@dataclass(frozen=True)
class Measured:
    """One session of the history: when it was filmed, how, and what was measured."""

    session_id: str
    at: datetime
    name: str
    taken: RecordingConditions
    metrics: Mapping[str, Metric]


def taken(analysis: Analysis) -> RecordingConditions:
    """The circumstances of an analysis."""
    speed = analysis.metrics.get("speed_mps")
    return RecordingConditions(
        analysis.activity,
        analysis.view,
        analysis.direction,
        analysis.surface,
        analysis.provenance.pose_model,
        definition_of(analysis.provenance.leanline),
        speed if speed is not None and isinstance(speed.value, float) else None,
    )


def definition_of(version: str) -> str:
    """The version of the metrics' definitions: leanline's own, without the patch."""
    return f"leanline {'.'.join(version.split('.')[:2])}"
