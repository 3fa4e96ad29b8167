"""Analysis of a stored clip within this process, for the command line."""

from __future__ import annotations

import shutil
import socket
import threading
from secrets import token_hex

from leanline.jobs.analyse import analyse, build_task
from leanline.jobs.limits import Limits
from leanline.jobs.queue import Queue
from leanline.jobs.worker import JobMonitor, WorkerConfig, worker_lock_path
from leanline.model import Analysis
from leanline.pose.base import Progress
from leanline.store import ConflictError, NewClip, Session, Store
from leanline.store.locks import file_lock


def analyse_inline(store: Store, clip: NewClip, progress: Progress) -> tuple[Session, Analysis]:
    """Add a clip to the store and analyse it at once; if that fails, nothing is stored.

    Other processes see a running job; if this process dies, an interrupted one.

    Parameters
    ----------
    store
        Where to keep it.
    clip
        The clip and its settings.
    progress
        Called with a phase and the share done, 0 to 1; may raise to stop.

    Returns
    -------
    tuple of Session and Analysis
        As stored.

    Raises
    ------
    LeanlineError
        As raised by ``leanline.analyze``.
    """
    config = WorkerConfig(
        f"{socket.gethostname()}:{token_hex(4)}", "", limits=Limits(None, None, None)
    )
    queue, lock = Queue(store), worker_lock_path(store, config.name)
    with file_lock(lock):
        session, job = queue.submit(clip, worker=config.name)
        folder = store.files.work / job.id
        try:
            folder.mkdir(parents=True)
            with JobMonitor(queue, job, config, threading.Event()) as monitor:
                task = build_task(store, session, folder)
                analysis = analyse(task, _combine(progress, monitor.progress))
            saved = queue.complete(job, config.name, folder, analysis)
        except BaseException:
            if store.sessions.exists(session.id):
                store.delete_session(session.id)
            raise
        finally:
            shutil.rmtree(folder, ignore_errors=True)
    lock.unlink(missing_ok=True)
    if not saved:
        raise ConflictError("job.clip_deleted", clip=clip.name)
    return store.sessions.get(session.id), analysis


def _combine(first: Progress, second: Progress) -> Progress:
    def progress(phase: str, share: float) -> None:
        first(phase, share)
        second(phase, share)

    return progress
