"""Conditions and metrics of each clip, as input for comparisons between sessions."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from leanline.model import Activity, Analysis, Direction, Metric, Surface, View


@dataclass(frozen=True)
class RecordingConditions:
    """How a clip was recorded and measured; clips are comparable only if these match.

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
class SessionMeasurement:
    """One analysed session: when and how it was filmed, and what was measured."""

    session_id: str
    at: datetime
    name: str
    taken: RecordingConditions
    metrics: Mapping[str, Metric]


def recording_conditions(analysis: Analysis) -> RecordingConditions:
    """Return the recording conditions of an analysis."""
    speed = analysis.metrics.get("speed_mps")
    return RecordingConditions(
        analysis.activity,
        analysis.view,
        analysis.direction,
        analysis.surface,
        analysis.provenance.pose_model,
        definition_version(analysis.provenance.leanline),
        speed if speed is not None and isinstance(speed.value, float) else None,
    )


def definition_version(version: str) -> str:
    """Return the version of the metrics' definitions: leanline's, without the patch level."""
    return f"leanline {'.'.join(version.split('.')[:2])}"
