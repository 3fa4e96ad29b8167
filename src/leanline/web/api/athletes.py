"""Athletes and their history."""

from __future__ import annotations

from dataclasses import replace
from typing import Annotated

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from leanline.trends.session_data import SessionMeasurement
from leanline.web.api.cached import cached_list
from leanline.web.api.models import (
    AthleteChange,
    AthleteNew,
    AthleteOut,
    HistoryOut,
    Id,
    WatchRunOut,
    athlete_out,
    metric_out,
    watch_run_out,
)
from leanline.web.deps import Services_
from leanline.web.problems import DELETED, deletion_response, responses

router = APIRouter(prefix="/athletes", tags=["athletes"])


@router.get("", operation_id="list_athletes", responses=responses())
def list_athletes(services: Services_) -> list[AthleteOut]:
    """List all athletes by name."""
    return [athlete_out(athlete) for athlete in services.store.athletes.all()]


@router.post("", status_code=201, operation_id="create_athlete", responses=responses(409))
def create_athlete(services: Services_, new: AthleteNew) -> AthleteOut:
    """Add an athlete; names are unique."""
    made = services.store.athletes.add(new.name, height_m=new.height_m, notes=new.notes)
    return athlete_out(made)


@router.get("/{athlete_id}", operation_id="get_athlete", responses=responses(404))
def get_athlete(services: Services_, athlete_id: Id) -> AthleteOut:
    """Get an athlete."""
    return athlete_out(services.store.athletes.get(athlete_id))


@router.patch("/{athlete_id}", operation_id="change_athlete", responses=responses(404, 409))
def change_athlete(services: Services_, athlete_id: Id, change: AthleteChange) -> AthleteOut:
    """Change an athlete's name, height or notes."""
    changes = change.model_dump(exclude_unset=True)
    changes = {k: v for k, v in changes.items() if k == "height_m" or v is not None}
    athlete = services.store.athletes.get(athlete_id)
    return athlete_out(services.store.athletes.update(replace(athlete, **changes)))


@router.delete(
    "/{athlete_id}",
    status_code=204,
    operation_id="delete_athlete",
    response_class=Response,
    responses={**responses(404), **DELETED},
)
def delete_athlete(services: Services_, athlete_id: Id) -> Response:
    """Delete an athlete and everything that belongs to them."""
    return deletion_response(services.store.delete_athlete(athlete_id))


@router.get(
    "/{athlete_id}/history",
    operation_id="get_history",
    response_model=list[HistoryOut],
    responses=responses(404),
)
async def get_history(
    services: Services_,
    request: Request,
    athlete_id: Id,
    metric: Annotated[list[str] | None, Query(max_length=50)] = None,
) -> Response:
    """List the analysed sessions, oldest first, with some metrics or all."""

    def load() -> list[HistoryOut]:
        services.store.athletes.get(athlete_id)
        return [_history_out(one) for one in services.store.sessions.history(athlete_id, metric)]

    return await cached_list(services, request, tuple(metric or ()), load)


@router.get("/{athlete_id}/watch-runs", operation_id="list_watch_runs", responses=responses(404))
def list_watch_runs(services: Services_, athlete_id: Id) -> list[WatchRunOut]:
    """List the runs recorded by the athlete's watch, oldest first."""
    services.store.athletes.get(athlete_id)
    return [watch_run_out(run) for run in services.store.watch_runs.all(athlete_id)]


def _history_out(one: SessionMeasurement) -> HistoryOut:
    return HistoryOut(
        session_id=one.session_id,
        at=one.at,
        name=one.name,
        activity=one.taken.activity,
        view=one.taken.view,
        surface=one.taken.surface,
        pose_model=one.taken.pose_model,
        metrics=[metric_out(metric) for metric in one.metrics.values()],
    )
