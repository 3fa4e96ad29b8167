"""``leanline export``: converts a result to another tool's format."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, cast

import typer

from leanline.cli.read_result import exit_on_error

if TYPE_CHECKING:
    from leanline.exporters import Format, Table


def export(
    result: Annotated[
        Path,
        typer.Argument(
            metavar="DIR|analysis.json", help="A result of leanline analyze.", show_default=False
        ),
    ],
    to: Annotated[
        str,
        typer.Option(
            "--to",
            metavar="trc|mot|c3d|csv|parquet|netcdf|kinovea",
            help="c3d adds the events, mot holds joint angles, kinovea is a folder of OpenPose "
            r"JSON to load onto it; parquet needs leanline\[batch], netcdf leanline\[movement].",
            show_default=False,
        ),
    ],
    out: Annotated[
        Path | None,
        typer.Option("--out", "-o", metavar="FILE", help="Write here instead of DIR/TABLE.ENDING."),
    ] = None,
    table: Annotated[
        str,
        typer.Option(
            metavar="pose|angles|steps|events|metrics", help="What a csv or parquet file holds."
        ),
    ] = "pose",
) -> None:
    """Write the pose, the joint angles or the tables for another tool."""
    with exit_on_error():
        typer.echo(str(_export(result, to, out, table)))


def _export(result: Path, to: str, out: Path | None, table: str) -> Path:
    from leanline.cli.read_result import read_result
    from leanline.errors import writing_to
    from leanline.exporters import ENDINGS
    from leanline.exporters import export as write

    read = read_result(result)
    form, content = cast("Format", to), cast("Table", table)
    name = {"mot": "angles", "kinovea": "kinovea"}.get(to, table)
    target = out or read.directory / f"{name}{ENDINGS.get(form, '')}"
    with writing_to(target):
        return write(read.analysis, form, target, content)
