"""Results to be scored, of leanline or of any other tool."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from leanline.errors import InputError
from leanline.formats.analysis_json import FILE_NAME, read_analysis
from leanline.model import Analysis, Contact, Estimate, Metric
from leanline.scoring.truth import LABELS, ROLL, EventKind, EventTimes, Truth
from leanline.skeleton import SIDES, Side

_SHOWN_NAMES = 5


@dataclass(frozen=True)
class Answer:
    """A tool's value with its interval.

    Parameters
    ----------
    value
        In the unit of the metric; None if withheld.
    ci95
        Lower and upper end of its 95 % interval; None if not stated.
    """

    value: float | None
    ci95: tuple[float, float] | None = None


@dataclass(frozen=True)
class Result:
    """A tool's results for one clip; keys are those of ``Truth``.

    Parameters
    ----------
    values
        Such as ``metric.lean_body_deg``.
    labels
        Words by label.
    events
        Times by kind and foot, seconds of the clip.
    person
        Who is in the clip; None if not stated.
    """

    values: Mapping[str, Answer] = field(default_factory=dict)
    labels: Mapping[str, str] = field(default_factory=dict)
    events: EventTimes = field(default_factory=dict)
    person: str | None = None


@dataclass(frozen=True)
class Results:
    """A tool's results for a set of clips.

    Parameters
    ----------
    by_clip
        By name in the truth file.
    notes
        What was ignored, and why.
    """

    by_clip: Mapping[str, Result]
    notes: tuple[str, ...] = ()


class ClipNames:
    """Maps clips to their truth file, by its name or that of the input it was made from."""

    def __init__(self, truths: Sequence[Truth]) -> None:
        self._names = {truth.name for truth in truths}
        counts = Counter(truth.input for truth in truths)
        # Two truth files may be of the same clip with two people, so that its name is ambiguous.
        self._inputs = {t.input: t.name for t in truths if t.input and counts[t.input] == 1}

    def has(self, name: str) -> bool:
        """Whether there is a truth file with this name."""
        return name in self._names

    def find(self, clip: str) -> str | None:
        """Return the name in the truth file, or None if the clip has none."""
        return clip if clip in self._names else self._inputs.get(clip)


def read_folder(folder: Path, names: ClipNames) -> Results:
    """Read every ``analysis.json`` in a folder and below that matches a truth file.

    It matches by the name of its folder, or else by the input that the truth file names (as in the
    output of ``leanline batch --keep``).

    Parameters
    ----------
    folder
        Searched recursively.
    names
        The clips with a truth file.

    Returns
    -------
    Results
        Of the clips that have a truth file.

    Raises
    ------
    InputError
        A file is corrupt, or two match the same clip.
    """
    by_clip: dict[str, Result] = {}
    files: dict[str, Path] = {}
    unmatched = []
    for file in sorted(folder.rglob(FILE_NAME), key=lambda f: (not names.has(f.parent.name), f)):
        analysis, named = read_analysis(file), names.has(file.parent.name)
        clip = names.find(file.parent.name if named else Path(analysis.video.path).name)
        if clip is None:
            unmatched.append(file.parent.name)
        elif clip not in files:
            files[clip], by_clip[clip] = file, to_result(analysis)
        elif named or not names.has(files[clip].parent.name):
            raise InputError("score.two_results", first=files[clip], second=file, clip=clip)
    return Results(by_clip, unmatched_note(folder, unmatched))


def to_result(analysis: Analysis) -> Result:
    """Convert a leanline analysis to the common form.

    Parameters
    ----------
    analysis
        Of one clip.

    Returns
    -------
    Result
        Values that are not finite count as withheld.
    """
    numbers = {
        f"metric.{m.id}": _answer(m) for m in analysis.metrics.values() if m.id not in LABELS
    }
    words = {m.id: m.value for m in analysis.metrics.values() if isinstance(m.value, str)}
    labels = {key: getattr(analysis, key, None) for key in LABELS} | words
    return Result(
        values={ROLL: _estimate_answer(analysis.camera.roll_deg), **numbers},
        labels={key: value for key, value in labels.items() if value is not None},
        events=_events(analysis.contacts),
    )


def unmatched_note(source: Path, clips: Iterable[str]) -> tuple[str, ...]:
    """Return a note on clips without a truth file.

    Parameters
    ----------
    source
        The file or folder they are in.
    clips
        Their names; may repeat.

    Returns
    -------
    tuple of str
        One note, or none if there are no such clips.
    """
    found = sorted(set(clips))
    if not found:
        return ()
    return (f"{source}: no truth file for {join_names(found)} ({len(found)} not counted).",)


def join_names(names: Sequence[str]) -> str:
    """Join the first few names, with an ellipsis if there are more.

    Parameters
    ----------
    names
        All names.

    Returns
    -------
    str
        Separated by commas.
    """
    return ", ".join((*names[:_SHOWN_NAMES], *(["..."] if len(names) > _SHOWN_NAMES else [])))


def _events(contacts: Sequence[Contact]) -> EventTimes:
    times: dict[tuple[EventKind, Side], tuple[float, ...]] = {}
    for side in SIDES:
        own = [contact for contact in contacts if contact.side == side]
        times["contact", side] = tuple(c.contact_s for c in own)
        times["toe_off", side] = tuple(c.toe_off_s for c in own if math.isfinite(c.toe_off_s))
    return times


def _answer(metric: Metric) -> Answer:
    if metric.value is None or isinstance(metric.value, str) or not math.isfinite(metric.value):
        return Answer(None)
    return Answer(metric.value, _finite(metric.ci95))


def _estimate_answer(estimate: Estimate) -> Answer:
    if not math.isfinite(estimate.value):
        return Answer(None)
    return Answer(estimate.value, _finite(estimate.ci95))


def _finite(interval: tuple[float, float] | None) -> tuple[float, float] | None:
    return interval if interval and all(map(math.isfinite, interval)) else None
