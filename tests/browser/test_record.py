"""Filming with the phone in a real browser with a made-up camera: over HTTPS, and offline."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from tests.browser.conftest import SIZES
from tests.browser.serving import Served, served
from tests.browser.test_live import CAMERA, chromium_with
from tests.live.conftest import SOMEBODY
from tests.live.script import ScriptedFinder, ScriptedReader, drill_leans, leaning

PATIENCE_MS = 60_000
# A phone that leans back 10 degrees and is rolled 3 degrees clockwise.
ROLLED = """if (isSecureContext) setInterval(() => dispatchEvent(
    new DeviceOrientationEvent("deviceorientation", { alpha: 0, beta: 80, gamma: 17.29 })), 20)"""


@pytest.fixture(scope="module")
def phone(browser: Any) -> Iterator[Any]:
    """A browser with a camera that it may use (a test picture)."""
    with chromium_with(browser, *CAMERA, "--ignore-certificate-errors") as found:
        yield found


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    def networks() -> tuple[ScriptedFinder, ScriptedReader]:
        finder = ScriptedFinder((SOMEBODY,))
        return finder, ScriptedReader(leaning(drill_leans()), finder=finder)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("leanline.web.live.hub._load", networks)
        with served(tmp_path_factory.mktemp("store"), lan=True) as server:
            yield server


@pytest.fixture
def page(phone: Any, server: Served) -> Iterator[Any]:
    """A page of a phone that has the key."""
    width, height = SIZES["phone"]
    context = phone.new_context(
        viewport={"width": width, "height": height}, ignore_https_errors=True, bypass_csp=False
    )
    context.add_init_script(ROLLED)
    page = context.new_page()
    page.set_default_timeout(PATIENCE_MS)
    page.problems = []
    page.on("pageerror", lambda error: page.problems.append(str(error)))
    page.goto(f"https://127.0.0.1:{server.settings.port}/enter#{server.settings.token}")
    page.wait_for_url("**/")
    yield page
    context.close()


def film(page: Any) -> None:
    page.select_option("#countdown", "0")
    page.click("#start")
    page.wait_for_selector("body[data-phase=filming]")
    page.wait_for_timeout(700)
    page.click("#stop")


def handed_in(response: Any) -> bool:
    """Whether a response is to a film that was handed in."""
    return bool(response.request.method == "POST" and response.url.endswith("/api/v1/sessions"))


def test_a_phone_is_guided_and_its_level_goes_with_the_film(
    page: Any, server: Served, axe: str
) -> None:
    page.get_by_role("link", name="Film now").click()
    page.get_by_label("Name of the new runner").fill("Ada")
    page.click("#open")
    page.wait_for_selector("#checks li[data-id=whole]")
    assert "3° tilted: turn to the left" in page.inner_text("#level")
    assert "frames a second" in page.inner_text("#checks")
    page.evaluate(axe)
    found = page.evaluate("axe.run().then(r => r.violations)")
    serious = [f for f in found if f["impact"] in ("serious", "critical")]
    assert [(f["id"], f["nodes"][0]["html"]) for f in serious] == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    film(page)
    page.wait_for_selector("#outbox li[data-state=done]")
    (session,) = server.store.sessions.all()
    assert session.settings["phone_roll_deg"] == pytest.approx(3.0, abs=0.01)
    assert session.settings["slow_motion"] == 1
    assert page.problems == []


def test_the_app_can_be_installed_and_what_is_filmed_offline_arrives(
    page: Any, server: Served
) -> None:
    before = len(server.store.sessions.all())
    page.get_by_role("link", name="Film now").click()
    page.evaluate("navigator.serviceWorker.ready.then(() => true)")
    client = page.context.new_cdp_session(page)
    errors = client.send("Page.getInstallabilityErrors")["installabilityErrors"]
    # Pages of tests are private windows, which install nothing.
    assert [one["errorId"] for one in errors] == ["in-incognito"]
    assert client.send("Page.getAppManifest")["errors"] == []
    page.context.set_offline(True)
    page.reload()  # as kept by the service worker
    page.click("#open")
    page.wait_for_selector("#checks li[data-id=pose]")
    film(page)
    page.wait_for_selector("#outbox li[data-state=offline]")
    page.goto(page.url.replace("/record", "/athletes"))
    assert "No connection" in page.inner_text("h1")
    with page.context.expect_event("response", handed_in, timeout=PATIENCE_MS):
        page.context.set_offline(False)
    assert len(server.store.sessions.all()) == before + 1
