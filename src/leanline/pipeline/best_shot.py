"""Reading and measuring a film; of an edited one, the next shot where the best is refused."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Final

from leanline.errors import NobodyError
from leanline.model import Analysis, Capture, FoundPeople, warning
from leanline.pipeline.pose_source import capture_clip
from leanline.pose.base import PoseBackend, Progress
from leanline.pose.found import telling_found
from leanline.settings import Settings

# Further shots that are tried, as each takes as long as a clip of its own (chosen).
MAX_OTHER_SHOTS: Final = 3


def measure_best_shot(
    path: Path,
    settings: Settings,
    measure: Callable[[Capture], Analysis],
    progress: Progress | None = None,
    backend: PoseBackend | None = None,
) -> tuple[Capture, Analysis]:
    """Read a clip and measure it; where the best shot of a film is refused, the next one.

    Parameters
    ----------
    path
        A video or a pose track.
    settings
        A person or a shot that was asked for is measured, or refused.
    measure
        Measures a capture, or raises ``NobodyError``.
    progress
        Called with the code of a phase and the share done; may raise to stop.
    backend
        The pose source; the one that the file and the settings ask for if None.

    Returns
    -------
    Capture, Analysis
        The first shot that ``measure`` did not refuse, and what it made of it.

    Raises
    ------
    NobodyError
        Why the best shot cannot be measured, if none of the others can; carries who was found.
    UsageError, InputError
        As ``capture_clip`` does.
    """
    capture = capture_clip(path, settings, progress, backend)
    try:
        return capture, _measure(capture, measure)
    except NobodyError as refused:
        for shot in _other_shots(capture, settings):
            note = warning("shot_passed_over", shot=capture.shot, why=refused.reason)
            try:
                other = capture_clip(path, settings.with_values(shot=shot), progress, backend)
                other = replace(other, notes=(*other.notes, note))
                return other, _measure(other, measure)
            except NobodyError:
                continue
        raise


def _measure(capture: Capture, measure: Callable[[Capture], Analysis]) -> Analysis:
    with telling_found(FoundPeople(capture.video, capture.people, capture.pose)):
        return measure(capture)


def _other_shots(capture: Capture, settings: Settings) -> tuple[int, ...]:
    asked = settings.clip.shot is not None or settings.clip.person is not None
    return () if asked else capture.other_shots[:MAX_OTHER_SHOTS]
