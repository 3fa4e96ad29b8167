"""Conversion between table rows and records."""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final, TypeAlias

from leanline.corrections import from_plain
from leanline.formats.reasons import reason_from_plain
from leanline.model import Metric
from leanline.reason import Reason, to_json
from leanline.store import schema
from leanline.store.records import (
    Athlete,
    CorrectionRecord,
    Job,
    Media,
    PlanRecord,
    Session,
    WatchRun,
)
from leanline.trends.session_data import RecordingConditions

Row: TypeAlias = Mapping[Any, Any]

CONDITION_COLUMNS: Final = ("activity", "view", "direction", "surface", "pose_model", "definition")
WATCH_COLUMNS: Final = tuple(c for c in schema.watch_run.c if c.name != "samples")


def to_athlete(row: Row) -> Athlete:
    """Convert an athlete's row."""
    return Athlete(**row)


def to_media(row: Row) -> Media:
    """Convert a clip's row."""
    return Media(**row)


def to_job(row: Row) -> Job:
    """Convert a job's row."""
    return Job(**row)


def to_watch_run(row: Row) -> WatchRun:
    """Convert a watch run's row, which does not include the samples."""
    return WatchRun(**row)


def to_plan(row: Row) -> PlanRecord:
    """Convert a plan's row."""
    return PlanRecord(**row)


def to_correction(row: Row) -> CorrectionRecord:
    """Convert a correction's row."""
    return CorrectionRecord(
        row["id"], row["session_id"], row["made_at"], from_plain(row["correction"])
    )


def to_session(row: Row, speed: Metric | None = None) -> Session:
    """Convert a session's row to its record.

    Parameters
    ----------
    row
        All columns.
    speed
        The runner's speed in it, from the metrics.

    Returns
    -------
    Session
        With its recording conditions if it was analysed.
    """
    columns = {key: row[key] for key in row if key not in (*CONDITION_COLUMNS, "findings")}
    taken = (
        RecordingConditions(**{key: row[key] for key in CONDITION_COLUMNS}, speed=speed)
        if row["activity"]
        else None
    )
    findings = tuple((str(name), str(severity)) for name, severity in row["findings"] or ())
    return Session(**columns, taken=taken, findings=findings)


def condition_values(taken: RecordingConditions) -> dict[str, Any]:
    """Return the recording conditions as columns of a session."""
    return {key: getattr(taken, key) for key in CONDITION_COLUMNS}


def metric_to_row(session_id: str, metric: Metric) -> dict[str, Any]:
    """Convert a metric to a row; numbers that are not finite become null, as in ``analysis.json``.

    Parameters
    ----------
    session_id
        Whose result it belongs to.
    metric
        Measured or not.

    Returns
    -------
    dict
        Columns of ``session_metric``.
    """
    word = metric.value if isinstance(metric.value, str) else None
    value = None if word is not None or metric.value is None else _finite(float(metric.value))
    measured = word is not None or value is not None
    low, high = map(_finite, metric.ci95 or (None, None)) if measured else (None, None)
    return {
        "session_id": session_id,
        "metric": metric.id,
        "value": value,
        "word": word,
        "low": low,
        "high": high,
        "sd": _finite(metric.sd),
        "n": metric.n,
        "left_side": _finite(metric.left),
        "right_side": _finite(metric.right),
        "quality": metric.quality if measured else "withheld",
        "why": None if metric.why is None else _reason_text(metric.why),
        "sdc95": _finite(metric.sdc95),
        "zeroed": _finite(metric.minus_standing),
        "shared_sd": _finite(metric.shared_sd),
    }


def _reason_text(reason: Reason) -> str:
    return json.dumps(to_json(reason))


def _reason_of(text: str) -> Reason:
    """A reason from its column; rows of before 0.3 hold a sentence."""
    if not text.startswith("{"):
        return reason_from_plain(None, text)
    entry = json.loads(text)
    return reason_from_plain(entry, entry["code"])


def _finite(value: float | None) -> float | None:
    return None if value is None or not math.isfinite(value) else float(value)


def to_metrics(rows: Iterable[Sequence[Any]]) -> dict[str, dict[str, Metric]]:
    """Convert rows to metrics.

    Parameters
    ----------
    rows
        With the columns in the order of the table ``session_metric``.

    Returns
    -------
    dict of dict of Metric
        By session and then by id.
    """
    metrics: dict[str, dict[str, Metric]] = {}
    for row in rows:
        session_id, name, value, word, low, high, sd, n, left, right, *rest = row
        quality, why, sdc95, minus_standing, shared_sd = rest
        metrics.setdefault(session_id, {})[name] = Metric(
            name,
            value if word is None else word,
            None if low is None or high is None else (low, high),
            sd,
            n,
            left,
            right,
            quality,
            None if why is None else _reason_of(why),
            sdc95,
            minus_standing,
            shared_sd,
        )
    return metrics
