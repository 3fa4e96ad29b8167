"""How long the pages of an athlete with very many sessions take.

    python benchmarks/history_page.py [--sessions 2000]

A store is made with one athlete and 2,000 analysed sessions of all metrics, and the server is
asked for the athlete's page, the trends and the history, several times each.
"""

from __future__ import annotations

import argparse
import contextlib
import os
import statistics
import subprocess
import sys
import tempfile
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx

import leanline
from leanline.report.catalog import catalog
from leanline.store import Store, schema
from leanline.store.records import new_id
from leanline.trends.session_data import definition_version

ROUNDS = 7
_PORT = 8798


def fill(store: Store, sessions: int) -> str:
    """Create an athlete with this many sessions; return the id."""
    athlete = store.athletes.add("Ada")
    start = datetime(2020, 1, 1, tzinfo=UTC)
    rows, metrics = [], []
    for number in range(sessions):
        moment = start + timedelta(days=number)
        session_id = new_id()
        rows.append(
            {
                "id": session_id,
                "athlete_id": athlete.id,
                "name": f"run-{number}.mp4",
                "filmed_at": moment,
                "created_at": moment,
                "settings": {},
                "notes": "",
                "result": new_id(),
                "analysed_at": moment,
                "activity": "running",
                "view": "side",
                "direction": "right",
                "surface": "treadmill",
                "pose_model": "blazepose-heavy",
                "definition": definition_version(leanline.__version__),
                "findings": [["waist_bend", "work_on"]],
                "duration_s": 8.0,
            }
        )
        for entry in catalog():
            value = 10.0 + 0.01 * number
            metrics.append(
                {
                    "session_id": session_id,
                    "metric": entry.id,
                    "value": value,
                    "low": value - 1.0,
                    "high": value + 1.0,
                    "sd": 0.5,
                    "n": 20,
                    "quality": "good",
                    "sdc95": 1.5,
                }
            )
    with store.database.writing() as connection:
        connection.execute(schema.session.insert(), rows)
        for at in range(0, len(metrics), 5000):
            connection.execute(schema.session_metric.insert(), metrics[at : at + 5000])
    return athlete.id


def time_requests(client: httpx.Client, path: str) -> tuple[float, float, int]:
    """Median and longest time of some requests after one to warm up, milliseconds; bytes."""
    size = len(client.get(path).raise_for_status().content)
    times = []
    for _ in range(ROUNDS):
        began = time.perf_counter()
        client.get(path).raise_for_status()
        times.append(1000.0 * (time.perf_counter() - began))
    return statistics.median(times), max(times), size


def main() -> None:
    """Print a line for each page."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--sessions", type=int, default=2000)
    count = options.parse_args().sessions
    with tempfile.TemporaryDirectory() as folder:
        with Store.open(folder) as store:
            athlete = fill(store, count)
        command = [sys.executable, "-m", "benchmarks.page_server", folder, str(_PORT)]
        environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[1])}
        with subprocess.Popen(command, env=environment) as server:
            try:
                with httpx.Client(base_url=f"http://127.0.0.1:{_PORT}", timeout=60.0) as client:
                    _wait(client)
                    for path in (
                        "/",
                        f"/athletes/{athlete}",
                        f"/api/v1/athletes/{athlete}/trends?metric=lean_body_deg",
                        f"/api/v1/athletes/{athlete}/history?metric=lean_body_deg",
                        f"/api/v1/sessions?athlete_id={athlete}",
                    ):
                        middle, longest, size = time_requests(client, path)
                        print(f"{path:60} {middle:7.0f} ms (longest {longest:.0f}), {size} bytes")
            finally:
                server.terminate()


def _wait(client: httpx.Client) -> None:
    for _ in range(100):
        with contextlib.suppress(httpx.TransportError):
            client.get("/api/v1/health")
            return
        time.sleep(0.2)
    raise SystemExit("The server did not start.")


if __name__ == "__main__":
    main()
