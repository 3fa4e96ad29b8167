"""Doing the queue's jobs here and now, with the stand-in for the networks."""

from __future__ import annotations

import threading

from leanline.jobs.queue import Queue
from leanline.jobs.worker import WorkerConfig, run_job
from leanline.store import Store
from tests.web.stand_in import analyse

WORKER = "test:1"


def finish_all(store: Store) -> None:
    """Do every job that waits."""
    order = WorkerConfig(WORKER, str(store.place.folder))
    while job := Queue(store).claim(WORKER):
        run_job(store, job, order, analyse, threading.Event())
