"""Shared by commands on the store: opening it, and finding an athlete."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated, Final

import typer

from leanline.cli.read_result import exit_on_error

if TYPE_CHECKING:
    from leanline.store import Athlete, Store

DATA_HELP: Final = (
    "The store: a folder or a postgresql:// URL. Default: $LEANLINE_DATA, else your own."
)
Data = Annotated[str | None, typer.Option("--data", metavar="DIR|URL", help=DATA_HELP)]
Name = Annotated[str, typer.Argument(metavar="ATHLETE", help="The athlete's name.")]


@contextmanager
def open_store(data: str | None, language: str = "en") -> Iterator[Store]:
    """Open a store for the duration of the block; errors are printed and become exit codes.

    Parameters
    ----------
    data
        Its location; None for the default one.
    language
        Of the messages.

    Yields
    ------
    Store
        Closed at the end of the block.
    """
    with exit_on_error(language):
        from leanline.store import Store
        from leanline.store.faults import translating_errors

        with Store.open(data) as store, translating_errors():
            yield store


def resolve_athlete(store: Store, name: str | None) -> Athlete:
    """Find the athlete of this name, or the only one if no name is given.

    Parameters
    ----------
    store
        Where to look.
    name
        Name or id; None for the only athlete.

    Returns
    -------
    Athlete
        As stored.

    Raises
    ------
    MissingError
        There is no athlete of that name, or none at all.
    UsageError
        No name is given, and there are several.
    """
    from leanline.errors import UsageError
    from leanline.store import MissingError

    if name is not None:
        return store.athletes.find(name)
    known = store.athletes.all()
    if not known:
        raise MissingError("athlete.none_yet")
    if len(known) > 1:
        raise UsageError("athlete.several", athletes=tuple(a.name for a in known[:20]))
    return known[0]
