"""``leanline store``: review of files that the database does not reference."""

from __future__ import annotations

from typing import Annotated

import typer

from leanline.cli.read_result import exit_on_error
from leanline.cli.store_options import Data, open_store

store = typer.Typer(
    help="List, rescue or delete the files that the store has set aside.", no_args_is_help=True
)


@store.command("quarantine")
def quarantine(data: Data = None) -> None:
    """List quarantined files, which stay until somebody deletes them."""
    with open_store(data) as opened_store:
        entries = opened_store.quarantine.entries()
        for entry in entries:
            size = f"{entry.size_bytes / 1e6:.1f} MB"
            typer.echo(f"{entry.put_aside}  {entry.kind:8} {size:>10}  {entry.name}  {entry.path}")
        if not entries:
            typer.echo("Nothing is set aside.")


@store.command("empty")
def empty(
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Do not ask.")] = False,
    data: Data = None,
) -> None:
    """Delete all quarantined files permanently."""
    with open_store(data) as opened_store:
        entries = opened_store.quarantine.entries()
        what = (
            f"{len(entries)} files and results, {sum(e.size_bytes for e in entries) / 1e6:.1f} MB"
        )
        if not entries:
            typer.echo("Nothing is set aside.")
        elif yes or typer.confirm(f"Delete {what}, for good?"):
            opened_store.quarantine.empty()
            typer.echo(f"Deleted {what}.")
        else:
            typer.echo("Nothing was deleted.")


@store.command("rescue")
def rescue(data: Data = None) -> None:
    """Create a session for every clip that the database does not reference."""
    with exit_on_error():
        from leanline.jobs.rescue import rescue as rescue_clips
        from leanline.store import Store
        from leanline.store.faults import translating_errors
        from leanline.store.location import resolve_location

        with Store(resolve_location(data), adopt=True) as opened_store, translating_errors():
            done = rescue_clips(opened_store)
        typer.echo(f"{done.sessions} clips are sessions again; leanline serve analyses them.")
        if done.incomplete:
            typer.echo(
                f"leanline: {done.incomplete} are incomplete and stay where they are: "
                "leanline store quarantine lists them.",
                err=True,
            )
