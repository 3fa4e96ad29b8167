"""The live page's server: what it says, whom it lets in, what it saves."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from starlette.websockets import WebSocketDisconnect

from leanline.live.session import LiveSession
from leanline.video.probe import probe
from leanline.web.live.clips import SavedClips
from leanline.web.live.hub import LiveHub
from leanline.web.live.messages import HEADER, MAGIC, parse_picture
from leanline.web.live.pictures import BadMessageError, Decoder, decode_jpeg
from leanline.web.live.socket import BUSY, INVALID, TAKEN
from tests.live.conftest import ADDRESS, SOCKET, Page, live_client

SCREEN = SOCKET.replace("/live/ws", "/live/watch")


def close_code(page: Page) -> int:
    try:
        while True:
            page.hear()
    except WebSocketDisconnect as closed:
        return closed.code


def test_the_page_and_all_it_asks_for_are_there(client: Any) -> None:
    page = client.get("/live")
    assert page.status_code == 200
    asked = set(re.findall(r'(?:src|href)="(/live/static/[^"]+)"', page.text))
    modules = {
        f"/live/static/{name}"
        for path in ("live.js",)
        for name in re.findall(r'from "\./([^"]+)"', client.get(f"/live/static/{path}").text)
    }
    assert len(asked | modules) >= 8
    for address in asked | modules:
        assert client.get(address).status_code == 200, address


def test_the_page_carries_no_script_or_style_of_its_own(client: Any) -> None:
    text = client.get("/live").text
    assert not re.search(r"<script(?![^>]*\ssrc=)", text)
    assert not re.search(r"<style|\sstyle=|\son\w+=", text)
    policy = client.get("/live").headers["content-security-policy"]
    assert "script-src 'self'" in policy
    assert "unsafe" not in policy


def test_the_top_leads_to_the_page(client: Any) -> None:
    assert client.get("/").headers["location"] == "/live"


@pytest.mark.parametrize("name", ["../router.py", "router.py", "nothing.js", "%2e%2e%2fapp.py"])
def test_no_other_file_is_given_out(client: Any, name: str) -> None:
    assert client.get(f"/live/static/{name}").status_code == 404


def test_a_picture_is_answered_with_a_reading(page: Page, jpeg: bytes) -> None:
    assert page.hello() == {"type": "ready"}
    page.picture(1.0, jpeg)
    first = page.hear()
    assert (first["type"], first["number"], first["phase"]) == ("reading", 1, "checking")
    page.picture(1.1, jpeg)
    second = page.hear()
    assert second["line"]["shoulder"][1] < second["line"]["ankle"][1]
    assert 0.0 < second["posture"]["lean_deg"] < 4.0


def test_the_whole_drill_over_the_socket(page: Page, jpeg: bytes) -> None:
    page.hello()
    readings = []
    for k in range(400):
        page.picture(k / 30, jpeg)
        readings.append(page.hear())
    stands = [r["stand"] for r in readings if r["stand"]]
    assert stands[-1]["repetitions"] == 1
    assert stands[-1]["longest_hold_s"] == pytest.approx(4.9, abs=0.4)
    # What was scripted, at the joint centres of BlazePose.
    assert readings[-1]["zero"]["lean_deg"] == pytest.approx(0.9, abs=0.4)


def test_a_second_page_waits_or_takes_over(client: Any, jpeg: bytes) -> None:
    headers = {"origin": ADDRESS}
    with client.websocket_connect(SOCKET, headers=headers) as one:
        first = Page(one)
        assert first.hello() == {"type": "ready"}
        with client.websocket_connect(SOCKET, headers=headers) as two:
            second = Page(two)
            second.say(type="hello", wanted={}, take_over=False)
            assert close_code(second) == BUSY
        with client.websocket_connect(SOCKET, headers=headers) as three:
            third = Page(three)
            assert third.hello(take_over=True) == {"type": "ready"}
            assert close_code(first) == TAKEN
            third.picture(0.0, jpeg)
            assert third.hear()["type"] == "reading"


def test_a_second_screen_shows_the_picture_that_was_measured(client: Any, jpeg: bytes) -> None:
    headers = {"origin": ADDRESS}
    with (
        client.websocket_connect(SCREEN, headers=headers) as screen,
        client.websocket_connect(SOCKET, headers=headers) as socket,
    ):
        page = Page(socket)
        page.hello()
        page.picture(1.0, jpeg)
        reading = page.hear()
        shown = screen.receive_json()
        assert (shown["number"], shown["phase"]) == (reading["number"], "checking")
        assert screen.receive_bytes() == jpeg


def test_the_seat_is_free_again_when_a_page_goes(client: Any) -> None:
    for _ in range(2):
        with client.websocket_connect(SOCKET, headers={"origin": ADDRESS}) as socket:
            assert Page(socket).hello() == {"type": "ready"}


def test_other_wishes_begin_anew(page: Page, jpeg: bytes) -> None:
    page.hello()
    page.picture(0.0, jpeg)
    assert page.hear()["run"] is None
    page.say(type="change", wanted={"mode": "run", "roll_deg": 0.0})
    page.picture(0.0, jpeg)
    assert page.hear()["run"]["steps"] == 0


def test_buttons_are_obeyed(page: Page, jpeg: bytes) -> None:
    page.hello()
    for k in range(20):
        page.picture(k / 30, jpeg)
        page.hear()
    page.say(type="press", button="start")
    page.picture(20 / 30, jpeg)
    assert page.hear()["phase"] == "measuring"
    page.say(type="press", button="zero")
    assert page.hear() == {"type": "zero", "taken": True}


@pytest.mark.parametrize(
    "text",
    ["{", "[]", '{"type":"fly"}', '{"type":"change","wanted":{"session":0}}', '{"type":"press"}'],
)
def test_nonsense_ends_the_talk(page: Page, text: str) -> None:
    page.hello()
    page.socket.send_text(text)
    assert close_code(page) == INVALID


def test_a_page_that_begins_with_a_picture_is_shown_out(page: Page) -> None:
    page.socket.send_bytes(b"picture")
    assert close_code(page) == INVALID


@pytest.mark.parametrize("data", [b"", b"short", b"XXXX" + bytes(40), MAGIC + bytes(30)])
def test_a_damaged_picture_ends_the_talk(page: Page, data: bytes) -> None:
    page.hello()
    page.socket.send_bytes(data)
    assert close_code(page) == INVALID


def test_a_time_that_is_no_number_is_refused() -> None:
    with pytest.raises(BadMessageError):
        parse_picture(HEADER.pack(MAGIC, 1, float("nan")) + b"x")


@pytest.mark.parametrize("shape", [(20, 20, 3), (5000, 70, 3)])
def test_pictures_of_impossible_size_are_refused(shape: tuple[int, ...]) -> None:
    import cv2
    import numpy as np

    data = cv2.imencode(".jpg", np.zeros(shape, np.uint8))[1].tobytes()
    with pytest.raises(BadMessageError):
        decode_jpeg(data)


@pytest.mark.parametrize(
    "headers",
    [{"origin": "http://evil.example"}, {"origin": ADDRESS, "host": "evil.example"}],
)
def test_pages_from_elsewhere_may_not_connect(client: Any, headers: dict[str, str]) -> None:
    with (
        pytest.raises(WebSocketDisconnect),
        client.websocket_connect(SOCKET, headers=headers) as socket,
    ):
        socket.receive_text()


def record_clip(page: Page, jpeg: bytes) -> dict[str, Any]:
    """A second of pictures, saved; what the server says at the end."""
    page.hello()
    page.picture(0.0, jpeg)
    page.hear()
    page.say(type="record", on=True)
    assert page.hear()["type"] == "recording"
    for k in range(1, 31):
        page.picture(k / 30, jpeg)
        page.hear()
    page.say(type="record", on=False)
    return page.hear()


def test_the_measured_pictures_are_saved_as_a_clip(page: Page, jpeg: bytes) -> None:
    said = record_clip(page, jpeg)
    assert said["type"] == "saved"
    info = probe(Path(said["path"]))
    assert (info.frames, info.width, info.height) == (30, 1280, 720)
    assert said["seconds"] == pytest.approx(29 / 30, abs=0.05)


def test_a_clip_cut_off_by_a_lost_page_is_kept(client: Any, tmp_path: Path, jpeg: bytes) -> None:
    with client.websocket_connect(SOCKET, headers={"origin": ADDRESS}) as socket:
        page = Page(socket)
        page.hello()
        page.picture(0.0, jpeg)
        page.hear()
        page.say(type="record", on=True)
        page.hear()
        for k in range(1, 10):
            page.picture(k / 30, jpeg)
            page.hear()
    clips = [p for p in (tmp_path / "clips").iterdir() if not p.name.startswith(".")]
    assert [probe(p).frames for p in clips] == [9]


def test_clips_are_known_by_name_and_nothing_else_is(tmp_path: Path) -> None:
    (tmp_path / "run-1.mkv").write_bytes(b"")
    (tmp_path.parent / "other.mkv").write_bytes(b"")
    clips = SavedClips(tmp_path)
    assert clips.find("run-1") == tmp_path / "run-1.mkv"
    assert clips.find("../other") is None
    assert SavedClips(tmp_path / "nowhere").find("run-1") is None


def test_two_clips_of_one_second_have_two_names(tmp_path: Path) -> None:
    clips = SavedClips(tmp_path)
    first = clips.new_path("run")
    first.touch()
    assert clips.new_path("run") != first


def test_an_unknown_clip_is_said_to_be_so(client: Any) -> None:
    for method, end in (("GET", "analysis"), ("POST", "analysis"), ("GET", "report")):
        answer = client.request(method, f"/live/clips/nothing/{end}", headers={"origin": ADDRESS})
        assert answer.status_code == 404


def test_another_sites_page_may_not_start_an_analysis(client: Any) -> None:
    answer = client.post("/live/clips/x/analysis", headers={"origin": "http://evil.example"})
    assert answer.status_code == 403


def test_the_clip_to_play_is_served_in_parts(tmp_path: Path) -> None:
    clip = tmp_path / "my run.mp4"
    clip.write_bytes(bytes(range(256)))
    with live_client(LiveHub(tmp_path / "clips", clip)) as client:
        assert "my run.mp4" in client.get("/live").text
        part = client.get("/live/source", headers={"range": "bytes=10-19"})
        assert (part.status_code, part.content) == (206, bytes(range(10, 20)))


def test_without_a_clip_there_is_none_to_play(client: Any) -> None:
    assert client.get("/live/source").status_code == 404


def test_a_broken_chore_does_not_end_the_session(
    page: Page, jpeg: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> None:
        raise ValueError("no lines")

    monkeypatch.setattr("leanline.live.level.LevelFinder.roll", broken)
    page.hello(roll_deg=None)
    for k in range(120):
        page.picture(k / 30, jpeg)
        reading = page.hear()
    assert [source["code"] for source in reading["roll"]["sources"]] == ["estimate.held_level"]
    assert reading["phase"] == "measuring"


def test_sessions_are_of_the_pictures_size() -> None:
    hub = LiveHub(Path("clips"))
    from leanline.live.session import LiveSettings

    assert isinstance(hub.session(LiveSettings(), (640, 360)), LiveSession)


def test_the_decoder_decodes_in_a_process_of_its_own_and_survives_its_death() -> None:
    import cv2
    import numpy as np

    seen = np.full((80, 90, 3), 120, np.uint8)
    jpeg = cv2.imencode(".jpg", seen)[1].tobytes()
    decoder = Decoder()
    try:
        np.testing.assert_array_equal(decoder.decode(jpeg), decode_jpeg(jpeg))
        with pytest.raises(BadMessageError, match="damaged"):
            decoder.decode(b"no picture")
        process = decoder._process
        assert process is not None
        process.kill()
        process.wait()
        assert decoder.decode(jpeg).shape == (80, 90, 3)
        assert decoder._process is not process
    finally:
        decoder.close()
