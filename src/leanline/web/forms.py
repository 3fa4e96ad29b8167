"""Plain HTML forms, read with a size limit."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Final
from urllib.parse import parse_qsl

from fastapi import Depends
from starlette.requests import Request

from leanline.quantities import PARSERS
from leanline.web.problems import ProblemError

_MAX_BYTES: Final = 100_000


async def read_form(request: Request) -> Mapping[str, str]:
    """Read the fields of a form, without the empty ones.

    Raises
    ------
    ProblemError
        413 for an oversized form, 422 for bytes that are not text.
    """
    body = bytearray()
    async for piece in request.stream():
        body += piece
        if len(body) > _MAX_BYTES:
            raise ProblemError(413, "form.too_long")
    try:
        pairs = parse_qsl(body.decode("ascii"), errors="strict")
    except (UnicodeDecodeError, ValueError) as error:
        raise ProblemError(422, "form.unreadable") from error
    if any("\0" in text for pair in pairs for text in pair):
        raise ProblemError(422, "form.nul")
    return {name: value.strip() for name, value in pairs if value.strip()}


def quantity(form: Mapping[str, str], name: str) -> float | None:
    """Read a height or a speed from a form, with its unit.

    Parameters
    ----------
    form
        The fields.
    name
        Of the field, which is that of the setting.

    Returns
    -------
    float or None
        Metres, or metres a second; None if the field is empty.

    Raises
    ------
    UsageError
        It is no height or speed.
    """
    text = form.get(name)
    return None if text is None else PARSERS[name](text)


Form = Annotated[Mapping[str, str], Depends(read_form)]
"""The fields of the submitted form."""
