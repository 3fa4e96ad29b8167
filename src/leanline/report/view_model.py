"""Construction of the view model from an analysis: pure, and computes no metrics."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from pathlib import PurePath
from typing import Final

from leanline.findings.sides import sides_differ
from leanline.model import Analysis, Estimate, Metric
from leanline.registry.bands import CADENCE_GOAL
from leanline.registry.definition import MetricDefinition
from leanline.registry.displays import FRONTAL_HEADLINES, HEADLINES
from leanline.registry.sources import citation
from leanline.report import key_frames
from leanline.report.advice import advice, verdict_lines
from leanline.report.catalog import Texts, catalog, texts
from leanline.report.drill import repetition_rows
from leanline.report.front_check import FrontCheck, front_lines
from leanline.report.minus import minus
from leanline.report.model import (
    Bar,
    Fact,
    MetricRow,
    Picture,
    Reliability,
    ReportModel,
    Section,
)
from leanline.result_wording import sources_text, warning_text
from leanline.units import spoken
from leanline.wording.catalogue import render, written_date

_NOTES: Final[Mapping[str, tuple[str, ...]]] = {
    "stand": ("ui.band_note", "ui.balance_note"),
    "run": ("ui.band_note",),
    "land": ("ui.goal_note",),
}
# Metrics that are not counted in steps.
_NOT_STEPS: Final = ("stand", "stance", "weight", "shoulder_level", "hip_level", "hold", "speed")
# What a value below zero means, where a minus sign alone would be a riddle.
_BACKWARDS: Final[Mapping[str, str]] = {
    "waist_bend_deg": "ui.arched",
    **dict.fromkeys(
        (
            "lean_body_deg",
            "lean_stride_deg",
            "lean_leg_deg",
            "lean_trunk_deg",
            "lean_body_toe_off_deg",
            "stand_lean_deg",
        ),
        "ui.leans_back",
    ),
}
_SECTIONS: Final[Mapping[str, tuple[str, ...]]] = {
    "running": ("assess", "run", "land"),
    "standing": ("stand",),
    "walking": ("land",),
}
_CHARTS: Final[Mapping[str, tuple[str, ...]]] = {
    "assess": (),
    "stand": ("stand_time",),
    "run": ("lean_steps", "lean_cycle"),
    "land": ("strike_steps",),
}


def report_model(
    analysis: Analysis, code: str = "en", front_check: FrontCheck | None = None
) -> ReportModel:
    """Word the report of an analysis.

    Parameters
    ----------
    analysis
        Of the clip.
    code
        The language.
    front_check
        The runner's last check from in front, for clips that do not show it; None without one.

    Returns
    -------
    ReportModel
        All of it as texts.

    Raises
    ------
    UsageError
        There is no such language.
    """
    words = texts(code)
    name, advised = clip_name(analysis), advice(analysis, words)
    return ReportModel(
        language=code,
        title=words.say("ui.title", activity=words.say(f"activity.{analysis.activity}"), name=name),
        name=name,
        activity=words.say(f"activity.{analysis.activity}"),
        facts=tuple(_facts(analysis, words)),
        hero=_hero(analysis, words),
        numbers=tuple(_rows(_numbers(analysis), analysis, words)),
        advice=advised,
        verdicts=verdict_lines(analysis, words, advised),
        front=front_lines(analysis, front_check, words),
        sections=tuple(
            _section(section, analysis, words) for section in _SECTIONS.get(analysis.activity, ())
        ),
        sure=_reliability(analysis, words),
        made_by=words.say("ui.made_by", version=analysis.provenance.leanline),
    )


def _numbers(analysis: Analysis) -> tuple[str, ...]:
    """Return the headline metrics of the page."""
    shown = HEADLINES if analysis.view == "side" else FRONTAL_HEADLINES
    return shown.get(analysis.activity, ())


def clip_name(analysis: Analysis) -> str:
    """Return the clip's file name, safe to print."""
    name = PurePath(analysis.video.path).name
    return name.encode("utf-8", "replace").decode("utf-8")


def has_value(metric: Metric | None) -> bool:
    """Whether a metric has a value to show."""
    value = None if metric is None else metric.value
    return isinstance(value, str) or (value is not None and math.isfinite(value))


def metric_row(entry: MetricDefinition, metric: Metric, words: Texts) -> MetricRow:
    """Word one measured metric.

    Parameters
    ----------
    entry
        Of the registry.
    metric
        With a value.
    words
        Of the language.

    Returns
    -------
    MetricRow
        All of it as texts.
    """
    value, language = metric.value, words.language
    interval = ""
    if isinstance(value, int | float) and metric.ci95 is not None:
        interval = minus(language.interval(metric.id, value, metric.ci95))
    sources = "; ".join(citation(key) for key in entry.sources)
    key = f"metrics.{metric.id}"
    number, unit = _number_and_unit(metric, words)
    return MetricRow(
        id=metric.id,
        name=words.say(f"{key}.name"),
        value=number,
        unit=unit,
        interval=interval,
        details=tuple(_details(metric, words)),
        quality=metric.quality,
        quality_word=words.say(f"quality.{metric.quality}"),
        meaning=words.say(f"{key}.meaning"),
        evidence=words.say(f"{key}.evidence"),
        grade=entry.grade,
        grade_words=words.say(
            "ui.evidence_long", grade=entry.grade, words=words.say(f"grades.{entry.grade}")
        ),
        sources=words.say("ui.sources", sources=sources) if sources else words.say("ui.no_source"),
        has_band=entry.band is not None,
        bar=_bar(entry, metric, words),
    )


def _number_and_unit(metric: Metric, words: Texts) -> tuple[str, str]:
    """Return value and unit separately; degree signs stay with the number."""
    said = minus(words.language.say(metric.id, metric.value or 0.0))
    number, space, unit = said.partition(" ")
    return (said, "") if isinstance(metric.value, str) else (number, space + unit)


def missing_by_reason(
    entries: Iterable[MetricDefinition], analysis: Analysis, words: Texts
) -> tuple[str, ...]:
    """List what was not measured, grouped by reason.

    Parameters
    ----------
    entries
        Of the registry, in the order of the page.
    analysis
        With the reasons.
    words
        Of the language.

    Returns
    -------
    tuple of str
        Such as ``Names: reason.``
    """
    by_reason: dict[str, list[str]] = {}
    for entry in entries:
        metric = analysis.metrics.get(entry.id)
        spare = analysis.metrics.get(entry.fallback or "")
        if metric is None or has_value(metric) or has_value(spare):
            continue
        why = "" if metric.why is None else render(metric.why, words.language.code)
        by_reason.setdefault(why, []).append(words.say(f"metrics.{entry.id}.name"))
    return tuple(
        words.say("ui.withheld_group", names=", ".join(names), why=why)
        for why, names in by_reason.items()
    )


def _facts(analysis: Analysis, words: Texts) -> Iterator[str]:
    video, number = analysis.video, words.language.number
    if place := words.say(f"surface.{analysis.surface}"):
        yield place
    if analysis.view != "side":
        yield words.say(f"ui.from_{analysis.view}")
    if analysis.direction:
        yield words.say("ui.facing", side=words.say(f"sides.{analysis.direction}"))
    if video.recorded_at:
        # Films tell the moment, not where it was: the day is that of this computer's time zone.
        day = datetime.fromisoformat(video.recorded_at).astimezone().date()
        yield words.say("ui.filmed", day=written_date(day, words.language.code))
    yield words.say("ui.seconds", n=number(f"{video.duration_s:.1f}"))
    yield words.say("ui.frame_rate", n=number(f"{video.fps:.4g}"))
    if video.time_scale != 1.0:
        yield words.say("ui.time_scale", n=number(f"{video.time_scale:.3g}"))
    if analysis.steps:
        left = sum(step.side == "left" for step in analysis.steps)
        count = len(analysis.steps)
        yield words.say("ui.steps", n=count, left=left, right=count - left)
    if analysis.camera.moving:
        yield words.say("ui.moving")


def _hero(analysis: Analysis, words: Texts) -> Picture | None:
    shot = key_frames.hero(analysis)
    if shot is None:
        return None
    time = words.language.number(f"{shot.time_s:.2f}")
    if shot.side is None:
        caption = words.say("ui.hero_stand", t=time)
    else:
        foot = words.say(f"foot.{shot.side}")
        foot = foot[0].upper() + foot[1:]
        caption = words.say("ui.hero_run", foot=foot, t=time)
        if math.isfinite(shot.value):
            value = minus(words.language.say("lean_body_deg", shot.value))
            caption += ". " + _hero_value(analysis, shot, value, words)
    return Picture(shot, caption, words.say("ui.hero_alt"))


def _hero_value(analysis: Analysis, shot: key_frames.Shot, value: str, words: Texts) -> str:
    """Word the lean in the picture beside the mean of its side and of all steps."""
    mean = _of_side(analysis, shot)
    if mean is None:
        return words.say("ui.hero_step", value=value)
    side = minus(words.language.say("lean_body_deg", mean))
    return words.say(f"ui.hero_{shot.side}", value=value, mean=side)


def _of_side(analysis: Analysis, shot: key_frames.Shot) -> float | None:
    """Return the mean body lean of the side that a picture shows, where both have one."""
    metric = analysis.metrics.get("lean_body_deg")
    if metric is None or metric.left is None or metric.right is None:
        return None
    return metric.left if shot.side == "left" else metric.right


def _rows(ids: Iterable[str], analysis: Analysis, words: Texts) -> Iterator[MetricRow]:
    by_id = {entry.id: entry for entry in catalog()}
    for name in ids:
        entry = by_id[name]
        for candidate in (name, entry.fallback):
            metric = analysis.metrics.get(candidate or "")
            if metric is not None and has_value(metric):
                yield metric_row(entry, metric, words)
                break


def _details(metric: Metric, words: Texts) -> Iterator[str]:
    if isinstance(metric.value, float) and metric.value < 0.0 and metric.id in _BACKWARDS:
        yield words.say(_BACKWARDS[metric.id])
    if metric.n == 1:
        if metric.id.startswith(_NOT_STEPS):
            return
        yield words.say("ui.n_one")
    elif metric.id.startswith(_NOT_STEPS):
        yield words.say("ui.n_leans", n=metric.n)
    elif metric.n:
        yield words.say("ui.n_steps", n=metric.n)
    if metric.left is not None and metric.right is not None:
        left, right = (minus(words.language.say(metric.id, v)) for v in (metric.left, metric.right))
        yield words.say("ui.left_right", left=left, right=right)
        if sides_differ(metric, metric.left, metric.right):
            yield words.say("ui.far_leg")
    if metric.sdc95 is not None and isinstance(metric.value, float):
        style = spoken(metric.id, metric.value)
        smallest = words.language.number(style.number(metric.sdc95))
        yield words.say("ui.smallest", value=smallest + words.language.unit(style.unit))
    if metric.id == "cadence_spm" and isinstance(metric.value, float):
        yield words.say("ui.cadence_goal", goal=round(CADENCE_GOAL * metric.value))


def _bar(entry: MetricDefinition, metric: Metric, words: Texts) -> Bar | None:
    """Return value and interval on the metric's number line, extended if necessary."""
    value = metric.value
    # A substitute metric has another unit, and so no number line.
    if entry.axis is None or entry.id != metric.id or not isinstance(value, float):
        return None
    start, end = metric.ci95 or (value, value)
    style = spoken(metric.id, value)
    low, high = entry.axis
    if start < low:
        low = math.floor(start * style.scale) / style.scale
    if end > high:
        high = math.ceil(end * style.scale) / style.scale

    def share(x: float) -> float:
        return round(100.0 * min(max((x - low) / (high - low), 0.0), 1.0), 1)

    goal = share(CADENCE_GOAL * value) if metric.id == "cadence_spm" else None
    ends = (f"{round(x * style.scale, 1):g}" for x in (low, high))
    band = None if entry.band is None else (share(entry.band.low), share(entry.band.high))
    low_word, high_word = (minus(words.language.number(text)) for text in ends)
    return Bar(share(value), share(start), share(end), low_word, high_word, band, goal)


def _section(section: str, analysis: Analysis, words: Texts) -> Section:
    entries = [entry for entry in catalog() if entry.section == section]
    pictures = _pictures(section, analysis, words)
    return Section(
        id=section,
        name=words.say(f"sections.{section}.name"),
        lead=words.say(f"sections.{section}.lead"),
        rows=tuple(_rows((entry.id for entry in entries), analysis, words)),
        pictures=pictures,
        pictures_note=words.say("ui.landing_strip") if section == "land" and pictures else "",
        charts=_CHARTS[section],
        missing=missing_by_reason(entries, analysis, words),
        note=_note(section, analysis, words),
        repetitions=repetition_rows(analysis, words) if section == "stand" else (),
        repetitions_note=_repetitions_note(analysis, words) if section == "stand" else "",
    )


def _note(section: str, analysis: Analysis, words: Texts) -> str:
    """Return the note on a section's lean; empty for clips that show none."""
    if analysis.view != "side":
        return words.say("ui.abreast_note")
    return " ".join(words.say(key) for key in _NOTES.get(section, ()))


def _repetitions_note(analysis: Analysis, words: Texts) -> str:
    drill = analysis.drill
    if drill is None or not drill.repetitions:
        return ""
    zero = words.say("ui.reps_no_zero")
    if drill.zero_deg is not None:
        value = minus(words.language.say("stand_lean_deg", drill.zero_deg))
        zero = words.say("ui.reps_zero", value=value)
    return f"{zero} {words.say('ui.reps_note')}"


def _pictures(section: str, analysis: Analysis, words: Texts) -> tuple[Picture, ...]:
    if section == "assess":
        return tuple(_bend_pictures(key_frames.worst_and_best_bend(analysis), words))
    if section == "land":
        return tuple(_landing_picture(shot, words) for shot in key_frames.landings(analysis))
    return ()


def _bend_pictures(shots: Sequence[key_frames.Shot], words: Texts) -> Iterator[Picture]:
    for shot, key in zip(shots, ("worst", "best"), strict=False):
        value = minus(words.language.say("waist_bend_deg", shot.value))
        if shot.value < 0.0:
            value = words.say("ui.arched_value", value=value)
        caption = f"{words.say(f'ui.{key}', value=value)} ({_where(shot, words)})"
        yield Picture(shot, caption, _alt(shot, caption, words))


def _landing_picture(shot: key_frames.Shot, words: Texts) -> Picture:
    caption = _where(shot, words)
    if math.isfinite(shot.value):
        caption += f": {minus(words.language.say('foot_strike_angle_deg', shot.value))}"
    return Picture(shot, caption, _alt(shot, caption, words))


def _where(shot: key_frames.Shot, words: Texts) -> str:
    foot = words.say(f"foot.{shot.side}")
    return words.say("ui.frame_at", foot=foot, t=words.language.number(f"{shot.time_s:.2f}"))


def _alt(shot: key_frames.Shot, caption: str, words: Texts) -> str:
    time = words.language.number(f"{shot.time_s:.2f}")
    return words.say("ui.frame_alt", t=time, caption=caption)


def _reliability(analysis: Analysis, words: Texts) -> Reliability:
    own = _SECTIONS.get(analysis.activity, ())
    return Reliability(
        name=words.say("sections.sure.name"),
        lead=words.say("sections.sure.lead"),
        facts=tuple(_reliability_facts(analysis, words)),
        warnings=tuple(
            warning_text(note.reason, note.companion, words.language.code)
            for note in analysis.warnings
        ),
        missing=missing_by_reason((e for e in catalog() if e.section in own), analysis, words),
        tips=tuple(words.list("ui.tips")),
        provenance=tuple(provenance_facts(analysis, words)),
    )


def _reliability_facts(analysis: Analysis, words: Texts) -> Iterator[Fact]:
    language, roll = words.language, analysis.camera.roll_deg
    said = words.say("ui.roll_unknown")
    if math.isfinite(roll.value):
        said = words.say(
            "ui.roll_value",
            value=minus(language.say("roll_deg", roll.value)),
            interval=minus(language.interval("roll_deg", roll.value, roll.ci95)),
            source=_sources(roll, words),
        )
    yield Fact(words.say("ui.camera_roll"), said)
    rate = language.number(f"{analysis.video.fps * analysis.video.time_scale:.4g}")
    yield Fact(words.say("ui.rate"), words.say("ui.rate_value", n=rate))
    if analysis.activity != "standing":
        yield Fact(words.say("ui.steps_head"), str(len(analysis.steps)))
    scale = analysis.camera.metres_per_px
    said = _sources(scale, words) if scale else words.say("ui.scale_none")
    yield Fact(words.say("ui.scale"), said)


def _sources(estimate: Estimate, words: Texts) -> str:
    return sources_text(estimate.sources, estimate.conflicting, words.language.code)


def provenance_facts(analysis: Analysis, words: Texts) -> Iterator[Fact]:
    """What the numbers come from: version, network, settings, and the hash of the input.

    Parameters
    ----------
    analysis
        Of the clip.
    words
        Of the language.

    Yields
    ------
    Fact
        In the order of the page.
    """
    made = analysis.provenance
    given = {key: value for key, value in made.settings.items() if value is not None}
    settings = ", ".join(f"{key} {value}" for key, value in given.items())
    yield Fact("leanline", made.leanline)
    yield Fact(words.say("ui.pose"), made.pose_model)
    yield Fact(words.say("ui.settings"), settings or words.say("ui.settings_none"))
    yield Fact(words.say("ui.input_hash"), made.input_sha256)
