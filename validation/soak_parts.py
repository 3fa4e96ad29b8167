"""What the soak is made of: servers, a database of its own, and clients that never give up."""

from __future__ import annotations

import contextlib
import hashlib
import os
import random
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import httpx

ROOT: Final = Path(__file__).resolve().parents[1]
PIECE_BYTES: Final = 4000
CLIP_BYTES: Final = 24_000
_TRIES: Final = 400
_AGAIN_S: Final = 0.15


def clip_of(number: int) -> bytes:
    """The bytes of a clip, which no other has."""
    return random.Random(number).randbytes(CLIP_BYTES)  # noqa: S311


def name_of(number: int) -> str:
    """What the clip is called."""
    return f"clip-{number}.mp4"


@dataclass
class Server:
    """One server that is started again whenever it was ended."""

    port: int
    where: tuple[str, ...]
    log: Path
    process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        """Its address."""
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> None:
        """Start it and wait until it answers."""
        command = [sys.executable, "-m", "validation.soak_server", str(self.port), *self.where]
        environment = {**os.environ, "PYTHONPATH": f"{ROOT}{os.pathsep}{ROOT / 'src'}"}
        for _ in range(20):  # the database may be away, or locked
            with self.log.open("ab") as log:
                self.process = subprocess.Popen(
                    command, cwd=ROOT, env=environment, stdout=log, stderr=log
                )
            if self._answers():
                return
        raise RuntimeError(f"the server does not start: {self.log.read_text()[-2000:]}")

    def workers(self) -> list[int]:
        """The processes that it has started."""
        found: list[int] = []
        if self.process is not None:
            for task in Path(f"/proc/{self.process.pid}/task").glob("*/children"):
                with contextlib.suppress(OSError):
                    found += [int(pid) for pid in task.read_text(encoding="ascii").split()]
        return found

    def kill(self) -> None:
        """End it at once."""
        if self.process is not None:
            self.process.kill()
            self.process.wait()

    def stop(self) -> None:
        """End it in order."""
        if self.process is not None and self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            self.process.wait(60)

    def _answers(self) -> bool:
        ends_s = time.monotonic() + 60.0
        while time.monotonic() < ends_s:
            with contextlib.suppress(httpx.HTTPError):
                httpx.get(f"{self.url}/api/v1/health", timeout=5.0)
                return True
            if self.process is not None and self.process.poll() is not None:
                return False
            time.sleep(0.1)
        return False


@dataclass
class Tally:
    """What happened, counted from several threads."""

    counts: Counter[str] = field(default_factory=Counter)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def add(self, what: str, by: int = 1) -> None:
        """Count one more."""
        with self.lock:
            self.counts[what] += by


class Client:
    """A client that uploads clips to any of the servers and never gives up.

    ``pause_s`` is the mean pause between two pieces of a clip.
    """

    def __init__(self, urls: list[str], tally: Tally, seed: int, pause_s: float = 0.0) -> None:
        self._urls = urls
        self._pause_s = pause_s
        self._tally = tally
        self._draw = random.Random(seed)  # noqa: S311

    def call(self, method: str, path: str, **more: Any) -> httpx.Response:  # noqa: ANN401
        """A request, made again until a server answers it with something else than "later"."""
        for _ in range(_TRIES):
            url = self._draw.choice(self._urls)
            try:
                answer = httpx.request(method, f"{url}/api/v1{path}", timeout=30.0, **more)
            except httpx.HTTPError:
                self._tally.add("requests without an answer")
            else:
                if answer.status_code < 500 and answer.status_code != 429:
                    return answer
                self._tally.add(f"answers {answer.status_code}")
            time.sleep(_AGAIN_S)
        raise RuntimeError(f"no server answers {method} {path}")

    def send(self, number: int) -> None:
        """Send a clip and hand it in."""
        data = clip_of(number)
        new = {"name": name_of(number), "size": len(data)}
        upload = self.call("POST", "/uploads", json=new).json()
        path, offset = f"/uploads/{upload['id']}", 0
        while offset < len(data):
            piece = data[offset : offset + PIECE_BYTES]
            answer = self.call("PATCH", path, content=piece, headers={"upload-offset": str(offset)})
            if answer.status_code not in (200, 408, 409):
                self._tally.add("uploads lost")
                self.send(number)
                return
            offset = self._offset(answer, path)
            time.sleep(self._draw.uniform(0.0, 2.0 * self._pause_s))
        answer = self.call("POST", "/sessions", json={"upload_id": upload["id"]})
        if answer.status_code != 202:
            self._tally.add(f"hand-ins answered {answer.status_code}")
            self.send(number)

    def _offset(self, answer: httpx.Response, path: str) -> int:
        if answer.status_code == 200:
            return int(answer.json()["offset"])
        return int(self.call("GET", path).json()["offset"])


def stalled(url: str, ends_s: float) -> None:
    """Hold connections that say almost nothing: half a header, half a clip."""
    host, port = url.removeprefix("http://").split(":")
    held = []
    for number in range(40):
        with contextlib.suppress(OSError):
            held.append(socket.create_connection((host, int(port)), timeout=2.0))
            held[-1].sendall(b"GET / HTTP/1.1\r\nhost: 127.0.0.1\r\n"[: 20 + number % 12])
    with contextlib.suppress(httpx.HTTPError, OSError, KeyError, ValueError):
        new = {"name": "stalled.mp4", "size": 1000}
        key = httpx.post(f"{url}/api/v1/uploads", json=new, timeout=5.0).json()["id"]
        held.append(socket.create_connection((host, int(port)), timeout=2.0))
        head = f"PATCH /api/v1/uploads/{key} HTTP/1.1\r\nhost: 127.0.0.1\r\nupload-offset: 0\r\n"
        held[-1].sendall(f"{head}content-length: 1000\r\n\r\nhalf".encode())
    while time.monotonic() < ends_s:
        time.sleep(0.1)
    for one in held:
        one.close()
    with contextlib.suppress(httpx.HTTPError, UnboundLocalError):
        httpx.delete(f"{url}/api/v1/uploads/{key}", timeout=30.0)


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def sha256_of(data: bytes) -> str:
    """The hash that the store names a clip by."""
    return hashlib.sha256(data).hexdigest()


class Postgres:
    """A PostgreSQL server of the soak's own, on a socket in a folder."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._programs = sorted(Path("/usr/lib/postgresql").glob("*/bin"))[-1]
        self._user = "postgres" if os.geteuid() == 0 else None

    def url(self, name: str) -> str:
        """The address of a database."""
        return f"postgresql://soak@/{name}?host={self._folder}"

    def run(self, program: str, *arguments: str) -> None:
        """Run one of its programs."""
        command = [str(self._programs / program), *arguments]
        subprocess.run(
            command, user=self._user, cwd=self._folder, check=True, stdout=subprocess.DEVNULL
        )

    def kill_one(self, draw: random.Random) -> None:
        """End a random process of it at once; it begins again from its log."""
        main = int((self._folder / "data" / "postmaster.pid").read_text().split()[0])
        children = Path(f"/proc/{main}/task/{main}/children").read_text(encoding="ascii").split()
        if children:
            with contextlib.suppress(OSError):
                os.kill(int(draw.choice(children)), signal.SIGKILL)


@contextmanager
def postgres() -> Iterator[Postgres]:
    """PostgreSQL, with an empty database ``soak``, until the block ends."""
    with tempfile.TemporaryDirectory(prefix="soak-pg-", ignore_cleanup_errors=True) as name:
        folder = Path(name)
        made = Postgres(folder)
        if os.geteuid() == 0:
            import shutil

            shutil.chown(folder, "postgres")
        data = str(folder / "data")
        made.run("initdb", "-D", data, "-A", "trust", "-U", "soak", "-E", "UTF8")
        options = f"-c listen_addresses='' -k {folder}"
        made.run("pg_ctl", "-D", data, "-l", str(folder / "log"), "-o", options, "-w", "start")
        try:
            made.run("createdb", "-h", name, "-U", "soak", "soak")
            yield made
        finally:
            made.run("pg_ctl", "-D", data, "-m", "immediate", "-w", "stop")
