"""What a worker does with one session: the whole analysis, its files in one folder."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from leanline.corrections import Corrections
from leanline.errors import LeanlineError, UsageError
from leanline.formats.capture_npz import write_capture
from leanline.formats.runner_npz import write_runner
from leanline.jobs.clip_settings import settings_of
from leanline.model import Analysis, Capture
from leanline.pipeline import analyze_capture, capture_clip, minus_standing
from leanline.pose.base import Progress
from leanline.report.result import write_result
from leanline.settings import Settings
from leanline.store import Session, Store

# How much of the work the pose, the preview and the rest are.
_POSE_SHARE: Final = 0.85
_PREVIEW_SHARE: Final = 0.10


@dataclass(frozen=True)
class Task:
    """One session to analyse: its clip, what is known of it, and where the files go."""

    session: Session
    clip: Path
    settings: Settings
    corrections: Corrections
    standing: Analysis | None
    directory: Path


Analyser = Callable[[Task, Progress], Analysis]


def task_of(store: Store, session: Session, directory: Path) -> Task:
    """The task of a session.

    Raises
    ------
    LeanlineError
        The clip is gone, the settings cannot be, or the standing clip is none.
    """
    records = store.sessions.corrections(session.id)
    return Task(
        session=session,
        clip=store.sessions.clip_path(session),
        settings=settings_of(session.settings),
        corrections=tuple(record.correction for record in records),
        standing=standing_of(store, session),
        directory=directory,
    )


def analyse(task: Task, progress: Progress) -> Analysis:
    """Analyse a clip and write all files of its result into the task's directory."""
    share = 0.0

    def pose(phase: str, done: float) -> None:
        nonlocal share
        share = max(share, _POSE_SHARE * done)  # a phase that starts anew does not go back
        progress(phase, share)

    with _named(task):
        capture = capture_clip(task.clip, task.settings, pose)
    capture = replace(capture, video=replace(capture.video, path=task.session.name))
    analysis = measure(task, capture)
    write_capture(capture, task.directory)
    pictures = bool(analysis.video.width)
    if pictures:
        _preview(task, lambda phase, done: progress(phase, _POSE_SHARE + _PREVIEW_SHARE * done))
    progress("Writing the report", _POSE_SHARE + _PREVIEW_SHARE)
    write_result(analysis, task.directory, task.clip if pictures else None)
    progress("Writing the report", 1.0)
    return analysis


def measure(task: Task, capture: Capture) -> Analysis:
    """Everything after the pose, with what was put right by hand and the runner's own zero."""
    with _named(task):
        analysis = analyze_capture(
            capture,
            task.settings,
            task.session.media_sha256 or "",
            corrections=task.corrections,
        )
    return analysis if task.standing is None else minus_standing(analysis, task.standing)


def write_measured(analysis: Analysis, directory: Path) -> None:
    """The files of a clip that was measured again from its capture; the page is made later."""
    write_result(analysis, directory, report=False)
    if analysis.runner is not None:
        write_runner(analysis.runner, directory)


def standing_of(store: Store, session: Session) -> Analysis | None:
    """The analysis of the session's standing clip; None when it has none.

    Raises
    ------
    UsageError
        The clip is not analysed yet, or does not show somebody standing.
    """
    if session.standing_id is None:
        return None
    standing = store.sessions.get(session.standing_id)
    if standing.taken is None or standing.taken.activity != "standing":
        raise UsageError("standing.not_known", clip=standing.name)
    return store.sessions.load_analysis(standing)


@contextmanager
def _named(task: Task) -> Iterator[None]:
    """Errors name the clip as the person does, not where the store keeps it."""
    try:
        yield
    except LeanlineError as error:
        own = (str(task.clip), task.clip.name)
        raise error.map_text(lambda text: task.session.name if text in own else text) from error


def _preview(task: Task, progress: Progress) -> None:
    from leanline.video.preview import FILE_NAME, write_preview

    write_preview(task.clip, task.directory / FILE_NAME, progress)
