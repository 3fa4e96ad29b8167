"""``leanline history``: metrics over the weeks."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Annotated

import typer

from leanline.cli.print_json import print_json
from leanline.cli.store_options import Data, open_store, resolve_athlete
from leanline.registry.displays import HISTORY, SECTIONS

if TYPE_CHECKING:
    from datetime import datetime

    from rich.table import Table

    from leanline.report.catalog import Texts
    from leanline.store.watch_matching import MatchedRun
    from leanline.trends.current import CurrentForm
    from leanline.trends.session_data import SessionMeasurement
    from leanline.trends.trend import DayComparison, Trend


def history(
    athlete: Annotated[
        str | None,
        typer.Argument(metavar="[ATHLETE]", help="Whose; not needed if there is only one."),
    ] = None,
    metric: Annotated[
        list[str] | None,
        typer.Option(metavar="ID", help="Only this metric, such as lean_body_deg; repeatable."),
    ] = None,
    as_json: Annotated[
        bool, typer.Option("--json", help="Print JSON with every session instead of the table.")
    ] = False,
    data: Data = None,
) -> None:
    """Show each metric over the sessions: first, now, and whether that is a change.

    Clips within two weeks that are alike count as one estimate. A change is called one only if its
    interval excludes zero and it is above the smallest detectable change; sessions at another
    speed, from another view or measured otherwise are named and left out.
    """
    with open_store(data) as store:
        from leanline.errors import UsageError
        from leanline.report.catalog import texts
        from leanline.report.trends_plain import trends_to_plain
        from leanline.store.watch_matching import match_runs
        from leanline.trends.current import current_form
        from leanline.trends.trend import compare_within_days, compute_trends
        from leanline.trends.window import duplicates

        one = resolve_athlete(store, athlete)
        sessions = store.sessions.history(one.id)
        if not sessions:
            raise UsageError("history.no_result", athlete=one.name)
        trends = compute_trends(sessions, metric or HISTORY)
        if not trends:
            raise UsageError("history.metric_never_measured")
        if as_json:
            print_json(trends_to_plain(one.name, trends))
            return
        words = texts("en")
        typer.echo(f"{one.name}: {_clips(len(sessions))}, {_days(sessions[0].at, sessions[-1].at)}")
        form = current_form(sessions)
        if form is not None:
            _show_together(form)
        _show(_table(trends, words))
        for line in (
            *_same_films(duplicates(sessions)),
            *_not_compared(trends, words),
            *_within_day(compare_within_days(sessions), words),
        ):
            typer.echo(line)
        for line in _watch_lines(match_runs(store, one.id), words):
            typer.echo(line)


def _table(trends: Sequence[Trend], words: Texts) -> Table:
    from rich.table import Table
    from rich.text import Text

    table = Table(box=None, padding=(0, 1, 0, 0), pad_edge=False)
    for heading in ("", "first", "now", "change", "detectable", "clips", ""):
        # In a narrow terminal the values wrap, not the name and the verdict.
        table.add_column(Text(heading, style="dim"), no_wrap=heading == "")
    for trend in trends:
        verdict = trend.since_first.verdict if trend.since_first else ""
        style = "bold" if verdict == "changed" else ""
        table.add_row(*(Text(cell) for cell in _cells(trend, words)), style=style)
    return table


def _cells(trend: Trend, words: Texts) -> tuple[str, ...]:
    """Name, first and present clips, change, smallest detectable one, their number, verdict."""
    from leanline.units import say

    name = trend.metric_id
    title = words.say(f"metrics.{name}.name") if words.has(f"metrics.{name}.name") else name
    change, now = trend.since_first, _value(name, None if trend.now is None else trend.now.value)
    if change is None:
        return title, "–", now, "", "", "", "no comparable clip"
    verdict = {
        "changed": "a change",
        "same": "no clear change",
        "cannot": "unclear",
    }[change.verdict]
    return (
        title,
        _short(_value(name, None if trend.first is None else trend.first.value)),
        now,
        "" if change.apart is None else _short(_signed(say(name, change.apart))),
        "" if change.smallest is None else _short(say(name, change.smallest)),
        "{}, {}".format(*trend.clips),
        verdict,
    )


def _short(text: str) -> str:
    """Leave out a long unit, which the value of now has."""
    return text.removesuffix(" steps/min")


def _show_together(form: CurrentForm) -> None:
    """Show what the recent clips say together: the headline, and a line for every other step."""
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    from leanline.languages import ENGLISH
    from leanline.report.catalog import texts
    from leanline.report.minus import minus
    from leanline.trends.together import say_together

    said, words = say_together(form, ENGLISH), texts("en")
    table = Table.grid(padding=(0, 1))
    for line in said.lines:
        name = words.say(f"sections.{SECTIONS[line.step]}.name")
        table.add_row(Text(f"  {name}", style="dim"), Text(minus(line.text)))
    console = Console(highlight=False, markup=False)
    console.print(Text(f"\n{said.basis}:", style="dim"))
    console.print(Text(minus(said.headline), style="bold"))
    console.print(table)
    console.print()


def _same_films(pairs: Sequence[tuple[SessionMeasurement, SessionMeasurement]]) -> Iterator[str]:
    """List the sessions that show the film of another one."""
    from leanline.reason import Reason
    from leanline.wording.catalogue import render

    for left_out, counted in pairs:
        day = f"{left_out.at.astimezone():%Y-%m-%d}"
        params = {"name": left_out.name, "day": day, "other": counted.name}
        yield render(Reason("together.same_film", params))


def _not_compared(trends: Sequence[Trend], words: Texts) -> Iterator[str]:
    """List the sessions that were not compared, once each, with the reason."""
    from leanline.report.compare import reason

    told: dict[str, str] = {}
    for trend in trends:
        for point in trend.points:
            if point.marks and point.session_id not in told:
                why = reason(point.marks[0], words)
                told[point.session_id] = f"{point.at.astimezone():%Y-%m-%d} {point.name}: {why}"
    if told:
        yield "\nNot compared with the newest:"
        yield from (f"  {line}." for line in told.values())


def _within_day(days: Sequence[DayComparison], words: Texts) -> Iterator[str]:
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


def _watch_lines(runs: Sequence[MatchedRun], words: Texts) -> Iterator[str]:
    """Compare the watch's numbers with those of clips of the same day."""
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
    from leanline.wording.catalogue import written_date

    days = [written_date(moment.astimezone().date(), "en") for moment in (first, last)]
    return days[0] if days[0] == days[1] else " to ".join(days)


def _show(table: Table) -> None:
    from rich.console import Console

    Console(highlight=False, markup=False).print(table)
