"""What a coach hands over: sheets, PDF files and short films; and the letterhead on them."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from fastapi import APIRouter, Request
from starlette.concurrency import run_in_threadpool
from starlette.responses import RedirectResponse, Response

from leanline.report.overlay import Part
from leanline.store import MissingError
from leanline.web.deps import Services_
from leanline.web.forms import Form
from leanline.web.language import language_of
from leanline.web.logo import read_logo
from leanline.web.sheets import sheet_html, sheet_pdf
from leanline.web.short_film import short_film, whole_film
from leanline.web.templating import render

router = APIRouter()
# A report has its style in it, and a sheet one script of the server's: the print button's.
_POLICY: Final = {
    "content-security-policy": (
        "default-src 'none'; style-src 'unsafe-inline'; img-src data:; script-src 'self'; "
        "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    )
}


@router.get("/sessions/{session_id}/sheet")
def sheet(services: Services_, request: Request, session_id: str) -> Response:
    """Show the sheet of a clip: one page A4, to print or save."""
    session = services.store.sessions.get(session_id)
    above = render(request, "sheet_bar.html.j2", session=session)
    html = sheet_html(services, session, language_of(request), above=above)
    return Response(html, media_type="text/html", headers=_POLICY)


@router.get("/sessions/{session_id}/sheet.pdf")
def sheet_file(services: Services_, request: Request, session_id: str) -> Response:
    """Print the sheet to a PDF file."""
    return _pdf(services, request, session_id, annex=False)


@router.get("/sessions/{session_id}/report.pdf")
def report_file(services: Services_, request: Request, session_id: str) -> Response:
    """Print the sheet and all numbers to a PDF file."""
    return _pdf(services, request, session_id, annex=True)


@router.get("/sessions/{session_id}/film.mp4")
def film(
    services: Services_,
    request: Request,
    session_id: str,
    start_s: float,
    end_s: float,
    times: float = 1.0,
) -> Response:
    """Draw a few seconds of a clip, to share."""
    session = services.store.sessions.get(session_id)
    data = short_film(services, session, Part(start_s, end_s, times), language_of(request))
    return _mp4(data, session.id)


@router.get("/sessions/{session_id}/overlay.mp4")
def overlay(services: Services_, request: Request, session_id: str) -> Response:
    """Draw the whole clip, to keep."""
    session = services.store.sessions.get(session_id)
    data = whole_film(services, session, language_of(request))
    return _mp4(data, session.id)


@router.get("/settings/logo.png")
def logo(services: Services_) -> Response:
    """Serve the logo on the sheets."""
    found = services.store.letterhead.get().logo
    if found is None:
        raise MissingError("letterhead.no_logo")
    return Response(found, media_type="image/png")


@router.post("/settings/letterhead")
def letterhead(services: Services_, form: Form) -> Response:
    """Change the coach's name on the sheets, or take the logo away."""
    kept = services.store.letterhead.get()
    logo = None if "remove_logo" in form else kept.logo
    services.store.letterhead.save(replace(kept, name=form.get("name", ""), logo=logo))
    return RedirectResponse("/settings#letterhead", 303)


@router.post("/settings/logo")
async def new_logo(services: Services_, request: Request) -> Response:
    """Change the logo on the sheets; the body is a PNG or JPEG file."""
    data = await request.body()

    def save() -> None:
        table = services.store.letterhead
        table.save(replace(table.get(), logo=read_logo(data)))

    await run_in_threadpool(save)
    return Response(status_code=204)


def _mp4(data: bytes, session_id: str) -> Response:
    name = {"content-disposition": f'attachment; filename="leanline-{session_id}.mp4"'}
    return Response(data, media_type="video/mp4", headers=name)


def _pdf(services: Services_, request: Request, session_id: str, *, annex: bool) -> Response:
    session = services.store.sessions.get(session_id)
    data = sheet_pdf(services, session, language_of(request), annex=annex)
    name = {"content-disposition": f'attachment; filename="leanline-{session.id}.pdf"'}
    return Response(data, media_type="application/pdf", headers=name)
