"""The ``leanline`` command."""

from __future__ import annotations

import contextlib
import io
import sys
from typing import Annotated

import typer

from leanline.cli.analyze import analyze
from leanline.cli.athlete import athlete
from leanline.cli.backup import backup, restore
from leanline.cli.batch import batch
from leanline.cli.compare import compare
from leanline.cli.demo import demo
from leanline.cli.docs import docs
from leanline.cli.doctor import doctor
from leanline.cli.drill import drill
from leanline.cli.export import export
from leanline.cli.history import history
from leanline.cli.live import live
from leanline.cli.metronome import metronome
from leanline.cli.plan import plan
from leanline.cli.plot import plot
from leanline.cli.renamed_options import RenamedOpen, RenamedOptions
from leanline.cli.report import report
from leanline.cli.run_inputs import from_system_error, print_error
from leanline.cli.schema import schema
from leanline.cli.score import score
from leanline.cli.serve import open_page, serve
from leanline.cli.store import store
from leanline.version import __version__
from leanline.workers.process import hide_library_warnings

app = typer.Typer(
    name="leanline",
    help="Honest numbers about how a runner leans, lands and steps, from one phone video.",
    epilog="Exit status: 0 analysed, 2 wrong usage, 3 an input cannot be read, "
    "4 nobody running, walking or standing to measure.",
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
app.command("analyze", cls=RenamedOptions)(analyze)
app.command("drill")(drill)
app.command("batch")(batch)
app.command("report")(report)
app.command("compare")(compare)
app.command("plot")(plot)
app.command("export")(export)
app.command("score")(score)
app.command("schema")(schema)
app.command("docs")(docs)
app.command("demo")(demo)
app.command("doctor")(doctor)
app.command("live", cls=RenamedOpen)(live)
app.command("metronome")(metronome)
app.command("serve")(serve)
app.add_typer(athlete, name="athlete")
app.command("history")(history)
app.command("plan")(plan)
app.command("backup")(backup)
app.command("restore")(restore)
app.add_typer(store, name="store")


def _show_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"leanline {__version__}")
        raise typer.Exit


@app.callback(invoke_without_command=True)
def _options(
    context: typer.Context,
    _version: Annotated[
        bool,
        typer.Option(
            "--version", callback=_show_version, is_eager=True, help="Show the version and exit."
        ),
    ] = False,
) -> None:
    """Without a command, open the page in the browser."""
    if context.invoked_subcommand is None:
        open_page()


def main() -> None:
    """Run the command line; entry point of the ``leanline`` script."""
    hide_library_warnings()
    for stream in (sys.stdout, sys.stderr):
        # File names are not necessarily valid text.
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")
    try:
        app()
    except (OSError, MemoryError) as error:
        code = print_error(from_system_error(error))
        # Unwritten output would be flushed again at exit, and fail with a traceback.
        with contextlib.suppress(OSError):
            sys.stdout.close()
        sys.exit(code)
