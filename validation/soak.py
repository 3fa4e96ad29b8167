"""Uploads while processes are killed: in the end every clip and result exists exactly once.

    python -m validation.soak [--uploads 12] [--kills 8] [--database sqlite|postgresql]

Clients send clips to two servers on one store. Meanwhile servers, workers, both, and the
database are killed (SQLite: held locked) at random moments, the disk is filled to its last byte,
and clients stall. Then everything is left alone until the queue is empty, and what is there is
compared with what was sent. All of it is on loopback, bounded, and ends by itself; a disk that
can be filled needs the right to mount one (root on Linux), else that part is left out, which
the table says. ``--uploads 100 --kills 100`` is the size of the table in ``SOAK.md``.
"""

from __future__ import annotations

import argparse
import contextlib
import os
import random
import re
import sqlite3
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from leanline.store import Store
from leanline.store.location import DATABASE_NAME
from validation.soak_parts import (
    CLIP_BYTES,
    PIECE_BYTES,
    Client,
    Postgres,
    Server,
    Tally,
    clip_of,
    free_port,
    name_of,
    postgres,
    sha256_of,
    stalled,
)

CLIENTS: Final = 4
FAULT_S: Final = 2.5
DISK_MIB: Final = 700
MAX_WAIT_S: Final = 900.0
FAULTS: Final = ("server", "worker", "server and worker", "database", "full disk", "stalled")


@dataclass(frozen=True)
class Scene:
    """What the faults act on."""

    servers: list[Server]
    folder: Path
    tally: Tally
    draw: random.Random
    database: Postgres | None
    small_disk: bool

    @property
    def urls(self) -> list[str]:
        """The addresses of the servers."""
        return [server.url for server in self.servers]


def inflict(scene: Scene, what: str) -> None:
    """One fault; whatever was killed lives again afterwards."""
    server = scene.draw.choice(scene.servers)
    if what == "stalled":
        stalled(server.url, time.monotonic() + scene.draw.uniform(0.5, 3.0))
    elif what == "full disk":
        _fill_disk(scene)
    elif what == "database" and scene.database is not None:
        scene.database.kill_one(scene.draw)
    elif what == "database":
        _lock_database(scene)
    else:
        _kill(server, what, scene.draw)
    scene.tally.add(f"fault: {what}")


def _kill(server: Server, what: str, draw: random.Random) -> None:
    if "worker" in what:
        for pid in server.workers():
            with contextlib.suppress(OSError):
                os.kill(pid, 9)
    if "server" in what:
        server.kill()
        time.sleep(draw.uniform(0.0, 0.3))
        server.start()


def _lock_database(scene: Scene) -> None:
    """Another program writes for a while."""
    database = sqlite3.connect(scene.folder / DATABASE_NAME, isolation_level=None, timeout=30.0)
    with contextlib.closing(database), contextlib.suppress(sqlite3.OperationalError):
        database.execute("BEGIN IMMEDIATE")
        time.sleep(scene.draw.uniform(0.5, 3.0))
        database.execute("ROLLBACK")


def _fill_disk(scene: Scene) -> None:
    if not scene.small_disk:
        return
    filler = scene.folder.parent / "filler"
    with contextlib.suppress(OSError), filler.open("wb") as file:
        while True:
            file.write(bytes(1 << 20))
            file.flush()
    time.sleep(scene.draw.uniform(0.5, 2.0))
    filler.unlink()


@contextmanager
def small_disk(folder: Path) -> Iterator[bool]:
    """A disk of its own at ``folder`` that can be filled; False where none can be mounted."""
    folder.mkdir()
    command = ["mount", "-t", "tmpfs", "-o", f"size={DISK_MIB}m", "tmpfs", str(folder)]
    mounted = sys.platform == "linux" and os.geteuid() == 0
    mounted = mounted and subprocess.run(command, check=False).returncode == 0
    try:
        yield mounted
    finally:
        if mounted:
            subprocess.run(["umount", "-l", str(folder)], check=False)


def soak(uploads: int, kills: int, kind: str, seed: int) -> list[tuple[str, str]]:
    """Do it once; the rows of the table."""
    with ExitStack() as stack:
        temporary = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="soak-")))
        small = stack.enter_context(small_disk(temporary / "disk"))
        database = stack.enter_context(postgres()) if kind == "postgresql" else None
        folder = temporary / "disk" / "store"
        where = (str(folder),) if database is None else (database.url("soak"), str(folder))
        servers = [Server(free_port(), where, temporary / f"log-{n}") for n in range(2)]
        scene = Scene(servers, folder, Tally(), random.Random(seed), database, small)  # noqa: S311
        began_s = time.monotonic()
        try:
            for server in servers:
                server.start()
            _play(scene, uploads, kills)
            asked = _settle(scene)
        finally:
            for server in servers:
                server.stop()
        took_s = time.monotonic() - began_s
        logs = "".join(server.log.read_text(errors="replace") for server in servers)
        with _open_store(where) as store:
            rows = _found(store, scene, uploads)
        return [
            ("took", f"{took_s:.0f} s"),
            *sorted((what, str(n)) for what, n in scene.tally.counts.items()),
            ("full disk", "a disk of 700 MiB" if small else "left out: no disk could be mounted"),
            ("tries that a person had to ask for", str(asked)),
            ("tracebacks in the logs", str(logs.count("Traceback (most recent call last)"))),
            *_errors(logs),
            *rows,
        ]


def _errors(logs: str) -> list[tuple[str, str]]:
    """The last lines of the tracebacks, and how often each was there."""
    ends = [
        part.strip().splitlines()[0][:120]
        for part in re.split(r"Traceback \(most recent call last\):\n(?: .*\n)*", logs)[1:]
        if part.strip()
    ]
    return [(f"traceback: {line}", str(n)) for line, n in Counter(ends).most_common(6)]


def _play(scene: Scene, uploads: int, kills: int) -> None:
    """Send clips while faults happen, both to their end."""
    over = threading.Event()

    def faults() -> None:
        for number in range(kills):
            time.sleep(scene.draw.uniform(0.1, 1.5))
            inflict(scene, FAULTS[number % len(FAULTS)] if number < 6 else _any(scene))
        over.set()

    thread = threading.Thread(target=faults)
    thread.start()
    # The clips are on their way for about as long as there are faults.
    pause_s = FAULT_S * kills * CLIENTS / (uploads * (1 + CLIP_BYTES // PIECE_BYTES))
    clients = [Client(scene.urls, scene.tally, seed, pause_s) for seed in range(CLIENTS)]
    with ThreadPoolExecutor(CLIENTS) as pool:
        list(pool.map(lambda n: clients[n % CLIENTS].send(n), range(uploads)))
    thread.join()


def _any(scene: Scene) -> str:
    return scene.draw.choice(FAULTS)


def _settle(scene: Scene) -> int:
    """Wait until nothing is to be done; how often a person had to ask for another try."""
    client, asked = Client(scene.urls, scene.tally, 0), 0
    ends_s = time.monotonic() + MAX_WAIT_S
    while time.monotonic() < ends_s:
        jobs = client.call("GET", "/jobs", params={"most": 1000}).json()
        if all(job["finished_at"] for job in jobs):
            latest: dict[str, dict[str, Any]] = {}
            for job in jobs:  # the newest are first
                latest.setdefault(job["session_id"], job)
            again = [job for job in latest.values() if job["may_retry"]]
            if not again:
                return asked
            for job in again:
                scene.tally.add(f"asked for again: {re.sub(r'clip-[0-9]+', 'clip', job['error'])}")
                asked += client.call("POST", f"/jobs/{job['id']}/retry").status_code == 202
        time.sleep(0.5)
    raise RuntimeError("the queue does not become empty")


@contextmanager
def _open_store(where: tuple[str, ...]) -> Iterator[Store]:
    with Store.open(where[0], files=Path(where[1]) if len(where) > 1 else None) as store:
        yield store


def _found(store: Store, scene: Scene, uploads: int) -> list[tuple[str, str]]:
    """What is in the store, against what was sent."""
    sessions = store.sessions.all()
    names = Counter(session.name for session in sessions)
    expected = {name_of(number): sha256_of(clip_of(number)) for number in range(uploads)}
    wrong_clips = [s.name for s in sessions if _bytes(store, s) != expected.get(s.name)]
    wrong_results = [s.name for s in sessions if _result_of(store, s) != expected.get(s.name)]
    clips = {path.stem for path in store.files.clip_files()}
    results = {path.name for path in store.files.result_folders()}
    checks: list[tuple[str, int]] = [
        ("clips missing", len(expected.keys() - names.keys())),
        ("clips doubled", sum(n - 1 for n in names.values())),
        ("clips with other bytes", len(wrong_clips)),
        ("results missing or of another clip", len(wrong_results)),
        ("clips on the disk that no session names", len(clips - set(expected.values()))),
        ("results on the disk that no session names", len(results - {s.result for s in sessions})),
        ("folders of work left", len(list(store.files.work.glob("*")))),
        ("uploads left", len([p for p in store.files.uploads.glob("*.part") if _is_clip(p)])),
        ("put aside", len(store.quarantine.entries())),
        ("locks of dead workers", len(list(store.files.locks.glob("worker-*")))),
        ("jobs that are not over", _not_over(store)),
    ]
    del scene
    return [("sessions", str(len(sessions))), *((what, str(n)) for what, n in checks)]


def _bytes(store: Store, session: Any) -> str:  # noqa: ANN401
    return sha256_of(store.sessions.clip_path(session).read_bytes())


def _result_of(store: Store, session: Any) -> str | None:  # noqa: ANN401
    """The clip that a session's result says it is of."""
    if session.result is None:
        return None
    return store.sessions.load_analysis(session).provenance.input_sha256


def _not_over(store: Store) -> int:
    from leanline.jobs.queue import Queue

    return len(Queue(store).all(states=("queued", "running")))


def _is_clip(part: Path) -> bool:
    """Whether an upload has something of a clip: not one that was announced only, or stalled."""
    note = part.with_suffix(".json").read_text(encoding="utf-8")
    return part.stat().st_size > 0 and "stalled.mp4" not in note


def bad(rows: list[tuple[str, str]]) -> list[str]:
    """The rows that must be 0 and are not."""
    must_be_none: Callable[[str], bool] = lambda what: (  # noqa: E731
        what.startswith(("clips", "results", "folders", "uploads", "locks", "jobs", "hand-ins"))
    )
    return [what for what, value in rows if must_be_none(what) and value != "0"]


def main() -> None:
    """Print the table; exit status 1 when anything is lost, doubled or left."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--uploads", type=int, default=12)
    options.add_argument("--kills", type=int, default=8)
    options.add_argument("--database", choices=("sqlite", "postgresql"), default="sqlite")
    options.add_argument("--seed", type=int, default=1)
    wanted = options.parse_args()
    rows = soak(wanted.uploads, wanted.kills, wanted.database, wanted.seed)
    print(f"| {wanted.database}, {wanted.uploads} uploads, {wanted.kills} faults | |")
    print("| --- | ---: |")
    for row in rows:
        print(f"| {' | '.join(row)} |")
    if wrong := bad(rows):
        raise SystemExit(f"Not as it should be: {', '.join(wrong)}.")


if __name__ == "__main__":
    main()
