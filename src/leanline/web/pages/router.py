"""The routes of all pages."""

from __future__ import annotations

from fastapi import APIRouter

from leanline.web.pages import (
    athletes,
    deleted,
    enter,
    home,
    links,
    sessions,
    setup,
    shared,
    sheets,
    trust,
    webapp,
)

router = APIRouter(include_in_schema=False)
for part in (
    *(home, sheets, sessions, athletes, links, deleted, shared),
    *(setup, enter, trust, webapp),
):
    router.include_router(part.router)
