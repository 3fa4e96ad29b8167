"""Memory of the server while a large clip arrives.

    python benchmarks/upload_memory.py [--megabytes 400]

A server without a worker gets a clip in one request and another in pieces of 4 MB; its
resident memory is read all the while.
"""

from __future__ import annotations

import argparse
import contextlib
import os
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import httpx

_PORT = 8797
_PIECE = 1 << 20
_BODY = os.urandom(_PIECE)


class Watched:
    """The most memory that a process had, megabytes, while the block ran."""

    def __init__(self, pid: int) -> None:
        self.most = 0.0
        self._pid = pid
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)

    def __enter__(self) -> Watched:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join()

    def _watch(self) -> None:
        while not self._over.wait(0.02):
            self.most = max(self.most, resident(self._pid))


def resident(pid: int) -> float:
    """Resident memory of a process, megabytes (Linux)."""
    pages = int(Path(f"/proc/{pid}/statm").read_text(encoding="ascii").split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 1e6


def body(megabytes: int) -> Iterator[bytes]:
    """Yield this many megabytes in chunks."""
    for _ in range(megabytes):
        yield _BODY


def send(client: httpx.Client, megabytes: int, pieces: int) -> float:
    """Upload a clip in this many requests; return the time in seconds."""
    size = megabytes * _PIECE
    new = {"name": "large.mp4", "size": size}
    key = client.post("/uploads", json=new).raise_for_status().json()["id"]
    began, offset = time.perf_counter(), 0
    for number in range(pieces):
        share = megabytes // pieces + (number < megabytes % pieces)
        headers = {"upload-offset": str(offset), "content-length": str(share * _PIECE)}
        answer = client.patch(f"/uploads/{key}", content=body(share), headers=headers)
        offset = answer.raise_for_status().json()["offset"]
    if offset != size:
        raise SystemExit(f"Only {offset} of {size} bytes arrived.")
    client.delete(f"/uploads/{key}")
    return time.perf_counter() - began


def main() -> None:
    """Print a line for each way of sending."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--megabytes", type=int, default=400)
    megabytes = options.parse_args().megabytes
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, "-m", "benchmarks.page_server", folder, str(_PORT)]
        environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[1])}
        with subprocess.Popen(command, env=environment) as server:
            try:
                url = f"http://127.0.0.1:{_PORT}/api/v1"
                with httpx.Client(base_url=url, timeout=600.0) as client:
                    _wait(client)
                    print(f"before: {resident(server.pid):.0f} MB")
                    for pieces in (1, max(1, megabytes // 4)):
                        with Watched(server.pid) as watched:
                            seconds = send(client, megabytes, pieces)
                        print(
                            f"{megabytes} MB in {pieces} requests: at most {watched.most:.0f} MB, "
                            f"{seconds:.1f} s"
                        )
            finally:
                server.terminate()


def _wait(client: httpx.Client) -> None:
    for _ in range(100):
        with contextlib.suppress(httpx.TransportError):
            client.get("/health")
            return
        time.sleep(0.2)
    raise SystemExit("The server did not start.")


if __name__ == "__main__":
    main()
