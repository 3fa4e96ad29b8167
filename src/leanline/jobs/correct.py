"""Putting a result right by hand: measured again from what the pose source saw, in a second."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

import sqlalchemy as sa

from leanline.corrections import Correction
from leanline.errors import UsageError
from leanline.formats import capture_npz
from leanline.gait.manual_corrections import UNUSED
from leanline.jobs.analyse import Task, measure, task_of, write_measured
from leanline.model import Analysis
from leanline.store import ConflictError, CorrectionRecord, Session, Store
from leanline.store.records import new_id

_TRIES: Final = 3
# Files of a result that do not depend on what is measured.
_LASTING: Final = (capture_npz.FILE_NAME, "preview.mp4")


@dataclass(frozen=True)
class _Change:
    """What to do to the list of corrections, and how the store does it with the result."""

    of: Callable[[Sequence[Correction]], tuple[Correction, ...]]
    record: Callable[[sa.Connection], None]
    must_fit: bool = False


def correct(store: Store, session_id: str, correction: Correction) -> CorrectionRecord:
    """Record a correction and measure the clip again, both or neither.

    Raises
    ------
    UsageError
        The correction fits nothing in the clip.
    MissingError
        There is no such session, or it has not been analysed.
    ConflictError
        Others correct it at the same time.
    """
    record = store.sessions.new_correction(session_id, correction)
    change = _Change(
        lambda corrections: (*corrections, correction),
        lambda connection: store.sessions.insert_correction(connection, record),
        must_fit=True,
    )
    _remeasured(store, session_id, change)
    return record


def uncorrect(store: Store, session_id: str, correction_id: str) -> None:
    """Take a correction back and measure the clip again, both or neither.

    Raises
    ------
    MissingError
        There is no such correction.
    """
    gone = store.sessions.correction(session_id, correction_id)

    def without(corrections: Sequence[Correction]) -> tuple[Correction, ...]:
        kept = list(corrections)
        kept.remove(gone.correction)
        return tuple(kept)

    def delete_record(connection: sa.Connection) -> None:
        store.sessions.delete_correction(connection, session_id, correction_id)

    _remeasured(store, session_id, _Change(without, delete_record))


def measure_again(store: Store, session_id: str) -> None:
    """Measure a clip anew with this version's definitions, the session's settings as they are."""
    _remeasured(store, session_id, _Change(tuple, lambda _connection: None))


def _remeasured(store: Store, session_id: str, change: _Change) -> None:
    for _ in range(_TRIES):
        if _once(store, store.sessions.get(session_id), change):
            store.remove_pending()  # the result that this one replaces
            return
    raise ConflictError("correction.conflict")


def _once(store: Store, session: Session, change: _Change) -> bool:
    """Measure and keep; False when the result has changed under our hands."""
    before = store.sessions.result_folder(session)
    folder = store.files.work / f"by-hand-{new_id()}"
    with store.files.adding():  # nobody sweeps the folder away meanwhile
        folder.mkdir(parents=True)
        try:
            task = task_of(store, session, folder)
            analysis = _measured(task, before, change)
            for name in _LASTING:
                _same(before / name, folder / name)
            write_measured(analysis, folder)

            def keep(connection: sa.Connection) -> bool:
                if not store.sessions.has_result(connection, session.id, session.result):
                    return False
                change.record(connection)
                return True

            return store.sessions.save_result(session.id, folder, analysis, keep)
        finally:
            shutil.rmtree(folder, ignore_errors=True)


def _measured(task: Task, before: Path, change: _Change) -> Analysis:
    capture = capture_npz.read_capture(before)
    wanted = replace(task, corrections=change.of(task.corrections))
    analysis = measure(wanted, capture)
    if change.must_fit and UNUSED in analysis.warnings:
        earlier = measure(task, capture)
        if UNUSED not in earlier.warnings:
            raise UsageError("correction.fits_nothing")
    return analysis


def _same(source: Path, target: Path) -> None:
    """Let a file be in both folders, without a copy where the disk can."""
    if not source.exists():
        return
    try:
        os.link(source, target)
    except OSError:
        shutil.copyfile(source, target)
