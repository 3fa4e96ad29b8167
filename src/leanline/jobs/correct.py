"""Manual corrections: a clip is remeasured from its stored capture, which takes about a second."""

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
from leanline.jobs.analyse import AnalysisTask, build_task, measure_capture, write_remeasured
from leanline.model import Analysis
from leanline.store import ConflictError, CorrectionRecord, Session, Store
from leanline.store.records import new_id

_TRIES: Final = 3
# Files of a result that do not depend on the measurement.
_UNCHANGED_FILES: Final = (capture_npz.FILE_NAME, "preview.mp4")


@dataclass(frozen=True)
class _Change:
    """A change to the list of corrections, and the database write that goes with the result."""

    apply: Callable[[Sequence[Correction]], tuple[Correction, ...]]
    record: Callable[[sa.Connection], None]
    must_match: bool = False


def correct(store: Store, session_id: str, correction: Correction) -> CorrectionRecord:
    """Record a correction and remeasure the clip: both happen or neither.

    Parameters
    ----------
    store
        Where the clip is kept.
    session_id
        Of the clip.
    correction
        What to correct.

    Returns
    -------
    CorrectionRecord
        By whose id it can be undone.

    Raises
    ------
    UsageError
        The correction matches nothing in the clip.
    MissingError
        There is no such session, or it has not been analysed.
    ConflictError
        Others keep correcting the same clip.
    """
    record = store.sessions.new_correction(session_id, correction)
    change = _Change(
        lambda corrections: (*corrections, correction),
        lambda connection: store.sessions.insert_correction(connection, record),
        must_match=True,
    )
    _remeasure_with(store, session_id, change)
    return record


def undo_correction(store: Store, session_id: str, correction_id: str) -> None:
    """Delete a correction and remeasure the clip: both happen or neither.

    Parameters
    ----------
    store
        Where the clip is kept.
    session_id
        Of the clip.
    correction_id
        Of its record.

    Raises
    ------
    MissingError
        There is no such correction.
    ConflictError
        Others keep correcting the same clip.
    """
    record = store.sessions.correction(session_id, correction_id)

    def without(corrections: Sequence[Correction]) -> tuple[Correction, ...]:
        remaining = list(corrections)
        remaining.remove(record.correction)
        return tuple(remaining)

    def delete_record(connection: sa.Connection) -> None:
        store.sessions.delete_correction(connection, session_id, correction_id)

    _remeasure_with(store, session_id, _Change(without, delete_record))


def remeasure(store: Store, session_id: str) -> None:
    """Remeasure a clip with the definitions of this version and unchanged settings.

    Parameters
    ----------
    store
        Where the clip is kept.
    session_id
        Of the clip.

    Raises
    ------
    MissingError
        There is no such session, or it has not been analysed.
    ConflictError
        Others keep correcting the same clip.
    """
    _remeasure_with(store, session_id, _Change(tuple, lambda _connection: None))


def _remeasure_with(store: Store, session_id: str, change: _Change) -> None:
    for _ in range(_TRIES):
        if _try_remeasure(store, store.sessions.get(session_id), change):
            store.remove_pending()  # the replaced result
            for joined in store.sessions.with_front(session_id):
                if joined.result is not None:
                    remeasure(store, joined.id)
            return
    raise ConflictError("correction.conflict")


def _try_remeasure(store: Store, session: Session, change: _Change) -> bool:
    """Remeasure and save; False if the result was replaced in the meantime."""
    previous = store.sessions.result_folder(session)
    folder = store.files.work / f"by-hand-{new_id()}"
    with store.files.adding():  # keeps a sweep from deleting the folder
        folder.mkdir(parents=True)
        try:
            task = build_task(store, session, folder)
            analysis = _measure_corrected(task, previous, change)
            for name in _UNCHANGED_FILES:
                _share_file(previous / name, folder / name)
            write_remeasured(analysis, folder)

            def record_change(connection: sa.Connection) -> bool:
                if not store.sessions.has_result(connection, session.id, session.result):
                    return False
                change.record(connection)
                return True

            return store.sessions.save_result(session.id, folder, analysis, record_change)
        finally:
            shutil.rmtree(folder, ignore_errors=True)


def _measure_corrected(task: AnalysisTask, previous: Path, change: _Change) -> Analysis:
    capture = capture_npz.read_capture(previous)
    corrected = replace(task, corrections=change.apply(task.corrections))
    analysis = measure_capture(corrected, capture)
    if change.must_match and UNUSED in analysis.warnings:
        uncorrected = measure_capture(task, capture)
        if UNUSED not in uncorrected.warnings:
            raise UsageError("correction.fits_nothing")
    return analysis


def _share_file(source: Path, target: Path) -> None:
    """Hard-link a file into another folder, or copy it where the disk has no hard links."""
    if not source.exists():
        return
    try:
        os.link(source, target)
    except OSError:
        shutil.copyfile(source, target)
