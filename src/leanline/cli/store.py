"""``leanline store``: files that the database does not name, for a person to decide on."""

from __future__ import annotations

from typing import Annotated

import typer

from leanline.cli.read_result import refused_as_exit
from leanline.cli.store_options import Data, opened

store = typer.Typer(
    help="Look at, rescue or empty what the store has put aside.", no_args_is_help=True
)


@store.command("quarantine")
def quarantine(data: Data = None) -> None:
    """List the files that nothing names; they are put aside until a person deletes them."""
    with opened(data) as kept:
        entries = kept.quarantine.entries()
        for entry in entries:
            size = f"{entry.size_bytes / 1e6:.1f} MB"
            typer.echo(f"{entry.put_aside}  {entry.kind:8} {size:>10}  {entry.name}  {entry.path}")
        if not entries:
            typer.echo("Nothing was put aside.")


@store.command("empty")
def empty(
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Do not ask.")] = False,
    data: Data = None,
) -> None:
    """Delete for good what was put aside."""
    with opened(data) as kept:
        entries = kept.quarantine.entries()
        what = (
            f"{len(entries)} files and results, {sum(e.size_bytes for e in entries) / 1e6:.1f} MB"
        )
        if not entries:
            typer.echo("Nothing was put aside.")
        elif yes or typer.confirm(f"Delete {what}, for good?"):
            kept.quarantine.empty()
            typer.echo(f"Deleted {what}.")
        else:
            typer.echo("Nothing was deleted.")


@store.command("rescue")
def rescue(data: Data = None) -> None:
    """Make a session of every clip that the database does not name, also when it is lost."""
    with refused_as_exit():
        from leanline.jobs.rescue import rescue as rescue_clips
        from leanline.store import Store
        from leanline.store.faults import translating_errors
        from leanline.store.location import resolve_location

        with Store(resolve_location(data), adopt=True) as kept, translating_errors():
            done = rescue_clips(kept)
        typer.echo(f"{done.sessions} clips are sessions again; leanline serve analyses them.")
        if done.incomplete:
            typer.echo(
                f"leanline: {done.incomplete} are incomplete and stay where they are: "
                "leanline store quarantine lists them.",
                err=True,
            )
