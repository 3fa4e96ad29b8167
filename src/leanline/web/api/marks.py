"""What people measure, draw and note on the frames of a clip."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime
from typing import Annotated, Final, Self

from fastapi import APIRouter
from pydantic import BaseModel, Field, StringConstraints, model_validator

from leanline.store.records import DrawnMark, MarkKind, new_id, now
from leanline.web.api.models import Id, Strict
from leanline.web.deps import Services_
from leanline.web.problems import responses

router = APIRouter(prefix="/sessions/{session_id}/marks", tags=["sessions"])


Coordinate = Annotated[float, Field(ge=-1e5, le=1e5)]
_POINTS: Final = {"angle": 3, "line": 2, "plumb": 2, "note": 1}


class MarkIn(Strict):
    """Something measured, drawn or noted on a frame."""

    time_s: Annotated[float, Field(ge=0, le=1e6)]
    kind: MarkKind
    points: Annotated[
        list[Annotated[list[Coordinate], Field(min_length=2, max_length=2)]],
        Field(min_length=1, max_length=2000, description="(x, y) in pixels of the clip, y down."),
    ]
    text: Annotated[str, StringConstraints(max_length=1000)] = ""

    @model_validator(mode="after")
    def _enough(self) -> Self:
        wanted = _POINTS.get(self.kind, len(self.points))
        if len(self.points) != wanted:
            raise ValueError(f"a mark of this kind has {wanted} points")
        return self


class MarkOut(BaseModel):
    """A mark on a frame."""

    id: str
    session_id: str
    made_at: datetime
    time_s: float
    kind: MarkKind
    points: list[list[float]]
    text: str


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
