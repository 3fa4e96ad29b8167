"""``leanline athlete``: the athletes in the store."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from leanline.cli.store_options import Data, Name, open_store
from leanline.quantities import parse_height

if TYPE_CHECKING:
    from leanline.store import Athlete, Store

athlete = typer.Typer(no_args_is_help=True, help="The athletes in the store and their clips.")

Height = Annotated[
    str | None, typer.Option(metavar="1.78m|5ft10", help="Height in shoes, with its unit.")
]


@athlete.command("add")
def add(
    name: Name,
    height: Height = None,
    notes: Annotated[str, typer.Option(help="Anything to remember.")] = "",
    data: Data = None,
) -> None:
    """Add an athlete."""
    with open_store(data) as store:
        height_m = None if height is None else parse_height(height)
        added = store.athletes.add(name, height_m=height_m, notes=notes)
        typer.echo(f"{added.name} is in the store at {store.place.shown}.")


@athlete.command("list")
def list_all(data: Data = None) -> None:
    """List all athletes with their number of clips."""
    with open_store(data) as store:
        athletes = store.athletes.all()
        if not athletes:
            typer.echo("There is no athlete yet; leanline athlete add NAME adds one.")
            return
        counts = store.sessions.count_by_athlete()
        _print([(one.name, _height(one), _clips(counts.get(one.id, 0))) for one in athletes])


@athlete.command("show")
def show(name: Name, data: Data = None) -> None:
    """Show an athlete's sessions, newest first."""
    with open_store(data) as store:
        one = store.athletes.find(name)
        typer.echo(" ".join(part for part in (one.name, _height(one)) if part))
        if one.notes:
            typer.echo(one.notes)
        rows = []
        for session in store.sessions.all(one.id):
            when = f"{session.filmed_at.astimezone():%Y-%m-%d %H:%M}"
            activity = session.taken.activity if session.taken else "not analysed"
            findings = ", ".join(
                f"{name} ({kind})".replace("_", " ") for name, kind in session.findings
            )
            rows.append((when, session.name, activity, findings))
        _print(rows)
        for run in store.watch_runs.all(one.id):
            when = f"{run.started_at.astimezone():%Y-%m-%d %H:%M}"
            typer.echo(f"{when} {run.name}: watch, {run.duration_s / 60:.0f} min, {run.device}")


@athlete.command("delete")
def delete(
    name: Name,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Do not ask.")] = False,
    data: Data = None,
) -> None:
    """Delete an athlete with all their clips, results, runs and plans."""
    with open_store(data) as store:
        one = store.athletes.find(name)
        what = f"{one.name} with {_clips(store.sessions.count(one.id))}"
        if not yes and not typer.confirm(f"Delete {what} for good?"):
            typer.echo("Nothing was deleted.")
            return
        waiting = store.delete_athlete(one.id)
        typer.echo(f"Deleted {what}.")
        if waiting:
            typer.echo(
                "leanline: their files go when the backup that is being written is done.", err=True
            )


@athlete.command("export")
def export(
    name: Name,
    out: Annotated[Path, typer.Option("--out", "-o", metavar="FILE.zip", help="Write here.")],
    data: Data = None,
) -> None:
    """Export everything about an athlete as a ZIP archive."""
    with open_store(data) as store:
        from leanline.files import written_atomically
        from leanline.store import ConflictError
        from leanline.web.export import export as pieces
        from leanline.web.services import build_services
        from leanline.web.settings import WebSettings

        one = store.athletes.find(name)
        if out.exists():
            raise ConflictError("output.exists", path=out)
        with written_atomically(out) as part, part.open("wb") as file:
            for piece in pieces(build_services(store, WebSettings()), one):
                file.write(piece)
        typer.echo(str(out))


@athlete.command("import")
def import_runs(
    name: Name,
    files: Annotated[
        list[Path], typer.Argument(metavar="FILE...", help="Runs from a watch: .fit, .tcx or .gpx.")
    ],
    data: Data = None,
) -> None:
    """Import runs from a watch (.fit, .tcx, .gpx) into the history."""
    with open_store(data) as store:
        one = store.athletes.find(name)
        worst = 0
        for path in files:
            worst = max(worst, _import(store, one, path))
        raise typer.Exit(worst)


def _import(store: Store, one: Athlete, path: Path) -> int:
    """Import one run and return an exit code, so that the others are imported even if it fails."""
    from leanline.cli.run_inputs import print_error
    from leanline.errors import LeanlineError
    from leanline.formats.watch_run import read_watch_run
    from leanline.store.watch_matching import save_run
    from leanline.units import say

    try:
        found = read_watch_run(path)
        run = save_run(store, one.id, found)
    except LeanlineError as error:
        return print_error(error)
    means = ", ".join(f"{_word(name)} {say(name, value)}" for name, value in run.means.items())
    day = f"{run.started_at.astimezone():%Y-%m-%d}"
    typer.echo(f"{run.name}: {day}, {run.duration_s / 60:.0f} min; {means}")
    for note in found.notes:
        typer.echo(f"  {note.text}")
    return 0


def _word(metric_id: str) -> str:
    return metric_id.rpartition("_")[0].replace("_", " ")


def _height(one: Athlete) -> str:
    return "" if one.height_m is None else f"{one.height_m:.2f} m"


def _clips(count: int) -> str:
    return f"{count} clip{'' if count == 1 else 's'}"


def _print(rows: Sequence[tuple[str, ...]]) -> None:
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    table = Table(box=None, padding=(0, 1, 0, 0), pad_edge=False, show_header=False)
    for row in rows:
        table.add_row(*(Text(cell) for cell in row))
    if rows:
        Console(highlight=False, markup=False).print(table)
