"""History, trends and plan of an athlete, for pages and API."""

from __future__ import annotations

from leanline.web.services import Services


def trend_views(services: Services, athlete_id: str) -> tuple[object, ...]:
    """Trends for the page."""
    del services, athlete_id
    return ()
