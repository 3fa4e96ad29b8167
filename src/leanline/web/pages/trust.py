"""How a phone comes to trust this computer's certificates."""

from __future__ import annotations

from fastapi import APIRouter, Request
from starlette.responses import Response

from leanline.web.deps import Services_
from leanline.web.problems import ProblemError
from leanline.web.safety import AUTHORITY_PATH, TRUST_PATH
from leanline.web.templating import page

router = APIRouter()
_MEDIA_TYPE = "application/x-x509-ca-cert"


@router.get(TRUST_PATH)
def trust(services: Services_, request: Request) -> Response:
    """Explain the browser's warning, and what trusting the authority means."""
    from leanline.web.certificates import fingerprint

    authority = services.settings.authority
    return page(
        request,
        "trust.html.j2",
        fingerprint=fingerprint(authority) if authority else None,
        download=AUTHORITY_PATH,
    )


@router.get(AUTHORITY_PATH)
def authority_certificate(services: Services_) -> Response:
    """Return the authority's certificate, which is public, for phones to install."""
    authority = services.settings.authority
    if authority is None:
        raise ProblemError(404, "web.no_file")
    return Response(authority.read_bytes(), media_type=_MEDIA_TYPE)
