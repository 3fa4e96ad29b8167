"""Limits that keep one client from blocking others, and errors when the store fails."""

from __future__ import annotations

import asyncio
import contextlib
import json
import socket
import sqlite3
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from leanline.store import Store
from leanline.web.connections import BoundedProtocol
from leanline.web.limits import limit_body, limit_response
from tests.web.conftest import Caller, caller, settings


def test_a_json_bomb_is_refused_by_its_size(web: Caller) -> None:
    bomb = b'{"name":' + b'"x"' * 200_000 + b"}"
    assert web.post("/api/v1/athletes", content=bomb).status_code == 413


def test_a_deep_json_is_refused(web: Caller) -> None:
    deep = b"[" * 100_000
    headers = {"content-type": "application/json"}
    assert web.post("/api/v1/athletes", content=deep, headers=headers).status_code in (400, 422)


def test_a_request_with_a_thousand_mistakes_gets_a_short_answer(web: Caller) -> None:
    wrong = {f"{number}{'x' * 100}": number for number in range(1000)}
    answer = web.post("/api/v1/athletes", json=wrong)
    assert answer.status_code == 422
    assert len(answer.json()["errors"]) == 20
    assert len(answer.content) < 20_000


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/api/v1/athletes", {"name": "A\0da"}),
        ("/api/v1/athletes", {"name": "Ada", "notes": "a\0b"}),
        ("/api/v1/uploads", {"name": "a\0.mp4", "size": 3}),
    ],
)
def test_a_nul_in_a_text_is_refused(web: Caller, path: str, body: dict[str, Any]) -> None:
    assert web.post(path, json=body).status_code == 422


def test_a_nul_in_an_address_or_a_form_is_refused(web: Caller) -> None:
    for path in ("/sessions/a%00b", "/?athlete=%00", "/api/v1/jobs?session_id=a%00"):
        assert web.get(path).status_code in (400, 422)
    assert web.post("/athletes", content=b"name=a%00b").status_code == 422


def test_a_body_that_never_comes_is_waited_for_a_while_only() -> None:
    async def never() -> Any:
        await asyncio.Event().wait()

    async def ask() -> None:
        scope = {"type": "http", "path": "/api/v1/athletes", "method": "POST"}
        await limit_body(scope, never, settings(body_s=0.01))()

    from starlette.exceptions import HTTPException

    with pytest.raises(HTTPException) as told:
        asyncio.run(ask())
    assert told.value.status_code == 408


def test_an_answer_that_nobody_reads_ends() -> None:
    async def stuck(message: Any) -> None:
        del message
        await asyncio.Event().wait()

    async def answer() -> None:
        await limit_response(stuck, 0.01)({"type": "http.response.body"})

    with pytest.raises(TimeoutError):
        asyncio.run(answer())


@pytest.mark.parametrize(
    ("error", "status", "told"),
    [
        (sa.exc.TimeoutError("pool"), 503, "busy"),
        (sqlite3.OperationalError("database is locked"), 503, "busy"),
        (sqlite3.OperationalError("database or disk is full"), 507, "full"),
        (sqlite3.OperationalError("attempt to write a readonly database"), 503, "read-only"),
        (sqlite3.DatabaseError("database disk image is malformed"), 503, "damaged"),
        (OSError(28, "No space left on device"), 507, "full"),
        (OSError(30, "Read-only file system"), 503, "read-only"),
    ],
)
@pytest.mark.parametrize("path", ["/api/v1/athletes", "/athletes"])
def test_a_store_that_cannot_is_told_in_a_sentence(
    web: Caller,
    store: Store,
    monkeypatch: pytest.MonkeyPatch,
    error: Exception,
    status: int,
    told: str,
    path: str,
) -> None:
    if isinstance(error, sqlite3.Error):
        error = sa.exc.OperationalError("INSERT", {}, error)

    def fail(*_: object, **__: object) -> None:
        raise error

    monkeypatch.setattr(store.athletes, "add", fail)
    kind = {"json": {"name": "Ada"}} if path.startswith("/api") else {"data": {"name": "Ada"}}
    answer = web.post(path, **kind)
    assert answer.status_code == status
    assert told in answer.text


def test_pages_tell_when_nothing_is_analysed(store: Store) -> None:
    works = [True]
    web = caller(store, lambda: works[0])
    assert "being analysed" not in web.get("/").text
    assert web.get("/api/v1/health").json()["works"]
    works[0] = False
    for path in ("/", "/parts/queue"):
        assert "No clips are being analysed" in web.get(path).text
    assert not web.get("/api/v1/health").json()["works"]


def test_a_deletion_that_waits_is_told(
    web: Caller, store: Store, analysed: Callable[..., str]
) -> None:
    session = analysed()
    with store.files.adding():  # as a backup does
        answer = web.delete(f"/api/v1/sessions/{session}")
        assert answer.status_code == 202
        assert "backup" in answer.json()["detail"]
        assert "still on the disk" in web.get("/").text
    store.remove_pending()
    assert "still on the disk" not in web.get("/").text


def test_a_page_that_has_not_changed_is_not_sent_again(
    web: Caller, analysed: Callable[..., str]
) -> None:
    session = analysed(athlete_name="Ada")
    athlete = web.get("/api/v1/athletes").json()[0]["id"]
    for path in (
        "/",
        "/sessions",
        f"/sessions/{session}",
        f"/athletes/{athlete}",
        "/api/v1/sessions",
        f"/api/v1/sessions/{session}/result",
        f"/api/v1/athletes/{athlete}/trends",
        "/static/app.css",
    ):
        first = web.get(path)
        again = web.get(path, headers={"if-none-match": first.headers["etag"]})
        assert (again.status_code, again.content) == (304, b""), path
    before = web.get("/sessions").headers["etag"]
    web.patch(f"/api/v1/sessions/{session}", json={"filmed_at": "2020-01-01T00:00:00Z"})
    after = web.get("/sessions", headers={"if-none-match": before})
    assert after.status_code == 200
    assert "1 Jan 2020" in after.text


def test_a_long_list_is_read_page_by_page(web: Caller, store: Store, tmp_path: Path) -> None:
    from tests.store.made import submitted

    for number in range(120):
        submitted(store, tmp_path, name=f"run-{number}.mp4")
    seen: list[str] = []
    path = "/sessions"
    while path:
        html = web.get(path).text
        seen += [part.split("<")[0] for part in html.split('class="name" href="/sessions/')[1:]]
        older = html.partition("/sessions?older=")[2].partition('"')[0]
        path = f"/sessions?older={older}" if older else ""
    assert len(seen) == len(set(seen)) == 120
    newest = web.get("/api/v1/sessions?limit=50").json()
    rest = web.get(f"/api/v1/sessions?limit=1000&older_than={newest[-1]['id']}").json()
    assert len({one["id"] for one in (*newest, *rest)}) == 120
    assert web.get("/sessions?older=nonsense").status_code == 422


def test_progress_is_told_to_so_many_pages(store: Store) -> None:
    web = caller(store, max_event_streams=0)
    assert web.get("/api/v1/jobs/events").status_code == 503


@pytest.fixture
def served(store: Store, monkeypatch: pytest.MonkeyPatch) -> Iterator[int]:
    """A real server with room for four connections; its port."""
    import uvicorn

    from leanline.web.app import create_app
    from leanline.web.serve import ListenAddress, bind_socket

    monkeypatch.setattr(BoundedProtocol, "max_connections", 4)
    monkeypatch.setattr(BoundedProtocol, "headers_s", 0.3)
    config = uvicorn.Config(create_app(store, settings()), http=BoundedProtocol, log_level="error")
    server = uvicorn.Server(config)
    with bind_socket(ListenAddress(port=0)) as listener:
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
        thread.start()
        while not server.started and thread.is_alive():
            time.sleep(0.01)
        try:
            yield int(listener.getsockname()[1])
        finally:
            server.should_exit = True
            thread.join()


def health(port: int) -> dict[str, Any]:
    with socket.create_connection(("127.0.0.1", port), timeout=10.0) as one:
        one.sendall(b"GET /api/v1/health HTTP/1.1\r\nhost: 127.0.0.1\r\nconnection: close\r\n\r\n")
        data = b"".join(iter(lambda: one.recv(65536), b""))
    known: dict[str, Any] = json.loads(data.partition(b"\r\n\r\n")[2])
    return known


def test_connections_that_say_nothing_keep_nobody_out(served: int) -> None:
    with contextlib.ExitStack() as stack:
        silent = [
            stack.enter_context(socket.create_connection(("127.0.0.1", served), timeout=10.0))
            for _ in range(12)
        ]
        for one in silent:
            with contextlib.suppress(OSError):
                one.sendall(b"GET / HTTP/1.1\r\n")
        assert health(served)["store"] == "sqlite"
        for one in silent:  # the server ends them by itself
            with contextlib.suppress(ConnectionResetError):
                assert one.recv(1) == b""


def test_a_websocket_outlives_the_deadline_for_headers(served: int) -> None:
    upgrade = (
        f"GET /live/ws HTTP/1.1\r\nhost: 127.0.0.1:{served}\r\norigin: http://127.0.0.1:{served}\r\n"
        "connection: Upgrade\r\nupgrade: websocket\r\nsec-websocket-version: 13\r\n"
        "sec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
    )
    with socket.create_connection(("127.0.0.1", served), timeout=10.0) as one:
        one.sendall(upgrade.encode())
        assert one.recv(65536).startswith(b"HTTP/1.1 101")
        one.settimeout(2 * BoundedProtocol.headers_s)
        with pytest.raises(TimeoutError):  # nothing comes, not even the end
            one.recv(1)


def test_small_answers_are_sent_at_once() -> None:
    from leanline.web.serve import ListenAddress, bind_socket

    with bind_socket(ListenAddress(port=0)) as listener:
        assert listener.proto == socket.IPPROTO_TCP
