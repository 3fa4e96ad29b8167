"""``leanline score``: scores the results of any tool against truth files."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from leanline.cli.read_result import exit_on_error
from leanline.version import __version__

if TYPE_CHECKING:
    from leanline.scoring import Score
    from leanline.scoring.bars import MissedBar
    from leanline.scoring.tables import Table

# Width when the output is not a terminal.
_PIPE_WIDTH = 200


def score(
    truth: Annotated[
        Path,
        typer.Argument(
            metavar="TRUTH", help="The folder of NAME.truth.json files.", show_default=False
        ),
    ],
    results: Annotated[
        list[Path],
        typer.Argument(
            metavar="RESULTS",
            help="A folder with NAME/analysis.json; a CSV of values (clip,metric,value and "
            "low,high,person) or of events (clip,side,event,time_s); or several of these.",
            show_default=False,
        ),
    ],
    by: Annotated[
        str | None,
        typer.Option(metavar="KEY", help="Also score by this truth property: body, fps, runner..."),
    ] = None,
    person: Annotated[
        str | None,
        typer.Option(
            metavar="KEY",
            help="The truth property that identifies who is in a clip; by default the first given "
            "of person, body and runner.",
        ),
    ] = None,
    metric: Annotated[
        list[str] | None,
        typer.Option(metavar="ID", help="Show only this metric or event; repeatable."),
    ] = None,
    clips: Annotated[bool, typer.Option("--clips", help="Also show every clip's values.")] = False,
    bars: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE",
            help='JSON of the lowest and highest allowed: {"metric.lean_body_deg.mae": [null, 1]}; '
            "status 1 when one is missed.",
        ),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON, with every pair.")] = False,
    as_markdown: Annotated[bool, typer.Option("--markdown", help="Print Markdown.")] = False,
    as_csv: Annotated[bool, typer.Option("--csv", help="Print CSV, a number per row.")] = False,
) -> None:
    """Compare results with the truth: errors, and coverage of the stated intervals.

    Exits with status 1 if a bar is missed.
    """
    forms = {"json": as_json, "markdown": as_markdown, "csv": as_csv}
    show = _Show([name for name, wanted in forms.items() if wanted], metric or [], clips=clips)
    with exit_on_error():
        missed = _score(truth, results, by, person, bars, show)
    if missed:
        raise typer.Exit(1)


@dataclass(frozen=True)
class _Show:
    """What to print, and how."""

    forms: Sequence[str]
    metrics: Sequence[str]
    clips: bool


def _score(
    truth: Path,
    results: Sequence[Path],
    by: str | None,
    person: str | None,
    bars: Path | None,
    show: _Show,
) -> bool:
    from leanline.errors import UsageError
    from leanline.scoring import score as score_results
    from leanline.scoring.bars import missed_bars, read_bars
    from leanline.scoring.tables import build_tables

    if len(show.forms) > 1:
        raise UsageError("usage.not_both", setting=show.forms[0], other_setting=show.forms[1])
    wanted = None if bars is None else read_bars(bars)
    result = score_results(truth, results, by=by, person=person)
    tables = build_tables(result, show.metrics, clips=show.clips)
    missed = None if wanted is None else missed_bars(wanted, result.summary)
    _print(result, tables, missed, show.forms[0] if show.forms else "table")
    return bool(missed)


def _print(
    result: Score, tables: Sequence[Table], missed: Sequence[MissedBar] | None, form: str
) -> None:
    from leanline.scoring.writing import to_csv, to_json, to_markdown

    if form == "json":
        typer.echo(to_json(result, __version__, missed))
    elif form == "csv":
        typer.echo(to_csv(result), nl=False)
    elif form == "markdown":
        typer.echo(to_markdown(tables, _head(result), result.notes), nl=False)
    else:
        _print_tables(result, tables)
    if missed is not None:
        verdict = [f"bar missed: {one}" for one in missed] or ["all bars held"]
        # Keeps machine-readable output on the standard output intact.
        typer.echo("\n".join(verdict), err=form != "table")


def _print_tables(result: Score, tables: Sequence[Table]) -> None:
    from rich.console import Console
    from rich.table import Table as RichTable
    from rich.text import Text

    console = Console(highlight=False, markup=False)
    if not console.is_terminal:
        console.width = max(console.width, _PIPE_WIDTH)
    console.print(Text(_head(result)))
    for table in tables:
        shown = RichTable(
            box=None, padding=(0, 2, 0, 0), pad_edge=False, title_justify="left", title_style="bold"
        )
        for index, name in enumerate(table.header):
            shown.add_column(Text(name), justify="right" if index else "left", no_wrap=not index)
        for row in table.rows:
            shown.add_row(*map(Text, row))
        console.print(Text(f"\n{table.title}", style="bold"))
        console.print(shown)
    if result.notes:
        console.print(Text("\n" + "\n".join(result.notes)))


def _head(result: Score) -> str:
    from leanline.scoring.bootstrap import RESAMPLES, SEED

    part, keys = result.total, dict(result.person_keys)
    unknown_persons = keys.pop("clip", 0)
    known = [f"by {key} in {count} clips" for key, count in keys.items()]
    if unknown_persons:
        known.append(f"unknown in {unknown_persons} clips, each counted as its own person")
    return (
        f"{part.clips} truth files, {part.with_result} with a result; {part.persons} persons "
        f"({', '.join(known)}).\n"
        f"In brackets 95 % intervals; of bias and error from {RESAMPLES} bootstrap samples of "
        f"persons, seed {SEED}."
    )
