"""Files and series of one result, and manual corrections."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Final

from starlette.requests import Request
from starlette.responses import FileResponse, Response

from leanline.corrections import from_plain
from leanline.jobs.companions import last_front_check
from leanline.report.html import FILE_NAME as REPORT_NAME
from leanline.report.html import report_html
from leanline.store import CorrectionRecord, MissingError, Session
from leanline.video.preview import FILE_NAME as PREVIEW_NAME
from leanline.web.series import Series, build_series
from leanline.web.services import Services, result_file

_OVERLAY_NAME: Final = "overlay.mp4"
_TYPES: Final = {
    ".mp4": "video/mp4",
    ".m4v": "video/mp4",
    ".mov": "video/quicktime",
    ".webm": "video/webm",
    ".mkv": "video/x-matroska",
    ".avi": "video/x-msvideo",
}


def series(services: Services, session: Session) -> Series | None:
    """The overlay's data of a clip.

    Parameters
    ----------
    services
        Of the server.
    session
        The clip.

    Returns
    -------
    Series or None
        None if its result has no pose in pixels.
    """
    return build_series(services.store.sessions.load_analysis(session))


def media(services: Services, session: Session, kind: str, request: Request) -> Response:
    """Serve a clip, or the requested range of it.

    Parameters
    ----------
    services
        Of the server.
    session
        The clip.
    kind
        The original, or the copy that browsers play.
    request
        With the range.

    Returns
    -------
    Response
        To send.

    Raises
    ------
    MissingError
        There is no such file.
    """
    del request  # FileResponse reads the range itself
    if kind == "original":
        path = services.store.sessions.clip_path(session)
        name = f"leanline-{session.id}{path.suffix}"
        kind_of = _TYPES.get(path.suffix, "application/octet-stream")
        return FileResponse(path, media_type=kind_of, filename=name)
    name = PREVIEW_NAME if kind == "preview" else _OVERLAY_NAME
    return FileResponse(result_file(services, session, name), media_type="video/mp4")


def refusal_picture(services: Services, session: Session) -> Path:
    """The picture of what was found in a clip that was refused.

    Parameters
    ----------
    services
        Of the server.
    session
        The clip.

    Returns
    -------
    Path
        A JPEG file.

    Raises
    ------
    MissingError
        There is none.
    """
    files = services.store.files
    if session.media_sha256 is not None:
        path = files.refusal_picture(session.media_sha256, session.id)
        if path.is_file():
            return path
    raise MissingError("store.no_such_file", clip=session.name)


def has_refusal_picture(services: Services, session: Session) -> bool:
    """Whether there is a picture of what was found in a clip that was refused.

    Parameters
    ----------
    services
        Of the server.
    session
        The clip.

    Returns
    -------
    bool
        False for clips that were measured or not analysed yet.
    """
    return _is_found(lambda: refusal_picture(services, session))


def report(services: Services, session: Session, language: str = "en") -> str:
    """The report of a clip: the worker's, with pictures, or a fresh one without.

    Parameters
    ----------
    services
        Of the server.
    session
        The clip.
    language
        Of the report.

    Returns
    -------
    str
        HTML.

    Raises
    ------
    MissingError
        It was not analysed.
    """
    if language == "en":
        try:
            path = result_file(services, session, REPORT_NAME)
        except MissingError:
            path = None
        if path:
            return path.read_text(encoding="utf-8")
    analysis = services.store.sessions.load_analysis(session)
    return report_html(analysis, {}, language, last_front_check(services.store, session))


def correct(services: Services, session_id: str, plain: Mapping[str, Any]) -> CorrectionRecord:
    """Record a correction and remeasure the clip: both happen or neither.

    Parameters
    ----------
    services
        Of the server.
    session_id
        Of the clip.
    plain
        The correction as JSON.

    Returns
    -------
    CorrectionRecord
        By whose id it can be undone.

    Raises
    ------
    UsageError
        It is no correction, or matches nothing in the clip.
    MissingError
        There is no such session, or it has not been analysed.
    """
    from leanline.jobs.correct import correct as corrected

    return corrected(services.store, session_id, from_plain(plain))


def uncorrect(services: Services, session_id: str, correction_id: str) -> None:
    """Delete a correction and remeasure the clip: both happen or neither.

    Parameters
    ----------
    services
        Of the server.
    session_id
        Of the clip.
    correction_id
        Of its record.

    Raises
    ------
    MissingError
        There is no such correction.
    """
    from leanline.jobs.correct import undo_correction as uncorrected

    uncorrected(services.store, session_id, correction_id)


def has_preview(services: Services, session: Session) -> bool:
    """Whether there is a copy of the clip that browsers play.

    Parameters
    ----------
    services
        Of the server.
    session
        The clip.

    Returns
    -------
    bool
        False also if it was not analysed.
    """
    return _is_found(lambda: result_file(services, session, PREVIEW_NAME))


def _is_found(find: Callable[[], Path]) -> bool:
    try:
        find()
    except MissingError:
        return False
    return True
