"""The full analysis of one session by a worker, written into one folder."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from leanline.corrections import Corrections
from leanline.errors import LeanlineError
from leanline.formats.capture_npz import write_capture
from leanline.formats.runner_npz import write_runner
from leanline.jobs.clip_settings import parse_clip_settings
from leanline.jobs.companions import (
    FrontClip,
    last_front_check,
    load_front_clip,
    load_standing_analysis,
    with_front,
)
from leanline.model import Analysis, Capture
from leanline.pipeline import analyze_capture, measure_film, minus_standing
from leanline.pose.base import Progress
from leanline.report.front_check import FrontCheck
from leanline.report.result import write_result
from leanline.settings import Settings
from leanline.store import Session, Store
from leanline.video.framing import Framing

# Shares of the progress bar, roughly in proportion to run time: pose, preview, then the rest.
_POSE_SHARE: Final = 0.85
_PREVIEW_SHARE: Final = 0.10


@dataclass(frozen=True)
class AnalysisTask:
    """A session to analyse.

    Parameters
    ----------
    session
        The session.
    clip
        Its file.
    settings
        What is known of it.
    corrections
        What a person corrected by hand, in the order in which they did.
    standing
        Analysis of the same runner standing tall.
    directory
        Where to write the result.
    front
        The same drill from in front or behind.
    front_check
        The runner's last check from in front, which the report mentions.
    """

    session: Session
    clip: Path
    settings: Settings
    corrections: Corrections
    standing: Analysis | None
    directory: Path
    front: FrontClip | None = None
    front_check: FrontCheck | None = None


Analyser = Callable[[AnalysisTask, Progress], Analysis]


def build_task(store: Store, session: Session, directory: Path) -> AnalysisTask:
    """Collect what is needed to analyse a session.

    Parameters
    ----------
    store
        Where it is kept.
    session
        What to analyse.
    directory
        Where to write the result.

    Returns
    -------
    AnalysisTask
        With its settings checked.

    Raises
    ------
    LeanlineError
        The clip is missing, a setting is invalid, or the standing clip cannot be used.
    """
    records = store.sessions.corrections(session.id)
    return AnalysisTask(
        session=session,
        clip=store.sessions.clip_path(session),
        settings=parse_clip_settings(session.settings),
        corrections=tuple(record.correction for record in records),
        standing=load_standing_analysis(store, session),
        directory=directory,
        front=load_front_clip(store, session),
        front_check=last_front_check(store, session),
    )


def analyse(task: AnalysisTask, progress: Progress) -> Analysis:
    """Analyse a clip and write all files of its result.

    Parameters
    ----------
    task
        With the directory to write to, which exists.
    progress
        Called with a phase and the share done, 0 to 1, which never falls; may raise to stop.

    Returns
    -------
    Analysis
        As written.

    Raises
    ------
    LeanlineError
        As ``leanline.analyze`` does; names the clip as the user does.
    """
    share = 0.0

    def pose(phase: str, done: float) -> None:
        nonlocal share
        share = max(share, _POSE_SHARE * done)  # progress never goes back when a phase restarts
        progress(phase, share)

    def measure(capture: Capture) -> Analysis:
        return measure_capture(task, capture.named(task.session.name))

    with _naming_clip(task):
        capture, analysis = measure_film(task.clip, task.settings, measure, pose)
    write_capture(capture.named(task.session.name), task.directory)
    pictures = bool(analysis.video.width)
    if pictures:
        framing = Framing(capture.video.rotated_deg)
        _preview(
            task, framing, lambda phase, done: progress(phase, _POSE_SHARE + _PREVIEW_SHARE * done)
        )
    progress("report", _POSE_SHARE + _PREVIEW_SHARE)
    clip = task.clip if pictures else None
    write_result(analysis, task.directory, clip, front_check=task.front_check)
    progress("report", 1.0)
    return analysis


def measure_capture(task: AnalysisTask, capture: Capture) -> Analysis:
    """Measure a capture, with manual corrections, standing baseline and front clip.

    Parameters
    ----------
    task
        With settings and corrections.
    capture
        Of its clip.

    Returns
    -------
    Analysis
        Nothing is written.

    Raises
    ------
    NobodyError
        There is nobody to measure.
    """
    with _naming_clip(task):
        analysis = analyze_capture(
            capture,
            task.settings,
            task.session.media_sha256 or "",
            corrections=task.corrections,
        )
    analysis = analysis if task.standing is None else minus_standing(analysis, task.standing)
    return analysis if task.front is None else with_front(analysis, task.front)


def write_remeasured(analysis: Analysis, directory: Path) -> None:
    """Write the files of a remeasured clip; the report is rendered later, on demand.

    Parameters
    ----------
    analysis
        Of the clip.
    directory
        Where to write.
    """
    write_result(analysis, directory, report=False)
    if analysis.runner is not None:
        write_runner(analysis.runner, directory)


@contextmanager
def _naming_clip(task: AnalysisTask) -> Iterator[None]:
    """Have errors name the clip as the user does, not where the store keeps it."""
    try:
        yield
    except LeanlineError as error:
        own = (str(task.clip), task.clip.name)
        raise error.map_text(lambda text: task.session.name if text in own else text) from error


def _preview(task: AnalysisTask, framing: Framing, progress: Progress) -> None:
    from leanline.video.preview import FILE_NAME, write_preview

    write_preview(task.clip, task.directory / FILE_NAME, progress, framing)
