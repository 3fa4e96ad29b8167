from __future__ import annotations

import asyncio
import errno
import hashlib
import json
import os
import shutil
import time
from collections.abc import AsyncIterator, Iterable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leanline.store import Store
from leanline.store.files import Files
from leanline.store.quarantine import Quarantine
from leanline.web.problems import ProblemError
from leanline.web.uploads import Uploads, display_name
from tests.web.conftest import Caller, caller

DATA = bytes(range(256)) * 40


def uploads(folder: Path, **changes: Any) -> Uploads:
    """The uploads of a store in ``folder``."""
    files = Files(folder)
    limits = {"max_bytes": 1_000_000, "max_open": 5, **changes}
    return Uploads(files.uploads, Quarantine(files), **limits)


def age(path: Path) -> Path:
    """A file that was made an hour ago."""
    moment = time.time() - 3600
    os.utime(path, (moment, moment))
    return path


def start_upload(web: Caller, size: int = len(DATA), name: str = "run.mp4") -> str:
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
    key = start_upload(web)
    assert sent(web, key, 0, DATA[:3000]).json()["offset"] == 3000
    last = sent(web, key, 3000, DATA[3000:])
    assert last.json()["complete"]
    assert last.json()["sha256"] == hashlib.sha256(DATA).hexdigest()
    assert last.headers["upload-offset"] == str(len(DATA))


def test_an_upload_goes_on_after_the_server_was_stopped_and_started(tmp_path: Path) -> None:
    with Store.open(tmp_path) as store:
        web = caller(store)
        key = start_upload(web)
        sent(web, key, 0, DATA[:3000])
    with Store.open(tmp_path) as store:
        web = caller(store)
        offset = int(web.head(f"/api/v1/uploads/{key}").headers["upload-offset"])
        assert offset == 3000
        assert sent(web, key, offset, DATA[offset:]).json()["sha256"] == (
            hashlib.sha256(DATA).hexdigest()
        )


def test_a_piece_that_does_not_fit_is_refused_and_told_where_to_go_on(web: Caller) -> None:
    key = start_upload(web)
    sent(web, key, 0, DATA[:3000])
    for offset in (0, 2999, 3001, len(DATA)):
        answer = sent(web, key, offset, DATA[offset:])
        assert answer.status_code == 409
        assert answer.headers["upload-offset"] == "3000"
    assert web.get(f"/api/v1/uploads/{key}").json()["offset"] == 3000


def test_more_than_was_announced_leaves_nothing_behind(web: Caller, store: Store) -> None:
    key = start_upload(web, size=100)
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
    first, _ = start_upload(web), start_upload(web)
    assert web.post("/api/v1/uploads", json={"name": "a", "size": 1}).status_code == 429
    assert web.delete(f"/api/v1/uploads/{first}").status_code == 204
    start_upload(web)


def test_a_disk_without_room_is_said_before_anything_is_sent(
    web: Caller, monkeypatch: pytest.MonkeyPatch
) -> None:
    usage = type("Usage", (), {"free": 10})
    monkeypatch.setattr(shutil, "disk_usage", lambda _: usage)
    assert web.post("/api/v1/uploads", json={"name": "a", "size": 1}).status_code == 507


def test_half_a_clip_is_neither_looked_at_nor_handed_in(web: Caller, store: Store) -> None:
    key = start_upload(web)
    sent(web, key, 0, DATA[:10])
    assert web.post(f"/api/v1/uploads/{key}/look").status_code == 409
    assert web.post("/api/v1/sessions", json={"upload_id": key}).status_code == 409
    assert store.sessions.count() == 0


def test_what_is_handed_in_is_no_upload_any_more(web: Caller, store: Store) -> None:
    key = start_upload(web)
    sent(web, key, 0, DATA)
    answer = web.post("/api/v1/sessions", json={"upload_id": key})
    assert answer.status_code == 202
    assert web.get(f"/api/v1/uploads/{key}").status_code == 404
    assert list(store.files.uploads.iterdir()) == []
    session = store.sessions.get(answer.json()["session"]["id"])
    assert store.sessions.clip_path(session).read_bytes() == DATA


def test_a_clip_that_is_no_video_is_told_so_by_its_own_name(web: Caller) -> None:
    key = start_upload(web, name="../secret/notes.txt")
    sent(web, key, 0, DATA)
    answer = web.post(f"/api/v1/uploads/{key}/look")
    assert answer.status_code == 422
    assert answer.json()["detail"].startswith("notes.txt cannot be read as a video")
    assert ".part" not in answer.text


def test_a_track_is_sent_to_the_command_line(web: Caller) -> None:
    key = start_upload(web, name="run.trc")
    sent(web, key, 0, DATA)
    answer = web.post(f"/api/v1/uploads/{key}/look").json()
    assert answer["detail"].startswith("run.trc is not a film but a track")
    assert "leanline analyze run.trc --athlete NAME" in str(answer)


def test_the_first_look_says_what_the_clip_is(web: Caller, clip_file: Path) -> None:
    data = clip_file.read_bytes()
    key = start_upload(web, size=len(data))
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
    key = start_upload(web, size=len(data))
    sent(web, key, 0, data)
    look = web.post(f"/api/v1/uploads/{key}/look").json()
    assert not look["usable"]
    assert "the limit is 4 s" in look["advice"][0]


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
    assert server.path_of(key).read_bytes() == DATA


def test_the_newest_request_takes_over_from_one_that_stalls(tmp_path: Path) -> None:
    server = uploads(tmp_path)
    key = server.create("run.mp4", len(DATA)).id

    async def both() -> Any:
        first_is_in = asyncio.Event()

        async def stalled() -> AsyncIterator[bytes]:
            yield DATA[:100]
            first_is_in.set()
            await asyncio.Event().wait()

        async def second() -> object:
            await first_is_in.wait()
            offset = server.get(key).offset  # as the page asks
            return await server.append(key, offset, stream([DATA[offset:]]))

        first = server.append(key, 0, stalled())
        return await asyncio.gather(first, second(), return_exceptions=True)

    given_up, done = asyncio.run(both())
    assert isinstance(given_up, ProblemError)
    assert given_up.status == 409
    assert done.sha256 == hashlib.sha256(DATA).hexdigest()


def test_a_request_that_sends_nothing_any_more_ends_and_keeps_what_came(tmp_path: Path) -> None:
    server = uploads(tmp_path, idle_s=0.01)
    key = server.create("run.mp4", len(DATA)).id

    async def stalled() -> AsyncIterator[bytes]:
        yield DATA[:100]
        await asyncio.Event().wait()

    with pytest.raises(ProblemError) as told:
        asyncio.run(server.append(key, 0, stalled()))
    assert told.value.status == 408
    assert server.get(key).offset == 100


def test_two_servers_share_one_folder_of_uploads(tmp_path: Path) -> None:
    one, other = uploads(tmp_path), uploads(tmp_path)
    key = one.create("run.mp4", len(DATA)).id
    asyncio.run(one.append(key, 0, stream([DATA[:100]])))
    assert other.get(key).offset == 100
    end = asyncio.run(other.append(key, 100, stream([DATA[100:]])))
    assert end.sha256 == one.get(key).sha256 == hashlib.sha256(DATA).hexdigest()
    one.discard(key)
    with pytest.raises(ProblemError):
        other.get(key)


def test_a_full_disk_keeps_what_was_confirmed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    server = uploads(tmp_path)
    key = server.create("run.mp4", len(DATA)).id
    asyncio.run(server.append(key, 0, stream([DATA[:100]])))

    def full(handle: int) -> None:
        del handle
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", full)
        with pytest.raises(OSError, match="No space"):
            asyncio.run(server.append(key, 100, stream([DATA[100:]])))
    assert server.get(key).offset == 100
    end = asyncio.run(server.append(key, 100, stream([DATA[100:]])))
    assert end.sha256 == hashlib.sha256(DATA).hexdigest()


def test_the_connection_may_break_in_the_middle_of_a_request(web: Caller) -> None:
    """The request ends early, as uvicorn tells it; what came stays."""
    key = start_upload(web)
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


def test_damaged_leftovers_of_an_earlier_server_are_put_aside(tmp_path: Path) -> None:
    folder = tmp_path / "uploads"
    folder.mkdir()
    (folder / "a.json").write_text("{")
    (folder / "a.part").write_bytes(b"x")
    age(folder / "a.part")
    (folder / "b.json").write_text(json.dumps({"name": "b", "size": 1}))
    age(folder / "b.json")
    (folder / "c.part").write_bytes(b"x")
    age(folder / "c.part")
    (folder / "d.json").write_text(json.dumps({"name": "d", "size": 1}))
    (folder / "d.part").write_bytes(b"too long")
    server = uploads(tmp_path)
    server.sweep()
    for key in ("a", "d"):
        with pytest.raises(ProblemError):
            server.get(key)
    assert server.all() == ()
    assert list(folder.iterdir()) == []
    aside = [entry.path.name for entry in Quarantine(Files(tmp_path)).entries()]
    assert sorted(aside) == ["a.part", "c.part", "d.part"]


def test_what_nobody_goes_on_with_is_put_aside_in_the_end(tmp_path: Path) -> None:
    moment = [0.0]
    server = uploads(tmp_path, clock=lambda: moment[0])
    old = server.create("old", 10).id
    asyncio.run(server.append(old, 0, stream([b"half"])))
    moment[0] += 47 * 3600.0
    new = server.create("new", 10).id
    moment[0] += 2 * 3600.0
    server.sweep()
    assert [upload.id for upload in server.all()] == [new]
    (aside,) = Quarantine(Files(tmp_path)).entries()
    assert (aside.name, aside.path.read_bytes()) == ("old", b"half")


@pytest.mark.parametrize("days", [-1, 3])
def test_a_clock_that_jumps_makes_no_upload_old(tmp_path: Path, days: int) -> None:
    key = uploads(tmp_path).create("run.mp4", 10).id
    moment = time.time() - days * 24 * 3600.0
    for suffix in (".part", ".json"):
        os.utime(tmp_path / "uploads" / f"{key}{suffix}", (moment, moment))
    server = uploads(tmp_path)
    server.sweep()
    assert [upload.id for upload in server.all()] == [key]


def test_abandoned_uploads_keep_nobody_out(tmp_path: Path) -> None:
    moment = [0.0]
    server = uploads(tmp_path, max_open=2, clock=lambda: moment[0])
    for _ in range(2):
        server.create("abandoned", 10, "1.1.1.1")
    with pytest.raises(ProblemError):
        server.create("one more", 10, "1.1.1.1")
    server.create("of somebody else", 10, "2.2.2.2")
    moment[0] += 61.0
    server.create("later", 10, "1.1.1.1")


def test_a_clip_is_handed_in_once_however_often(web: Caller, store: Store) -> None:
    key = start_upload(web)
    sent(web, key, 0, DATA)
    answers = [web.post("/api/v1/sessions", json={"upload_id": key}).json() for _ in range(3)]
    assert len({answer["session"]["id"] for answer in answers}) == 1
    assert len({answer["job"]["id"] for answer in answers}) == 1
    assert store.sessions.count() == 1


def test_clips_of_several_clients_are_each_answered_by_their_session(
    web: Caller, store: Store
) -> None:
    """While one is handed in, another is announced; no upload is taken for abandoned."""

    def one(number: int) -> int:
        data = DATA + number.to_bytes(2, "big")
        key = start_upload(web, size=len(data))
        sent(web, key, 0, data)
        status: int = web.post("/api/v1/sessions", json={"upload_id": key}).status_code
        return status

    with ThreadPoolExecutor(4) as pool:
        assert set(pool.map(one, range(24))) == {202}
    assert store.sessions.count() == 24


def test_a_clip_survives_a_hand_in_that_fails(web: Caller, store: Store) -> None:
    key = start_upload(web)
    sent(web, key, 0, DATA)
    wrong = {"upload_id": key, "standing_id": "abc123"}
    assert web.post("/api/v1/sessions", json=wrong).status_code == 404
    answer = web.post("/api/v1/sessions", json={"upload_id": key})
    assert answer.status_code == 202
    session = store.sessions.get(answer.json()["session"]["id"])
    assert store.sessions.clip_path(session).read_bytes() == DATA


def test_a_clip_that_was_kept_before_its_upload_was_forgotten_is_not_doubled(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    web = caller(store)
    key = start_upload(web)
    sent(web, key, 0, DATA)
    with monkeypatch.context() as patch:
        patch.setattr(Path, "unlink", lambda *_, **__: None)  # as if killed after the commit
        session = web.post("/api/v1/sessions", json={"upload_id": key}).json()["session"]["id"]
    assert (store.files.uploads / f"{key}.part").exists()
    again = caller(store)
    assert list(store.files.uploads.iterdir()) == []
    told = again.post("/api/v1/sessions", json={"upload_id": key}).json()
    assert told["session"]["id"] == session


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
    assert display_name(name) == shown
