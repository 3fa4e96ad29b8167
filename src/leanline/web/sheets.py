"""Reports with what the coach adds: the sheet to hand over, the PDF file, the page of a link."""

from __future__ import annotations

import tempfile
import threading
from pathlib import Path
from typing import Final

from markupsafe import Markup

from leanline.jobs.companions import last_front_check
from leanline.report.cover import Cover
from leanline.report.html import FILE_NAME, render_images, report_html
from leanline.report.key_frames import hero, shots
from leanline.report.pdf import find_browser, write_pdf
from leanline.store import MissingError, Session
from leanline.web.services import Services

# A browser takes hundreds of megabytes, and pictures a pass through the clip: one at a time.
_PRINTING: Final = threading.Lock()
_DRAWING: Final = threading.Lock()


def sheet_html(
    services: Services,
    session: Session,
    language: str,
    *,
    above: str = "",
    annex: bool = False,
    notes: bool = True,
) -> str:
    """The report of a clip with the runner's name and the coach's letterhead.

    Parameters
    ----------
    services
        Of the server.
    session
        The clip.
    language
        Of the report.
    above
        Markup for the screen only, above the page.
    annex
        Whether all numbers follow the first page.
    notes
        Whether the notes on the clip are on it.

    Returns
    -------
    str
        HTML, with the pictures if the clip is there.

    Raises
    ------
    MissingError
        It was not analysed.
    """
    analysis = services.store.sessions.load_analysis(session)
    first = hero(analysis)
    wanted = shots(analysis) if annex else ((first,) if first else ())
    with _DRAWING:
        images = render_images(analysis, _clip(services, session), wanted)
    letterhead = services.store.letterhead.get()
    cover = Cover(
        runner=_runner(services, session),
        coach=letterhead.name,
        logo=letterhead.logo,
        notes=session.notes if notes else "",
        above=Markup(above),  # noqa: S704 - a rendered template
        annex=annex,
    )
    return report_html(analysis, images, language, last_front_check(services.store, session), cover)


def sheet_pdf(services: Services, session: Session, language: str, *, annex: bool) -> bytes:
    """The sheet, or the whole report with the sheet as its first page, as PDF.

    Parameters
    ----------
    services
        Of the server.
    session
        The clip.
    language
        Of the report.
    annex
        Whether all numbers follow.

    Returns
    -------
    bytes
        Of the file, printed by an installed browser.

    Raises
    ------
    MissingError
        It was not analysed.
    UsageError
        No browser is installed.
    """
    browser = find_browser()
    html = sheet_html(services, session, language, annex=annex)
    with _PRINTING, tempfile.TemporaryDirectory(prefix="leanline-") as folder:
        page = Path(folder) / FILE_NAME
        page.write_text(html, encoding="utf-8")
        return write_pdf(page, Path(folder) / "report.pdf", browser).read_bytes()


def _clip(services: Services, session: Session) -> Path | None:
    try:
        return services.store.sessions.clip_path(session)
    except MissingError:
        return None


def _runner(services: Services, session: Session) -> str:
    if session.athlete_id is None:
        return ""
    return services.store.athletes.get(session.athlete_id).name
