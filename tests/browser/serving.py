"""A server with a worker that has the stand-in for the networks, for the tests of the pages."""

from __future__ import annotations

import contextlib
import os
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from leanline.store import Store
from leanline.web.serve import ListenAddress, open_doors, running
from leanline.web.settings import WebSettings
from tests.web.stand_in import ANALYSER, clip

ROOT = Path(__file__).parents[2]
MONDAY_S = 1_777_888_800.0
WEEK_S = 7 * 24 * 3600.0


@dataclass(frozen=True)
class Served:
    """A running server: its address on this computer, its store and settings."""

    url: str
    store: Store
    settings: WebSettings


@contextlib.contextmanager
def served(folder: Path, *, lan: bool = False, analyser: str = ANALYSER) -> Iterator[Served]:
    """A server on a store in ``folder`` until the block ends."""
    before = os.environ.get("PYTHONPATH")
    os.environ["PYTHONPATH"] = str(ROOT)  # the worker finds the stand-in there
    where = ListenAddress(port=0, lan=lan)
    try:
        with Store.open(folder) as store, open_doors(where, folder) as doors:
            settings = doors.settings
            with running(store, settings, analyser=analyser, encrypted=doors.encrypted) as server:
                run = threading.Thread(
                    target=server.run, kwargs={"sockets": [doors.plain]}, daemon=True
                )
                run.start()
                while not server.started and run.is_alive():
                    time.sleep(0.01)
                try:
                    yield Served(doors.address.rstrip("/"), store, settings)
                finally:
                    server.should_exit = True
                    run.join()
    finally:
        os.environ.pop("PYTHONPATH")
        if before is not None:
            os.environ["PYTHONPATH"] = before


def clip_of(folder: Path, name: str, week: float = 0.0) -> Path:
    """A clip of the stand-in's, filmed on a Monday."""
    path = clip(folder / name)
    filmed_s = MONDAY_S + week * WEEK_S
    os.utime(path, (filmed_s, filmed_s))
    return path
