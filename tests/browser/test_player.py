"""The player in a real browser, on a phone: two clips as films, and corrections by touch."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from leanline.web.client import Client
from tests.browser.conftest import SIZES
from tests.browser.serving import Served, clip_of, served
from tests.browser.test_journey import fine


@pytest.fixture(scope="module")
def expect() -> Any:
    api = pytest.importorskip("playwright.sync_api")
    api.expect.set_options(timeout=60_000)
    return api.expect


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    with served(tmp_path_factory.mktemp("player") / "store") as server:
        yield server


@pytest.fixture(scope="module")
def sessions(server: Served, tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    """Two clips of one runner, a week apart."""
    folder = tmp_path_factory.mktemp("clips")
    with Client(server.url) as client:
        queued = [
            client.send(clip_of(folder, name, week), athlete_name="Ada", height_m=1.75)
            for week, name in enumerate(("lean4.mp4", "lean8.mp4"))
        ]
        for one in queued:
            assert client.wait(one.job.id, max_s=60.0).state == "done"
    return [one.session.id for one in queued]


Phone = Callable[[str], Any]


@pytest.fixture
def phone(browser: Any, server: Served) -> Iterator[Phone]:
    """Opens a page on a phone."""
    contexts = []

    def open_(path: str) -> Any:
        width, height = SIZES["phone"]
        context = browser.new_context(viewport={"width": width, "height": height}, has_touch=True)
        contexts.append(context)
        page = context.new_page()
        page.goto(server.url + path)
        return page

    yield open_
    for context in contexts:
        context.close()


def test_two_clips_run_as_films_in_the_same_phase(
    phone: Phone, sessions: list[str], expect: Any, axe: str, server: Served
) -> None:
    page = phone(f"/compare?before={sessions[0]}&after={sessions[1]}")
    expect(page.locator("[data-films]")).to_have_attribute("data-ready", "yes")
    expect(page.locator("[data-matched]")).to_be_visible()
    store = server.store.sessions
    one, other = (
        [c.contact_s for c in store.load_analysis(store.get(session)).contacts if c.side == "left"]
        for session in sessions
    )
    for _ in range(8):  # two strides on, by contacts and toe-offs of both feet
        page.keyboard.press("]")
    shown = page.evaluate(
        "[...document.querySelectorAll('[data-films] video')].map(v => v.currentTime)"
    )
    assert shown == [pytest.approx(one[2], abs=0.025), pytest.approx(other[2], abs=0.025)]
    assert shown[0] - shown[1] > 0.02
    page.get_by_label("One over the other").check()
    boxes = [stage.bounding_box() for stage in page.locator("[data-stage]").all()]
    assert boxes[0] == boxes[1]
    fine(page, axe)


def test_a_contact_is_put_right_with_a_thumb_beside_the_picture(
    phone: Phone, sessions: list[str], expect: Any
) -> None:
    page = phone(f"/sessions/{sessions[0]}")
    expect(page.locator("[data-review]")).to_have_attribute("data-ready", "yes")
    # Picture, three numbers and the verdict are on the first screen.
    for part in page.locator(".stage, .number .value, .advice h2").all():
        box = part.bounding_box()
        assert box["y"] + box["height"] <= SIZES["phone"][1]
    page.locator("[data-open=correct]").tap()
    targets = page.locator("#correct .thumbs button:visible, #correct .segments label, .controls *")
    assert all(one.bounding_box()["height"] >= 44 for one in targets.all() if one.is_visible())
    # The picture stays in view beside what is pressed.
    move = page.locator('[data-c="move"]')
    move.scroll_into_view_if_needed()
    stage, pressed = page.locator(".stage").bounding_box(), move.bounding_box()
    assert 0 <= stage["y"] < stage["y"] + stage["height"] < pressed["y"] < SIZES["phone"][1]
    # A swipe to the right is frames on.
    page.evaluate(
        """() => {
          const stage = document.querySelector(".stage"), box = stage.getBoundingClientRect();
          stage.setPointerCapture = () => {};
          const fire = (kind, x) => stage.dispatchEvent(new PointerEvent(kind, { pointerId: 7,
            bubbles: true, clientX: box.left + x, clientY: box.top + 150 }));
          fire("pointerdown", 100);
          fire("pointermove", 142);
          fire("pointerup", 142);
        }"""
    )
    expect(page.locator("[data-clock]")).to_have_text("0.060 s · frame 4 of 250")
    move.tap()
    expect(page.locator(".flash")).to_contain_text("1 correction")
    expect(page.locator("#correct")).to_contain_text("to 0.060 s")


def test_an_angle_is_measured_by_hand_and_kept(
    phone: Phone, sessions: list[str], expect: Any, axe: str
) -> None:
    page = phone(f"/sessions/{sessions[1]}?t=1.3")
    expect(page.locator("[data-review]")).to_have_attribute("data-ready", "yes")
    page.locator("[data-open=measure]").tap()
    page.locator("[data-kind=angle]").tap()
    stage = page.locator(".stage").bounding_box()
    for x, y in ((200, 60), (200, 140), (280, 140)):
        page.touchscreen.tap(stage["x"] + x, stage["y"] + y)
    expect(page.locator("[data-m=says]")).to_have_text("90.0°")
    page.locator("[data-m=keep]").tap()
    expect(page.locator("[data-m=kept]")).to_contain_text("Angle: 90.0°")
    with page.expect_download() as picture:
        page.locator("[data-m=share]").tap()
    assert picture.value.suggested_filename == "leanline-1.30.jpg"
    page.reload()
    expect(page.locator("[data-m=kept] li")).to_have_count(1)
    fine(page, axe)
