"""The store's contents as frozen records. Times are timezone-aware UTC; ids are short strings."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from secrets import token_hex
from typing import Any, Final, Literal

from leanline.corrections import Correction
from leanline.trends.session_data import RecordingConditions

JobState = Literal["queued", "running", "done", "failed", "cancelled", "interrupted"]
FINAL_STATES: Final = ("done", "failed", "cancelled", "interrupted")
ACTIVE_STATES: Final = ("queued", "running")
#: Where the date of a session comes from: the film's own metadata, the file's date, the moment of
#: the upload, or a person; empty for sessions from before this was recorded.
DateSource = Literal["film", "file", "upload", "entered", ""]
#: How a practice felt.
Felt = Literal["easy", "right", "hard"]
FEELINGS: Final[Mapping[str, Felt]] = {"easy": "easy", "right": "right", "hard": "hard"}


def new_id() -> str:
    """Return a random id."""
    return token_hex(8)


def now() -> datetime:
    """Return the current time in UTC."""
    return datetime.now(UTC)


@dataclass(frozen=True)
class Athlete:
    """A person who is filmed.

    Parameters
    ----------
    id
        Random.
    name
        Unique within a store, 1 to 200 characters.
    height_m
        From 1.0 to 2.3, or None.
    notes
        What the user wrote.
    created_at
        UTC.
    """

    id: str
    name: str
    height_m: float | None
    notes: str
    created_at: datetime


@dataclass(frozen=True)
class Media:
    """A clip, identified by its content; ``Sessions.clip_path`` finds its file.

    Parameters
    ----------
    sha256
        Of its content.
    suffix
        Of its file, with the dot.
    size_bytes
        Of its file.
    created_at
        When it was added, UTC.
    """

    sha256: str
    suffix: str
    size_bytes: int
    created_at: datetime


@dataclass(frozen=True)
class Session:
    """One clip of an athlete and, once analysed, its result.

    Parameters
    ----------
    id
        Random.
    athlete_id
        Whose it is; None if nobody's.
    name
        File name as the user knows it: for display only, never a path.
    media_sha256
        The clip.
    filmed_at, created_at
        When it was filmed and when it was added, UTC.
    settings
        Fields of ``leanline.Settings``.
    notes
        What the user wrote.
    standing_id
        Session in which the same person stands upright.
    front_id
        Session with the same drill from in front or behind, whose metrics the result has too.
    result
        None until the clip is analysed; changes with each analysis.
    analysed_at
        When that was, UTC.
    taken
        Conditions of the recording that decide what it may be compared with.
    findings
        (id, severity), most important first.
    duration_s
        Of the clip.
    date_source
        Where ``filmed_at`` comes from.
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
    front_id: str | None = None
    result: str | None = None
    analysed_at: datetime | None = None
    taken: RecordingConditions | None = None
    findings: tuple[tuple[str, str], ...] = ()
    duration_s: float | None = None
    date_source: DateSource = ""


@dataclass(frozen=True)
class Job:
    """One analysis: queued, running or finished.

    Parameters
    ----------
    id
        Random.
    session_id
        What it analyses.
    state
        ``queued`` or ``running``, or how it ended.
    phase, share
        What it is doing, and how much of it is done, 0 to 1.
    revision
        Increases with each change, so that readers can detect it.
    created_at, changed_at, started_at, finished_at
        UTC; None while that has not happened.
    beat_at
        The worker's last heartbeat, UTC.
    worker
        Which worker process has it.
    cancel_wanted
        Whether somebody asked it to stop.
    error, hint
        Messages for the user, in English.
    error_type
        Name of the error's class.
    code, params
        The message as data.
    retry_of
        The job that this one retries.
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
    """A manual correction of a session.

    Parameters
    ----------
    id
        Random.
    session_id
        What it corrects.
    made_at
        UTC.
    correction
        What it says.
    """

    id: str
    session_id: str
    made_at: datetime
    correction: Correction


MarkKind = Literal["angle", "line", "plumb", "sketch", "note"]


@dataclass(frozen=True)
class DrawnMark:
    """What somebody measured, drew or noted on a frame of a clip.

    Values follow from the points and the clip's true vertical, so a corrected roll corrects them.

    Parameters
    ----------
    id
        Random.
    session_id
        Of the clip.
    made_at
        UTC.
    time_s
        Of the frame, seconds of the clip.
    kind
        ``angle`` has three points, the vertex second; ``line`` and ``plumb`` (a line measured
        against the true vertical) two, ``note`` one, ``sketch`` any number.
    points
        (x, y) in pixels of the picture, y down.
    text
        Of a note.
    """

    id: str
    session_id: str
    made_at: datetime
    time_s: float
    kind: MarkKind
    points: Sequence[Sequence[float]]
    text: str = ""


@dataclass(frozen=True)
class WatchRun:
    """A run recorded by a watch, in leanline's metrics and units.

    ``WatchRuns.samples`` reads the samples, about one per second.

    Parameters
    ----------
    id
        Random.
    athlete_id
        Who ran.
    name
        Of the file that it was read from.
    started_at
        UTC.
    duration_s
        Of the recording.
    device, sport
        As the file says.
    sha256
        Of the file, so that it is added only once.
    means
        Averages of the whole run by metric.
    created_at
        When it was added, UTC.
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
    """An athlete's plan as plain data (see ``leanline.plan``).

    Parameters
    ----------
    id
        Random.
    athlete_id
        Whose plan.
    session_id
        The session that it is based on, unless that was deleted.
    made_at
        UTC.
    plan
        What ``leanline.plan`` wrote.
    """

    id: str
    athlete_id: str
    session_id: str | None
    made_at: datetime
    plan: Mapping[str, Any]


@dataclass(frozen=True)
class PracticeLog:
    """A practice of a plan that was done.

    Parameters
    ----------
    plan_id
        Of which plan.
    number
        Which practice, from 1.
    done_at
        When it was ticked off, UTC.
    felt
        How it felt.
    pain
        Whether anything hurt.
    notes
        What the user wrote.
    """

    plan_id: str
    number: int
    done_at: datetime
    felt: Felt
    pain: bool = False
    notes: str = ""
