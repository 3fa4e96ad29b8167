"""The coach's list of runners says what waits."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

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


def test_a_run_is_zeroed_from_a_stance_of_the_same_runner(
    web: Caller, analysed: Analysed, store: Store
) -> None:
    run = analysed("lean6.mp4", athlete_name="Ada")
    stance = analysed("stand.mp4", athlete_name="Ada")
    other = analysed("stand.mp4", athlete_name="Bob")
    page = web.get(f"/sessions/{run}").text
    assert f'<option value="{stance}"' in page
    assert other not in page
    path = f"/sessions/{run}/standing"
    headers = {"content-type": "application/x-www-form-urlencoded"}
    assert web.post(path, content=f"standing={other}", headers=headers).status_code == 404
    assert web.post(path, content=f"standing={stance}", headers=headers).status_code == 303
    assert store.sessions.get(run).standing_id == stance


def test_a_report_without_a_browser_to_print_it_says_what_is_missing(
    web: Caller, analysed: Analysed, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LEANLINE_CHROMIUM", "/nowhere/chromium")
    answer = web.get(f"/sessions/{analysed()}/report.pdf")
    assert answer.status_code == 422
    assert "/nowhere/chromium" in answer.text
