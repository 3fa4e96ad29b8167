from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from starlette.websockets import WebSocketDisconnect

from leanline.store import Store
from leanline.web.certificates import fingerprint, server_certificate
from leanline.web.safety import CSP, host_name
from tests.web.conftest import Caller, caller

TOKEN = "a-key-nobody-guesses"  # noqa: S105


@pytest.fixture
def lan(store: Store) -> Caller:
    return caller(store, token=TOKEN, entry_url=f"https://192.168.1.2:8765/enter#{TOKEN}")


@pytest.mark.parametrize(
    "host", ["evil.example", "127.0.0.1.evil.example", "", "localhost.", "[::1", "a b", "10.0.0.1"]
)
def test_a_server_called_by_another_name_answers_nothing(web: Caller, host: str) -> None:
    for path in ("/", "/api/v1/athletes", "/static/app.css", "/live"):
        assert web.get(path, headers={"host": host}).status_code == 421


@pytest.mark.parametrize("host", ["testserver", "testserver:8765", "127.0.0.1:1"])
def test_a_server_called_by_its_own_name_answers_at_any_port(web: Caller, host: str) -> None:
    assert web.get("/api/v1/health", headers={"host": host}).status_code == 200


@pytest.mark.parametrize(
    "headers",
    [
        {"origin": "http://evil.example"},
        {"origin": "null"},
        {"origin": "https://testserver"},
        {"origin": "http://testserver:99"},
        {"sec-fetch-site": "cross-site"},
        {"sec-fetch-site": "same-site"},
    ],
)
def test_another_sites_page_changes_nothing(
    web: Caller, store: Store, headers: dict[str, str]
) -> None:
    page = web.post("/athletes", data={"name": "Eve"}, headers=headers)
    call = web.post("/api/v1/athletes", json={"name": "Eve"}, headers=headers)
    assert (page.status_code, call.status_code) == (403, 403)
    assert store.athletes.all() == ()


def test_another_sites_page_reads_nothing_but_may_lead_here(web: Caller) -> None:
    fetched = {"sec-fetch-site": "cross-site", "sec-fetch-mode": "no-cors"}
    followed = {"sec-fetch-site": "cross-site", "sec-fetch-mode": "navigate"}
    assert web.get("/api/v1/athletes", headers=fetched).status_code == 403
    assert web.get("/", headers=followed).status_code == 200


def test_our_own_page_and_programs_may_change_things(web: Caller) -> None:
    own = {"origin": "http://testserver", "sec-fetch-site": "same-origin"}
    assert web.post("/api/v1/athletes", json={"name": "Ada"}, headers=own).status_code == 201
    assert web.post("/api/v1/athletes", json={"name": "Bob"}).status_code == 201


def test_a_socket_from_another_site_or_name_is_refused(web: Caller) -> None:
    for headers in ({"origin": "http://evil.example"}, {"host": "evil.example"}):
        with (
            pytest.raises(WebSocketDisconnect),
            web.websocket_connect("/live/ws", headers=headers),
        ):
            pass


def test_without_the_key_nobody_comes_in(lan: Caller) -> None:
    assert lan.get("/api/v1/athletes").status_code == 401
    assert lan.get("/api/v1/athletes").headers["content-type"] == "application/problem+json"
    page = lan.get("/")
    assert (page.status_code, page.headers["location"]) == (303, "/enter")
    assert "Enter the access key" in lan.get("/enter").text
    assert lan.get("/api/v1/health", headers={"authorization": "Bearer wrong"}).status_code == 401
    with pytest.raises(WebSocketDisconnect), lan.websocket_connect("/live/ws"):
        pass


def test_the_key_of_the_square_code_becomes_a_cookie_that_scripts_cannot_see(lan: Caller) -> None:
    assert "set-cookie" not in lan.get("/enter", params={"token": TOKEN}).headers
    answer = lan.post("/enter", data={"token": TOKEN})
    cookie = answer.headers["set-cookie"]
    assert answer.headers["location"] == "/"
    assert "HttpOnly" in cookie
    assert "samesite=strict" in cookie.lower()
    assert lan.get("/").status_code == 200


def test_the_key_may_be_typed(lan: Caller) -> None:
    wrong = lan.post("/enter", data={"token": "guess"})
    assert wrong.status_code == 401
    assert "That key is wrong" in wrong.text
    assert lan.post("/enter", data={"token": TOKEN}).headers["location"] == "/"


def test_a_program_brings_the_key_in_a_header(lan: Caller) -> None:
    headers = {"authorization": f"Bearer {TOKEN}"}
    assert lan.get("/api/v1/athletes", headers=headers).status_code == 200


def test_the_settings_page_shows_the_square_code_to_who_is_in(lan: Caller, web: Caller) -> None:
    page = lan.get("/settings", headers={"authorization": f"Bearer {TOKEN}"}).text
    assert "<svg" in page.split("Scan this")[1]
    assert "leanline serve --lan" in web.get("/settings").text


PATHS = ("/", "/athletes", "/settings", "/live", "/nowhere", "/api/v1/health", "/static/app.css")


@pytest.mark.parametrize("path", PATHS)
def test_every_answer_carries_the_headers(web: Caller, path: str) -> None:
    headers = web.get(path).headers
    assert "script-src 'self'" in headers["content-security-policy"]
    assert "unsafe" not in headers["content-security-policy"]
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["x-frame-options"] == "DENY"
    assert headers["referrer-policy"] == "same-origin"
    assert headers["cross-origin-resource-policy"] == "same-origin"


def test_refusals_carry_the_headers_too(web: Caller) -> None:
    assert web.get("/", headers={"host": "evil.example"}).headers["content-security-policy"] == CSP


def test_no_page_has_scripts_or_styles_of_its_own_or_asks_for_anything_elsewhere(
    web: Caller, analysed: Callable[..., str]
) -> None:
    one = analysed(athlete_name="Ada")
    other = analysed("lean8.mp4", athlete_name="Ada")
    athlete = web.get("/api/v1/athletes").json()[0]["id"]
    paths = [
        *PATHS[:5],
        "/sessions",
        f"/sessions/{one}",
        f"/athletes/{athlete}",
        f"/athletes/{athlete}/delete",
        f"/compare?before={one}&after={other}",
    ]
    for path in paths:
        html = web.get(path).text
        assert not re.search(r"<script(?![^>]*\bsrc=)[^>]*>|<style|\sstyle=|\son\w+=", html), path
        outside = re.findall(r'(?:src|href|action)="(?:https?:)?//[^"]*"', html)
        assert outside == [], path


def test_what_is_typed_is_shown_as_text_everywhere(
    web: Caller, analysed: Callable[..., str]
) -> None:
    nasty = '<img src=x onerror="alert(1)">'
    session = analysed(f"{nasty}.mp4", athlete_name=nasty, notes=nasty)
    athlete = web.get("/api/v1/athletes").json()[0]["id"]
    for path in ("/", "/athletes", f"/sessions/{session}", f"/athletes/{athlete}", "/settings"):
        html = web.get(path).text
        assert nasty not in html, path
        assert "&lt;img" in html, path


@pytest.mark.parametrize(
    "path",
    [
        "/static/../app.py",
        "/static/%2e%2e/app.py",
        "/static/..%2fapp.py",
        "/api/v1/sessions/..%2f..%2fetc/media/preview",
        "/api/v1/sessions/abc/media/..%2f..%2fanalysis.json",
        "/api/v1/uploads/..%2f..%2fx",
        "/live/static/..%2f..%2fapp.py",
    ],
)
def test_no_path_of_a_request_is_ever_opened(web: Caller, path: str) -> None:
    answer = web.get(path)
    assert answer.status_code in (404, 422)
    assert "import" not in answer.text


def test_a_request_that_is_too_long_is_cut_off(store: Store) -> None:
    web = caller(store, max_body_bytes=1000)
    told: dict[str, Any] = {"json": {"name": "x" * 5000}}
    untold: dict[str, Any] = {"content": (b"x" * 600 for _ in range(20))}
    for body in (told, untold):
        assert web.post("/api/v1/athletes", **body).status_code == 413
    assert web.post("/athletes", content=b"name=" + b"x" * 5000).status_code == 413


@pytest.mark.parametrize(
    ("host", "name"),
    [
        ("a.b:80", "a.b"),
        ("[::1]:80", "::1"),
        ("A.B", "a.b"),
        ("", ""),
        ("[", ""),
        ("a@b", ""),
        ("a/b", ""),
    ],
)
def test_the_name_in_a_host_header(host: str, name: str) -> None:
    assert host_name(host) == name


def test_a_phone_learns_without_the_key_why_it_warns(store: Store, tmp_path: Path) -> None:
    files = server_certificate(tmp_path, ("127.0.0.1",))
    assert files.authority is not None
    lan = caller(store, token=TOKEN, authority=files.authority)
    assert 'href="/trust"' in lan.get("/enter").text
    assert fingerprint(files.authority) in lan.get("/trust").text
    download = lan.get("/trust/leanline.crt")
    assert download.headers["content-type"] == "application/x-x509-ca-cert"
    assert download.content == files.authority.read_bytes()
    assert b"PRIVATE" not in download.content


def test_with_a_certificate_of_ones_own_there_is_nothing_to_trust(lan: Caller) -> None:
    assert 'href="/trust"' not in lan.get("/enter").text
    assert "nothing to install" in lan.get("/trust").text
    assert lan.get("/trust/leanline.crt").status_code == 404
