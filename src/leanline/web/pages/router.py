"""The routes of all pages."""

from __future__ import annotations

from fastapi import APIRouter

from leanline.web.pages import athletes, enter, home, sessions, setup

router = APIRouter(include_in_schema=False)
for part in (home, sessions, athletes, setup, enter):
    router.include_router(part.router)
