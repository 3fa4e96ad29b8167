"""Pages of one result, and of two compared."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from anyio import to_thread
from fastapi import APIRouter, Request
from starlette.responses import FileResponse, RedirectResponse, Response

from leanline.corrections import to_plain
from leanline.errors import UsageError
from leanline.jobs.clip_settings import parse_clip_settings
from leanline.jobs.companions import last_front_check
from leanline.model import Analysis
from leanline.report.catalog import texts
from leanline.report.charts import charts
from leanline.report.compare import compare_model
from leanline.report.front_check import front_lines
from leanline.report.html import ChartMarkup, draw_chart
from leanline.report.view_model import report_model
from leanline.store import MissingError, Session
from leanline.web.cached_page import cached_page
from leanline.web.clip_form import read_settings, show_settings
from leanline.web.deps import Services_
from leanline.web.drawings import Drawing
from leanline.web.formatting import PageWords, page_words
from leanline.web.forms import Form
from leanline.web.labels import labels
from leanline.web.language import language_of
from leanline.web.results import has_preview, has_refusal_picture, refusal_picture
from leanline.web.sample import is_sample
from leanline.web.services import Services, change_session, networks
from leanline.web.templating import page

router = APIRouter()


@router.get("/sessions/{session_id}")
async def session_page(services: Services_, request: Request, session_id: str) -> Response:
    """Show the result of a clip, or the progress of its analysis."""
    words = page_words(language_of(request))
    try:
        return await cached_page(
            services,
            request,
            session_id,
            "result.html.j2",
            lambda: _result(services, session_id, words),
        )
    except _NoResultError as error:
        return await to_thread.run_sync(_waiting, services, request, error.session)


@router.get("/sessions/{session_id}/found.jpg")
def found(services: Services_, session_id: str) -> Response:
    """Serve the picture of what was found in a clip that was refused."""
    session = services.store.sessions.get(session_id)
    return FileResponse(refusal_picture(services, session), media_type="image/jpeg")


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


@router.post("/sessions/{session_id}/settings")
def edit(services: Services_, request: Request, form: Form, session_id: str) -> Response:
    """Change what is known of a clip, and analyse it again; what is wrong is said beside it."""
    session = services.store.sessions.get(session_id)
    language = language_of(request)
    settings, wrong = read_settings(form, session.settings, language)
    problem = ""
    if not wrong:
        try:
            parse_clip_settings(settings)
        except UsageError as error:
            problem = error.message(language, labels(language))
    if wrong or problem:
        return _waiting(services, request, session, Edited(dict(form), wrong, problem))
    change_session(services, session_id, settings=settings)
    services.queue.requeue(session_id)
    return RedirectResponse(f"/sessions/{session_id}", 303)


@router.post("/sessions/{session_id}/standing")
def standing(services: Services_, form: Form, session_id: str) -> Response:
    """Measure the leans of a run from the runner's own upright standing, or no longer."""
    chosen = form.get("standing")
    if chosen is not None and chosen not in {
        one.id for one in _standing_clips(services, services.store.sessions.get(session_id))
    }:
        raise MissingError("store.no_session", id=chosen)
    change_session(services, session_id, standing_id=chosen)
    services.queue.requeue(session_id)
    return RedirectResponse("/", 303)


@router.post("/sessions/{session_id}/delete")
def delete(services: Services_, session_id: str) -> Response:
    """Delete a session, its result and its clip, so that they can be put back for a week."""
    session = services.store.sessions.get(session_id)
    item = services.store.discard("session", session_id)
    target = f"/athletes/{session.athlete_id}" if session.athlete_id else "/"
    return RedirectResponse(f"{target}?deleted={item.id}", 303)


@router.get("/compare")
def compare(services: Services_, request: Request, before: str = "", after: str = "") -> Response:
    """Compare two results in the order in which they were chosen."""
    if not before or not after:
        return RedirectResponse("/athletes", 303)
    pair = [services.store.sessions.get(one) for one in (before, after)]
    first, second = (services.store.sessions.load_analysis(session) for session in pair)
    language = language_of(request)
    return page(
        request,
        "compare.html.j2",
        model=compare_model(first, second, language),
        sessions=pair,
        playable=all(has_preview(services, session) for session in pair),
        words=texts(language).say,
    )


@dataclass(frozen=True)
class Edited:
    """A form that was sent with something wrong in it.

    Parameters
    ----------
    typed
        Its fields.
    wrong
        What is wrong, by field.
    problem
        What is wrong with the fields together; empty if nothing.
    """

    typed: Mapping[str, str]
    wrong: Mapping[str, str]
    problem: str


def _waiting(
    services: Services, request: Request, session: Session, edited: Edited | None = None
) -> Response:
    job = services.queue.latest(session.id)
    refused = job is not None and job.state == "failed" and has_refusal_picture(services, session)
    words = page_words(language_of(request))
    return page(
        request,
        "waiting.html.j2",
        status=200 if edited is None else 422,
        job=job,
        refused=refused,
        networks=networks(),
        shown=show_settings(session.settings, words) if edited is None else edited.typed,
        wrong={} if edited is None else edited.wrong,
        problem="" if edited is None else edited.problem,
        **_common(services, session),
    )


class _NoResultError(Exception):
    """The clip is not analysed yet."""

    def __init__(self, session: Session) -> None:
        super().__init__(session.id)
        self.session = session


def _result(services: Services, session_id: str, words: PageWords) -> dict[str, Any]:
    """Collect what the page of a result shows."""
    session = services.store.sessions.get(session_id)
    if session.result is None:
        raise _NoResultError(session)
    drawing = services.drawings.get(
        (session.result, words.code), lambda: _draw(services, session, words)
    )
    return {
        "model": drawing.model,
        "charts": drawing.charts,
        "analysis": drawing.analysis,
        "reviewable": drawing.has_runner and has_preview(services, session),
        "corrections": [
            (record, _describe_correction(to_plain(record.correction), words))
            for record in services.store.sessions.corrections(session.id)
        ],
        "others": _comparable_sessions(services, session),
        "standing_clips": _standing_clips(services, session),
        "front": front_lines(
            drawing.analysis, last_front_check(services.store, session), words.report
        ),
        "front_session": _front_session(services, session),
        "links": services.store.share_links.all(session_id=session.id),
        **_common(services, session),
    }


def _front_session(services: Services, session: Session) -> Session | None:
    """Return the clip of the same drill from in front, or None."""
    sessions = services.store.sessions
    if session.front_id is None or not sessions.exists(session.front_id):
        return None
    return sessions.get(session.front_id)


def _draw(services: Services, session: Session, words: PageWords) -> Drawing:
    analysis = services.store.sessions.load_analysis(session)
    return Drawing(
        report_model(analysis, words.code),
        _charts(analysis, words),
        replace(analysis, runner=None),
        analysis.runner is not None,
    )


def _common(services: Services, session: Session) -> dict[str, Any]:
    people = services.store.athletes.all()
    athlete = next((a for a in people if a.id == session.athlete_id), None)
    return {
        "session": session,
        "athlete": athlete,
        "athletes": people,
        "sample": is_sample(session),
    }


def _charts(analysis: Analysis, words: PageWords) -> dict[str, ChartMarkup]:
    drawn = charts(analysis, words.code)
    return {name: draw_chart(chart, words.report) for name, chart in drawn.items()}


def _comparable_sessions(services: Services, session: Session) -> list[Session]:
    """Return the sessions that a result can be compared with."""
    found = services.store.sessions.all(session.athlete_id, limit=100)
    kind = session.taken.activity if session.taken else None
    return [
        other
        for other in found
        if other.id != session.id and other.taken and other.taken.activity == kind
    ]


def _standing_clips(services: Services, session: Session) -> list[Session]:
    """Return the clips in which the same runner stands, which a run can be measured from."""
    if session.athlete_id is None:
        return []
    found = services.store.sessions.all(session.athlete_id, limit=100)
    return [
        one
        for one in found
        if one.id != session.id and one.taken and one.taken.activity == "standing"
    ]


def _describe_correction(plain: Mapping[str, Any], words: PageWords) -> str:
    """Describe a correction in words."""
    params = {name: value for name, value in plain.items() if isinstance(value, str | float | int)}
    if "side" in params:
        params["foot"] = f"{params['side']}_foot"
    text = words.say(f"correction_made.{plain['kind']}", **params)
    return text[0].upper() + text[1:]
