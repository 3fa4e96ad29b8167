"""A coach's evening in a real browser: a sheet, a link for the runner, a deletion taken back."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest

from leanline.store import Store
from tests.browser.conftest import SIZES
from tests.browser.serving import Served, served
from tests.browser.test_journey import fine
from tests.store import made

# A page A4 with margins of 12 mm, CSS pixels.
PAGE_PX = (703, 1031)


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    folder = tmp_path_factory.mktemp("coach")
    with Store.open(folder / "store") as store:
        ada = store.athletes.add("Ada", height_m=1.7)
        made.analysed(store, folder, athlete_id=ada.id, name="run.mp4", notes="Chest up.\n" * 3)
    with served(folder / "store") as server:
        yield server


def test_a_coachs_evening(browser: Any, server: Served, axe: str) -> None:
    expect = pytest.importorskip("playwright.sync_api").expect
    width, height = SIZES["phone"]
    context = browser.new_context(viewport={"width": width, "height": height})
    page = context.new_page()
    (session,) = server.store.sessions.all()

    # The letterhead, then the sheet: one page on paper.
    page.goto(f"{server.url}/settings")
    page.get_by_label("Your name").fill("Practice & Co")
    page.locator("#letterhead").get_by_role("button", name="Save").click()
    expect(page.get_by_label("Your name")).to_have_value("Practice & Co")
    page.goto(f"{server.url}/sessions/{session.id}")
    page.get_by_role("link", name="Sheet for the runner").click()
    expect(page.locator(".coach")).to_have_text("Practice & Co")
    fine(page, axe)
    page.set_viewport_size({"width": PAGE_PX[0], "height": PAGE_PX[1]})
    page.emulate_media(media="print")
    assert page.evaluate("document.body.scrollHeight") <= PAGE_PX[1]
    page.emulate_media(media="screen")
    page.set_viewport_size({"width": width, "height": height})

    # A link for the runner, opened by somebody else, and withdrawn.
    page.goto(f"{server.url}/athletes/{session.athlete_id}")
    page.get_by_role("button", name="Make a link").click()
    fine(page, axe)
    runner = browser.new_context(viewport={"width": width, "height": height}).new_page()
    link = page.get_by_label("Address").input_value()
    runner.goto(link)
    expect(runner.get_by_role("heading", level=1)).to_have_text("Ada")
    runner.get_by_role("link", name=re.compile("2026")).click()
    expect(runner.get_by_role("heading", level=1)).to_contain_text("Ada: Running")
    expect(runner.locator("body")).not_to_contain_text("Chest up.")
    fine(runner, axe)
    page.get_by_role("link", name="Done").click()
    page.get_by_role("button", name="Withdraw").click()
    expect(page.get_by_role("button", name="Withdraw")).to_have_count(0)
    runner.goto(link)
    expect(runner.get_by_role("heading", level=1)).to_have_text(
        "There is nothing here, or no longer."
    )
    runner.context.close()

    # Deleted by mistake, and back.
    page.goto(f"{server.url}/sessions/{session.id}")
    page.locator("summary", has_text="Delete").click()
    page.get_by_role("button", name="Delete this clip and its result").click()
    expect(page.locator(".undo")).to_contain_text("run.mp4 is deleted.")
    page.get_by_role("button", name="Put back").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("run.mp4")
    context.close()
