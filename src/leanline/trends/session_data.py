"""Conditions and metrics of each clip, as input for comparisons between sessions."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from leanline.model import Activity, Analysis, Direction, Metric, Surface, View


@dataclass(frozen=True)
class RecordingConditions:
    """How a clip was recorded and measured; clips that differ in it are not comparable.

    Parameters
    ----------
    activity, view, direction, surface
        As in the analysis.
    pose_model
        Name of the pose source.
    definition
        Version of the metrics' definitions.
    speed
        Running speed, metres a second; None where it was not measured.
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
    """One session of the history.

    Parameters
    ----------
    session_id
        Its id in the store.
    at
        When it was filmed.
    name
        Name of the clip.
    taken
        How it was recorded and measured.
    metrics
        By id.
    content
        Hash of the film, by which duplicates are noticed; None if unknown.
    """

    session_id: str
    at: datetime
    name: str
    taken: RecordingConditions
    metrics: Mapping[str, Metric]
    content: str | None = None


def recording_conditions(analysis: Analysis) -> RecordingConditions:
    """Return the recording conditions of an analysis.

    Parameters
    ----------
    analysis
        A result.

    Returns
    -------
    RecordingConditions
        As far as the result has them.
    """
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
    """Return the version of the metrics' definitions: leanline's, without the patch level.

    Parameters
    ----------
    version
        Such as ``0.2.1``.

    Returns
    -------
    str
        Such as ``0.2``.
    """
    return f"leanline {'.'.join(version.split('.')[:2])}"
