"""Quarantine of unreferenced files, and removal of the leftovers of dead jobs.

A sweep never deletes a clip or a result: what the database does not reference moves to the
quarantine, and moves back when it is referenced again.
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
from leanline.store.removal import unused_media


@dataclass(frozen=True)
class SweepReport:
    """Result of a sweep.

    Parameters
    ----------
    done
        False when the store was busy and nothing was checked.
    clips, results
        How many went into the quarantine.
    work_folders
        How many working folders of jobs that no longer run were deleted.
    returned
        How many files came back from the quarantine.
    """

    done: bool
    clips: int = 0
    results: int = 0
    work_folders: int = 0
    returned: int = 0


@dataclass(frozen=True)
class _References:
    """What rows reference: clip suffixes by hash, result ids, and ids of active jobs."""

    clips: dict[str, str]
    results: set[str]
    jobs: set[str]


def sweep(database: Database, files: Files) -> SweepReport:
    """Quarantine files without a row; working folders of active jobs and uploads are kept.

    Parameters
    ----------
    database
        The store's.
    files
        Its folder.

    Returns
    -------
    SweepReport
        With ``done`` False if files were still being added.
    """
    with files.sweeping() as exclusive:
        if not exclusive:
            return SweepReport(done=False)
        with database.writing(shown=False) as connection:
            connection.execute(sa.delete(schema.media).where(unused_media()))
            references = _read_references(connection)
        quarantine = Quarantine(files)
        returned = quarantine.restore_referenced(references.clips, references.results)
        return SweepReport(
            done=True,
            clips=_quarantine_clips(files, quarantine, references.clips),
            results=_quarantine_results(files, quarantine, references.results),
            work_folders=_remove_unused(files.work, references.jobs),
            returned=returned,
        )


def clear_work(database: Database, files: Files) -> int:
    """Delete the working folders of jobs that no longer run.

    Parameters
    ----------
    database
        The store's.
    files
        Its folder.

    Returns
    -------
    int
        How many there were; 0 if files were still being added.
    """
    with files.sweeping() as exclusive:
        if not exclusive:
            return 0
        with database.reading() as connection:
            jobs = _read_references(connection).jobs
        return _remove_unused(files.work, jobs)


def _read_references(connection: sa.Connection) -> _References:
    media, session, job = schema.media.c, schema.session.c, schema.job.c
    active = sa.select(job.id).where(job.state.in_(ACTIVE_STATES))
    clips = sa.select(media.sha256, media.suffix)
    kept = sa.select(schema.deleted_file.c.name).where(schema.deleted_file.c.kind == "result")
    results = connection.execute(sa.select(session.result).union_all(kept)).scalars()
    return _References(
        {row.sha256: row.suffix for row in connection.execute(clips)},
        {result for result in results if result is not None},
        set(connection.execute(active).scalars()),
    )


def _quarantine_clips(files: Files, quarantine: Quarantine, references: dict[str, str]) -> int:
    uploads = {_inode(path) for path in files.uploads.glob("*.part")}
    unreferenced = [path for path in files.clip_files() if path.stem not in references]
    for path in unreferenced:
        if _inode(path) in uploads:  # a link to an upload being submitted; its own name remains
            path.unlink()
        else:
            quarantine.add("media", path)
    return len(unreferenced)


def _quarantine_results(files: Files, quarantine: Quarantine, references: set[str]) -> int:
    unreferenced = [path for path in files.result_folders() if path.name not in references]
    for path in unreferenced:
        quarantine.add("results", path)
    return len(unreferenced)


def _remove_unused(folder: Path, used: set[str]) -> int:
    unused = [path for path in folder.glob("*") if path.name not in used]
    for path in unused:
        shutil.rmtree(path, ignore_errors=True)
    return len(unused)


def _inode(path: Path) -> tuple[int, int]:
    status = path.stat()
    return status.st_dev, status.st_ino
