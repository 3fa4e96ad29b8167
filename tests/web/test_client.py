from __future__ import annotations

import hashlib
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from leanline.store import Store
from leanline.web.client import Client, ServerError
from tests.web.conftest import Caller
from tests.web.work import finish_all


class Through(httpx.BaseTransport):
    """Requests go to the application in this process; some are lost on the way."""

    def __init__(self, web: Caller) -> None:
        self._web = web
        self.lose: list[str] = []

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        content = request.read()
        if request.method in self.lose:
            self.lose.remove(request.method)
            raise httpx.ConnectError("lost", request=request)
        headers = {key: value for key, value in request.headers.items() if key != "host"}
        path = request.url.raw_path.decode("ascii")
        answer: Any = self._web.request(request.method, path, content=content, headers=headers)
        return httpx.Response(
            answer.status_code, headers=answer.headers, content=answer.content, request=request
        )


@pytest.fixture
def through(web: Caller) -> Through:
    return Through(web)


@pytest.fixture
def client(through: Through) -> Iterator[Client]:
    with Client("http://testserver", transport=through) as client:
        yield client


def test_a_clip_goes_all_the_way(
    client: Client, store: Store, clip_file: Path, tmp_path: Path
) -> None:
    told: list[tuple[str, float]] = []
    queued = client.send(
        clip_file,
        athlete_name="Ada",
        height_m=1.7,
        progress=lambda phase, share: told.append((phase, share)),
    )
    assert told[-1] == ("sending", 1.0)
    thread = threading.Thread(target=finish_all, args=(store,), daemon=True)
    thread.start()
    done = client.wait(queued.job.id, every_s=0.02)
    thread.join()
    assert done.state == "done"
    session = queued.session.id
    assert client.result(session)["activity"] == "running"
    assert client.metrics(session)["lean_body_deg"].value == pytest.approx(5.6, abs=0.5)
    record = client.correct(session, "given_height", height_m=1.8)
    assert record.correction["kind"] == "given_height"
    saved = client.save_media(session, "original", tmp_path / "back.mp4")
    assert saved.read_bytes() == clip_file.read_bytes()
    athlete = client.athletes()[0]
    assert client.history(athlete.id, "lean_body_deg")[0].metrics[0].id == "lean_body_deg"
    assert client.trends(athlete.id)
    assert [s.id for s in client.sessions(athlete.id)] == [session]
    client.delete_session(session)
    client.delete_athlete(athlete.id)
    assert client.sessions() == []


def test_a_piece_that_is_lost_is_sent_again(
    client: Client, through: Through, clip_file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("leanline.web.client.PIECE", 100_000)
    monkeypatch.setattr("leanline.web.client.time.sleep", lambda _: None)
    through.lose = ["PATCH", "PATCH"]
    upload = client.upload(clip_file)
    assert upload.sha256 == hashlib.sha256(clip_file.read_bytes()).hexdigest()


def test_a_server_that_is_not_there_is_said_so(client: Client, through: Through) -> None:
    through.lose = ["GET"]
    with pytest.raises(ServerError, match="cannot be reached") as refused:
        client.athletes()
    assert refused.value.status == 0
    assert "leanline serve" in refused.value.hint


def test_what_the_server_refuses_is_its_own_sentence(client: Client) -> None:
    client.add_athlete("Ada")
    with pytest.raises(ServerError, match="already") as refused:
        client.add_athlete("Ada")
    assert refused.value.status == 409


def test_jobs_are_cancelled_and_tried_again(client: Client, clip_file: Path) -> None:
    job = client.send(clip_file).job
    assert client.cancel(job.id).state == "cancelled"
    assert client.retry(job.id).retry_of == job.id
    assert {one.state for one in client.jobs()} == {"queued", "cancelled"}
