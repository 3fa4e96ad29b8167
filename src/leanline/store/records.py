"""What the store holds, as frozen records. Times are aware and in UTC, ids short words."""

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
    """An id that nobody guesses or meets twice."""
    return token_hex(8)


def now() -> datetime:
    """The moment of the call, in UTC."""
    return datetime.now(UTC)


@dataclass(frozen=True)
class Athlete:
    """Somebody who is filmed; the name is unique in the store."""

    id: str
    name: str
    height_m: float | None
    notes: str
    created_at: datetime


@dataclass(frozen=True)
class Media:
    """A clip by its content; the file is ``Store.clip(session)``."""

    sha256: str
    suffix: str
    size_bytes: int
    created_at: datetime


@dataclass(frozen=True)
class Session:
    """One clip of somebody and, once it is analysed, where its result is.

    ``name`` is the file name as the person knows it: for showing only, never a path.
    ``settings`` are those of ``leanline.Settings``. ``standing_id`` is the session of the
    same person standing tall. ``result`` is None until the clip is analysed; it changes
    when the clip is measured again. ``findings`` are (id, severity), first first.
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
    """One analysis to be done, being done or done with.

    ``revision`` rises with each change, so that a reader can tell what is new; ``beat_at``
    is when its worker last said that it lives.
    ``cancel_wanted`` is set on a running job that is to stop. ``error`` and ``hint`` are
    sentences for the person. ``retry_of`` is the job that this one does again.
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
    retry_of: str | None = None

    @property
    def final(self) -> bool:
        """Whether it is over; an over job never changes again."""
        return self.state in FINAL_STATES

    @property
    def may_retry(self) -> bool:
        """Whether a retry makes sense."""
        return self.state in ("failed", "cancelled", "interrupted")


@dataclass(frozen=True)
class CorrectionRecord:
    """A correction by hand and when it was made."""

    id: str
    session_id: str
    made_at: datetime
    correction: Correction


@dataclass(frozen=True)
class WatchRun:
    """A run as a watch recorded it, in our own metrics and units.

    ``means`` are over the whole run; ``samples`` (per second or so) are kept in the store and
    read by ``Activities.samples``.
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
    """A plan that was made for an athlete, as plain data (see ``leanline.plan``)."""

    id: str
    athlete_id: str
    session_id: str | None
    made_at: datetime
    plan: Mapping[str, Any]
