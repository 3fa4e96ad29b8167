"""The live page's server with made-up networks, and who talks to it."""

from __future__ import annotations

import json
import warnings
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from leanline.model import PoseTrack
from leanline.pose.detector import Person
from leanline.web.live.app import create_live_app
from leanline.web.live.hub import LiveHub
from leanline.web.live.messages import HEADER, MAGIC
from tests.live.script import GREY, ScriptedFinder, ScriptedReader, drill_leans, leaning

ADDRESS = "http://127.0.0.1:8766"
SOCKET = "ws://127.0.0.1:8766/live/ws"
SOMEBODY = Person((640.0, 400.0), (640.0, 250.0), 250.0, 0.95)


@dataclass
class Page:
    """What a page does with its socket."""

    socket: Any
    number: int = 0

    def hello(self, *, take_over: bool = False, **wanted: Any) -> dict[str, Any]:
        """Introduce the page; the first answer."""
        wishes = {"roll_deg": 0.0, **wanted}
        self.socket.send_json({"type": "hello", "wanted": wishes, "take_over": take_over})
        return self.hear()

    def say(self, **message: Any) -> None:
        self.socket.send_json(message)

    def picture(self, time_s: float, jpeg: bytes) -> None:
        self.number += 1
        self.socket.send_bytes(HEADER.pack(MAGIC, self.number, 1000.0 * time_s) + jpeg)

    def hear(self) -> dict[str, Any]:
        message: dict[str, Any] = json.loads(self.socket.receive_text())
        return message


Opener = Callable[..., AbstractContextManager[Any]]


def live_hub(folder: Path, pose: PoseTrack | None = None) -> LiveHub:
    """A hub whose networks play back a track, by default the standing drill."""
    pose = leaning(drill_leans()) if pose is None else pose
    return LiveHub(folder, detector=ScriptedFinder((SOMEBODY,)), reader=ScriptedReader(pose))


def live_client(hub: LiveHub) -> Any:
    with warnings.catch_warnings():
        # Starlette would like another client library; that is not for these tests to say.
        warnings.simplefilter("ignore")
        from starlette.testclient import TestClient

    app = create_live_app(hub.clips.folder, hub=hub)
    return TestClient(app, base_url=ADDRESS, follow_redirects=False)


@pytest.fixture(scope="session")
def jpeg() -> bytes:
    import cv2

    ok, data = cv2.imencode(".jpg", GREY)
    assert ok
    return bytes(np.asarray(data).tobytes())


@pytest.fixture
def client(tmp_path: Path) -> Iterator[Any]:
    with live_client(live_hub(tmp_path / "clips")) as client:
        yield client


@pytest.fixture
def page(client: Any) -> Iterator[Page]:
    with client.websocket_connect(SOCKET, headers={"origin": ADDRESS}) as socket:
        yield Page(socket)
