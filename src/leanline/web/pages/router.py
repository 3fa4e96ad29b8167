"""The routes of all pages."""

from __future__ import annotations

from fastapi import APIRouter

from leanline.web.pages import athletes, enter, home, sessions, setup, trust, webapp

router = APIRouter(include_in_schema=False)
for part in (home, sessions, athletes, setup, enter, trust, webapp):
    router.include_router(part.router)
