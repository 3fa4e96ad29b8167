"""``leanline backup`` and ``leanline restore``: the whole store as one file."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from leanline.cli.read_result import exit_on_error
from leanline.cli.store_options import Data, open_store


def backup(
    file: Annotated[Path, typer.Argument(metavar="FILE.zip", help="Where to write it.")],
    data: Data = None,
) -> None:
    """Write the whole store (athletes, clips, results) to one file, even while it is in use."""
    with open_store(data) as store:
        from leanline.cli.run_inputs import progress_bar
        from leanline.errors import writing_to
        from leanline.store.backup import write_backup

        with writing_to(file), progress_bar(file.name) as progress:
            done = write_backup(store, file, progress)
        typer.echo(f"{file}: {_count(done.athletes, 'athlete')}, {_count(done.sessions, 'clip')}.")
        for name in done.missing:
            typer.echo(f"leanline: {name} is not in the store, though it should be.", err=True)


def restore(
    file: Annotated[Path, typer.Argument(metavar="FILE.zip", help="A file written by backup.")],
    overwrite: Annotated[
        bool,
        typer.Option(
            "--overwrite", help="Even into a store that is not empty; its old folder is kept."
        ),
    ] = False,
    data: Data = None,
) -> None:
    """Replace the store with a backup; refuses a store that is not empty."""
    with exit_on_error():
        from leanline.cli.run_inputs import progress_bar
        from leanline.store.location import resolve_location
        from leanline.store.restore import restore_backup

        where = resolve_location(data)
        with progress_bar(file.name) as progress:
            done = restore_backup(file, where, overwrite=overwrite, progress=progress)
        typer.echo(
            f"{where.shown}: {_count(done.athletes, 'athlete')}, {_count(done.sessions, 'clip')}."
        )


def _count(number: int, what: str) -> str:
    return f"{number} {what}{'' if number == 1 else 's'}"
