"""A server without a network or worker: the application, its store, and who calls it."""

from __future__ import annotations

import struct
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path
from secrets import token_bytes
from typing import Any

import pytest

from leanline.store import Store
from leanline.web.app import create_app
from leanline.web.settings import WebSettings
from tests.web.work import finish_all

Caller = Any  # starlette's TestClient, whose import must not be at the top: see below
HOST = "testserver"


def settings(**changes: Any) -> WebSettings:
    """Settings of a test server."""
    return WebSettings(**{"hosts": frozenset({HOST, "127.0.0.1"}), **changes})


def caller(store: Store, works: Callable[[], bool] | None = None, **changes: Any) -> Caller:
    """Somebody who calls a new server on the store; ``works`` tells whether it has workers."""
    with warnings.catch_warnings():
        # Starlette would like another client library; that is not for these tests to say.
        warnings.simplefilter("ignore")
        from starlette.testclient import TestClient

    return TestClient(create_app(store, settings(**changes), works), follow_redirects=False)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store.open(tmp_path / "store") as store:
        yield store


@pytest.fixture
def web(store: Store) -> Caller:
    return caller(store)


@pytest.fixture(scope="session")
def clip_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    from tests.web.stand_in import clip

    return clip(tmp_path_factory.mktemp("clips") / "lean6.mp4")


Send = Callable[..., dict[str, Any]]


@pytest.fixture
def send(web: Caller, clip_file: Path) -> Send:
    """Sends a clip and hands it in; gives the session and its job."""

    def send_(name: str = "lean6.mp4", **order: Any) -> dict[str, Any]:
        # A free box of its own makes every clip another film, as those of one runner are.
        data = clip_file.read_bytes() + struct.pack(">I4s", 16, b"free") + token_bytes(8)
        new = {"name": name, "size": len(data)}
        upload = web.post("/api/v1/uploads", json=new).json()
        path = f"/api/v1/uploads/{upload['id']}"
        web.patch(path, content=data, headers={"upload-offset": "0"})
        answer = web.post("/api/v1/sessions", json={"upload_id": upload["id"], **order})
        assert answer.status_code == 202, answer.text
        queued: dict[str, Any] = answer.json()
        return queued

    return send_


@pytest.fixture
def analysed(send: Send, store: Store) -> Callable[..., str]:
    """Sends a clip, does its job; gives the session's id."""

    def analysed_(name: str = "lean6.mp4", **order: Any) -> str:
        session_id: str = send(name, **order)["session"]["id"]
        finish_all(store)
        return session_id

    return analysed_
