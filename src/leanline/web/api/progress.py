"""Trends, watch runs and plans of an athlete."""

from __future__ import annotations

import asyncio
from dataclasses import asdict
from datetime import date, datetime, time
from typing import Annotated, Literal

from anyio import to_thread
from fastapi import APIRouter, Query, Request
from pydantic import BaseModel, Field
from starlette.responses import Response, StreamingResponse

from leanline.web import plans
from leanline.web.api.cached import cached_list
from leanline.web.api.models import (
    Id,
    LongText,
    Pair,
    PracticeNumber,
    Strict,
    WatchRunOut,
    watch_run_out,
)
from leanline.web.api.renamed import Most
from leanline.web.deps import Services_
from leanline.web.export import export
from leanline.web.formatting import page_words
from leanline.web.language import language_of
from leanline.web.problems import ProblemError, responses
from leanline.web.progress import TrendView, trend_views
from leanline.web.services import Services
from leanline.web.watch_runs import add_run
from leanline.wording.catalogue import render

router = APIRouter(prefix="/athletes", tags=["weeks"])
_READING = asyncio.Semaphore(4)


class TrendPointOut(BaseModel):
    """One session of a trend; ``why_not`` lists why it cannot be compared with the newest."""

    session_id: str
    at: datetime
    name: str
    value: float
    low: float | None
    high: float | None
    why_not: list[str]


class TrendOut(BaseModel):
    """A metric over the sessions, oldest first.

    ``verdict`` is changed, same or cannot, from the first comparable clip to the newest; alone if
    there is no comparable clip.
    """

    metric_id: str
    name: str
    unit: str
    scale: float = Field(description="Numbers are shown times this.")
    decimals: int
    band: Pair | None = Field(description="The method's coaching band, if there is one.")
    verdict: str
    sentence: str
    points: list[TrendPointOut]


@router.get(
    "/{athlete_id}/trends",
    operation_id="get_trends",
    response_model=list[TrendOut],
    responses=responses(404),
)
async def get_trends(
    services: Services_,
    request: Request,
    athlete_id: Id,
    metric: Annotated[list[str] | None, Query(max_length=50)] = None,
    limit: Annotated[int, Query(ge=1, le=100_000, description="Newest sessions only.")] = 100_000,
    most: Most = None,
) -> Response:
    """Get the trends over the sessions, with the smallest detectable change of each metric."""
    limit = limit if most is None else most
    language = language_of(request)

    def load() -> tuple[TrendView, ...]:
        services.store.athletes.get(athlete_id)
        history = services.store.sessions.history(athlete_id, metric, limit=limit)
        return trend_views(history, page_words(language), metric)

    key = (tuple(metric or ()), limit, language)
    return await cached_list(services, request, key, load)


@router.post(
    "/{athlete_id}/watch-runs",
    status_code=201,
    operation_id="add_watch_run",
    responses=responses(404, 409, 413),
    openapi_extra={
        "requestBody": {
            "required": True,
            "content": {
                "application/octet-stream": {"schema": {"type": "string", "format": "binary"}}
            },
        }
    },
)
async def add_watch_run(
    services: Services_,
    athlete_id: Id,
    request: Request,
    name: Annotated[str, Query(min_length=1, max_length=1000)] = "run.fit",
) -> WatchRunOut:
    """Add a run from the ``.fit``, ``.tcx`` or ``.gpx`` file of a watch."""
    async with _READING:  # limits the number of large bodies in memory
        data = await request.body()
    run, notes = await to_thread.run_sync(add_run, services, athlete_id, name, data)
    language = language_of(request)
    return watch_run_out(run, [render(note, language) for note in notes])


@router.delete(
    "/{athlete_id}/watch-runs/{run_id}",
    status_code=204,
    operation_id="delete_watch_run",
    responses=responses(404),
)
def delete_watch_run(services: Services_, athlete_id: Id, run_id: Id) -> None:
    """Delete a watch run."""
    services.store.athletes.get(athlete_id)
    services.store.watch_runs.delete(run_id)


class PlanNew(Strict):
    """What to base the plan on; by default the newest result, from tomorrow on."""

    session_id: Id | None = None
    starts_on: date | None = None
    weeks: Literal[2, 3, 4] = 3


class PracticeOut(BaseModel):
    """One practice session; ``feedback`` is the share of its time with feedback."""

    number: int
    on: date
    minutes: int
    feedback: float
    title: str
    text: str


class RefilmOut(BaseModel):
    """A day to film again, and why."""

    on: date
    title: str
    text: str


class PracticeDone(Strict):
    """How a practice was."""

    felt: Literal["easy", "right", "hard"]
    pain: bool = Field(default=False, description="Whether anything hurt: then the plan stops.")
    notes: LongText = ""


class DoneOut(BaseModel):
    """A practice that was done."""

    number: int
    done_at: datetime
    felt: Literal["easy", "right", "hard"]
    pain: bool
    notes: str


class PlanOut(BaseModel):
    """A plan for the next weeks: one cue, and practice sessions with fading feedback."""

    id: str
    session_id: str | None
    made_at: datetime
    kind: str
    finding: str
    title: str
    cue: str
    why: str
    doses: list[str]
    keep: str
    cautions: list[str]
    practices: list[PracticeOut]
    refilms: list[RefilmOut]
    own_spm: int | None
    goal_spm: int | None
    done: list[DoneOut] = Field(description="The practices that were done.")
    next_practice: int | None = Field(
        description="Number of the next practice; null when none is left, or something hurt."
    )
    next_film_on: date | None
    notes: list[str] = Field(description="What to tell the person now.")


@router.get("/{athlete_id}/plan", operation_id="get_plan", responses=responses(404))
def get_plan(services: Services_, athlete_id: Id) -> PlanOut:
    """Get the athlete's current plan."""
    return _plan_out(_current(services, athlete_id))


@router.post(
    "/{athlete_id}/plan", status_code=201, operation_id="make_plan", responses=responses(404)
)
def make_plan(services: Services_, athlete_id: Id, new: PlanNew) -> PlanOut:
    """Make a plan, which replaces the current one."""
    response = plans.make(
        services,
        athlete_id,
        session_id=new.session_id,
        starts_on=new.starts_on,
        weeks=new.weeks,
    )
    return _plan_out(response)


@router.put(
    "/{athlete_id}/plan/practices/{number}",
    operation_id="log_practice",
    responses=responses(404),
)
def log_practice(
    services: Services_, athlete_id: Id, number: PracticeNumber, done: PracticeDone
) -> PlanOut:
    """Tick a practice of the current plan off, with how it felt."""
    stored = _current(services, athlete_id)
    plans.tick(services, stored, number, done.felt, pain=done.pain, notes=done.notes)
    return _plan_out(_current(services, athlete_id))


@router.delete(
    "/{athlete_id}/plan/practices/{number}",
    operation_id="unlog_practice",
    responses=responses(404),
)
def unlog_practice(services: Services_, athlete_id: Id, number: PracticeNumber) -> PlanOut:
    """Say that a practice was not done after all."""
    services.store.plans.unlog(_current(services, athlete_id).record.id, number)
    return _plan_out(_current(services, athlete_id))


@router.get(
    "/{athlete_id}/plan.ics",
    operation_id="get_plan_calendar",
    response_class=Response,
    responses={**responses(404), 200: {"content": {"text/calendar": {}}}},
)
def get_plan_calendar(services: Services_, athlete_id: Id, at: time | None = None) -> Response:
    """Get the plan as an iCalendar file; ``at`` is the time of day of the sessions."""
    at = at.replace(tzinfo=None) if at else None
    ics = plans.calendar(_current(services, athlete_id), at)
    name = {"content-disposition": 'attachment; filename="leanline-plan.ics"'}
    return Response(ics, media_type="text/calendar", headers=name)


@router.get(
    "/{athlete_id}/export",
    operation_id="export_athlete",
    response_class=StreamingResponse,
    responses={**responses(404), 200: {"content": {"application/zip": {}}}},
)
def export_athlete(services: Services_, athlete_id: Id) -> StreamingResponse:
    """Download everything of an athlete as a ZIP archive: clips, results, plans, watch runs."""
    athlete = services.store.athletes.get(athlete_id)
    name = {"content-disposition": f'attachment; filename="leanline-{athlete.id}.zip"'}
    return StreamingResponse(export(services, athlete), media_type="application/zip", headers=name)


def _current(services: Services, athlete_id: str) -> plans.StoredPlan:
    services.store.athletes.get(athlete_id)
    response = plans.current(services, athlete_id)
    if response is None:
        raise ProblemError(404, "web.no_plan")
    return response


def _plan_out(response: plans.StoredPlan) -> PlanOut:
    plain = asdict(response.plan)
    ids = {"id": response.record.id, "session_id": response.record.session_id}
    state = response.progress(date.today())
    practice, film = state.next_practice, state.next_film
    now = {
        "done": [asdict(one) for one in response.done],
        "next_practice": None if practice is None else practice.number,
        "next_film_on": None if film is None else film.on,
        "notes": list(state.notes),
    }
    return PlanOut.model_validate({**plain, **ids, **now, "made_at": response.record.made_at})
