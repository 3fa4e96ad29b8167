"""Removing what no row points to: left by a crash, or by what was deleted."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from leanline.store import schema
from leanline.store.database import Database
from leanline.store.files import Files
from leanline.store.records import ACTIVE_STATES


@dataclass(frozen=True)
class Swept:
    """What was removed; ``done`` is False when others were busy and nothing was looked at."""

    done: bool
    clips: int = 0
    results: int = 0
    works: int = 0


def sweep(database: Database, files: Files) -> Swept:
    """Remove rows of clips without a session, and files without a row.

    The folders of jobs that run stay, and so do uploads.
    """
    with files.sweeping() as alone:
        if not alone:
            return Swept(done=False)
        with database.writing() as connection:
            connection.execute(_unused_media())
            clips = set(connection.execute(sa.select(schema.media.c.sha256)).scalars())
            results = set(connection.execute(sa.select(schema.session.c.result)).scalars())
            works: set[str | None] = set(connection.execute(_active_jobs()).scalars())
        return Swept(
            done=True,
            clips=_sweep_clips(files.media, clips),
            results=_sweep_folders(files.results, results),
            works=_sweep_folders(files.work, works),
        )


def _unused_media() -> sa.Delete:
    used = sa.select(schema.session.c.id).where(
        schema.session.c.media_sha256 == schema.media.c.sha256
    )
    return sa.delete(schema.media).where(~used.exists())


def _active_jobs() -> sa.Select[Any]:
    return sa.select(schema.job.c.id).where(schema.job.c.state.in_(ACTIVE_STATES))


def _sweep_clips(folder: Path, used: set[str]) -> int:
    gone = [path for path in folder.glob("*/*") if path.stem not in used]
    for path in gone:
        path.unlink(missing_ok=True)
    return len(gone)


def _sweep_folders(folder: Path, used: set[str | None]) -> int:
    gone = [path for path in folder.glob("*") if path.name not in used]
    for path in gone:
        shutil.rmtree(path, ignore_errors=True)
    return len(gone)
