"""The live page in a real browser with a made-up camera."""

from __future__ import annotations

import json
import re
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from leanline.model import Array
from leanline.web.live.app import create_live_app
from leanline.web.live.hub import LiveHub
from tests.browser.conftest import SIZES
from tests.live.conftest import SOMEBODY
from tests.live.script import ScriptedFinder, ScriptedReader, drill_leans, leaning
from tests.runners import grey_clip

# Machines that test are busy; what is waited for mostly comes in a second.
PATIENCE_MS = 90_000
CAMERA = ("--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream")
TOO_FAR = np.concatenate([np.full(60, 2.0), np.linspace(2, 13, 30), np.full(30, 13.0)])


class LiveServer:
    """``leanline live`` in a thread; stops, and comes back at the same address."""

    def __init__(self, make_hub: Callable[[], LiveHub]) -> None:
        self._make_hub = make_hub
        self._port = 0
        self.start()

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self._port}/live"

    def start(self) -> None:
        import uvicorn

        listening = socket.socket()
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind(("127.0.0.1", self._port))
        listening.listen(16)
        self._port = listening.getsockname()[1]
        hub = self._make_hub()
        app = create_live_app(hub.clips.folder, hub=hub)
        config = uvicorn.Config(
            app, log_level="error", ws_per_message_deflate=False, timeout_graceful_shutdown=1
        )
        self._server = uvicorn.Server(config)
        self._thread = threading.Thread(target=self._server.run, args=([listening],), daemon=True)
        self._thread.start()

    def stop(self) -> None:
        self._server.should_exit = True
        self._thread.join(timeout=20)


@pytest.fixture
def served(tmp_path: Path) -> Iterator[Callable[..., LiveServer]]:
    """Starts servers: with networks that play leans back, or (None) with the real ones."""
    servers: list[LiveServer] = []

    def serve(leans: Array | None = None, *, real: bool = False) -> LiveServer:
        course = drill_leans() if leans is None else leans

        def hub() -> LiveHub:
            if real:
                return LiveHub(tmp_path / "clips")
            finder = ScriptedFinder((SOMEBODY,))
            reader = ScriptedReader(leaning(course), finder=finder)
            return LiveHub(tmp_path / "clips", detector=finder, reader=reader)

        servers.append(LiveServer(hub))
        return servers[-1]

    yield serve
    for server in servers:
        server.stop()


@contextmanager
def chromium_with(browser: Any, *args: str) -> Iterator[Any]:
    """Another Chromium, with other cameras."""
    kind = browser.browser_type
    path = browser.executable if hasattr(browser, "executable") else None
    from leanline.report.pdf import find_browser

    other = kind.launch(
        executable_path=str(path or find_browser()),
        args=["--no-sandbox", "--disable-gpu", "--autoplay-policy=no-user-gesture-required", *args],
    )
    try:
        yield other
    finally:
        other.close()


@pytest.fixture(scope="module")
def camera(browser: Any) -> Iterator[Any]:
    """A browser with a camera that it may use (a test picture)."""
    with chromium_with(browser, *CAMERA) as found:
        yield found


OPENED: list[Any] = []


@pytest.fixture(autouse=True)
def closed_in_the_end() -> Iterator[None]:
    """Close pages, because one left open keeps filming and slows down every later test."""
    yield
    while OPENED:
        OPENED.pop().close()


def page_of(browser: Any, address: str, size: str = "desktop", *, strict: bool = False) -> Any:
    """A page; unless ``strict`` what the test itself asks of it is not held to its policy."""
    width, height = SIZES[size]
    view = {"width": width, "height": height}
    context = browser.new_context(viewport=view, bypass_csp=not strict)
    OPENED.append(context)
    page = context.new_page()
    page.set_default_timeout(PATIENCE_MS)
    page.problems = []
    page.on("pageerror", lambda error: page.problems.append(str(error)))
    page.goto(address)
    return page


def start_camera(browser: Any, address: str, mode: str = "stand", size: str = "desktop") -> Any:
    """A page whose camera runs and whose first reading has come."""
    page = page_of(browser, address, size)
    page.fill("#roll", "0")
    page.check(f"input[value={mode}]", force=True)
    page.click("#start")
    page.wait_for_selector("body[data-drawn]")
    return page


def measuring(page: Any) -> Any:
    page.wait_for_selector("body[data-state=measuring]")
    return page


def number(page: Any, name: str) -> float:
    text = page.inner_text(f"#{name}")
    return float(text) if re.fullmatch(r"-?[\d.]+", text) else float("nan")


def notice(page: Any, name: str) -> str:
    page.wait_for_selector(f"#notice[data-name={name}]:visible")
    text: str = page.inner_text("#notice")
    return text


def gone(page: Any) -> None:
    page.wait_for_selector("#notice", state="hidden")


def test_the_drill_is_shown_held_and_counted(camera: Any, served: Any) -> None:
    page = measuring(start_camera(camera, served().address))
    page.wait_for_function("Number(document.getElementById('longest').textContent) > 2")
    page.wait_for_function("document.getElementById('repetitions').textContent === '1'")
    page.wait_for_function("Number(document.getElementById('rate').textContent) > 0")
    assert page.inner_text("#line") == "straight"
    assert page.problems == []


def test_the_page_writes_nothing_that_its_policy_forbids(camera: Any, served: Any) -> None:
    page = page_of(camera, "about:blank", strict=True)
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    page.goto(served().address)
    page.click("#start")
    measuring(page)
    assert said == []


def test_a_cue_is_seen_and_heard_and_each_can_be_muted(camera: Any, served: Any) -> None:
    page = start_camera(camera, served(TOO_FAR).address)
    page.wait_for_selector("#cue[data-rings='1']")
    assert "Too far" in page.inner_text("#cue")
    assert page.get_attribute("body", "data-tone") == "bad"
    assert page.get_attribute("html", "data-sounds") == "1"
    assert page.get_attribute("html", "data-spoken") == page.inner_text("#cue")
    page.uncheck("#sound")
    page.uncheck("#colour")
    page.wait_for_selector("#cue[data-rings='2']")
    assert page.get_attribute("html", "data-sounds") == "1"
    assert page.get_attribute("body", "data-tone") == ""


def test_a_camera_that_is_not_allowed_is_explained(browser: Any, served: Any) -> None:
    flags = ("--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream=deny")
    with chromium_with(browser, *flags) as found:
        page = page_of(found, served().address)
        page.click("#start")
        text = notice(page, "camera")
        page.click("#notice-back")
        page.wait_for_selector("#start-panel:visible")
    assert "not allowed" in text
    assert "address bar" in text
    assert "Try again" in text


def test_no_camera_is_said_to_be_none(browser: Any, served: Any) -> None:
    with chromium_with(browser, "--use-fake-ui-for-media-stream") as found:
        page = page_of(found, served().address)
        page.click("#start")
        assert "No camera was found" in notice(page, "camera")


def test_a_camera_pulled_out_comes_back_by_itself(camera: Any, served: Any) -> None:
    page = start_camera(camera, served().address)
    page.evaluate("video.srcObject.getTracks()[0].dispatchEvent(new Event('ended'))")
    assert "Plug it in again" in notice(page, "lost")
    page.evaluate("navigator.mediaDevices.dispatchEvent(new Event('devicechange'))")
    gone(page)
    measuring(page)


def test_a_server_that_stops_and_returns_is_found_again(camera: Any, served: Any) -> None:
    server = served()
    page = measuring(start_camera(camera, server.address))
    server.stop()
    assert "leanline has stopped" in notice(page, "gone")
    server.start()
    gone(page)
    page.wait_for_selector("body[data-drawn]")
    measuring(page)


def test_a_hidden_tab_pauses_and_goes_on(camera: Any, served: Any) -> None:
    page = measuring(start_camera(camera, served().address))
    hide = """hidden => {
        Object.defineProperty(document, 'hidden', { configurable: true, get: () => hidden });
        document.dispatchEvent(new Event('visibilitychange'));
    }"""
    page.evaluate(hide, True)
    assert "Nothing is measured" in notice(page, "hidden")
    assert page.title().startswith("Paused")
    page.evaluate(hide, False)
    gone(page)
    page.wait_for_function("Number(document.getElementById('longest').textContent) > 0.5")


def test_a_second_tab_is_told_and_may_take_over(camera: Any, served: Any) -> None:
    address = served().address
    first = measuring(start_camera(camera, address))
    second = page_of(camera, address)
    second.click("#start")
    assert "open in another tab" in notice(second, "busy")
    second.click("#notice-button")
    measuring(second)
    assert "moved to another tab" in notice(first, "taken")


def test_a_clip_can_stand_in_for_the_camera(camera: Any, served: Any, tmp_path: Path) -> None:
    clip = grey_clip(tmp_path / "run.mp4")
    page = page_of(camera, served().address)
    page.set_input_files("#file", str(clip))
    page.wait_for_selector("body[data-drawn]")
    assert "The clip has ended" in notice(page, "ended")
    page.click("#notice-button")
    gone(page)


def test_a_file_that_does_not_play_is_said_to_be_so(
    camera: Any, served: Any, tmp_path: Path
) -> None:
    (tmp_path / "note.mp4").write_text("no film")
    page = page_of(camera, served().address)
    page.set_input_files("#file", str(tmp_path / "note.mp4"))
    assert "cannot play this file" in notice(page, "unplayable")


def test_what_was_measured_can_be_saved(camera: Any, served: Any, tmp_path: Path) -> None:
    page = measuring(start_camera(camera, served().address))
    page.click("#record")
    page.wait_for_selector("#record[aria-pressed=true]")
    page.wait_for_function("Number(document.getElementById('longest').textContent) > 0.5")
    page.click("#record")
    page.wait_for_selector("#saved:visible")
    assert re.search(r"Saved \d+\.\d s as .*stand-.*\.mkv", page.inner_text("#saved-text"))
    assert len(list((tmp_path / "clips").glob("stand-*.mkv"))) == 1


def test_the_metronome_starts_and_stops(camera: Any, served: Any) -> None:
    page = page_of(camera, served().address)
    page.fill("#spm", "170")
    page.click("#click")
    assert page.inner_text("#click") == "Stop clicks"
    page.click("#click")
    assert page.get_attribute("#click", "aria-pressed") == "false"


@pytest.mark.parametrize("size", ["phone", "desktop"])
@pytest.mark.parametrize("mode", ["stand", "run"])
def test_everybody_can_read_and_reach_everything(
    mode: str, size: str, camera: Any, served: Any, axe: str
) -> None:
    page = page_of(camera, served().address, size)
    page.check(f"input[value={mode}]", force=True)
    for state in ("setup", "measuring"):
        if state == "measuring":
            page.click("#start")
            measuring(page)
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        page.evaluate(axe)
        found = page.evaluate("axe.run().then(r => r.violations)")
        serious = [f for f in found if f["impact"] in ("serious", "critical")]
        assert [(f["id"], f["nodes"][0]["html"]) for f in serious] == []


def camera_film(clip: Path, out: Path) -> Path:
    """A clip as Motion JPEG at 30 frames a second, for the browser's made-up camera."""
    import av

    with av.open(str(clip)) as source, av.open(str(out), "w", format="mjpeg") as film:
        picture = source.streams.video[0]
        stream = film.add_stream("mjpeg", rate=30)
        stream.width, stream.height, stream.pix_fmt = picture.width, picture.height, "yuvj420p"
        stream.options = {"qscale": "3", "flags": "+qscale"}
        for k, frame in enumerate(source.decode(picture)):
            flat = frame.reformat(format="yuvj420p")
            flat.pts, flat.time_base = k, Fraction(1, 30)
            for packet in stream.encode(flat):
                film.mux(packet)
        for packet in stream.encode():
            film.mux(packet)
    return out


@pytest.mark.shared
@pytest.mark.parametrize(
    ("name", "rings"), [("demo/demo_stand", False), ("rendered/stand10_bend15", True)]
)
def test_a_filmed_person_is_shown_within_a_degree(
    name: str, rings: bool, browser: Any, served: Any, shared_data: Path, tmp_path: Path
) -> None:
    truth = json.loads((shared_data / f"{name}.truth.json").read_text())["metrics"]
    film = camera_film(shared_data / f"{name}.mp4", tmp_path / "camera.mjpeg")
    with chromium_with(browser, *CAMERA, f"--use-file-for-fake-video-capture={film}") as found:
        page = page_of(found, served(real=True).address)
        page.click("#start")
        measuring(page)
        if rings:
            page.wait_for_selector("#cue:not([data-rings='0'])")
            assert "waist" in page.inner_text("#cue")
        else:
            page.wait_for_function("Number(document.getElementById('longest').textContent) > 1")
        shown = [number(page, "lean")]
        for _ in range(8):
            old = page.inner_text("#lean")
            page.wait_for_function(
                "old => document.getElementById('lean').textContent !== old", arg=old
            )
            shown.append(number(page, "lean"))
        assert abs(np.median(shown) - truth["stand_lean_deg"]) <= 1.0
