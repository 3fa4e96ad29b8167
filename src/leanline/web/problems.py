"""Errors as ``application/problem+json`` (RFC 9457) or as an HTML page."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from http import HTTPStatus
from os import PathLike
from typing import Any, Final

from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel, Field
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from leanline.errors import LeanlineError
from leanline.reason import Param, Reason, to_json
from leanline.store import ConflictError, MissingError, StoreError
from leanline.store.errors import BusyError, FullError
from leanline.store.faults import translate_error
from leanline.web.labels import labels
from leanline.web.language import language_of
from leanline.wording.catalogue import render

_LOG: Final = logging.getLogger(__name__)
MEDIA_TYPE: Final = "application/problem+json"

_STATUSES: Final = (
    (MissingError, 404),
    (ConflictError, 409),
    (FullError, 507),
    (StoreError, 503),
)
_LATER: Final = {"Retry-After": "5"}
# Limits on how much of a request's validation errors is echoed.
_MAX_ERRORS: Final = 20
_MAX_LETTERS: Final = 200


class Problem(BaseModel):
    """What went wrong, and what to do about it."""

    type: str = "about:blank"
    title: str = Field(description="The status in words.")
    status: int
    detail: str = Field(description="What is wrong, as a sentence.")
    hint: str = Field("", description="What to do about it.")
    code: str = Field("", description="Stable name of what is wrong, such as `upload.too_large`.")
    params: dict[str, Any] = Field({}, description="The values of the sentence.")
    errors: list[str] = Field([], description="What is wrong with each part of the request.")


class ProblemError(LeanlineError):
    """An error with an HTTP status."""

    def __init__(
        self,
        status: int,
        code: str,
        /,
        *,
        headers: Mapping[str, str] | None = None,
        **params: Param | PathLike[str],
    ) -> None:
        super().__init__(code, **params)
        self.status = status
        self.headers = headers


def problem_response(
    problem: ProblemError, errors: Sequence[str] = (), language: str = "en"
) -> JSONResponse:
    """Answer a program with what went wrong, as RFC 9457 says.

    Parameters
    ----------
    problem
        What went wrong.
    errors
        What is wrong with single fields.
    language
        Of the sentences.

    Returns
    -------
    JSONResponse
        ``application/problem+json``.
    """
    reason = to_json(problem.reason)
    body = Problem(
        title=HTTPStatus(problem.status).phrase,
        status=problem.status,
        detail=problem.message(language, labels(language)),
        hint=problem.advice(language, labels(language)),
        code=reason["code"],
        params=reason["params"],
        errors=list(errors),
    )
    return JSONResponse(body.model_dump(), problem.status, problem.headers, media_type=MEDIA_TYPE)


def responses(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """Describe a route's problems for OpenAPI; those of the guard apply to all routes."""
    return {
        status: {
            "description": HTTPStatus(status).phrase,
            "content": {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}},
        }
        for status in sorted({401, 403, 421, 422, *statuses})
    }


def deletion_response(waiting: int) -> Response:
    """Build the response to a deletion, whose files may have to wait for a backup."""
    if not waiting:
        return Response(status_code=204)
    return JSONResponse({"detail": render(Reason("deletion.waiting"))}, 202)


DELETED: Final[dict[int | str, dict[str, Any]]] = {
    202: {"description": "Deleted; the files go when a backup is done."},
    204: {"description": "Deleted."},
}


def to_problem(error: Exception) -> ProblemError:
    """Convert any error to a problem; unexpected errors reveal nothing internal."""
    if isinstance(error, ProblemError):
        return error
    error = translate_error(error) or error
    if isinstance(error, LeanlineError):
        status = next((code for kind, code in _STATUSES if isinstance(error, kind)), 422)
        headers = _LATER if isinstance(error, BusyError) else None
        return ProblemError(status, error.reason.code, headers=headers, **error.reason.params)
    if isinstance(error, HTTPException):
        headers = dict(error.headers) if error.headers else None
        if error.status_code == HTTPStatus.NOT_FOUND:
            return ProblemError(HTTPStatus.NOT_FOUND, "problem.not_found", headers=headers)
        return ProblemError(
            error.status_code, "web.http", headers=headers, detail=str(error.detail)
        )
    if isinstance(error, RequestValidationError):
        return ProblemError(422, "web.invalid_request")
    return ProblemError(500, "web.internal")


def answer(request: Request, error: Exception) -> Response:
    """Answer an error with JSON for programs and a page for people, in the language of the request.

    Parameters
    ----------
    request
        That failed.
    error
        Why.

    Returns
    -------
    Response
        To send.
    """
    problem, language = to_problem(error), language_of(request)
    if translate_error(error) is not None:
        _LOG.warning("%s %s: %s", request.method, _loggable(request.url.path), error)
    errors = []
    if isinstance(error, RequestValidationError):
        errors = [_sentence(item) for item in error.errors()[:_MAX_ERRORS]]
    if request.url.path.startswith("/api/") or request.headers.get("hx-request"):
        return problem_response(problem, errors, language)
    from leanline.web.templating import page

    return page(
        request,
        "problem.html.j2",
        status=problem.status,
        detail=problem.message(language, labels(language)),
        hint=problem.advice(language, labels(language)),
        errors=errors,
    )


def _loggable(path: str) -> str:
    """An address without the secret part of a runner's link."""
    return "/shared/..." if path.startswith("/shared/") else path


def _sentence(item: dict[str, Any]) -> str:
    place = ".".join(str(part) for part in item.get("loc", ()))
    return f"{place[:_MAX_LETTERS]}: {str(item.get('msg', 'wrong'))[:_MAX_LETTERS]}"
