"""The store's contents as frozen records. Times are timezone-aware UTC; ids are short strings."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from secrets import token_hex
from typing import Any, Final, Literal

from leanline.corrections import Correction
from leanline.trends.session_data import RecordingConditions

JobState = Literal["queued", "running", "done", "failed", "cancelled", "interrupted"]
FINAL_STATES: Final = ("done", "failed", "cancelled", "interrupted")
ACTIVE_STATES: Final = ("queued", "running")


def new_id() -> str:
    """Return a random id."""
    return token_hex(8)


def now() -> datetime:
    """Return the current time in UTC."""
    return datetime.now(UTC)


@dataclass(frozen=True)
class Athlete:
    """A person who is filmed; names are unique within a store."""

    id: str
    name: str
    height_m: float | None
    notes: str
    created_at: datetime


@dataclass(frozen=True)
class Media:
    """A clip, identified by its content; the file is at ``Sessions.clip``."""

    sha256: str
    suffix: str
    size_bytes: int
    created_at: datetime


@dataclass(frozen=True)
class Session:
    """One clip of an athlete and, once analysed, its result.

    ``name`` is the file name as the user knows it: for display only, never a path.
    ``settings`` are fields of ``leanline.Settings``. ``standing_id`` is the session in which the
    same person stands upright. ``result`` is None until the clip is analysed and changes with
    each re-analysis. ``findings`` are (id, severity) pairs, most important first.
    """

    id: str
    athlete_id: str | None
    name: str
    media_sha256: str | None
    filmed_at: datetime
    created_at: datetime
    settings: Mapping[str, Any]
    notes: str = ""
    standing_id: str | None = None
    result: str | None = None
    analysed_at: datetime | None = None
    taken: RecordingConditions | None = None
    findings: tuple[tuple[str, str], ...] = ()
    duration_s: float | None = None


@dataclass(frozen=True)
class Job:
    """One analysis: queued, running or finished.

    ``revision`` increases with each change, so that readers can detect it; ``beat_at`` is the
    worker's last heartbeat. ``cancel_wanted`` asks a running job to stop. ``error`` and ``hint``
    are messages for the user, in English; ``code`` and ``params`` are the same as data.
    ``retry_of`` is the job that this one retries.
    """

    id: str
    session_id: str
    state: JobState
    phase: str
    share: float
    revision: int
    created_at: datetime
    changed_at: datetime
    started_at: datetime | None = None
    finished_at: datetime | None = None
    beat_at: datetime | None = None
    worker: str | None = None
    cancel_wanted: bool = False
    error: str = ""
    hint: str = ""
    error_type: str = ""
    code: str = ""
    params: Mapping[str, Any] = field(default_factory=dict)
    retry_of: str | None = None

    @property
    def final(self) -> bool:
        """Whether the job has ended; such a job never changes again."""
        return self.state in FINAL_STATES

    @property
    def may_retry(self) -> bool:
        """Whether the job ended without a result and can be retried."""
        return self.state in ("failed", "cancelled", "interrupted")


@dataclass(frozen=True)
class CorrectionRecord:
    """A manual correction and when it was made."""

    id: str
    session_id: str
    made_at: datetime
    correction: Correction


@dataclass(frozen=True)
class WatchRun:
    """A run recorded by a watch, in leanline's metrics and units.

    ``means`` are averages of the whole run; ``WatchRuns.samples`` reads the samples, about one
    per second.
    """

    id: str
    athlete_id: str
    name: str
    started_at: datetime
    duration_s: float
    device: str
    sport: str
    sha256: str
    means: Mapping[str, float]
    created_at: datetime = field(default_factory=now)


@dataclass(frozen=True)
class PlanRecord:
    """An athlete's plan as plain data (see ``leanline.plan``)."""

    id: str
    athlete_id: str
    session_id: str | None
    made_at: datetime
    plan: Mapping[str, Any]
