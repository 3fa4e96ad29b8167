"""Analysing a clip in this process and keeping it: for the command line."""

from __future__ import annotations

import shutil
import socket
import threading
from secrets import token_hex

from leanline.jobs.analyse import analyse, task_of
from leanline.jobs.limits import Limits
from leanline.jobs.queue import Queue
from leanline.jobs.worker import Order, Watch, lock_of
from leanline.model import Analysis
from leanline.pose.base import Progress
from leanline.store import ConflictError, NewClip, Session, Store
from leanline.store.locks import file_lock


def analyse_inline(store: Store, clip: NewClip, progress: Progress) -> tuple[Session, Analysis]:
    """Analyse a clip now and keep it with its result; nothing is kept when that fails.

    Others see the job as one that runs; should this process die, as interrupted.

    Raises
    ------
    LeanlineError
        What ``leanline.analyze`` raises.
    """
    order = Order(f"{socket.gethostname()}:{token_hex(4)}", "", limits=Limits(None, None, None))
    queue, lock = Queue(store), lock_of(store, order.name)
    with file_lock(lock):
        session, job = queue.submit(clip, worker=order.name)
        folder = store.files.work / job.id
        try:
            folder.mkdir(parents=True)
            with Watch(queue, job, order, threading.Event()) as watch:
                task = task_of(store, session, folder)
                analysis = analyse(task, _both(progress, watch.progress))
            kept = queue.complete(job, order.name, folder, analysis)
        except BaseException:
            if store.sessions.exists(session.id):
                store.delete_session(session.id)
            raise
        finally:
            shutil.rmtree(folder, ignore_errors=True)
    lock.unlink(missing_ok=True)
    if not kept:
        raise ConflictError("job.clip_deleted", clip=clip.name)
    return store.sessions.get(session.id), analysis


def _both(first: Progress, second: Progress) -> Progress:
    def progress(phase: str, share: float) -> None:
        first(phase, share)
        second(phase, share)

    return progress
