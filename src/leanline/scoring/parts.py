"""Scores of values, events and labels over a set of clips."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from leanline.scoring.agreement import Agreement, agreement
from leanline.scoring.calibration import Calibration, calibration
from leanline.scoring.events import FootEvents, compare_foot
from leanline.scoring.icc import Icc, icc, icc_of_persons
from leanline.scoring.results import Answer, Result
from leanline.scoring.truth import EVENT_KINDS, LABELS, EventKind, EventTimes, Truth
from leanline.skeleton import SIDES, Side, other

# With fewer event errors their spread is not meaningful.
MIN_EVENTS = 3


@dataclass(frozen=True)
class Case:
    """One clip to score.

    Parameters
    ----------
    truth
        Its known values.
    result
        The tool's; None if missing.
    person
        Who is in it.
    """

    truth: Truth
    result: Result | None
    person: str


@dataclass(frozen=True)
class Pair:
    """A true value and the tool's value, in the unit of the metric.

    Parameters
    ----------
    clip
        Name in the truth file.
    person
        Who is in it.
    true
        The true value.
    value
        The tool's; None if withheld.
    ci95
        Its stated 95 % interval; None if not stated.
    """

    clip: str
    person: str
    true: float
    value: float | None
    ci95: tuple[float, float] | None

    @property
    def difference(self) -> float | None:
        """Measured minus true, or None."""
        return None if self.value is None else self.value - self.true


@dataclass(frozen=True)
class ValueScore:
    """Agreement of one metric with the truth, in its unit.

    Parameters
    ----------
    key
        Such as ``metric.lean_body_deg``.
    clips
        Number of clips with a truth.
    pairs
        Of those of them with a result.
    agreement
        None without any value.
    icc
        Over clips; None for fewer than three values, or if nothing varies.
    icc_of_persons
        Over persons' means; None for fewer than three persons, or if nothing varies.
    calibration
        None without any interval.
    """

    key: str
    clips: int
    pairs: tuple[Pair, ...]
    agreement: Agreement | None
    icc: Icc | None
    icc_of_persons: Icc | None
    calibration: Calibration | None

    @property
    def given(self) -> tuple[Pair, ...]:
        """The pairs with a value."""
        return tuple(pair for pair in self.pairs if pair.value is not None)

    @property
    def worst_clip(self) -> str:
        """The clip with the largest error; requires at least one value."""
        return max(self.given, key=lambda pair: abs(pair.difference or 0.0)).clip


@dataclass(frozen=True)
class EventScore:
    """Agreement of detected events of one kind with the true ones.

    Parameters
    ----------
    kind
        ``contact`` or ``toe_off``.
    true
        Number of true events.
    counted
        Number of events detected in the range of the true ones.
    matched
        Number of these that belong to a true event.
    right_side
        Number of matched events on the correct foot.
    timing_ms
        Detected minus true, milliseconds; None for fewer than ``MIN_EVENTS``.
    """

    kind: EventKind
    true: int
    counted: int
    matched: int
    right_side: int
    timing_ms: Agreement | None

    @property
    def recall(self) -> float:
        """Share of the true events that were detected."""
        return self.matched / self.true

    @property
    def precision(self) -> float:
        """Share of the detected events that are true; 0 if none was detected."""
        return self.matched / self.counted if self.counted else 0.0

    @property
    def right_share(self) -> float:
        """Share of the true events that were detected on the correct foot."""
        return self.right_side / self.true


@dataclass(frozen=True)
class LabelScore:
    """Confusion counts of one label.

    Parameters
    ----------
    key
        Of the label, such as ``foot_strike``.
    confusion
        Number of clips by true word and given word (None if none was given).
    """

    key: str
    confusion: Mapping[tuple[str, str | None], int]

    @property
    def clips(self) -> int:
        """Number of clips with a result whose true label is known."""
        return sum(self.confusion.values())

    @property
    def given(self) -> int:
        """Number of these with a label."""
        return sum(n for (_, got), n in self.confusion.items() if got is not None)

    @property
    def right(self) -> int:
        """Number of these with the correct label."""
        return sum(n for (true, got), n in self.confusion.items() if got == true)


@dataclass(frozen=True)
class ScorePart:
    """Scores over a set of clips.

    Parameters
    ----------
    clips
        Number of clips.
    with_result
        Number of these with a result.
    persons
        Number of persons in the clips that should not be refused.
    values
        By key, such as ``metric.lean_body_deg``.
    events
        By kind; only those with a true event.
    labels
        By key; only those of at least one clip.
    """

    clips: int
    with_result: int
    persons: int
    values: Mapping[str, ValueScore]
    events: Mapping[EventKind, EventScore]
    labels: Mapping[str, LabelScore]


def score_part(cases: Sequence[Case]) -> ScorePart:
    """Score a set of clips.

    Parameters
    ----------
    cases
        The clips; those that should be refused count only towards ``exit``.

    Returns
    -------
    ScorePart
        Over all of them.
    """
    measurable = [case for case in cases if not case.truth.exit]
    keys = dict.fromkeys(key for case in measurable for key in case.truth.values)
    events = {kind: event_score(kind, measurable) for kind in EVENT_KINDS}
    labels = [exit_score(cases), *(label_score(key, measurable) for key in LABELS)]
    return ScorePart(
        clips=len(cases),
        with_result=sum(case.result is not None for case in cases),
        persons=len({case.person for case in measurable}),
        values={key: value_score(key, measurable) for key in keys},
        events={kind: score for kind, score in events.items() if score.true},
        labels={score.key: score for score in labels if score.clips},
    )


def value_score(key: str, cases: Sequence[Case]) -> ValueScore:
    """Score one metric over all clips whose truth has it.

    Parameters
    ----------
    key
        Such as ``metric.lean_body_deg``.
    cases
        The clips.

    Returns
    -------
    ValueScore
        In the unit of the metric.
    """
    asked = [case for case in cases if key in case.truth.values]
    pairs = tuple(_pair(key, case, case.result) for case in asked if case.result is not None)
    given = [pair for pair in pairs if pair.value is not None]
    if not given:
        return ValueScore(key, len(asked), pairs, None, None, None, None)
    who = [pair.person for pair in given]
    true = np.array([pair.true for pair in given])
    measured = np.array([pair.value for pair in given], dtype=np.float64)
    stated = np.array([(pair.true, *pair.ci95) for pair in given if pair.ci95 is not None])
    return ValueScore(
        key,
        len(asked),
        pairs,
        agreement(measured - true, who),
        icc(true, measured, who),
        icc_of_persons(true, measured, who),
        calibration(*stated.T) if len(stated) else None,
    )


def event_score(kind: EventKind, cases: Sequence[Case]) -> EventScore:
    """Score one kind of event over all clips with a result.

    Parameters
    ----------
    kind
        ``contact`` or ``toe_off``.
    cases
        The clips.

    Returns
    -------
    EventScore
        Over both feet.
    """
    feet: list[FootEvents] = []
    who: list[str] = []
    for case in cases:
        if case.result is None:
            continue
        for side in SIDES:
            feet.append(_foot(kind, side, case.truth.event_times, case.result.events))
            who += [case.person] * len(feet[-1].differences_s)
    differences_ms = np.array([1000 * d for foot in feet for d in foot.differences_s])
    return EventScore(
        kind,
        true=sum(foot.true for foot in feet),
        counted=sum(foot.counted for foot in feet),
        matched=len(differences_ms),
        right_side=sum(foot.right_side for foot in feet),
        timing_ms=agreement(differences_ms, who) if len(who) >= MIN_EVENTS else None,
    )


def label_score(key: str, cases: Sequence[Case]) -> LabelScore:
    """Score one label over all clips with a result whose truth has it.

    Parameters
    ----------
    key
        One of ``LABELS``.
    cases
        The clips.

    Returns
    -------
    LabelScore
        Counts of those clips.
    """
    return LabelScore(
        key,
        Counter(
            (case.truth.labels[key], case.result.labels.get(key))
            for case in cases
            if case.result is not None and key in case.truth.labels
        ),
    )


def exit_score(cases: Sequence[Case]) -> LabelScore:
    """Score whether there is a result exactly where there should be one.

    Parameters
    ----------
    cases
        The clips.

    Returns
    -------
    LabelScore
        With the words ``answered`` and ``refused``.
    """
    return LabelScore(
        "exit",
        Counter(
            (
                "refused" if case.truth.exit else "answered",
                "refused" if case.result is None else "answered",
            )
            for case in cases
        ),
    )


def _foot(kind: EventKind, side: Side, true: EventTimes, found: EventTimes) -> FootEvents:
    return compare_foot(
        true.get((kind, side), ()), found.get((kind, side), ()), found.get((kind, other(side)), ())
    )


def _pair(key: str, case: Case, result: Result) -> Pair:
    answer = result.values.get(key, Answer(None))
    return Pair(case.truth.name, case.person, case.truth.values[key], answer.value, answer.ci95)
