"""The view model of the report: texts and positions, ready for layout."""

from __future__ import annotations

from dataclasses import dataclass

from leanline.report.exercise_cards import ExerciseCard
from leanline.report.key_frames import Shot


@dataclass(frozen=True)
class Bar:
    """A value on its number line; all numbers are percentages of the line's length.

    Parameters
    ----------
    at
        The value.
    start, end
        Its interval.
    low, high
        Ends of the line, as texts.
    band
        The coaching band.
    goal
        Value to try.
    """

    at: float
    start: float
    end: float
    low: str
    high: str
    band: tuple[float, float] | None = None
    goal: float | None = None


@dataclass(frozen=True)
class MetricRow:
    """One metric as texts.

    Parameters
    ----------
    id, name
        Of the metric.
    value, unit, interval
        As written.
    details
        Sides, spread and number of steps.
    quality, quality_word
        As a key and as a word.
    meaning
        What it is.
    evidence
        What is known of its use.
    grade, grade_words
        Of the evidence, as a key and in words.
    sources
        Publications.
    has_band
        Whether the line shows the coaching band.
    bar
        None for a metric without a number line.
    """

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
    """A key frame with its texts.

    Parameters
    ----------
    shot
        The frame.
    caption
        Under it.
    alt
        For those who do not see it.
    """

    shot: Shot
    caption: str
    alt: str


@dataclass(frozen=True)
class Advice:
    """A finding, with its drill if it has one.

    Parameters
    ----------
    id, severity
        Of the finding.
    heading, title, text
        What was found.
    evidence
        What the finding rests on, and how well.
    see, moments_s
        Where it can be seen in the clip, as a sentence and as seconds.
    condition
        When the drill is worth doing, for an uncertain finding.
    cue, why, drill, keep
        The drill: its cue, its purpose, its steps, and what not to lose.
    again
        When to film again.
    exercises
        Drills with drawings.
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
    exercises: tuple[ExerciseCard, ...] = ()


@dataclass(frozen=True)
class VerdictLine:
    """What the clip decides about one step of the method.

    Parameters
    ----------
    step, name
        Number and name of the step.
    outcome, outcome_word
        As a key and as a word.
    text
        In a sentence.
    advice
        The finding behind it, if any.
    session_id
        Session of another clip that it rests on; empty for the clip itself.
    """

    step: int
    name: str
    outcome: str
    outcome_word: str
    text: str
    advice: Advice | None = None
    session_id: str = ""


@dataclass(frozen=True)
class RepetitionRow:
    """One lean of the standing drill as texts.

    Parameters
    ----------
    number, time
        Which one, and when.
    lean, minus_standing
        The lean, and the same less that of the runner standing tall.
    hold, steady
        How long it was held, and how steadily.
    line
        How straight the body was.
    cut
        Says if the clip shows it only partly.
    """

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
    """One step of the method.

    Parameters
    ----------
    id, name, lead
        Which one, its heading, and a sentence under that.
    rows
        Its numbers.
    pictures, pictures_note
        Its key frames, and a sentence on them.
    charts
        Ids of its charts.
    missing
        What was not measured, and why.
    note
        A sentence on the numbers.
    repetitions, repetitions_note
        Of the drill, and a sentence on them.
    """

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
    """A name and its value, as texts.

    Parameters
    ----------
    name
        What it is.
    value
        What it is here.
    """

    name: str
    value: str


@dataclass(frozen=True)
class Reliability:
    """What the clip can and cannot tell.

    Parameters
    ----------
    name, lead
        Heading, and a sentence under it.
    facts
        Of the recording.
    warnings
        Of the analysis.
    missing
        What was not measured, and why.
    tips
        How to film better.
    provenance
        What the numbers come from.
    """

    name: str
    lead: str
    facts: tuple[Fact, ...]
    warnings: tuple[str, ...]
    missing: tuple[str, ...]
    tips: tuple[str, ...]
    provenance: tuple[Fact, ...]


@dataclass(frozen=True)
class ReportModel:
    """The content of one clip's page in one language.

    Parameters
    ----------
    language
        Its code.
    title, name
        Of the page, and of the clip.
    activity
        What the clip shows.
    facts
        Of the clip, in one line.
    hero
        The picture at the top, if there is one.
    numbers
        The two or three that matter most.
    advice
        Findings, the headline first.
    verdicts
        One for each step of the method.
    front
        Stance and weight by another clip, or how to film one, where this clip does not show them.
    sections
        One for each step of the method.
    sure
        What the clip can and cannot tell.
    made_by
        Version of leanline.
    """

    language: str
    title: str
    name: str
    activity: str
    facts: tuple[str, ...]
    hero: Picture | None
    numbers: tuple[MetricRow, ...]
    advice: tuple[Advice, ...]
    verdicts: tuple[VerdictLine, ...]
    front: tuple[VerdictLine, ...]
    sections: tuple[Section, ...]
    sure: Reliability
    made_by: str
