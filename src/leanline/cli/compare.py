"""``leanline compare``: compares two results of a runner, before and after."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from leanline.cli.clip_options import Lang
from leanline.cli.print_json import print_json
from leanline.cli.read_result import checked_language, exit_on_error

if TYPE_CHECKING:
    from leanline.report.compare import CompareModel

_RESULT = "DIR|analysis.json"


def compare(
    before: Annotated[
        Path, typer.Argument(metavar=_RESULT, help="The earlier result.", show_default=False)
    ],
    after: Annotated[
        Path, typer.Argument(metavar=_RESULT, help="The later result.", show_default=False)
    ],
    out: Annotated[
        Path | None,
        typer.Option("--out", "-o", metavar="DIR", help="Also write compare.html here."),
    ] = None,
    as_json: Annotated[
        bool, typer.Option("--json", help="Print JSON instead of the table.")
    ] = False,
    lang: Lang = "en",
) -> None:
    """Show what changed by more than the smallest detectable change."""
    with exit_on_error(lang):
        _compare(before, after, out, checked_language(lang), as_json=as_json)


def _compare(before: Path, after: Path, out: Path | None, lang: str, *, as_json: bool) -> None:
    from leanline.cli.read_result import read_result
    from leanline.report.compare import compare_model, write_comparison
    from leanline.report.compare_plain import comparison_to_plain

    results = read_result(before), read_result(after)
    analyses = results[0].analysis, results[1].analysis
    model = compare_model(*analyses, lang)
    if as_json:
        print_json(comparison_to_plain(model, analyses))
    else:
        _print(model)
    if out is not None:
        videos = results[0].video, results[1].video
        typer.echo(str(write_comparison(analyses, videos, out, lang)), err=as_json)


def _print(model: CompareModel) -> None:
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    table = Table(box=None, padding=(0, 1, 0, 0), pad_edge=False, show_header=False)
    # In a narrow terminal the values wrap, but not the name and the verdict.
    for fixed in (True, False, False, False, True):
        table.add_column(no_wrap=fixed)
    for row in model.rows:
        verdict = row.verdict_word + (f": {row.why}" if row.why and model.comparable else "")
        cells = (row.name, row.before, row.after, row.difference, verdict)
        style = "bold" if row.verdict == "changed" else ""
        table.add_row(*(Text(cell) for cell in cells), style=style)
    console = Console(highlight=False, markup=False)
    console.print(Text(" → ".join(model.names)))
    console.print(table)
    console.print(Text(f"\n{model.summary}"))
