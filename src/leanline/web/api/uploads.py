"""Uploads of clips in resumable pieces."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated

from anyio import to_thread
from fastapi import APIRouter, Header, Request, Response
from starlette.requests import ClientDisconnect

from leanline.web.api.models import ClipCheckOut, Id, UploadNew, UploadOut
from leanline.web.deps import Services_
from leanline.web.formatting import page_words
from leanline.web.language import language_of
from leanline.web.problems import responses
from leanline.web.uploads import Upload, as_dict

router = APIRouter(prefix="/uploads", tags=["uploads"])


@router.post("", status_code=201, operation_id="create_upload", responses=responses(413, 429, 507))
def create_upload(
    services: Services_, new: UploadNew, request: Request, response: Response
) -> UploadOut:
    """Start the upload of a clip by its name and size in bytes."""
    sender = request.client.host if request.client else ""
    upload = services.uploads.create(new.name, new.size, sender)
    response.headers["Location"] = f"/api/v1/uploads/{upload.id}"
    return _out(upload, response)


@router.get("/{upload_id}", operation_id="get_upload", responses=responses(404))
def get_upload(services: Services_, upload_id: Id, response: Response) -> UploadOut:
    """Get the progress of an upload."""
    return _out(services.uploads.get(upload_id), response)


@router.head("/{upload_id}", include_in_schema=False)
def get_offset(services: Services_, upload_id: Id) -> Response:
    """Say in ``Upload-Offset`` how many bytes have arrived, as ``get_upload`` does."""
    offset = services.uploads.get(upload_id).offset
    return Response(headers={"Upload-Offset": str(offset)})


@router.patch(
    "/{upload_id}",
    operation_id="append_upload",
    responses=responses(404, 408, 409, 413, 507),
    openapi_extra={
        "requestBody": {
            "required": True,
            "content": {
                "application/octet-stream": {"schema": {"type": "string", "format": "binary"}}
            },
        }
    },
)
async def append_upload(
    services: Services_,
    upload_id: Id,
    request: Request,
    response: Response,
    upload_offset: Annotated[int, Header(ge=0, le=2**53)],
) -> UploadOut:
    """Append bytes at ``Upload-Offset``, which must equal the current offset of the upload.

    Bytes that arrive before the connection breaks are kept. An earlier request that is still
    sending the same clip is ended in favour of this one.
    """
    try:
        upload = await services.uploads.append(upload_id, upload_offset, request.stream())
    except ClientDisconnect:
        upload = services.uploads.get(upload_id)  # the client is gone and will not read this
    return _out(upload, response)


@router.delete(
    "/{upload_id}", status_code=204, operation_id="delete_upload", responses=responses(404, 409)
)
async def delete_upload(services: Services_, upload_id: Id) -> None:
    """Delete an upload that has not been submitted."""
    await services.uploads.delete(upload_id)


@router.post("/{upload_id}/look", operation_id="check_upload", responses=responses(404, 409, 503))
async def check_upload(services: Services_, request: Request, upload_id: Id) -> ClipCheckOut:
    """Check a complete upload: frame rate, length and size, with advice on filming."""
    upload = await to_thread.run_sync(services.uploads.get, upload_id)
    path = await to_thread.run_sync(services.uploads.path_of, upload_id)
    look = await services.clip_checker.check(path, upload.name, services.settings)
    words = page_words(language_of(request))
    advice = [words.reason(reason) for reason in look.advice]
    return ClipCheckOut.model_validate({**asdict(look), "advice": advice})


def _out(upload: Upload, response: Response) -> UploadOut:
    response.headers["Upload-Offset"] = str(upload.offset)
    return UploadOut(**as_dict(upload))
