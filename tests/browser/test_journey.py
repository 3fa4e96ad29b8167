"""The application in a real browser, from an empty install to a trend over three weeks."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from leanline.web.client import Client
from tests.browser.conftest import SIZES, Seen
from tests.browser.serving import Served, clip_of, served
from tests.web.stand_in import BIT_PX, BITS

SLOW_MS = 60_000
WEEKS = ("lean3.mp4", "lean4.mp4", "lean8.mp4")
# Clips of single tests, which share a server.
OTHERS = (
    *("lean5.mp4", "lean6.mp4", "lean7.mp4", "lean9.mp4", "lean10.mp4", "lean11.mp4"),
    *("slow.mp4", "nobody.mp4", "nobody_plain.mp4"),
)


@pytest.fixture(scope="module")
def expect() -> Any:
    api = pytest.importorskip("playwright.sync_api")
    api.expect.set_options(timeout=SLOW_MS)
    return api.expect


@pytest.fixture(scope="module")
def clips(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    folder = tmp_path_factory.mktemp("clips")
    return {name: clip_of(folder, name, week) for week, name in enumerate((*WEEKS, *OTHERS))}


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """Shared by the tests: each uses clips of its own."""
    with served(tmp_path_factory.mktemp("journey") / "store") as server:
        yield server


@pytest.fixture
def empty_server(tmp_path: Path) -> Iterator[Served]:
    with served(tmp_path / "store") as server:
        yield server


Visit = Callable[..., Seen]


@pytest.fixture
def visit(browser: Any, server: Served) -> Iterator[Visit]:
    """Opens the application at a size and in a colour scheme, each time as another person."""
    contexts = []

    def visit_(
        path: str = "/", size: str = "desktop", scheme: str = "light", at: Served = server
    ) -> Seen:
        width, height = SIZES[size]
        context = browser.new_context(
            viewport={"width": width, "height": height},
            color_scheme=scheme,
            accept_downloads=True,
        )
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(SLOW_MS)
        seen = Seen(page)
        page.on("console", lambda message: seen.messages.append(message.text))
        page.on("pageerror", lambda error: seen.messages.append(str(error)))
        page.on("request", lambda request: seen.requests.append(request.url))
        page.goto(at.url + path)
        return seen

    yield visit_
    for context in contexts:
        context.close()


def fine(page: Any, axe: str = "") -> None:
    """The page is no wider than the screen, and everybody can read and reach everything.

    The latter takes seconds and is looked at where ``axe`` is given.
    """
    page.eval_on_selector_all("details", "all => all.forEach(d => d.open = true)")
    wide = page.evaluate(
        "[...document.querySelectorAll('body *')].filter(e => e.getBoundingClientRect().right"
        " > innerWidth + 1 && !e.closest('.table,.strip')).map(e => e.outerHTML.slice(0, 120))"
    )
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), wide[:3]
    if not axe:
        return
    page.evaluate(axe)
    found: list[dict[str, Any]] = page.evaluate("axe.run().then(r => r.violations)")
    serious = [f for f in found if f["impact"] in ("serious", "critical")]
    assert [(f["id"], f["nodes"][0]["html"]) for f in serious] == []


def drop(page: Any, *paths: Path) -> None:
    page.locator("[data-upload] input[data-clips]").set_input_files([str(path) for path in paths])
    page.get_by_role("button", name="Upload and analyse").click()


def result_of(page: Any, name: str) -> Any:
    return page.locator("[data-cards] li", has_text=name)


# What the time axis of a trend says at sessions so many seconds after a midnight.
TIME_LABELS = """async (seconds) => {
  const { timeAxis } = await import("/static/js/plots.js");
  const points = seconds.map((s) => ({ at: new Date(2026, 0, 1).getTime() / 1000 + s }));
  return points.map(({ at }) => timeAxis(points).label(at));
}"""


@pytest.mark.parametrize(("size", "scheme"), [("phone", "dark"), ("desktop", "light")])
def test_from_an_empty_install_to_a_trend_of_three_sessions(
    size: str,
    scheme: str,
    visit: Visit,
    expect: Any,
    clips: dict[str, Path],
    axe: str,
    empty_server: Served,
) -> None:
    server = empty_server
    axe = axe if size == "phone" else ""
    seen = visit("/", size, scheme, server)
    page = seen.page
    expect(page.get_by_role("heading", level=1)).to_have_text("Film a runner from the side")
    fine(page, axe)

    # The first clip, of somebody new.
    page.get_by_label("Name of the new runner").fill("Ada")
    page.get_by_label(re.compile("^Height")).fill("1,75")
    drop(page, clips["lean3.mp4"])
    expect(page.locator("[data-uploads]")).to_contain_text("640 × 360, 50 frames per second")
    expect(page.locator("[data-uploads]")).to_contain_text("The picture is small")
    expect(result_of(page, "lean3.mp4")).to_contain_text("Cadence 163.0 steps/min")
    fine(page, axe)

    # Two more at once, weeks later; the runner is known by now.
    page.reload()
    expect(page.locator('select[name="athlete"] option:checked')).to_have_text("Ada")
    drop(page, clips["lean4.mp4"], clips["lean8.mp4"])
    expect(result_of(page, "lean4.mp4")).to_be_visible()
    expect(result_of(page, "lean8.mp4")).to_be_visible()

    # The result.
    result_of(page, "lean8.mp4").get_by_role("link", name="lean8.mp4").click()
    expect(page.locator("[data-review]")).to_have_attribute("data-ready", "yes")
    expect(page.locator(".number")).to_have_count(3)
    fine(page, axe)

    # The trend.
    page.get_by_role("link", name="Ada").first.click()
    expect(page.locator("[data-trends]")).to_have_attribute("data-ready", "yes")
    cadence = page.locator("section.card", has=page.get_by_role("heading", name="Cadence"))
    expect(cadence).to_contain_text("163.5 steps/min on 4 May 2026, 168.0 steps/min now (+4.5")
    expect(cadence).to_have_attribute("data-verdict", "changed")
    expect(cadence.locator("canvas")).to_be_visible()
    lean = page.locator('section.card[aria-labelledby="t-lean_body_deg"]')
    expect(lean).to_have_attribute("data-verdict", "same")
    assert page.evaluate(TIME_LABELS, [0, 7 * 86400]) == ["1 Jan", "8 Jan"]
    assert page.evaluate(TIME_LABELS, [0, 5400]) == ["00:00", "01:30"]
    fine(page, axe)

    # Two compared, a plan, and its calendar.
    page.get_by_role("button", name="Compare").click()
    expect(page.locator("main")).to_contain_text("Cadence rose by 5.0 steps/min")
    fine(page, axe)
    page.go_back()
    page.get_by_role("link", name="Plan").click()
    page.get_by_role("button", name="Make the plan").click()
    expect(page.locator(".plan-list")).to_contain_text("1 of 6")
    fine(page, axe)
    with page.expect_download() as calendar:
        page.get_by_role("link", name=re.compile("calendar")).click()
    assert "BEGIN:VEVENT" in Path(calendar.value.path()).read_text(encoding="utf-8")

    # Settings, everything taken along, and gone.
    page.get_by_role("link", name="Settings").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Settings")
    fine(page, axe)
    with page.expect_download() as archive:
        page.get_by_role("link", name="export").click()
    assert Path(archive.value.path()).read_bytes()[:2] == b"PK"
    page.get_by_role("link", name="delete").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Delete")
    fine(page, axe)
    page.get_by_label(re.compile("Type the name")).fill("Ada")
    page.get_by_role("button", name=re.compile("Delete everything")).click()
    expect(page.locator("main")).to_contain_text("Clips of the same runner are kept together")
    assert server.store.sessions.count() == 0
    assert seen.messages == []
    assert {url.split("/")[2] for url in seen.requests if url.startswith("http")} == {
        server.url.split("/")[2]
    }


Result = Callable[[str], Seen]


@pytest.fixture(scope="module")
def analysed() -> dict[str, str]:
    """Sessions of the clips that have been analysed."""
    return {}


@pytest.fixture
def result(
    visit: Visit, expect: Any, clips: dict[str, Path], server: Served, analysed: dict[str, str]
) -> Result:
    """Opens the result page of one of the clips."""

    def open_(name: str) -> Seen:
        if name not in analysed:
            with Client(server.url) as client:
                queued = client.send(clips[name])
                assert client.wait(queued.job.id, max_s=60.0).state == "done"
            analysed[name] = queued.session.id
        seen = visit(f"/sessions/{analysed[name]}")
        expect(seen.page.locator("[data-review]")).to_have_attribute("data-ready", "yes")
        expect(seen.page.locator("[data-clock]")).to_have_text("0.000 s · frame 1 of 250")
        return seen

    return open_


SHOWN = f"""() => {{
  const video = document.querySelector("video");
  const canvas = document.createElement("canvas");
  [canvas.width, canvas.height] = [video.videoWidth, video.videoHeight];
  const context = canvas.getContext("2d");
  context.drawImage(video, 0, 0);
  let index = 0;
  for (let bit = 0; bit < {BITS}; bit++) {{
    const x = (bit + 0.5) * {BIT_PX}, y = 0.5 * {BIT_PX};
    if (context.getImageData(x, y, 1, 1).data[0] > 127) index |= 1 << bit;
  }}
  return index;
}}"""


def test_every_step_shows_the_very_frame_that_the_numbers_are_of(
    result: Result, expect: Any
) -> None:
    page = result("lean7.mp4").page
    clock = page.locator("[data-clock]")
    at = 1

    def stepped(key: str, to: int) -> None:
        page.keyboard.press(key)
        expect(clock).to_have_text(f"{(to - 1) / 50:.3f} s · frame {to} of 250")
        for _ in range(100):
            if page.evaluate(SHOWN) == to - 1:
                break
            page.wait_for_timeout(20)
        assert page.evaluate(SHOWN) == to - 1

    for key, by in [("ArrowRight", 1)] * 6 + [
        ("Shift+ArrowRight", 10),
        ("ArrowLeft", -1),
        (",", -1),
    ]:
        at += by
        stepped(key, at)
    stepped("End", 250)
    stepped("ArrowRight", 250)
    stepped("Home", 1)


def test_playing_moves_the_numbers_and_the_marks_with_the_clip(result: Result, expect: Any) -> None:
    page = result("lean7.mp4").page
    page.get_by_role("button", name="Play", exact=True).click()
    expect(page.get_by_role("button", name="Pause")).to_be_visible()
    expect(page.locator('[data-now="count"]')).not_to_have_text("0")
    page.keyboard.press("k")
    expect(page.get_by_role("button", name="Play", exact=True)).to_be_visible()
    page.wait_for_timeout(200)
    frame = int(page.locator('[data-now="frame"]').inner_text().split()[0])
    assert frame > 3
    assert page.evaluate(SHOWN) == frame - 1
    marks = "() => new Uint32Array(document.querySelector('.stage canvas').getContext('2d')"
    marks += ".getImageData(0, 0, 400, 300).data.buffer).some(Boolean)"
    assert page.evaluate(marks)
    page.get_by_role("button", name="Show", exact=True).click()
    for layer in ("Skeleton", "Lean", "Vertical", "Ground contact"):
        page.get_by_label(layer, exact=True).uncheck()
    assert not page.evaluate(marks)


def test_a_moment_of_a_finding_is_one_click_away(result: Result, expect: Any) -> None:
    page = result("lean7.mp4").page
    link = page.locator("[data-seek]").first
    moment = float(link.get_attribute("data-seek"))
    link.click()
    expect(page.locator('[data-now="frame"]')).not_to_have_text("1 of 250")
    shown = float(page.locator('[data-now="time"]').inner_text().split()[0])
    assert shown == pytest.approx(moment, abs=0.011)


def test_events_are_reached_by_key_and_put_right_by_hand(result: Result, expect: Any) -> None:
    page = result("lean9.mp4").page
    page.keyboard.press("]")
    page.keyboard.press("]")
    page.keyboard.press("]")
    page.locator("#correct summary").first.click()
    nearest = page.locator('[data-c="nearest"]')
    page.locator('[data-c="side"][value="right"]').check()
    expect(nearest).to_contain_text("The nearest initial contact of the right foot is at")
    found = float(re.findall(r"at ([\d.]+) s", nearest.inner_text())[0])
    page.get_by_role("button", name="Show the detected one").click()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")
    now = float(page.locator('[data-now="time"]').inner_text().split()[0])
    page.get_by_role("button", name="Move it to this frame").click()
    expect(page.locator(".flash")).to_contain_text("1 correction")
    expect(page.locator("#correct")).to_contain_text(
        f"Right foot, initial contact moved from {found:.3f} s to {now:.3f} s"
    )
    # The page comes back at the same moment, and what was done can be undone.
    expect(page.locator('[data-now="time"]')).to_have_text(f"{now:.3f} s")
    page.get_by_role("button", name="Undo").click()
    expect(page.locator(".flash")).to_have_count(0)


def test_a_line_drawn_on_something_upright_sets_the_roll(result: Result, expect: Any) -> None:
    page = result("lean10.mp4").page
    lean = page.locator('[data-metric="lean_body_deg"] .value')
    before = float(lean.inner_text().rstrip("°"))
    page.locator("#correct summary").first.click()
    page.get_by_role("button", name="Draw a line on the picture").click()
    box = page.locator(".stage canvas").bounding_box()
    x, y = box["x"] + 100, box["y"] + 60
    # Content that leans to the right by atan(14 / 200), 4 degrees: turned back, leans are less.
    page.mouse.move(x + 14, y)
    page.mouse.down()
    page.mouse.move(x, y + 200, steps=4)
    page.mouse.up()
    expect(page.locator("#c-roll")).to_have_value(re.compile(r"^-(3\.9|4\.0)"))
    page.locator("form", has=page.locator("#c-roll")).get_by_role("button").click()
    expect(page.locator("#correct")).to_contain_text("Camera roll set to -4.0")
    after = float(lean.inner_text().rstrip("°"))
    assert before - after == pytest.approx(4.0, abs=0.5)


def test_a_correction_that_fits_nothing_is_refused_kindly(result: Result, expect: Any) -> None:
    page = result("lean7.mp4").page
    page.locator("#correct summary").first.click()
    page.locator("#c-height").fill("17 m")
    page.locator("form", has=page.locator("#c-height")).get_by_role("button").click()
    expect(page.locator("[data-says].error")).to_contain_text("must be from 1 to 2.3")
    expect(
        page.locator("form", has=page.locator("#c-height")).get_by_role("button")
    ).to_be_enabled()


def test_a_broken_connection_goes_on_where_it_broke(
    visit: Visit, expect: Any, clips: dict[str, Path]
) -> None:
    page = visit().page
    lost: list[str] = []

    def lose(route: Any) -> None:
        if route.request.method == "PATCH" and not lost:
            lost.append(route.request.url)
            route.abort("connectionreset")
        else:
            route.continue_()

    page.route("**/api/v1/uploads/*", lose)
    drop(page, clips["lean5.mp4"])
    expect(result_of(page, "lean5.mp4")).to_be_visible()
    assert lost


def test_a_running_job_shows_its_progress_and_can_be_stopped(
    visit: Visit, expect: Any, clips: dict[str, Path]
) -> None:
    page = visit().page
    drop(page, clips["slow.mp4"])
    row = page.locator("[data-job]", has_text="slow.mp4")
    expect(row.locator("[data-phase]")).to_have_text("Reading the pose")
    expect(row.get_by_role("progressbar")).not_to_have_attribute("value", "0.000")
    row.get_by_role("button", name="Cancel").click()
    expect(row).to_contain_text("cancelled")
    expect(row.get_by_role("button", name="Try again")).to_be_visible()


def test_what_is_no_clip_and_a_clip_of_nobody_are_told_apart(
    visit: Visit, expect: Any, clips: dict[str, Path], tmp_path: Path
) -> None:
    page = visit().page
    text = tmp_path / "notes.mp4"
    text.write_text("not a clip")
    drop(page, text, clips["nobody.mp4"])
    expect(page.locator("[data-uploads]")).to_contain_text("notes.mp4 cannot be read as a video")
    expect(page.locator("[data-job]", has_text="nobody.mp4")).to_contain_text("shows nobody")
    expect(page.locator("[data-uploads]")).not_to_contain_text("waiting")


def test_two_browsers_at_once_see_each_others_clips(
    visit: Visit, expect: Any, clips: dict[str, Path]
) -> None:
    one, two = visit("/", "phone").page, visit().page
    drop(one, clips["lean6.mp4"])
    drop(two, clips["lean11.mp4"])
    for page in (one, two):
        expect(result_of(page, "lean6.mp4")).to_be_visible()
        expect(result_of(page, "lean11.mp4")).to_be_visible()


def test_the_pages_can_be_read_and_the_queue_used_without_scripts(
    browser: Any, server: Served, clips: dict[str, Path], expect: Any, visit: Visit
) -> None:
    page = visit().page
    drop(page, clips["nobody_plain.mp4"])
    expect(page.locator("[data-job]", has_text="nobody_plain.mp4")).to_contain_text("shows nobody")
    context = browser.new_context(java_script_enabled=False)
    plain = context.new_page()
    plain.goto(server.url)
    job = plain.locator("[data-job]", has_text="nobody_plain.mp4")
    job.get_by_role("button", name="Delete the clip").click()
    expect(job).to_have_count(0)
    plain.get_by_role("link", name="Athletes").click()
    plain.get_by_label("Name").fill("Bob")
    plain.get_by_role("button", name="Add").click()
    expect(plain.get_by_role("heading", level=1)).to_have_text("Bob")
    context.close()


def test_a_phone_comes_in_by_the_square_code_and_nobody_without(
    browser: Any, tmp_path: Path, expect: Any
) -> None:
    with served(tmp_path / "store", lan=True) as server:
        phone = f"https://127.0.0.1:{server.settings.port}"
        # As somebody who continues past the warning.
        context = browser.new_context(
            viewport={"width": 390, "height": 844}, ignore_https_errors=True
        )
        page = context.new_page()
        page.goto(phone)
        expect(page.get_by_role("heading", level=1)).to_have_text("Enter the access key")
        page.get_by_role("link", name="Why does the phone warn?").click()
        expect(page.get_by_role("link", name="Download the certificate")).to_be_visible()
        page.goto(f"{phone}/enter#{server.settings.token}")
        expect(page).to_have_url(f"{phone}/")
        assert page.evaluate("isSecureContext && 'getUserMedia' in navigator.mediaDevices")
        page.get_by_role("link", name="Settings").click()
        expect(page.locator(".qr svg")).to_be_visible()
        stranger = browser.new_context().new_page()
        stranger.goto(f"{server.url}/settings")
        expect(stranger.get_by_role("heading", level=1)).to_have_text("Enter the access key")
        stranger.get_by_label("Key").fill("a guess")
        stranger.get_by_role("button", name="Enter").click()
        expect(stranger.get_by_role("alert")).to_be_visible()
        stranger.context.close()
        context.close()
