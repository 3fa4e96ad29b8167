"""The demo clip with real networks and a real worker, in a browser."""

from __future__ import annotations

from importlib.resources import as_file, files
from pathlib import Path
from typing import Any

import pytest

from leanline.jobs.worker import ANALYSER
from leanline.web.client import Client
from tests.browser.serving import served


def test_the_demo_goes_through_the_real_worker_and_its_page_shows_it(
    browser: Any, tmp_path: Path
) -> None:
    expect = pytest.importorskip("playwright.sync_api").expect
    with (
        served(tmp_path / "store", analyser=ANALYSER) as server,
        Client(server.url) as client,
        as_file(files("leanline") / "assets" / "demo.mp4") as clip,
    ):
        queued = client.send(clip, athlete_name="Ada", height_m=1.67, pose_model="full", end_s=3.0)
        done = client.wait(queued.job.id, max_s=300.0)
        assert (done.state, done.error) == ("done", "")
        metrics = client.metrics(queued.session.id)
        # The clip is rendered, so the truth is known.
        bend = metrics["waist_bend_deg"]
        assert bend.ci95 is not None
        low, high = bend.ci95
        assert low is not None
        assert high is not None
        assert low < 13.1 < high
        context = browser.new_context(viewport={"width": 390, "height": 844})
        page = context.new_page()
        page.goto(f"{server.url}/sessions/{queued.session.id}")
        expect(page.locator("[data-review]")).to_have_attribute("data-ready", "yes")
        expect(page.locator("[data-clock]")).to_contain_text("frame 1 of 180")
        expect(page.locator("main")).to_contain_text("Waist bend")
        context.close()
