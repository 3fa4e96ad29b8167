"""The view model of the report: texts and positions, ready for layout."""

from __future__ import annotations

from dataclasses import dataclass

from leanline.report.key_frames import Shot


@dataclass(frozen=True)
class Bar:
    """A value on its number line; all numbers are percentages of the line's length."""

    at: float
    start: float
    end: float
    low: str
    high: str
    band: tuple[float, float] | None = None
    goal: float | None = None


@dataclass(frozen=True)
class MetricRow:
    """One metric as texts; ``quality`` and ``grade`` are keys."""

    id: str
    name: str
    value: str
    unit: str
    interval: str
    details: tuple[str, ...]
    quality: str
    quality_word: str
    meaning: str
    evidence: str
    grade: str
    grade_words: str
    sources: str
    has_band: bool
    bar: Bar | None


@dataclass(frozen=True)
class Picture:
    """A key frame with its caption and alternative text."""

    shot: Shot
    caption: str
    alt: str


@dataclass(frozen=True)
class Advice:
    """A finding with its drill; the drill's fields are empty if there is none.

    ``condition`` says when the drill is worth doing, for an uncertain finding.
    """

    id: str
    severity: str
    heading: str
    title: str
    text: str
    evidence: str
    see: str = ""
    moments_s: tuple[float, ...] = ()
    condition: str = ""
    cue: str = ""
    why: str = ""
    drill: tuple[str, ...] = ()
    keep: str = ""
    again: str = ""


@dataclass(frozen=True)
class VerdictLine:
    """What the clip decides about one step of the method; ``outcome`` is a key."""

    step: int
    name: str
    outcome: str
    outcome_word: str
    text: str
    advice: Advice | None = None


@dataclass(frozen=True)
class RepetitionRow:
    """One lean of the standing drill as texts; ``cut`` says if the clip shows it only partly."""

    number: str
    time: str
    lean: str
    minus_standing: str
    hold: str
    steady: str
    line: str
    cut: str = ""


@dataclass(frozen=True)
class Section:
    """One step of the method: numbers, pictures, chart ids, and what is missing."""

    id: str
    name: str
    lead: str
    rows: tuple[MetricRow, ...]
    pictures: tuple[Picture, ...]
    pictures_note: str
    charts: tuple[str, ...]
    missing: tuple[str, ...]
    note: str = ""
    repetitions: tuple[RepetitionRow, ...] = ()
    repetitions_note: str = ""


@dataclass(frozen=True)
class Fact:
    """A name and its value."""

    name: str
    value: str


@dataclass(frozen=True)
class Reliability:
    """What the clip can and cannot tell."""

    name: str
    lead: str
    facts: tuple[Fact, ...]
    warnings: tuple[str, ...]
    missing: tuple[str, ...]
    tips: tuple[str, ...]
    provenance: tuple[Fact, ...]


@dataclass(frozen=True)
class ReportModel:
    """The content of one clip's page in one language."""

    language: str
    title: str
    name: str
    activity: str
    facts: tuple[str, ...]
    hero: Picture | None
    numbers: tuple[MetricRow, ...]
    advice: tuple[Advice, ...]
    verdicts: tuple[VerdictLine, ...]
    sections: tuple[Section, ...]
    sure: Reliability
    made_by: str
