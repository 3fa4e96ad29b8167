"""Trends, watch runs and plans of an athlete."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime
from typing import Annotated

from anyio import to_thread
from fastapi import APIRouter, Query, Request
from pydantic import BaseModel, Field

from leanline.web.api.models import Id, Pair, WatchRunOut, watch_run_out
from leanline.web.deps import Services_
from leanline.web.problems import responses
from leanline.web.watches import add_run
from leanline.web.weeks import TrendView, trend_views

router = APIRouter(prefix="/athletes", tags=["weeks"])


class TrendPointOut(BaseModel):
    """One session of a trend; ``why_not`` says why it takes no part in a change."""

    session_id: str
    at: datetime
    name: str
    value: float
    low: float | None
    high: float | None
    why_not: list[str]


class TrendOut(BaseModel):
    """A metric over the sessions, oldest first.

    ``verdict``: changed, same or cannot, from the first clip like the newest to the newest;
    alone when there is no such clip.
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


@router.get("/{athlete_id}/trends", operation_id="get_trends", responses=responses(404))
def get_trends(
    services: Services_,
    athlete_id: Id,
    metric: Annotated[list[str] | None, Query(max_length=50)] = None,
    most: Annotated[int, Query(ge=1, le=100_000, description="Newest sessions only.")] = 100_000,
) -> list[TrendOut]:
    """What changed over the sessions, and what did not by more than can be told."""
    services.store.athletes.get(athlete_id)
    history = services.store.sessions.history(athlete_id, metric, most=most)
    return [_out(view) for view in trend_views(history, metric)]


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
    """Send a ``.fit`` file of a run, as the watch wrote it."""
    data = await request.body()
    run = await to_thread.run_sync(add_run, services, athlete_id, name, data)
    return watch_run_out(run)


@router.delete(
    "/{athlete_id}/watch-runs/{run_id}",
    status_code=204,
    operation_id="delete_watch_run",
    responses=responses(404),
)
def delete_watch_run(services: Services_, athlete_id: Id, run_id: Id) -> None:
    """Forget a watch's run."""
    services.store.athletes.get(athlete_id)
    services.store.watch_runs.delete(run_id)


def _out(view: TrendView) -> TrendOut:
    return TrendOut.model_validate(asdict(view))
