"""Pages of one result, and of two compared."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any

from anyio import to_thread
from fastapi import APIRouter, Request
from starlette.responses import RedirectResponse, Response

from leanline.corrections import to_plain
from leanline.errors import UsageError
from leanline.model import Analysis
from leanline.report.catalog import texts
from leanline.report.charts import charts
from leanline.report.compare import compare_model
from leanline.report.html import ChartMarkup, draw_chart
from leanline.report.view_model import report_model
from leanline.store import Session
from leanline.web.cached_page import cached_page
from leanline.web.deps import Services_
from leanline.web.drawings import Drawing
from leanline.web.forms import Form
from leanline.web.results import has_preview
from leanline.web.services import Services, change_session
from leanline.web.templating import page

router = APIRouter()


@router.get("/sessions/{session_id}")
async def session_page(services: Services_, request: Request, session_id: str) -> Response:
    """Show the result of a clip, or the progress of its analysis."""
    try:
        return await cached_page(
            services, request, session_id, "result.html.j2", lambda: _result(services, session_id)
        )
    except _NoResultError as error:
        return await to_thread.run_sync(_waiting, services, request, error.session)


@router.post("/sessions/{session_id}/change")
def change(services: Services_, form: Form, session_id: str) -> Response:
    """Change a session's athlete, date or notes."""
    changes: dict[str, Any] = {"notes": form.get("notes", "")}
    changes["athlete_id"] = form.get("athlete") or None
    if "filmed_at" in form:
        try:
            changes["filmed_at"] = datetime.fromisoformat(form["filmed_at"])
        except ValueError as error:
            raise UsageError("form.day") from error
    change_session(services, session_id, **changes)
    return RedirectResponse(f"/sessions/{session_id}", 303)


@router.post("/sessions/{session_id}/analyse")
def analyse(services: Services_, session_id: str) -> Response:
    """Queue another analysis."""
    services.queue.requeue(session_id)
    return RedirectResponse("/", 303)


@router.post("/sessions/{session_id}/delete")
def delete(services: Services_, session_id: str) -> Response:
    """Delete a session, its result and its clip."""
    session = services.store.sessions.get(session_id)
    services.store.delete_session(session_id)
    target = f"/athletes/{session.athlete_id}" if session.athlete_id else "/"
    return RedirectResponse(target, 303)


@router.get("/compare")
def compare(services: Services_, request: Request, before: str = "", after: str = "") -> Response:
    """Compare two results, the earlier one first."""
    if not before or not after:
        return RedirectResponse("/athletes", 303)
    pair = [services.store.sessions.get(one) for one in (before, after)]
    pair.sort(key=lambda session: session.filmed_at)
    first, second = (services.store.sessions.load_analysis(session) for session in pair)
    return page(
        request,
        "compare.html.j2",
        model=compare_model(first, second),
        sessions=pair,
        playable=all(has_preview(services, session) for session in pair),
        words=texts("en").say,
    )


def _waiting(services: Services, request: Request, session: Session) -> Response:
    job = services.queue.latest(session.id)
    return page(request, "waiting.html.j2", job=job, **_common(services, session))


class _NoResultError(Exception):
    """The clip is not analysed yet."""

    def __init__(self, session: Session) -> None:
        super().__init__(session.id)
        self.session = session


def _result(services: Services, session_id: str) -> dict[str, Any]:
    """Collect what the page of a result shows."""
    session = services.store.sessions.get(session_id)
    if session.result is None:
        raise _NoResultError(session)
    drawing = services.drawings.get(session.result, lambda: _draw(services, session))
    return {
        "model": drawing.model,
        "charts": drawing.charts,
        "analysis": drawing.analysis,
        "reviewable": drawing.has_runner and has_preview(services, session),
        "corrections": [
            (record, _describe_correction(to_plain(record.correction)))
            for record in services.store.sessions.corrections(session.id)
        ],
        "others": _comparable_sessions(services, session),
        **_common(services, session),
    }


def _draw(services: Services, session: Session) -> Drawing:
    analysis = services.store.sessions.load_analysis(session)
    return Drawing(
        report_model(analysis),
        _charts(analysis),
        replace(analysis, runner=None),
        analysis.runner is not None,
    )


def _common(services: Services, session: Session) -> dict[str, Any]:
    people = services.store.athletes.all()
    athlete = next((a for a in people if a.id == session.athlete_id), None)
    return {"session": session, "athlete": athlete, "athletes": people}


def _charts(analysis: Analysis) -> dict[str, ChartMarkup]:
    words = texts("en")
    return {name: draw_chart(chart, words) for name, chart in charts(analysis).items()}


def _comparable_sessions(services: Services, session: Session) -> list[Session]:
    """Return the sessions that a result can be compared with."""
    found = services.store.sessions.all(session.athlete_id, limit=100)
    kind = session.taken.activity if session.taken else None
    return [
        other
        for other in found
        if other.id != session.id and other.taken and other.taken.activity == kind
    ]


def _describe_correction(plain: dict[str, Any]) -> str:
    """Describe a correction in words."""
    words = {
        "moved_event": "{side} foot, {what} moved from {at_s:.3f} s to {to_s:.3f} s",
        "removed_contact": "{side} foot, contact at {contact_s:.3f} s removed",
        "added_contact": "{side} foot, contact added from {contact_s:.3f} s to {toe_off_s:.3f} s",
        "swapped_sides": "left and right swapped",
        "given_roll": "camera roll set to {roll_deg:.2f}°",
        "given_height": "height set to {height_m:.2f} m",
        "given_speed": "treadmill speed set to {speed_mps:.2f} m/s",
    }[plain["kind"]]
    what = "initial contact" if plain.get("event") == "contact" else "toe-off"
    text = words.format(**{**plain, "what": what})
    return text[0].upper() + text[1:]
