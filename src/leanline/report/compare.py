"""Comparison of two results: changes beyond the smallest detectable change."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from leanline.model import Analysis, Metric
from leanline.registry.definition import MetricDefinition
from leanline.report import key_frames
from leanline.report.catalog import Texts, catalog, texts
from leanline.report.key_frames import Shot
from leanline.report.minus import minus
from leanline.report.model import Fact, Picture
from leanline.report.view_model import clip_name, has_value, provenance_facts
from leanline.trends.change import (
    ANY_SPEED,
    Difference,
    Verdict,
    compare_metric,
    find_differences,
    half_width,
    smallest_change,
)
from leanline.trends.session_data import recording_conditions
from leanline.units import spoken
from leanline.wording.catalogue import listed

FILE_NAME: Final = "compare.html"
#: Changes that the summary names one by one.
MAX_TOLD: Final = 2


@dataclass(frozen=True)
class CompareRow:
    """One metric before and after, as texts.

    Parameters
    ----------
    id, name
        Of the metric.
    before, after
        Values with units; a dash where it was not measured.
    difference, interval
        After less before, and its 95 % interval.
    smallest
        Smallest detectable change.
    verdict, verdict_word
        Whether it changed, as a key and as a word.
    why
        Why that cannot be told; empty where it can.
    beyond
        The size of the difference in smallest detectable changes.
    """

    id: str
    name: str
    before: str
    after: str
    difference: str
    interval: str
    smallest: str
    verdict: Verdict
    verdict_word: str
    why: str = ""
    beyond: float = 0.0


@dataclass(frozen=True)
class Pair:
    """Two frames at the same phase.

    Parameters
    ----------
    caption
        What they show.
    before, after
        The frames.
    """

    caption: str
    before: Picture
    after: Picture


@dataclass(frozen=True)
class CompareModel:
    """The content of the comparison page.

    Parameters
    ----------
    language
        Its code.
    title
        Of the page.
    names
        Of both clips.
    summary
        What changed, in a sentence.
    comparable
        Whether the clips may be compared.
    notes
        What limits the comparison.
    rows
        One for each metric.
    pairs
        Frames side by side.
    provenance
        Of both clips.
    made_by
        Version of leanline.
    """

    language: str
    title: str
    names: tuple[str, str]
    summary: str
    comparable: bool
    notes: tuple[str, ...]
    rows: tuple[CompareRow, ...]
    pairs: tuple[Pair, ...]
    provenance: tuple[tuple[Fact, ...], tuple[Fact, ...]]
    made_by: str


def compare_model(before: Analysis, after: Analysis, code: str = "en") -> CompareModel:
    """Compare two analyses of the same runner.

    ``trends.change`` defines what counts as a change, and which clips are comparable.

    Parameters
    ----------
    before, after
        The analyses in order of time.
    code
        The language.

    Returns
    -------
    CompareModel
        All of it as texts.
    """
    words = texts(code)
    unlike = find_differences(recording_conditions(before), recording_conditions(after))
    reasons = tuple(reason(difference, words) for difference in unlike)
    rows = tuple(_rows(before, after, reasons, words))
    names = clip_name(before), clip_name(after)
    return CompareModel(
        language=code,
        title=f"{words.say('compare.title')}: {names[0]}, {names[1]}",
        names=names,
        summary=_summary(rows, reasons, words),
        comparable=not reasons,
        notes=tuple(_notes(before, after, words)),
        rows=rows,
        pairs=tuple(_pairs(before, after, words)),
        provenance=(
            tuple(provenance_facts(before, words)),
            tuple(provenance_facts(after, words)),
        ),
        made_by=words.say("ui.made_by", version=after.provenance.leanline),
    )


def write_comparison(
    analyses: tuple[Analysis, Analysis],
    videos: tuple[Path | None, Path | None],
    directory: Path,
    code: str = "en",
) -> Path:
    """Write ``compare.html``.

    Parameters
    ----------
    analyses
        Before and after.
    videos
        Their clips, for the pictures; None for a clip that is not at hand.
    directory
        Where to write.
    code
        The language.

    Returns
    -------
    Path
        The file written.

    Raises
    ------
    UsageError
        It cannot be written.
    """
    from leanline.report.html import data_url, page, render_images, write_text

    model = compare_model(*analyses, code)
    sides = (
        tuple(pair.before.shot for pair in model.pairs),
        tuple(pair.after.shot for pair in model.pairs),
    )
    images = [
        {shot: data_url(data) for shot, data in render_images(analysis, video, shots).items()}
        for analysis, video, shots in zip(analyses, videos, sides, strict=True)
    ]
    html = page("compare.html.j2", texts(code), model=model, before=images[0], after=images[1])
    return write_text(directory / FILE_NAME, html)


def reason(difference: Difference, words: Texts) -> str:
    """Say why two clips cannot be compared.

    Parameters
    ----------
    difference
        Between the conditions in which they were recorded.
    words
        Of the language.

    Returns
    -------
    str
        A sentence.
    """
    pair = difference.before, difference.after
    if difference.aspect == "view":
        return words.say("compare.other_view")
    if difference.aspect == "activity":
        a, b = (words.say(f"activities.{x}") for x in pair)
    elif difference.aspect == "surface":
        a, b = (words.say(f"surface.{x}") for x in pair)
    elif difference.aspect == "speed":
        a, b = (words.language.say("speed_mps", x) for x in pair)
    else:
        a, b = map(str, pair)
    key = {"pose_model": "model"}.get(difference.aspect, difference.aspect)
    return words.say(f"compare.other_{key}", a=a, b=b)


def _rows(
    before: Analysis, after: Analysis, reasons: tuple[str, ...], words: Texts
) -> Iterator[CompareRow]:
    rows: dict[str, CompareRow] = {}
    for entry in catalog():
        name = _shown_name(entry, before, after)
        a, b = before.metrics.get(name), after.metrics.get(name)
        if not (has_value(a) or has_value(b)):
            continue
        why = "" if name in ANY_SPEED or not reasons else reasons[0]
        rows[name] = _row(name, (a, b), why, words)
    if "foot_strike" in rows and "foot_strike_angle_deg" in rows:
        rows["foot_strike"] = _follow_angle(rows["foot_strike"], rows["foot_strike_angle_deg"])
    yield from rows.values()


def _shown_name(entry: MetricDefinition, before: Analysis, after: Analysis) -> str:
    """Return the entry's metric, or its substitute if it was not measured in both."""
    both = all(has_value(x.metrics.get(entry.id)) for x in (before, after))
    if entry.fallback and not both and has_value(before.metrics.get(entry.fallback)):
        return entry.fallback
    return entry.id


def _row(
    name: str, pair: tuple[Metric | None, Metric | None], why: str, words: Texts
) -> CompareRow:
    signed = [
        minus(words.language.say(name, m.value))
        if m and has_value(m) and m.value is not None
        else "–"
        for m in pair
    ]
    row = CompareRow(
        name, words.say(f"metrics.{name}.name"), signed[0], signed[1], "", "", "", "cannot", ""
    )
    a, b = pair
    which = [key for key, m in (("before", a), ("after", b)) if not has_value(m)]
    if which:
        missing = words.say(f"compare.{which[0]}").lower()
        return _with_verdict(
            row, "cannot", words, words.say("compare.not_measured_in", which=missing)
        )
    assert a is not None and b is not None  # noqa: S101, PT018
    row = _with_difference(row, a, b, words)
    if why:
        return _with_verdict(row, "cannot", words, why)
    found = compare_metric(a, b)
    if found.why == "no_interval":
        return _with_verdict(row, "cannot", words, words.say("compare.no_interval"))
    return _with_verdict(row, found.verdict, words)


def _with_difference(row: CompareRow, a: Metric, b: Metric, words: Texts) -> CompareRow:
    if not isinstance(a.value, float) or not isinstance(b.value, float):
        return row
    style, language = spoken(a.id, a.value), words.language
    apart, half, smallest = b.value - a.value, half_width(a, b), smallest_change(a, b)
    unit = language.unit(style.unit)

    def signed(x: float) -> str:
        return minus(language.number(style.number(x)))

    sign = "+" if style.number(apart)[0] not in "-0" or float(style.number(apart)) > 0 else ""
    interval = (
        "" if half is None else f"{signed(apart - half)} {language.to} {signed(apart + half)}"
    )
    smallest_text = "" if smallest is None else signed(smallest) + unit
    return replace(
        row,
        difference=sign + signed(apart) + unit,
        interval=interval,
        smallest=smallest_text,
        beyond=abs(apart) / smallest if smallest else 0.0,
    )


def _with_verdict(row: CompareRow, verdict: Verdict, words: Texts, why: str = "") -> CompareRow:
    return replace(row, verdict=verdict, verdict_word=words.say(f"compare.{verdict}"), why=why)


def _follow_angle(strike: CompareRow, angle: CompareRow) -> CompareRow:
    """Let the strike pattern, a class of the strike angle, change only if the angle does."""
    if strike.verdict != "changed":
        return strike
    return replace(strike, verdict=angle.verdict, verdict_word=angle.verdict_word, why=angle.why)


def _summary(rows: tuple[CompareRow, ...], reasons: tuple[str, ...], words: Texts) -> str:
    if reasons:
        return words.say("compare.summary_cannot", why=reasons[0])
    changed = sorted((row for row in rows if row.verdict == "changed"), key=lambda row: -row.beyond)
    if not changed:
        return words.say("compare.summary_same")
    told = [_change_text(row, words) for row in changed[:MAX_TOLD]]
    changes = listed(told, words.language.code)
    changes = changes[0].upper() + changes[1:]
    more = len(changed) - len(told)
    if more:
        return words.say("compare.summary_many", changes=changes, count=more)
    return words.say("compare.summary_changed", changes=changes)


def _change_text(row: CompareRow, words: Texts) -> str:
    """Say how one metric changed, such as ``cadence rose by 6.0 steps/min``."""
    # German nouns keep their capital inside a sentence.
    name = row.name if words.language.code == "de" else row.name[0].lower() + row.name[1:]
    if not row.difference:
        return words.say("compare.became", name=name, after=row.after)
    key = "rose" if row.difference.startswith("+") else "fell"
    return words.say(f"compare.{key}", name=name, size=row.difference.lstrip("+−-"))


def _notes(before: Analysis, after: Analysis, words: Texts) -> Iterator[str]:
    yield words.say("compare.note")
    films = before.provenance.input_sha256, after.provenance.input_sha256
    if films[0] and films[0] == films[1]:
        yield words.say("compare.same_film")
    if before.activity == "running" and None in (
        recording_conditions(before).speed,
        recording_conditions(after).speed,
    ):
        yield words.say("compare.speed_unknown")
    versions = before.provenance.leanline, after.provenance.leanline
    if versions[0] != versions[1]:
        yield words.say("compare.other_version", a=versions[0], b=versions[1])


def _pairs(before: Analysis, after: Analysis, words: Texts) -> Iterator[Pair]:
    first = key_frames.hero(before), key_frames.hero(after)
    if first[0] is not None and first[1] is not None and before.activity == after.activity:
        yield _pair(first[0], first[1], words)
    landings = _near_landing(before), _near_landing(after)
    if landings[0] is not None and landings[1] is not None:
        yield _pair(landings[0], landings[1], words)


def _near_landing(analysis: Analysis) -> Shot | None:
    """Return a landing of the near foot in the middle of the clip."""
    near = [shot for shot in key_frames.landings(analysis) if shot.side == analysis.direction]
    return near[len(near) // 2] if near else None


_PHASE: Final[Mapping[str, str]] = {
    "lean": "mid_stance",
    "landing": "landing",
    "stand": "mid_clip",
    "bend": "mid_stance",
}


def _pair(before: Shot, after: Shot, words: Texts) -> Pair:
    feet = dict.fromkeys(words.say(f"foot.{s.side}") for s in (before, after) if s.side)
    phase = words.say(f"compare.{_PHASE[before.kind]}", foot=" / ".join(feet))
    pictures = [
        Picture(
            shot,
            f"{words.say(f'compare.{which}')}, {words.language.number(f'{shot.time_s:.2f}')} s",
            f"{words.say(f'compare.{which}')}: {phase}",
        )
        for which, shot in (("before", before), ("after", after))
    ]
    return Pair(words.say("compare.phase", what=phase), *pictures)
