"""The terminal summary: one screen of metrics, by the steps of the method."""

from __future__ import annotations

import math
from collections.abc import Iterable
from pathlib import PurePath
from typing import Final

from rich.console import Group, RenderableType
from rich.constrain import Constrain
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from leanline.model import Activity, Analysis, Estimate, Finding, Metric
from leanline.registry.bands import COACHING_LEAN
from leanline.registry.displays import TERMINAL
from leanline.registry.metrics import METRICS
from leanline.report.advice import advice, verdict_lines
from leanline.report.catalog import texts
from leanline.report.drill import repetition_rows
from leanline.units import say, say_interval
from leanline.wording.catalogue import render

WIDTH: Final = 80
MAX_WARNINGS: Final = 4
MAX_REPETITIONS: Final = 8
STEP_NAMES: Final = {1: "Assess", 2: "Stand", 3: "Run", 4: "Land"}
_BAND: Final = (
    f"The coaching band for {{}} is {COACHING_LEAN.low:g} to {COACHING_LEAN.high:g}°; "
    "it is not a proven optimum."
)
_BALANCE: Final = (
    "By geometry, balance is lost at about 9 to 11°: keep a wall or a partner within reach."
)
_REMARKS: Final = {2: f"{_BAND.format('the lean')} {_BALANCE}", 3: _BAND.format("body lean")}
# How clearly a value was read; a green beside a bad value would look like praise.
_COLOURS: Final = {"fair": "yellow", "poor": "red"}
_READINGS: Final = {"good": "clear", "fair": "fair", "poor": "rough"}
_OUTCOMES: Final = {"change": "yellow", "open": "cyan", "keep": "green"}
_VERDICTS: Final = {
    "work_on": ("Work on", "bold yellow"),
    "watch": ("Too close to tell", "bold cyan"),
    "good": ("Good", "bold green"),
}


def summary(analysis: Analysis) -> RenderableType:
    """Render the result of a clip for a terminal, at most 80 columns wide.

    Each number has its 95 % interval, number of steps and quality; what was not measured is listed
    with the reason. Only findings judge.
    """
    parts: list[RenderableType] = [_header(analysis), Text()]
    for step in _steps_of(analysis.activity):
        parts += _section(step, analysis)
    parts += _repetitions(analysis)
    parts += [part for finding in analysis.findings[:1] for part in _finding(finding)]
    parts += _verdicts(analysis)
    parts += _warnings([note.text for note in analysis.warnings])
    return Constrain(Group(*parts), WIDTH)


def _steps_of(activity: Activity) -> tuple[int, ...]:
    return (2,) if activity == "standing" else (1, 3, 4)


def _header(analysis: Analysis) -> Text:
    name = PurePath(analysis.video.path).name.encode("utf-8", "replace").decode("utf-8")
    title = Text.assemble((name, "bold"), ": ", _scene(analysis))
    roll = _roll(analysis.camera.roll_deg)
    return title.append(f"\n{', '.join(_facts(analysis))}\n{roll}", style="dim")


def _scene(analysis: Analysis) -> str:
    verb = "facing" if analysis.activity == "standing" else "to the"
    direction = f" {verb} {analysis.direction}" if analysis.direction else ""
    place = {"treadmill": " on a treadmill", "overground": " over ground", "unknown": ""}
    view = "from the side" if analysis.view == "side" else f"from the {analysis.view}"
    return f"{analysis.activity}{direction}{place[analysis.surface]}, seen {view}"


def _facts(analysis: Analysis) -> Iterable[str]:
    video = analysis.video
    yield f"{video.duration_s:.1f} s at {video.fps:.4g} frames/s"
    if video.time_scale != 1.0:
        yield f"{video.time_scale:.3g} times slow motion"
    if analysis.steps:
        left = sum(step.side == "left" for step in analysis.steps)
        yield f"{len(analysis.steps)} steps ({left} left, {len(analysis.steps) - left} right)"
    if analysis.camera.moving:
        yield "moving camera"


def _roll(roll: Estimate) -> str:
    if not math.isfinite(roll.value):
        return "camera roll not known"
    interval = say_interval("roll_deg", roll.value, roll.ci95)
    return f"camera roll {say('roll_deg', roll.value)} ({interval}), by {roll.source}"


def _section(step: int, analysis: Analysis) -> list[RenderableType]:
    shown = [
        (METRICS[name].label, analysis.metrics[name])
        for name in TERMINAL[step]
        if name in analysis.metrics
    ]
    if not shown:
        return []
    table = _table(step, "n" if analysis.activity == "standing" else "steps")
    for label, metric in shown:
        if _has_value(metric):
            table.add_row(*_row(label, metric))
    has_remark = step in _REMARKS and analysis.view == "side"
    remark = [_indent(Text(_REMARKS[step]), "dim")] if has_remark else []
    missing = [(label, metric) for label, metric in shown if not _has_value(metric)]
    return [table, *_not_measured(missing), *remark, Text()]


def _repetitions(analysis: Analysis) -> list[RenderableType]:
    rows = repetition_rows(analysis, texts("en"))
    if not rows:
        return []
    table = Table(box=None, padding=(0, 2, 0, 0), header_style="dim", pad_edge=False)
    for heading in ("  Lean", "time", "lean", "baseline", "in band", "steady", "line bends"):
        table.add_column(heading, no_wrap=True)
    for row in rows[:MAX_REPETITIONS]:
        table.add_row(
            f"  {row.number}{'*' if row.cut else ''}",
            *(row.time, row.lean, row.minus_standing, row.hold, row.steady, row.line),
        )
    more = len(rows) - MAX_REPETITIONS
    notes = [f"and {more} more in analysis.json"] if more > 0 else []
    notes += ["* cut off by the clip's end"] if any(row.cut for row in rows) else []
    return [table, *(_indent(Text(note), "dim") for note in notes), Text()]


def _has_value(metric: Metric) -> bool:
    value = metric.value
    return isinstance(value, str) or (value is not None and math.isfinite(value))


def _table(step: int, counted: str) -> Table:
    table = Table(box=None, padding=(0, 1, 0, 0), header_style="dim", pad_edge=False)
    heading = Text(f"{step} {STEP_NAMES[step]}", style="bold not dim")
    table.add_column(heading, width=31, no_wrap=True)
    table.add_column("", width=15, justify="right", no_wrap=True)
    table.add_column("95 % interval", width=16, justify="right", no_wrap=True)
    table.add_column(counted, width=6, justify="right", no_wrap=True)
    table.add_column("reading", width=7, no_wrap=True)
    return table


def _row(label: str, metric: Metric) -> tuple[Text, Text, Text, Text, Text]:
    value = metric.value
    interval = ""
    if isinstance(value, int | float) and metric.ci95 is not None:
        interval = say_interval(metric.id, value, metric.ci95)
    return (
        Text(f"  {label}"),
        Text("" if value is None else say(metric.id, value), style="bold"),
        Text(interval),
        Text(str(metric.n) if metric.n else ""),
        Text(_READINGS.get(metric.quality, ""), style=_COLOURS.get(metric.quality, "")),
    )


def _not_measured(missing: Iterable[tuple[str, Metric]]) -> list[RenderableType]:
    """List what was not measured, grouped by reason."""
    by_reason: dict[str, list[str]] = {}
    for label, metric in missing:
        why = "" if metric.why is None else render(metric.why)
        by_reason.setdefault(why, []).append(label.lower())
    return [
        _indent(Text(f"Not measured: {', '.join(labels)}" + (f": {why}." if why else ".")), "dim")
        for why, labels in by_reason.items()
    ]


def _finding(finding: Finding) -> list[RenderableType]:
    words, colour = _VERDICTS[finding.severity]
    head = Text.assemble(
        (words, colour),
        f" · step {finding.step} {STEP_NAMES.get(finding.step, '')} · evidence {finding.evidence}",
    )
    if finding.frames_s:
        head.append(" · see " + ", ".join(f"{time_s:.2f}" for time_s in finding.frames_s) + " s")
    return [head, _indent(Text(finding.text))]


def _verdicts(analysis: Analysis) -> list[RenderableType]:
    """List the verdicts that the headline does not state, one line each."""
    words = texts("en")
    lines = verdict_lines(analysis, words, advice(analysis, words))
    if not lines:
        return []
    table = Table.grid(padding=(0, 1))
    table.add_column(width=8, no_wrap=True)
    table.add_column()
    for line in lines:
        table.add_row(Text(f"  {line.name}", style=_OUTCOMES.get(line.outcome, "dim")), line.text)
    return [Text("\nStep by step", style="bold"), table]


def _warnings(texts: list[str]) -> list[RenderableType]:
    lines = [_indent(Text(text), "dim") for text in texts[:MAX_WARNINGS]]
    if len(texts) > MAX_WARNINGS:
        more = len(texts) - MAX_WARNINGS
        lines.append(_indent(Text(f"and {more} more in analysis.json"), "dim"))
    return [Text("\nNotes on this clip", style="bold"), *lines] if lines else []


def _indent(text: Text, style: str = "") -> Padding:
    if style:
        text.stylize(style)
    return Padding(text, (0, 0, 0, 2))
