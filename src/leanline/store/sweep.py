"""Putting files that nothing names aside, and clearing away what was half made.

A start deletes no clip and no result: what the database does not name moves to the
quarantine, and comes back from there when it is named again.
"""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from pathlib import Path

import sqlalchemy as sa

from leanline.store import schema
from leanline.store.database import Database
from leanline.store.files import Files
from leanline.store.quarantine import Quarantine
from leanline.store.records import ACTIVE_STATES


@dataclass(frozen=True)
class SweepReport:
    """What was done; ``done`` is False when others were busy and nothing was looked at.

    ``clips`` and ``results`` went to the quarantine, ``returned`` came back from it; ``works``
    are folders of jobs that do not run any more, which were deleted.
    """

    done: bool
    clips: int = 0
    results: int = 0
    works: int = 0
    returned: int = 0


@dataclass(frozen=True)
class _Named:
    """What the rows point to: suffixes of clips by hash, results, and active jobs."""

    clips: dict[str, str]
    results: set[str]
    jobs: set[str]


def sweep(database: Database, files: Files) -> SweepReport:
    """Put aside files without a row; the folders of jobs that run stay, and so do uploads."""
    with files.sweeping() as alone:
        if not alone:
            return SweepReport(done=False)
        with database.writing(shown=False) as connection:
            connection.execute(_unused_media())
            named = _named(connection)
        quarantine = Quarantine(files)
        returned = quarantine.give_back(named.clips, named.results)
        return SweepReport(
            done=True,
            clips=_put_clips_aside(files, quarantine, named.clips),
            results=_put_results_aside(files, quarantine, named.results),
            works=_clear(files.work, named.jobs),
            returned=returned,
        )


def clear_work(database: Database, files: Files) -> int:
    """Delete the folders of jobs that do not run any more; how many."""
    with files.sweeping() as alone:
        if not alone:
            return 0
        with database.reading() as connection:
            jobs = _named(connection).jobs
        return _clear(files.work, jobs)


def _named(connection: sa.Connection) -> _Named:
    media, session, job = schema.media.c, schema.session.c, schema.job.c
    active = sa.select(job.id).where(job.state.in_(ACTIVE_STATES))
    clips = sa.select(media.sha256, media.suffix)
    results = connection.execute(sa.select(session.result)).scalars()
    return _Named(
        {row.sha256: row.suffix for row in connection.execute(clips)},
        {result for result in results if result is not None},
        set(connection.execute(active).scalars()),
    )


def _unused_media() -> sa.Delete:
    used = sa.select(schema.session.c.id).where(
        schema.session.c.media_sha256 == schema.media.c.sha256
    )
    return sa.delete(schema.media).where(~used.exists())


def _put_clips_aside(files: Files, quarantine: Quarantine, named: dict[str, str]) -> int:
    uploads = {_inode(path) for path in files.uploads.glob("*.part")}
    unnamed = [path for path in files.clips() if path.stem not in named]
    for path in unnamed:
        if _inode(path) in uploads:  # an upload that was being handed in: it is still there
            path.unlink()
        else:
            quarantine.put("media", path)
    return len(unnamed)


def _put_results_aside(files: Files, quarantine: Quarantine, named: set[str]) -> int:
    unnamed = [path for path in files.result_folders() if path.name not in named]
    for path in unnamed:
        quarantine.put("results", path)
    return len(unnamed)


def _clear(folder: Path, used: set[str]) -> int:
    unused = [path for path in folder.glob("*") if path.name not in used]
    for path in unused:
        shutil.rmtree(path, ignore_errors=True)
    return len(unused)


def _inode(path: Path) -> tuple[int, int]:
    known = path.stat()
    return known.st_dev, known.st_ino
