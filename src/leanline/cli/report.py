"""``leanline report``: renders the report of a result again."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from leanline.cli.clip_options import Lang
from leanline.cli.read_result import VIDEO_HELP, checked_language, exit_on_error


def report(
    result: Annotated[
        Path,
        typer.Argument(
            metavar="DIR|analysis.json", help="A result of leanline analyze.", show_default=False
        ),
    ],
    out: Annotated[
        Path | None,
        typer.Option("--out", "-o", metavar="DIR", help="Write here, not beside the result."),
    ] = None,
    video: Annotated[Path | None, typer.Option(metavar="VIDEO", help=VIDEO_HELP)] = None,
    lang: Lang = "en",
    form: Annotated[
        str, typer.Option("--format", metavar="html|pdf", help="pdf needs Chromium or Chrome.")
    ] = "html",
) -> None:
    """Write report.html (or report.pdf) for an existing result."""
    with exit_on_error(lang):
        _write(result, out, video, checked_language(lang), form)


def _write(result: Path, out: Path | None, video: Path | None, lang: str, form: str) -> None:
    from leanline.cli.read_result import read_result
    from leanline.errors import UsageError
    from leanline.report.html import write_report
    from leanline.report.pdf import find_browser, write_pdf

    if form not in ("html", "pdf"):
        raise UsageError("usage.choice", setting="format", choices=("html", "pdf"), value=form)
    browser = find_browser() if form == "pdf" else None
    read = read_result(result, video)
    if read.video is None and read.analysis.video.width:
        typer.echo(
            f"leanline: the clip {read.analysis.video.path} is not there, so the page has no "
            f"pictures.\n  Say where it is: --video VIDEO.",
            err=True,
        )
    page = write_report(read.analysis, out or read.directory, read.video, lang)
    typer.echo(str(page if browser is None else write_pdf(page, page.with_suffix(".pdf"), browser)))
