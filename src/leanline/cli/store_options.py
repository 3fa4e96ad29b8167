"""What the commands on the store share: opening it, and naming an athlete."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated, Final

import typer

from leanline.cli.read_result import refused_as_exit

if TYPE_CHECKING:
    from leanline.store import Athlete, Store

DATA_HELP: Final = "The store: a folder or a postgresql:// URL. Else $LEANLINE_DATA or your own."
Data = Annotated[str | None, typer.Option("--data", metavar="DIR|URL", help=DATA_HELP)]
Name = Annotated[str, typer.Argument(metavar="ATHLETE", help="The athlete's name.")]


@contextmanager
def opened(data: str | None, language: str = "en") -> Iterator[Store]:
    """The store; errors of ours become their sentence in ``language`` and their exit code."""
    with refused_as_exit(language):
        from leanline.store import Store
        from leanline.store.faults import translating_errors

        with Store.open(data) as store, translating_errors():
            yield store


def whom(store: Store, name: str | None) -> Athlete:
    """The athlete of a name; without one the only athlete there is.

    Raises
    ------
    MissingError
        There is nobody of that name, or nobody at all.
    UsageError
        There are several, and none is named.
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
