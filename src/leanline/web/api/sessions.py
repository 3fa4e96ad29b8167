"""Clips and their results."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any, Final, Literal

from fastapi import APIRouter, Query, Request, Response

from leanline.formats.analysis_json import FILE_NAME as ANALYSIS_NAME
from leanline.store.listing import Cursor
from leanline.web import results
from leanline.web.api.cached import cached_file, cached_list
from leanline.web.api.models import (
    CorrectionIn,
    CorrectionOut,
    FrontNew,
    Id,
    MetricOut,
    Queued,
    SeriesOut,
    SessionChange,
    SessionNew,
    SessionOut,
    correction_out,
    job_out,
    metric_out,
    session_out,
)
from leanline.web.api.renamed import Most, Skip
from leanline.web.deps import Services_
from leanline.web.problems import DELETED, ProblemError, deletion_response, responses
from leanline.web.services import (
    Submission,
    attach_front,
    change_session,
    result_file,
    submit,
)

router = APIRouter(prefix="/sessions", tags=["sessions"])

_SANDBOX: Final = {
    "content-security-policy": (
        "sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src data:"
    )
}
#: Most sessions that one answer lists.
MAX_LIMIT: Final = 1000
MediaKind = Literal["preview", "original", "overlay"]
_MP4: Final[dict[int | str, dict[str, Any]]] = {
    200: {"content": {"video/mp4": {}}},
    206: {"description": "A part of the file."},
}
_JSON: Final[dict[int | str, dict[str, Any]]] = {
    200: {"content": {"application/json": {"schema": {"type": "object"}}}}
}


@router.post("", status_code=202, operation_id="create_session", responses=responses(404, 409))
def create_session(services: Services_, new: SessionNew) -> Queued:
    """Submit an uploaded clip: it is stored and its analysis queued."""
    values = {name: getattr(new, name) for name in SessionNew.model_fields if name != "settings"}
    submission = Submission(**values, settings=new.settings.model_dump(exclude_none=True))
    session, job = submit(services, submission)
    return Queued(session=session_out(session), job=job_out(job))


@router.get(
    "",
    operation_id="list_sessions",
    response_model=list[SessionOut],
    responses=responses(404),
)
async def list_sessions(
    services: Services_,
    request: Request,
    athlete_id: Id | None = None,
    limit: Annotated[int, Query(ge=1, le=MAX_LIMIT)] = 100,
    offset: Annotated[int, Query(ge=0, le=1_000_000)] = 0,
    older_than: Annotated[
        Id | None, Query(description="Those that follow this session in the list.")
    ] = None,
    most: Most = None,
    skip: Skip = None,
) -> Response:
    """List sessions, newest first, of one athlete or of all.

    To page through a long list, ask for sessions older than the last one received.
    """
    limit = limit if most is None else min(most, MAX_LIMIT)
    offset = offset if skip is None else skip

    def load() -> list[SessionOut]:
        if athlete_id:
            services.store.athletes.get(athlete_id)
        place = Cursor.of(services.store.sessions.get(older_than)) if older_than else None
        part = services.store.sessions.all(athlete_id, limit=limit, offset=offset, older_than=place)
        return [session_out(session) for session in part]

    return await cached_list(services, request, (athlete_id, limit, offset, older_than), load)


@router.get("/{session_id}", operation_id="get_session", responses=responses(404))
def get_session(services: Services_, session_id: Id) -> SessionOut:
    """Get a session."""
    return session_out(services.store.sessions.get(session_id))


@router.patch("/{session_id}", operation_id="change_session", responses=responses(404))
def patch_session(services: Services_, session_id: Id, change: SessionChange) -> SessionOut:
    """Change a session's athlete, date or notes."""
    changes = change.model_dump(exclude_unset=True)
    changes = {k: v for k, v in changes.items() if k == "athlete_id" or v is not None}
    return session_out(change_session(services, session_id, **changes))


@router.delete(
    "/{session_id}",
    status_code=204,
    operation_id="delete_session",
    response_class=Response,
    responses={**responses(404), **DELETED},
)
def delete_session(services: Services_, session_id: Id) -> Response:
    """Delete a session, its result and its clip."""
    return deletion_response(services.store.delete_session(session_id))


@router.post(
    "/{session_id}/analyse",
    status_code=202,
    operation_id="analyse_session",
    responses=responses(404, 409),
)
def analyse_session(services: Services_, session_id: Id) -> Queued:
    """Queue another analysis of the clip."""
    job = services.queue.requeue(session_id)
    return Queued(session=session_out(services.store.sessions.get(session_id)), job=job_out(job))


@router.post(
    "/{session_id}/front",
    status_code=202,
    operation_id="add_front",
    responses=responses(404, 409),
)
def add_front(services: Services_, session_id: Id, front: FrontNew) -> Queued:
    """Add an uploaded clip from in front or behind to a session, which is analysed again."""
    session, job = attach_front(services, session_id, front.upload_id)
    return Queued(session=session_out(session), job=job_out(job))


@router.get(
    "/{session_id}/result",
    operation_id="get_result",
    response_class=Response,
    responses={**responses(404), **_JSON},
)
async def get_result(services: Services_, request: Request, session_id: Id) -> Response:
    """Get the full result: ``analysis.json`` with the schema leanline.analysis/1."""

    def load() -> Path:
        return result_file(services, services.store.sessions.get(session_id), ANALYSIS_NAME)

    return await cached_file(services, request, None, load)


@router.get(
    "/{session_id}/metrics",
    operation_id="get_metrics",
    response_model=list[MetricOut],
    responses=responses(404),
)
async def get_metrics(services: Services_, request: Request, session_id: Id) -> Response:
    """List the session's metrics; empty until it is analysed."""

    def load() -> list[MetricOut]:
        services.store.sessions.get(session_id)
        metrics = services.store.sessions.metrics(session_id)
        return [metric_out(metric) for metric in metrics.values()]

    return await cached_list(services, request, None, load)


@router.get("/{session_id}/series", operation_id="get_series", responses=responses(404))
def get_series(services: Services_, session_id: Id) -> SeriesOut:
    """Get keypoints, contacts and leans over time, for drawing over the clip."""
    series = results.series(services, services.store.sessions.get(session_id))
    if series is None:
        raise ProblemError(404, "web.no_series")
    return SeriesOut.model_validate(asdict(series))


@router.get(
    "/{session_id}/media/{kind}",
    operation_id="get_media",
    response_class=Response,
    responses={**responses(404, 416), **_MP4},
)
def get_media(services: Services_, session_id: Id, kind: MediaKind, request: Request) -> Response:
    """Get the clip: a copy that every browser plays, the original, or with the overlay drawn in.

    ``Range`` requests are supported.
    """
    session = services.store.sessions.get(session_id)
    return results.media(services, session, kind, request)


@router.get(
    "/{session_id}/report",
    operation_id="get_report",
    response_class=Response,
    responses={**responses(404), 200: {"content": {"text/html": {}}}},
)
def get_report(
    services: Services_, session_id: Id, save: bool = False, lang: Literal["en", "de"] = "en"
) -> Response:
    """Get the report as one self-contained HTML page."""
    session = services.store.sessions.get(session_id)
    html = results.report(services, session, lang)
    name = {"content-disposition": f'attachment; filename="leanline-{session.id}.html"'}
    return Response(html, media_type="text/html", headers={**_SANDBOX, **(name if save else {})})


@router.get("/{session_id}/corrections", operation_id="list_corrections", responses=responses(404))
def list_corrections(services: Services_, session_id: Id) -> list[CorrectionOut]:
    """List the manual corrections in the order in which they were made."""
    services.store.sessions.get(session_id)
    return [correction_out(record) for record in services.store.sessions.corrections(session_id)]


@router.post(
    "/{session_id}/corrections",
    status_code=201,
    operation_id="add_correction",
    responses=responses(404, 409),
)
def add_correction(services: Services_, session_id: Id, correction: CorrectionIn) -> CorrectionOut:
    """Add a correction; the clip is remeasured before the response."""
    return correction_out(results.correct(services, session_id, _plain(correction)))


@router.delete(
    "/{session_id}/corrections/{correction_id}",
    status_code=204,
    operation_id="remove_correction",
    responses=responses(404, 409),
)
def remove_correction(services: Services_, session_id: Id, correction_id: Id) -> None:
    """Delete a correction and remeasure the clip."""
    results.uncorrect(services, session_id, correction_id)


def _plain(correction: CorrectionIn) -> dict[str, Any]:
    return correction.model_dump()
