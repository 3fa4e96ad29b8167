"""``leanline plot``: writes charts and key frames to files."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal, cast

import typer

from leanline.cli.clip_options import Lang
from leanline.cli.read_result import VIDEO_HELP, checked_language, exit_on_error


def plot(
    result: Annotated[
        Path,
        typer.Argument(
            metavar="DIR|analysis.json", help="A result of leanline analyze.", show_default=False
        ),
    ],
    out: Annotated[
        Path | None,
        typer.Option("--out", "-o", metavar="DIR", help="Write here instead of DIR/figures."),
    ] = None,
    form: Annotated[
        str,
        typer.Option(
            "--format",
            metavar="svg|png",
            help=r"Format of the files; png needs leanline\[plot].",
        ),
    ] = "svg",
    video: Annotated[Path | None, typer.Option(metavar="VIDEO", help=VIDEO_HELP)] = None,
    lang: Lang = "en",
) -> None:
    """Write the charts and key frames as SVG or PNG."""
    with exit_on_error(lang):
        _plot(result, out, form, video, checked_language(lang))


def _plot(result: Path, out: Path | None, form: str, video: Path | None, lang: str) -> None:
    from leanline.cli.read_result import read_result
    from leanline.errors import UsageError
    from leanline.report.figures import write_figures

    if form not in ("svg", "png"):
        raise UsageError("usage.choice", setting="format", choices=("svg", "png"), value=form)
    read = read_result(result, video)
    directory = out or read.directory / "figures"
    wanted = cast("Literal['svg', 'png']", form)
    for path in write_figures(read.analysis, directory, wanted, read.video, lang):
        typer.echo(str(path))
