"""Options under their old names, which work for one more release with a warning."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

import typer
from typer.core import TyperCommand

from leanline.cli.flags import flag_of
from leanline.settings import RENAMED


class RenamedOptions(TyperCommand):
    """A command whose options of settings may also be given by the names of 0.1."""

    present: ClassVar[Mapping[str, str]] = {
        flag_of(old): flag_of(new) for old, new in RENAMED.items()
    }

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:  # noqa: ANN401
        """Read the arguments; old options are read as the present ones."""
        end = args.index("--") if "--" in args else len(args)
        return super().parse_args(ctx, [*map(self._present, args[:end]), *args[end:]])

    def _present(self, argument: str) -> str:
        option, equals, value = argument.partition("=")
        if option not in self.present:
            return argument
        new = self.present[option]
        typer.echo(f"leanline: {option} is now {new}; the old name goes in version 0.3.", err=True)
        return f"{new}{equals}{value}"


class RenamedOpen(RenamedOptions):
    """A command that opens a page, which 0.1 called ``--browser``."""

    present: ClassVar[Mapping[str, str]] = {"--browser": "--open", "--no-browser": "--no-open"}
