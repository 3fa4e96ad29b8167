"""What people measure, draw and note on the frames of a clip."""

from __future__ import annotations

from dataclasses import asdict

from fastapi import APIRouter

from leanline.store.records import DrawnMark, new_id, now
from leanline.web.api.models import Id, MarkIn, MarkOut
from leanline.web.deps import Services_
from leanline.web.problems import responses

router = APIRouter(prefix="/sessions/{session_id}/marks", tags=["sessions"])


@router.get("", operation_id="list_marks", responses=responses(404))
def list_marks(services: Services_, session_id: Id) -> list[MarkOut]:
    """List the marks on a clip in the order of the clip."""
    services.store.sessions.get(session_id)
    return [_out(mark) for mark in services.store.marks.all(session_id)]


@router.post("", status_code=201, operation_id="add_mark", responses=responses(404))
def add_mark(services: Services_, session_id: Id, mark: MarkIn) -> MarkOut:
    """Keep a mark with the clip."""
    services.store.sessions.get(session_id)
    made = DrawnMark(new_id(), session_id, now(), mark.time_s, mark.kind, mark.points, mark.text)
    return _out(services.store.marks.add(made))


@router.delete("/{mark_id}", status_code=204, operation_id="delete_mark", responses=responses(404))
def delete_mark(services: Services_, session_id: Id, mark_id: Id) -> None:
    """Delete a mark."""
    services.store.sessions.get(session_id)
    services.store.marks.delete(session_id, mark_id)


def _out(mark: DrawnMark) -> MarkOut:
    return MarkOut.model_validate(asdict(mark))
