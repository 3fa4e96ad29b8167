"""``leanline history``: what became of the numbers over the weeks."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Annotated

import typer

from leanline.cli.store_options import Data, opened, whom
from leanline.registry.displays import HISTORY

if TYPE_CHECKING:
    from datetime import datetime

    from rich.table import Table

    from leanline.report.catalog import Texts
    from leanline.store.watch_matching import MatchedRun
    from leanline.trends.trend import Fatigue, Trend


def history(
    athlete: Annotated[
        str | None, typer.Argument(metavar="[ATHLETE]", help="Whose; the only one if there is one.")
    ] = None,
    metric: Annotated[
        list[str] | None,
        typer.Option(metavar="ID", help="Only this metric, such as lean_body_deg; several times."),
    ] = None,
    data: Data = None,
) -> None:
    """Show each metric over the sessions: first, last, and whether that is a change.

    A change is called one only above the smallest detectable change; sessions at another
    speed, from another view or measured otherwise are named and left out.
    """
    with opened(data) as store:
        from leanline.errors import UsageError
        from leanline.report.catalog import texts
        from leanline.store.watch_matching import match_runs
        from leanline.trends.trend import fatigue, trends

        one = whom(store, athlete)
        past = store.sessions.history(one.id)
        if not past:
            raise UsageError("history.no_result", athlete=one.name)
        found = trends(past, metric or HISTORY)
        if not found:
            raise UsageError("history.metric_never_measured")
        words = texts("en")
        typer.echo(f"{one.name}: {_clips(len(past))}, {_days(past[0].at, past[-1].at)}")
        _show(_table(found, words))
        for line in (*_unlike(found, words), *_tired(fatigue(past), words)):
            typer.echo(line)
        for line in _watched(match_runs(store, one.id), words):
            typer.echo(line)


def _table(found: Sequence[Trend], words: Texts) -> Table:
    from rich.table import Table
    from rich.text import Text

    table = Table(box=None, padding=(0, 1, 0, 0), pad_edge=False)
    for heading in ("", "first alike", "newest", "change", "least told", ""):
        # In a narrow terminal the values wrap, not the name and the verdict.
        table.add_column(Text(heading, style="dim"), no_wrap=heading == "")
    for trend in found:
        verdict = trend.since_first.verdict if trend.since_first else ""
        style = "bold" if verdict == "changed" else ""
        table.add_row(*(Text(cell) for cell in _cells(trend, words)), style=style)
    return table


def _cells(trend: Trend, words: Texts) -> tuple[str, ...]:
    """Name, first session alike, newest, difference, smallest detectable change, verdict."""
    from leanline.units import say

    name = trend.metric_id
    title = words.say(f"metrics.{name}.name") if words.has(f"metrics.{name}.name") else name
    newest = next(p for p in trend.points if p.session_id == trend.reference)
    change = trend.since_first
    if change is None:
        return title, "–", _value(name, newest.metric.value), "", "", "no clip alike before"
    first = next(p for p in trend.points if p.alike)
    verdict = {
        "changed": "a change",
        "same": "cannot be told apart",
        "cannot": "cannot be said",
    }[change.verdict]
    return (
        title,
        _value(name, first.metric.value),
        _value(name, newest.metric.value),
        "" if change.apart is None else _signed(say(name, change.apart)),
        "" if change.smallest is None else say(name, change.smallest),
        verdict,
    )


def _unlike(found: Sequence[Trend], words: Texts) -> Iterator[str]:
    """The sessions that were not compared, once each, with the reason."""
    from leanline.report.compare import reason

    told: dict[str, str] = {}
    for trend in found:
        for point in trend.points:
            if point.marks and point.session_id not in told:
                why = reason(point.marks[0], words)
                told[point.session_id] = f"{point.at.astimezone():%Y-%m-%d} {point.name}: {why}"
    if told:
        yield "\nNot compared with the newest:"
        yield from (f"  {line}." for line in told.values())


def _tired(days: Sequence[Fatigue], words: Texts) -> Iterator[str]:
    """What changed from the first to the last clip of the newest day that has several."""
    from leanline.report.compare import reason
    from leanline.units import say

    if not days:
        return
    day = days[-1]
    yield f"\nWithin {day.day}, from {day.first.name} to {day.last.name}:"
    if day.marks:
        yield f"  cannot be compared: {reason(day.marks[0], words)}."
        return
    changed = [
        f"{words.say(f'metrics.{name}.name')} {_signed(say(name, change.apart))}"
        for name, change in day.changes
        if change.verdict == "changed" and change.apart is not None
        if words.has(f"metrics.{name}.name")
    ]
    yield f"  {', '.join(changed) if changed else 'nothing changed by more than can be told'}."


def _watched(runs: Sequence[MatchedRun], words: Texts) -> Iterator[str]:
    """The watch's numbers beside those of the clips of the same day."""
    from leanline.units import say

    where = {"moment": "at that moment", "speed": "at that speed", "run": "over the run"}
    for match in runs:
        for clip, numbers in match.clips:
            day = f"{clip.at.astimezone():%Y-%m-%d}"
            yield f"\n{day} {clip.name} and the watch's {match.run.name}:"
            for one in numbers:
                verdict = {True: "agree", False: "differ", None: "cannot be judged"}[one.agrees]
                allowed = "" if one.allowed is None else f" (±{say(one.metric_id, one.allowed)})"
                yield (
                    f"  {words.say(f'metrics.{one.metric_id}.name')}: "
                    f"{_value(one.metric_id, one.video.value)} by video, "
                    f"{say(one.metric_id, one.watch)} by watch {where[one.basis]}: "
                    f"{verdict}{allowed}"
                )


def _value(name: str, value: float | str | None) -> str:
    from leanline.units import say

    return "–" if value is None else say(name, value).replace("-", "−")


def _signed(text: str) -> str:
    return text.replace("-", "−") if text.startswith("-") else f"+{text}"


def _clips(count: int) -> str:
    return f"{count} clip{'' if count == 1 else 's'}"


def _days(first: datetime, last: datetime) -> str:
    days = [f"{moment.astimezone():%Y-%m-%d}" for moment in (first, last)]
    return days[0] if days[0] == days[1] else " to ".join(days)


def _show(table: Table) -> None:
    from rich.console import Console

    Console(highlight=False, markup=False).print(table)
