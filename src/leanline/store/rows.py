"""Between rows of the tables and records."""

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

TAKEN: Final = ("activity", "view", "direction", "surface", "pose_model", "definition")
WATCH_COLUMNS: Final = tuple(c for c in schema.watch_run.c if c.name != "samples")


def athlete_of(row: Row) -> Athlete:
    """An athlete's row as a record."""
    return Athlete(**row)


def media_of(row: Row) -> Media:
    """A clip's row as a record."""
    return Media(**row)


def job_of(row: Row) -> Job:
    """A job's row as a record."""
    return Job(**row)


def watch_run_of(row: Row) -> WatchRun:
    """A watch run's row, without its samples, as a record."""
    return WatchRun(**row)


def plan_of(row: Row) -> PlanRecord:
    """A plan's row as a record."""
    return PlanRecord(**row)


def correction_of(row: Row) -> CorrectionRecord:
    """A correction's row as a record."""
    return CorrectionRecord(
        row["id"], row["session_id"], row["made_at"], from_plain(row["correction"])
    )


def session_of(row: Row, speed: Metric | None = None) -> Session:
    """A session's row as a record."""
    own = {key: row[key] for key in row if key not in (*TAKEN, "findings")}
    taken = (
        RecordingConditions(**{key: row[key] for key in TAKEN}, speed=speed)
        if row["activity"]
        else None
    )
    findings = tuple((str(name), str(severity)) for name, severity in row["findings"] or ())
    return Session(**own, taken=taken, findings=findings)


def taken_values(taken: RecordingConditions) -> dict[str, Any]:
    """The circumstances as columns of a session."""
    return {key: getattr(taken, key) for key in TAKEN}


def metric_values(session_id: str, metric: Metric) -> dict[str, Any]:
    """A metric as a row; what is not a finite number is null, as in ``analysis.json``."""
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


def metrics_of(rows: Iterable[Sequence[Any]]) -> dict[str, dict[str, Metric]]:
    """Metrics by session and id, from rows in the order of the table's columns."""
    found: dict[str, dict[str, Metric]] = {}
    for row in rows:
        session_id, name, value, word, low, high, sd, n, left, right, quality, why, sdc, zero = row
        found.setdefault(session_id, {})[name] = Metric(
            name,
            value if word is None else word,
            None if low is None or high is None else (low, high),
            sd,
            n,
            left,
            right,
            quality,
            None if why is None else _reason_of(why),
            sdc,
            zero,
        )
    return found
