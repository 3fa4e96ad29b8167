"""Typed requests and responses of the API, as published in the OpenAPI document."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Annotated, Any, Literal, Self

from fastapi import Path
from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StringConstraints,
    WithJsonSchema,
    model_validator,
)

from leanline.corrections import to_plain
from leanline.model import Metric
from leanline.quantities import as_number
from leanline.reason import to_json
from leanline.store.athletes import MAX_NAME_LENGTH
from leanline.store.records import Athlete, CorrectionRecord, Job, JobState, Session, WatchRun
from leanline.units import unit_of
from leanline.wording.catalogue import render


def refuse_nul(value: object) -> None:
    """Refuse text that contains NUL, also inside nested data.

    Raises
    ------
    ValueError
        A text contains NUL.
    """
    if isinstance(value, str) and "\0" in value:
        raise ValueError("a text cannot have the character NUL in it")
    if isinstance(value, Mapping):
        for part in (*value.keys(), *value.values()):
            refuse_nul(part)
    elif isinstance(value, list | tuple):
        for part in value:
            refuse_nul(part)


PracticeNumber = Annotated[int, Path(ge=1, le=99)]
LongText = Annotated[str, StringConstraints(max_length=10_000)]
Name = Annotated[str, StringConstraints(min_length=1, max_length=MAX_NAME_LENGTH)]
Id = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{1,32}$")]


def _with_unit(setting: str, low: float, high: float, example: str) -> tuple[Any, ...]:
    """Let a number also come as text with its unit."""
    number = {"type": "number", "minimum": low, "maximum": high}
    text = {"type": "string", "maxLength": 40, "description": f"With its unit: {example}."}
    return (
        BeforeValidator(lambda value: as_number(setting, value)),
        Field(ge=low, le=high),
        WithJsonSchema({"anyOf": [number, text]}, mode="validation"),
    )


Height = Annotated[float, *_with_unit("height_m", 1.0, 2.3, "178 cm or 5 ft 10")]
# Not a tuple: OpenAPI tools disagree on how to describe one.
Pair = Annotated[list[float | None], Field(min_length=2, max_length=2)]
Speed = Annotated[float, *_with_unit("speed_mps", 0.2, 12.0, "10 km/h or 6:00 min/km")]


class Strict(BaseModel):
    """Base of requests: rejects unknown fields, and NUL characters, which databases refuse."""

    model_config = ConfigDict(extra="forbid")

    @model_validator(mode="after")
    def _no_nul(self) -> Self:
        for name in type(self).model_fields:
            refuse_nul(getattr(self, name))
        return self


class UploadNew(Strict):
    """A clip to upload."""

    name: Annotated[str, StringConstraints(min_length=1, max_length=1000)]
    size: int = Field(ge=1, le=2**53, description="Bytes.")


class UploadOut(BaseModel):
    """Progress of an upload; continue at byte ``offset``."""

    id: str
    name: str
    size: int
    offset: int
    complete: bool
    sha256: str | None = Field(description="Hash of the whole clip, when it is here.")


class ClipCheckOut(BaseModel):
    """Properties of an uploaded clip, with advice on filming."""

    fps: float
    duration_s: float
    width: int
    height: int
    frames: int
    time_scale: float
    orientation: Literal["landscape", "portrait", "square"]
    usable: bool
    advice: list[str]


class SettingsIn(Strict):
    """Settings of a clip; omitted ones are unknown.

    ``fps``, ``keypoint_names`` and ``weights`` of ``leanline.Settings`` are left out: clips are
    videos, and a request must not name files on the server.
    """

    height_m: Height | None = None
    speed_mps: Speed | None = None
    roll_deg: Annotated[float, Field(ge=-45, le=45)] | None = None
    phone_roll_deg: Annotated[float, Field(ge=-15, le=15)] | None = None
    phone_roll_sd_deg: Annotated[float, Field(ge=0, le=15)] | None = None
    slow_motion: Annotated[float, Field(ge=0.1, le=40)] | None = None
    pose_model: Literal["full", "heavy", "rtmpose"] = "heavy"
    person: Annotated[int, Field(ge=1, le=99)] | None = None
    start_s: Annotated[float, Field(ge=0, le=1e6)] | None = None
    end_s: Annotated[float, Field(gt=0, le=1e6)] | None = None
    rotate_deg: Literal[0, 90, 180, 270] | None = None
    crop: Annotated[str, Field(max_length=40)] | None = None
    shot: Annotated[int, Field(ge=1, le=999)] | None = None
    activity: Literal["running", "walking", "standing"] | None = None


class SessionNew(Strict):
    """An uploaded clip to analyse.

    The athlete is given by id or by name; an unknown name is added as a new athlete.
    """

    upload_id: Id
    athlete_id: Id | None = None
    athlete_name: Name | None = None
    filmed_at: datetime | None = Field(
        default=None, description="As a person says; otherwise the film's own date counts first."
    )
    file_dated_at: datetime | None = Field(
        default=None, description="The date of the file, for films that have none of their own."
    )
    notes: LongText = ""
    standing_id: Id | None = None
    front_upload_id: Id | None = Field(
        default=None, description="The same drill or run, filmed from in front or behind."
    )
    settings: SettingsIn = SettingsIn()

    @model_validator(mode="after")
    def _two_clips(self) -> Self:
        if self.front_upload_id == self.upload_id:
            raise ValueError("a clip cannot be its own clip from in front")
        return self


class FrontNew(Strict):
    """An uploaded clip from in front or behind."""

    upload_id: Id


class SessionChange(Strict):
    """Changes to a session; omitted fields stay as they are."""

    athlete_id: Id | None = None
    filmed_at: datetime | None = None
    notes: LongText | None = None


class FindingOut(BaseModel):
    """A finding and its severity."""

    id: str
    severity: str


class SessionOut(BaseModel):
    """One clip; ``analysed_at`` is None until there is a result."""

    id: str
    athlete_id: str | None
    name: str
    filmed_at: datetime
    date_source: Literal["film", "file", "upload", "entered", ""] = Field(
        description="Where filmed_at comes from; empty for sessions from before it was recorded."
    )
    created_at: datetime
    analysed_at: datetime | None
    activity: str | None
    duration_s: float | None
    settings: dict[str, Any]
    notes: str
    standing_id: str | None
    front_id: str | None = Field(description="The same drill, from in front or behind.")
    findings: list[FindingOut] = Field(description="The most important first.")


class JobOut(BaseModel):
    """One analysis; the states done, failed, cancelled and interrupted are final."""

    id: str
    session_id: str
    state: JobState
    phase: str = Field(
        description="Code of what is being done, such as `finding_people`; empty if nothing is."
    )
    share: float = Field(description="0 to 1.")
    revision: int
    created_at: datetime
    changed_at: datetime
    started_at: datetime | None
    finished_at: datetime | None
    cancel_wanted: bool
    error: str
    hint: str
    code: str = Field(description="Stable name of what went wrong; empty if nothing did.")
    params: dict[str, Any] = Field(description="The values of the error's sentence.")
    may_retry: bool
    retry_of: str | None


class Queued(BaseModel):
    """A session and the job that analyses it."""

    session: SessionOut
    job: JobOut


class AthleteNew(Strict):
    """An athlete to add."""

    name: Name
    height_m: Height | None = None
    notes: LongText = ""


class AthleteChange(Strict):
    """Changes to an athlete; omitted fields stay as they are, a null height is removed."""

    name: Name | None = None
    height_m: Height | None = None
    notes: LongText | None = None


class AthleteOut(BaseModel):
    """An athlete."""

    id: str
    name: str
    height_m: float | None
    notes: str
    created_at: datetime


class ReasonOut(BaseModel):
    """A stable code and the values that its sentence needs."""

    code: str
    params: dict[str, str | int | float | list[str]]


class MetricOut(BaseModel):
    """A metric of a session."""

    id: str
    unit: str | None
    value: float | str | None
    ci95: Pair | None
    sd: float | None
    n: int
    left: float | None
    right: float | None
    quality: str
    why: str | None
    reason: ReasonOut | None
    sdc95: float | None
    minus_standing: float | None
    shared_sd: float | None


class HistoryOut(BaseModel):
    """An analysed session of the history."""

    session_id: str
    at: datetime
    name: str
    activity: str
    view: str
    surface: str
    pose_model: str
    metrics: list[MetricOut]


class CorrectionIn(BaseModel):
    """A manual correction; ``kind`` determines the other fields.

    moved_event: side, event, at_s, to_s. removed_contact: side, contact_s. added_contact: side,
    contact_s, toe_off_s. swapped_sides: start_s, end_s (both may be null). given_roll: roll_deg.
    given_height: height_m. given_speed: speed_mps.
    """

    model_config = ConfigDict(extra="allow")

    @model_validator(mode="after")
    def _no_nul(self) -> Self:
        refuse_nul(self.model_dump())
        return self

    kind: Literal[
        "moved_event",
        "removed_contact",
        "added_contact",
        "swapped_sides",
        "given_roll",
        "given_height",
        "given_speed",
    ]


class CorrectionOut(BaseModel):
    """A correction and when it was made."""

    id: str
    session_id: str
    made_at: datetime
    correction: dict[str, Any]


class CropOut(BaseModel):
    """A window that holds the runner once the picture is level; pixels, y down."""

    x: list[float | None] = Field(description="Centre over time.")
    y: list[float | None]
    width: float
    height: float
    body: float = Field(description="Typical height of the body.")


class SeriesOut(BaseModel):
    """Overlay data: pixels with y down, times in seconds of the clip."""

    width: int
    height: int
    time_s: list[float | None]
    points: dict[str, list[list[float | None]]] = Field(description="By keypoint: all x, all y.")
    bones: list[list[str]] = Field(description="Pairs of keypoints.")
    near: str | None
    standing: bool
    up: Pair
    forward: Pair
    band_deg: Pair
    contacts: list[dict[str, str | float | None]]
    steps: list[dict[str, str | float | None]]
    curves: dict[str, list[float | None]]
    crop: CropOut | None


class WatchRunOut(BaseModel):
    """A run recorded by a watch."""

    id: str
    athlete_id: str
    name: str
    started_at: datetime
    duration_s: float
    device: str
    sport: str
    means: dict[str, float]
    notes: list[str] = Field(
        default=[], description="What is odd about the file; told once, when it is added."
    )


class QuantityOut(BaseModel):
    """A height or a speed as it was understood."""

    value: float = Field(description="In the unit of the setting: metres, or metres a second.")
    text: str = Field(description="The same in the units that people use.")


class Health(BaseModel):
    """Status of the server."""

    leanline: str
    store: str
    works: bool = Field(description="Whether clips are being analysed.")
    read_only: bool = Field(description="Whether nothing in the store can be changed.")


def session_out(session: Session) -> SessionOut:
    """Convert a session for the API."""
    return SessionOut(
        id=session.id,
        athlete_id=session.athlete_id,
        name=session.name,
        filmed_at=session.filmed_at,
        date_source=session.date_source,
        created_at=session.created_at,
        analysed_at=session.analysed_at,
        activity=session.taken.activity if session.taken else None,
        duration_s=session.duration_s,
        settings=dict(session.settings),
        notes=session.notes,
        standing_id=session.standing_id,
        front_id=session.front_id,
        findings=[FindingOut(id=name, severity=word) for name, word in session.findings],
    )


def job_out(job: Job) -> JobOut:
    """Convert a job for the API."""
    return JobOut(
        **{name: getattr(job, name) for name in JobOut.model_fields},
    )


def athlete_out(athlete: Athlete) -> AthleteOut:
    """Convert an athlete for the API."""
    return AthleteOut(**{name: getattr(athlete, name) for name in AthleteOut.model_fields})


def correction_out(record: CorrectionRecord) -> CorrectionOut:
    """Convert a correction for the API."""
    return CorrectionOut(
        id=record.id,
        session_id=record.session_id,
        made_at=record.made_at,
        correction=to_plain(record.correction),
    )


def metric_out(metric: Metric) -> MetricOut:
    """A metric for the API."""
    computed = ("unit", "ci95", "why", "reason")
    values = {n: getattr(metric, n) for n in MetricOut.model_fields if n not in computed}
    ci95 = None if metric.ci95 is None else [_finite(x) for x in metric.ci95]
    why = metric.why
    return MetricOut(
        **values,
        unit=unit_of(metric.id),
        ci95=ci95,
        why=None if why is None else render(why),
        reason=None if why is None else ReasonOut(**to_json(why)),
    )


def watch_run_out(run: WatchRun, notes: Sequence[str] = ()) -> WatchRunOut:
    """Convert a watch run for the API.

    Parameters
    ----------
    run
        The run.
    notes
        What is odd about its file, in sentences.

    Returns
    -------
    WatchRunOut
        For an answer.
    """
    own = WatchRunOut.model_fields.keys() - {"means", "notes"}
    values = {name: getattr(run, name) for name in own}
    return WatchRunOut(**values, means=dict(run.means), notes=list(notes))


def _finite(value: float) -> float | None:
    return value if math.isfinite(value) else None
