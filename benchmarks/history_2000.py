"""How long the history of 2,000 sessions takes to read, and the changes in it to find.

    python benchmarks/history_2000.py [postgresql://...]

Prints the median of several runs in milliseconds: a page's metrics, and all of them.
"""

from __future__ import annotations

import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from statistics import median

from leanline.model import Metric
from leanline.store import Session, Store, schema
from leanline.store.records import new_id
from leanline.store.rows import condition_values, metric_to_row
from leanline.trends.session_data import RecordingConditions
from leanline.trends.trend import compute_trends

SESSIONS = 2000
METRICS = 26
SHOWN = ("metric_0_deg", "metric_1_deg", "metric_2_deg", "metric_3_deg", "metric_4_deg")


def fill(store: Store) -> str:
    """An athlete who filmed 2,000 times; their id."""
    chance = Random(1)  # noqa: S311
    athlete = store.athletes.add("Ada")
    moment = datetime(2020, 1, 1, tzinfo=UTC)
    taken = RecordingConditions(
        "running", "side", "right", "treadmill", "blazepose-heavy", "leanline 0.1"
    )
    columns = [column.name for column in schema.session.c]
    sessions, metrics = [], []
    for number in range(SESSIONS):
        at = moment + timedelta(days=number)
        session = Session(
            new_id(), athlete.id, "run.mp4", None, at, at, {}, result=new_id(), analysed_at=at
        )
        row = {key: value for key, value in asdict(session).items() if key in columns}
        sessions.append({**row, **condition_values(taken), "findings": []})
        for i in range(METRICS):
            value = chance.gauss(8.0, 1.0)
            metric = Metric(f"metric_{i}_deg", value, (value - 1, value + 1), 0.8, 22, sdc95=1.5)
            metrics.append(metric_to_row(session.id, metric))
    with store.database.writing() as connection:
        connection.execute(schema.session.insert(), sessions)
        connection.execute(schema.session_metric.insert(), metrics)
    return athlete.id


def tell(what: str, work: Callable[[], object] | None = None, times: int = 7) -> None:
    """Print a line, with the median time of a call: on the clock, and of the processor."""
    if work is None:
        print(what)
        return
    clock, processor = [], []
    for _ in range(times):
        began, used = time.perf_counter(), time.process_time()
        work()
        clock.append(1000.0 * (time.perf_counter() - began))
        processor.append(1000.0 * (time.process_time() - used))
    print(f"{what:<24}{median(clock):7.0f} ms, processor {median(processor):5.0f} ms")


def main() -> None:
    """Measure and print."""
    with tempfile.TemporaryDirectory() as folder:
        where = sys.argv[1] if len(sys.argv) > 1 else folder
        with Store.open(where, files=Path(folder)) as store:
            athlete = fill(store)
            read = store.sessions.history
            history = read(athlete, SHOWN)
            tell(f"{SESSIONS} sessions of {METRICS} metrics, {store.place.shown}")
            tell("list of sessions", lambda: store.sessions.all(athlete))
            tell(f"history, {len(SHOWN)} metrics", lambda: read(athlete, SHOWN))
            tell("history, all metrics", lambda: read(athlete))
            tell(f"trends of {len(SHOWN)} metrics", lambda: compute_trends(history, SHOWN))


if __name__ == "__main__":
    main()
