"""``leanline doctor``: checks the installation."""

from __future__ import annotations

from typing import Annotated, Final

import typer

MARKS: Final = {"good": "[green]ok[/]", "lacking": "[yellow]--[/]", "bad": "[red]no[/]"}


def doctor(
    self_test: Annotated[
        bool,
        typer.Option(
            "--self-test/--no-self-test",
            help="Also analyse two seconds of the bundled clip, whose true values are known.",
        ),
    ] = True,
) -> None:
    """Check versions, codecs, networks, cameras and the data folder, and analyse a short clip.

    Exits with status 1 if something that leanline needs is missing or broken.
    """
    from rich.console import Console

    from leanline.doctor import checkup

    console, bad = Console(highlight=False), 0
    for check in checkup(self_test=self_test):
        console.print(f"{MARKS[check.verdict]} {check.name:<20}", end=" ")
        console.print(check.text, markup=False, soft_wrap=True)
        bad += check.verdict == "bad"
    if bad:
        console.print("Something is missing or wrong; install leanline again in a new environment.")
        raise typer.Exit(1)
