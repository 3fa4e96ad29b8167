from __future__ import annotations

import asyncio
import hashlib
import json
import os
import shutil
import time
from collections.abc import AsyncIterator, Iterable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leanline.store import Store
from leanline.web.problems import ProblemError
from leanline.web.uploads import Uploads, shown_name
from tests.web.conftest import Caller, caller

DATA = bytes(range(256)) * 40


def uploads(folder: Path, **changes: int) -> Uploads:
    return Uploads(folder, **{"max_bytes": 1_000_000, "max_open": 5, **changes})


def started(web: Caller, size: int = len(DATA), name: str = "run.mp4") -> str:
    answer = web.post("/api/v1/uploads", json={"name": name, "size": size})
    assert answer.status_code == 201, answer.text
    key: str = answer.json()["id"]
    return key


def sent(web: Caller, key: str, offset: int, data: bytes) -> Any:
    headers = {"upload-offset": str(offset)}
    return web.patch(f"/api/v1/uploads/{key}", content=data, headers=headers)


async def stream(pieces: Iterable[bytes], *, broken: bool = False) -> AsyncIterator[bytes]:
    for piece in pieces:
        yield piece
    if broken:
        raise ConnectionError("the phone left the network")


def test_a_clip_in_pieces_arrives_whole_and_says_its_hash(web: Caller) -> None:
    key = started(web)
    assert sent(web, key, 0, DATA[:3000]).json()["offset"] == 3000
    last = sent(web, key, 3000, DATA[3000:])
    assert last.json()["complete"]
    assert last.json()["sha256"] == hashlib.sha256(DATA).hexdigest()
    assert last.headers["upload-offset"] == str(len(DATA))


def test_a_piece_that_does_not_fit_is_refused_and_told_where_to_go_on(web: Caller) -> None:
    key = started(web)
    sent(web, key, 0, DATA[:3000])
    for offset in (0, 2999, 3001, len(DATA)):
        answer = sent(web, key, offset, DATA[offset:])
        assert answer.status_code == 409
        assert answer.headers["upload-offset"] == "3000"
    assert web.get(f"/api/v1/uploads/{key}").json()["offset"] == 3000


def test_more_than_was_announced_leaves_nothing_behind(web: Caller, store: Store) -> None:
    key = started(web, size=100)
    sent(web, key, 0, DATA[:60])
    assert sent(web, key, 60, DATA).status_code == 413
    assert web.get(f"/api/v1/uploads/{key}").json()["offset"] == 60
    assert next(store.files.uploads.glob("*.part")).stat().st_size == 60
    assert (
        sent(web, key, 60, DATA[60:100]).json()["sha256"] == hashlib.sha256(DATA[:100]).hexdigest()
    )


@pytest.mark.parametrize("size", [0, -1, 2**60, "many", None])
def test_a_size_that_cannot_be_is_refused(web: Caller, size: object) -> None:
    answer = web.post("/api/v1/uploads", json={"name": "run.mp4", "size": size})
    assert answer.status_code == 422


def test_a_clip_that_is_too_large_is_refused_before_it_is_sent(store: Store) -> None:
    web = caller(store, max_upload_bytes=1000)
    answer = web.post("/api/v1/uploads", json={"name": "run.mp4", "size": 1001})
    assert answer.status_code == 413
    assert "Cut the clip" in answer.json()["hint"]


def test_too_many_clips_at_once_have_to_wait(store: Store) -> None:
    web = caller(store, max_uploads=2)
    first, _ = started(web), started(web)
    assert web.post("/api/v1/uploads", json={"name": "a", "size": 1}).status_code == 429
    assert web.delete(f"/api/v1/uploads/{first}").status_code == 204
    started(web)


def test_a_disk_without_room_is_said_before_anything_is_sent(
    web: Caller, monkeypatch: pytest.MonkeyPatch
) -> None:
    usage = type("Usage", (), {"free": 10})
    monkeypatch.setattr(shutil, "disk_usage", lambda _: usage)
    assert web.post("/api/v1/uploads", json={"name": "a", "size": 1}).status_code == 507


def test_half_a_clip_is_neither_looked_at_nor_handed_in(web: Caller, store: Store) -> None:
    key = started(web)
    sent(web, key, 0, DATA[:10])
    assert web.post(f"/api/v1/uploads/{key}/look").status_code == 409
    assert web.post("/api/v1/sessions", json={"upload_id": key}).status_code == 409
    assert store.sessions.count() == 0


def test_what_is_handed_in_is_no_upload_any_more(web: Caller, store: Store) -> None:
    key = started(web)
    sent(web, key, 0, DATA)
    answer = web.post("/api/v1/sessions", json={"upload_id": key})
    assert answer.status_code == 202
    assert web.get(f"/api/v1/uploads/{key}").status_code == 404
    assert list(store.files.uploads.iterdir()) == []
    session = store.sessions.get(answer.json()["session"]["id"])
    assert store.sessions.clip(session).read_bytes() == DATA


def test_a_clip_that_is_no_video_is_told_so_by_its_own_name(web: Caller) -> None:
    key = started(web, name="../secret/notes.txt")
    sent(web, key, 0, DATA)
    answer = web.post(f"/api/v1/uploads/{key}/look")
    assert answer.status_code == 422
    assert answer.json()["detail"].startswith("notes.txt cannot be read as a video")
    assert ".part" not in answer.text


def test_a_track_is_sent_to_the_command_line(web: Caller) -> None:
    key = started(web, name="run.trc")
    sent(web, key, 0, DATA)
    answer = web.post(f"/api/v1/uploads/{key}/look").json()
    assert answer["detail"].startswith("run.trc is no film but a track")
    assert "leanline analyze run.trc --athlete NAME" in str(answer)


def test_the_first_look_says_what_the_clip_is(web: Caller, clip_file: Path) -> None:
    data = clip_file.read_bytes()
    key = started(web, size=len(data))
    sent(web, key, 0, data)
    look = web.post(f"/api/v1/uploads/{key}/look").json()
    assert (look["width"], look["height"], look["frames"]) == (640, 360, 250)
    assert look["fps"] == pytest.approx(50.0)
    assert look["orientation"] == "landscape"
    assert look["usable"]
    assert "small" in " ".join(look["advice"])


def test_a_clip_that_is_too_long_is_not_usable(store: Store, clip_file: Path) -> None:
    web = caller(store, max_clip_s=4.0)
    data = clip_file.read_bytes()
    key = started(web, size=len(data))
    sent(web, key, 0, data)
    look = web.post(f"/api/v1/uploads/{key}/look").json()
    assert not look["usable"]
    assert "at most 4 s" in look["advice"][0]


@given(
    cuts=st.lists(st.integers(1, len(DATA)), max_size=6),
    pieces=st.integers(1, 4000),
    restarts=st.lists(st.booleans(), min_size=7, max_size=7),
)
def test_a_clip_cut_at_any_byte_goes_on_from_there(
    tmp_path_factory: pytest.TempPathFactory, cuts: list[int], pieces: int, restarts: list[bool]
) -> None:
    folder = tmp_path_factory.mktemp("uploads")
    server = uploads(folder)
    key = server.create("run.mp4", len(DATA)).id
    for length, restart in zip([*cuts, len(DATA)], restarts, strict=False):
        start = server.get(key).offset
        data = DATA[start : start + length]
        parts = [data[i : i + pieces] for i in range(0, len(data), pieces)]
        whole = start + length >= len(DATA)
        try:
            asyncio.run(server.append(key, start, stream(parts, broken=not whole)))
        except ConnectionError:
            assert not whole
        assert server.get(key).offset == start + len(data)
        if restart:
            server = uploads(folder)
    end = server.get(key)
    assert end.sha256 == hashlib.sha256(DATA).hexdigest()
    assert server.file_of(key).read_bytes() == DATA


def test_only_one_request_writes_at_a_time(tmp_path: Path) -> None:
    server = uploads(tmp_path)
    key = server.create("run.mp4", len(DATA)).id

    async def both() -> Any:
        first_is_in = asyncio.Event()

        async def slow() -> AsyncIterator[bytes]:
            first_is_in.set()
            await asyncio.sleep(0)
            yield DATA

        async def second() -> object:
            await first_is_in.wait()
            return await server.append(key, 0, stream([DATA]))

        return await asyncio.gather(server.append(key, 0, slow()), second(), return_exceptions=True)

    first, refused = asyncio.run(both())
    assert getattr(first, "complete", False)
    assert isinstance(refused, ProblemError)
    assert refused.status == 409


def test_the_connection_may_break_in_the_middle_of_a_request(web: Caller) -> None:
    """The request ends early, as uvicorn tells it; what came stays."""
    key = started(web)
    scope = {
        "type": "http",
        "asgi": {"version": "3.0"},
        "method": "PATCH",
        "scheme": "http",
        "path": f"/api/v1/uploads/{key}",
        "raw_path": b"",
        "query_string": b"",
        "headers": [(b"host", b"testserver"), (b"upload-offset", b"0")],
        "server": ("testserver", 80),
        "client": ("127.0.0.1", 1),
    }
    messages: list[dict[str, Any]] = [
        {"type": "http.request", "body": DATA[:777], "more_body": True},
        {"type": "http.disconnect"},
    ]

    async def receive() -> dict[str, Any]:
        return messages.pop(0)

    async def send(message: Any) -> None:
        del message

    asyncio.run(web.app(scope, receive, send))
    assert web.get(f"/api/v1/uploads/{key}").json()["offset"] == 777


def test_damaged_leftovers_of_an_earlier_server_are_cleared_away(tmp_path: Path) -> None:
    (tmp_path / "a.json").write_text("{")
    (tmp_path / "a.part").write_bytes(b"x")
    (tmp_path / "b.json").write_text(json.dumps({"name": "b", "size": 1}))
    (tmp_path / "c.part").write_bytes(b"x")
    (tmp_path / "d.json").write_text(json.dumps({"name": "d", "size": 1}))
    (tmp_path / "d.part").write_bytes(b"too long")
    assert uploads(tmp_path).all() == ()
    assert list(tmp_path.iterdir()) == []


def test_what_nobody_goes_on_with_is_forgotten_in_the_end(tmp_path: Path) -> None:
    server = uploads(tmp_path)
    old, new = server.create("old", 10).id, server.create("new", 10).id
    long_ago = time.time() - 72 * 3600
    os.utime(tmp_path / f"{old}.part", (long_ago, long_ago))
    server.sweep()
    assert [upload.id for upload in server.all()] == [new]


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("run.mp4", "run.mp4"),
        ("../../etc/passwd", "passwd"),
        ("C:\\clips\\run.mov", "run.mov"),
        ("a\x00b\n\u202ec.mp4", "abc.mp4"),
        ("/", "clip"),
        ("\u00e4\U0001f3c3.mp4", "\u00e4\U0001f3c3.mp4"),
        ("x" * 500 + ".mp4", "x" * 196 + ".mp4"),
    ],
)
def test_a_name_is_only_ever_shown(name: str, shown: str) -> None:
    assert shown_name(name) == shown
