"""The coach's list of runners says what waits."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from leanline.store import Store
from tests.web.conftest import Caller

Analysed = Callable[..., str]


def test_runners_for_whom_something_waits_come_first(
    web: Caller, analysed: Analysed, store: Store
) -> None:
    for name in ("Ada", "Bob"):
        store.athletes.add(name)
    old, new = datetime.now(UTC) - timedelta(days=40), datetime.now(UTC) - timedelta(days=1)
    analysed("lean4.mp4", athlete_name="Ada", filmed_at=old.isoformat())
    assert "new clip" not in web.get("/athletes").text
    analysed("lean3.mp4", athlete_name="Bob", filmed_at=old.isoformat())
    session = analysed("lean9.mp4", athlete_name="Bob", filmed_at=new.isoformat())
    page = web.get("/athletes").text
    assert page.index("Bob") < page.index("Ada")
    assert f'href="/sessions/{session}">new clip' in page
    assert "Cadence has changed" in page
