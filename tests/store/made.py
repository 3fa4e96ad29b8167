"""Sessions for tests of the store."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from secrets import token_bytes
from typing import Any

from leanline.jobs.queue import Queue
from leanline.model import Analysis
from leanline.report.result import write_result
from leanline.store import Job, NewClip, Session, Store
from tests.analyses import analysis

DAY = datetime(2026, 3, 1, 9, 0, tzinfo=UTC)
WORKER = "somewhere:worker"


def clip(folder: Path, content: bytes | None = None) -> Path:
    """A file that stands in for a clip, by default with unique content."""
    path = folder / f"clip-{token_bytes(4).hex()}.mp4"
    path.write_bytes(token_bytes(64) if content is None else content)
    return path


def submitted(store: Store, folder: Path, **values: Any) -> tuple[Session, Job]:
    """A clip in the store, queued."""
    path = values.pop("path", None) or clip(folder)
    return Queue(store).submit(NewClip(path, values.pop("name", "run.mp4"), **values))


def analysed(
    store: Store, folder: Path, made: Analysis | None = None, *, day: int = 0, **values: Any
) -> Session:
    """A session with a result, filmed on the ``day``-th day."""
    values.setdefault("filmed_at", DAY + timedelta(days=day))
    session, _ = submitted(store, folder, **values)
    job = Queue(store).claim(WORKER)
    assert job is not None
    finish(store, job, made or analysis())
    return store.sessions.get(session.id)


def finish(store: Store, job: Job, made: Analysis) -> bool:
    """Do a claimed job."""
    work = store.files.work / job.id
    write_result(made, work, report=False)
    return Queue(store).complete(job, WORKER, work, made)
