"""How much of a long film to read: only its middle, when that is as informative as the whole."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from leanline.errors import InputError, NobodyError
from leanline.formats.reading import is_track
from leanline.model import Analysis, Capture, warning
from leanline.pipeline.best_shot import measure_best_shot
from leanline.pose.base import PoseBackend, Progress
from leanline.settings import Settings
from leanline.video.probe import probe

# In two runners on treadmills, 15 s differed from 30 s by 0.8 to 1.1 ms in contact time and by
# 0.2 to 0.5 steps a minute in cadence (root mean squares): less than a tenth of the intervals,
# whose greater part is what sets bodies apart and does not shrink with more steps.
PART_S: Final = 15.0
# Films up to this long are read whole.
MAX_WHOLE_S: Final = 20.0
# With fewer steps (slow motion, a runner who enters late) the whole film is read; 15 s of walking
# gives at least this many.
MIN_STEPS: Final = 24


@dataclass(frozen=True)
class Part:
    """A part of a film.

    Parameters
    ----------
    start_s, end_s
        Seconds of the film.
    """

    start_s: float
    end_s: float


def measure_film(
    path: Path,
    settings: Settings,
    measure: Callable[[Capture], Analysis],
    progress: Progress | None = None,
    backend: PoseBackend | None = None,
) -> tuple[Capture, Analysis]:
    """Read and measure a clip; for a long film only its middle, when that is enough.

    The part is enough for a single person who runs or walks through it, in one shot. In any other
    case, and with ``quality="best"``, the whole film is read.

    Parameters
    ----------
    path
        A video or a pose track.
    settings
        What is known of the clip, and how its pose is read.
    measure
        Measures a capture, or raises ``NobodyError``.
    progress
        Called with the code of a phase and the share done; may raise to stop.
    backend
        The pose source; the one that the file and the settings ask for if None.

    Returns
    -------
    Capture, Analysis
        What was read, and measured.

    Raises
    ------
    NobodyError
        There is nobody to measure in the whole film.
    UsageError, InputError
        As ``capture_clip`` does.
    """
    part = choose_part(path, settings)
    if part is not None:
        narrowed = settings.with_values(start_s=part.start_s, end_s=part.end_s)
        try:
            found = measure_best_shot(
                path, narrowed, lambda capture: measure(_noted(capture, part)), progress, backend
            )
        except NobodyError:
            found = None
        if found is not None and is_enough(*found):
            return _noted(found[0], part), found[1]
    return measure_best_shot(path, settings, measure, progress, backend)


def choose_part(path: Path, settings: Settings) -> Part | None:
    """Choose the part of a film to read first.

    Parameters
    ----------
    path
        A video or a pose track.
    settings
        If a part, a person, a shot, slow motion or standing was given, nothing is skipped.

    Returns
    -------
    Part or None
        None to read it whole.
    """
    clip = settings.clip
    asked = (clip.start_s, clip.end_s, clip.person, clip.shot, clip.slow_motion)
    chosen = clip.activity == "standing" or any(value is not None for value in asked)
    if settings.pose.quality == "best" or chosen or is_track(path):
        return None
    try:
        duration_s = probe(path).duration_s
    except InputError:
        return None  # the full read reports what is wrong
    if duration_s <= MAX_WHOLE_S:
        return None
    start_s = 0.5 * (duration_s - PART_S)
    return Part(start_s, start_s + PART_S)


def is_enough(capture: Capture, analysis: Analysis) -> bool:
    """Whether a part tells as much as the whole film would.

    Parameters
    ----------
    capture
        What was read of the part.
    analysis
        What was measured in it.

    Returns
    -------
    bool
        True for a single person with at least ``MIN_STEPS`` steps, in one shot.
    """
    alone = capture.others == 0 and capture.shot == 0
    return alone and len(analysis.steps) >= MIN_STEPS


def _noted(capture: Capture, part: Part) -> Capture:
    note = warning(
        "part_read",
        read=len(capture.pose.time_s),
        frames=capture.video.frames,
        start_s=part.start_s,
        end_s=part.end_s,
    )
    return replace(capture, notes=(*capture.notes, note))
