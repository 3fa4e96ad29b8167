"""What a page costs, against a bare FastAPI answer in the same run.

    python -m benchmarks.page_cost [--sessions 500] [--clients 50]

A store is made with one athlete and many analysed sessions, some of them with all the files of
a result. Each page is asked for on one connection; the server's processor time is divided by
the number of requests. Then many clients ask at once, for pages in turn, and the slowest
hundredth is told. What a page costs that has to be made anew, as something has changed, is told
too. Loopback only; it ends by itself.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import os
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import httpx

from benchmarks.history_page import fill
from benchmarks.machine import machine, table, verdict
from leanline.jobs.queue import Queue
from leanline.store import NewClip, Store
from leanline.store.location import DATABASE_NAME
from tests.web.stand_in import clip
from tests.web.work import finish_all

RESULTS = 6
WARM_UP, REQUESTS, REQUESTS_ANEW = 5, 200, 20
SECONDS_AT_ONCE = 6.0
_TICKS_HZ = os.sysconf("SC_CLK_TCK")
_ROOT = Path(__file__).parents[1]


@dataclass(frozen=True)
class Page:
    """A page, and how many times a bare answer it may cost."""

    name: str
    path: str
    limit: float | None


@dataclass(frozen=True)
class Cost:
    """What one answer costs; ``anew_ms`` of processor time after a change in the store."""

    processor_ms: float
    median_ms: float
    size_bytes: int
    anew_ms: float | None = None


@contextmanager
def serve(module: str, *arguments: str) -> Iterator[tuple[subprocess.Popen[bytes], str]]:
    """A server process and its address."""
    port = _free_port()
    command = [sys.executable, "-m", module, *arguments, str(port)]
    with subprocess.Popen(command, cwd=_ROOT) as process:
        url = f"http://127.0.0.1:{port}"
        try:
            _wait(url)
            yield process, url
        finally:
            process.terminate()


def cost(process: subprocess.Popen[bytes], url: str, path: str) -> Cost:
    """What a page costs, asked for again and again on one connection."""
    times_s = []
    with httpx.Client(base_url=url, timeout=60.0) as client:
        for _ in range(WARM_UP):
            size = len(client.get(path).raise_for_status().content)
        before_s = _processor_s(process.pid)
        for _ in range(REQUESTS):
            began_s = time.perf_counter()
            client.get(path)
            times_s.append(time.perf_counter() - began_s)
        used_s = _processor_s(process.pid) - before_s
    return Cost(1e3 * used_s / REQUESTS, 1e3 * statistics.median(times_s), size)


def cost_anew(process: subprocess.Popen[bytes], url: str, path: str, data: Path) -> float:
    """Processor time of an answer when something in the store has just changed, milliseconds."""
    with (
        httpx.Client(base_url=url, timeout=60.0) as client,
        contextlib.closing(sqlite3.connect(data / DATABASE_NAME)) as database,
    ):
        used_s = 0.0
        for _ in range(REQUESTS_ANEW):
            with database:
                database.execute("UPDATE store_info SET revision = revision + 1")
            before_s = _processor_s(process.pid)
            client.get(path).raise_for_status()
            used_s += _processor_s(process.pid) - before_s
    return 1e3 * used_s / REQUESTS_ANEW


async def crowd(url: str, paths: list[str], clients: int) -> tuple[float, float, float]:
    """Requests a second, median and 99th percentile (s) with many clients at once.

    The clients are as small as can be, since they share the processor with the server.
    """
    host, port = url.removeprefix("http://").split(":")
    connections = [await asyncio.open_connection(host, int(port)) for _ in range(clients)]
    times_s: list[float] = []
    began_s = time.perf_counter()
    ends_s = began_s + SECONDS_AT_ONCE

    async def one(number: int) -> None:
        reader, writer = connections[number]
        while time.perf_counter() < ends_s:
            asked_s = time.perf_counter()
            await _ask(reader, writer, paths[number % len(paths)])
            times_s.append(time.perf_counter() - asked_s)
            number += 1

    await asyncio.gather(*(one(number) for number in range(clients)))
    rate = len(times_s) / (time.perf_counter() - began_s)
    for _, writer in connections:
        writer.close()
    return rate, statistics.median(times_s), statistics.quantiles(times_s, n=100)[98]


async def _ask(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, path: str) -> None:
    """One request on a connection that stays open."""
    writer.write(f"GET {path} HTTP/1.1\r\nhost: 127.0.0.1\r\n\r\n".encode())
    head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").lower()
    if " 200 " not in head.partition("\r\n")[0]:
        raise RuntimeError(f"{path}: {head}")
    await reader.readexactly(int(head.partition("content-length: ")[2].partition("\r\n")[0]))


def fill_store(folder: Path, sessions: int) -> tuple[str, str]:
    """A store with sessions; the athlete and a session with a whole result."""
    with Store.open(folder / "data") as store:
        athlete = fill(store, sessions - RESULTS)
        queue = Queue(store)
        for number in range(RESULTS):
            path = clip(folder / f"lean{4 + number}.mp4")
            session, _ = queue.submit(NewClip(path, path.name, athlete_id=athlete))
        finish_all(store)
        return athlete, session.id


def main() -> None:
    """Print two tables."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--sessions", type=int, default=500)
    options.add_argument("--clients", type=int, default=50)
    wanted = options.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        athlete, session = fill_store(folder, wanted.sessions)
        pages = _pages(athlete, session)
        print(f"{machine()}; {wanted.sessions} sessions\n")
        with serve("benchmarks.bare_server") as (process, url):
            bare = cost(process, url, "/")
            bare_crowd = asyncio.run(crowd(url, ["/"], wanted.clients))
        with serve("benchmarks.page_server", str(folder / "data")) as (process, url):
            costs = [
                (
                    page,
                    replace(
                        cost(process, url, page.path),
                        anew_ms=cost_anew(process, url, page.path, folder / "data"),
                    ),
                )
                for page in pages
            ]
            print(_costs(bare, costs))
            print()
            asyncio.run(_crowds(bare_crowd, url, pages, wanted.clients))


def _pages(athlete: str, session: str) -> list[Page]:
    api = "/api/v1"
    return [
        Page("clips (home)", "/", 10),
        Page("all clips", "/sessions", 10),
        Page("all clips, older", "/sessions?offset=200", 10),
        Page("a result", f"/sessions/{session}", 10),
        Page("athletes", "/athletes", 10),
        Page("an athlete: trends", f"/athletes/{athlete}", 30),
        Page("API: sessions", f"{api}/sessions", 10),
        Page("API: sessions of an athlete", f"{api}/sessions?athlete_id={athlete}", 10),
        Page("API: a result", f"{api}/sessions/{session}/result", 10),
        Page("API: a result's metrics", f"{api}/sessions/{session}/metrics", 10),
        Page("API: jobs", f"{api}/jobs", 10),
        Page("API: trends", f"{api}/athletes/{athlete}/trends", 30),
        Page(
            "API: history of one metric",
            f"{api}/athletes/{athlete}/history?metric=lean_body_deg",
            30,
        ),
    ]


def _costs(bare: Cost, costs: list[tuple[Page, Cost]]) -> str:
    rows = [["bare FastAPI answer", f"{bare.processor_ms:.2f}", "1", "", "", "", "", ""]]
    for page, one in costs:
        times = one.processor_ms / bare.processor_ms
        fine = "" if page.limit is None else verdict(times <= page.limit)
        rows.append(
            [
                page.name,
                f"{one.processor_ms:.2f}",
                f"{times:.1f}",
                f"{page.limit:g}",
                fine,
                f"{one.median_ms:.1f}",
                f"{one.anew_ms or 0.0:.0f}",
                f"{one.size_bytes / 1e3:.0f}",
            ]
        )
    head = [
        *("page", "processor, ms", "times bare", "at most", "met", "median, ms"),
        *("made anew, ms", "kB"),
    ]
    return table(head, rows)


async def _crowds(
    bare: tuple[float, float, float], url: str, pages: list[Page], clients: int
) -> None:
    rows = [["bare FastAPI answer", f"{bare[0]:.0f}", f"{bare[1]:.3f}", f"{bare[2]:.3f}", ""]]
    lists = [page for page in pages if page.path.startswith("/sessions")]
    for name, chosen in (("/sessions", lists[:1]), ("lists and a result", lists), ("all", pages)):
        rate, middle_s, slow_s = await crowd(url, [page.path for page in chosen], clients)
        rows.append(
            [name, f"{rate:.0f}", f"{middle_s:.3f}", f"{slow_s:.3f}", verdict(slow_s < 0.5)]
        )
    head = [f"{clients} clients at once", "requests/s", "median, s", "p99, s", "p99 < 0.5 s"]
    print(table(head, rows))


def _processor_s(pid: int) -> float:
    """Processor time of a process, user and system."""
    fields = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(") ")[2].split()
    return (int(fields[11]) + int(fields[12])) / _TICKS_HZ


def _free_port() -> int:
    import socket

    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait(url: str) -> None:
    for _ in range(300):
        with contextlib.suppress(httpx.TransportError):
            httpx.get(f"{url}/api/v1/health")
            return
        time.sleep(0.1)
    raise SystemExit("The server did not start.")


if __name__ == "__main__":
    main()
