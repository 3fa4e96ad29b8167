"""Every person, or every shot, of one film: one result each."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Final

from leanline.errors import LeanlineError, UsageError

if TYPE_CHECKING:
    from leanline.model import Analysis

#: By option: the setting that chooses one, and the notes and parameters that say how many there
#: are and which one was measured.
EACH: Final = {
    "people": ("person", {"other_people": "people", "several_passes": "passes"}, "person"),
    "shots": ("shot", {"several_shots": "shots"}, "shot"),
}


def each_of(people: str | None, shots: str | None, *, athlete: str | None) -> str | None:
    """Decide what is measured one by one.

    Parameters
    ----------
    people, shots
        What was given for ``--people`` and ``--shots``: ``all`` or nothing.
    athlete
        For whom results are kept, who cannot be several people.

    Returns
    -------
    str or None
        ``people``, ``shots`` or neither.

    Raises
    ------
    UsageError
        Something else than ``all`` was given, or options that do not go together.
    """
    given = {"people": people, "shots": shots}
    wanted = [option for option, value in given.items() if value is not None]
    for option in wanted:
        if given[option] != "all":
            raise UsageError(
                "usage.choice", setting=option, choices=("all",), value=str(given[option])
            )
    others = {"shots": len(wanted) > 1, "athlete": people is not None and athlete is not None}
    for option, present in others.items():
        if wanted and present:
            raise UsageError("usage.not_together", setting=wanted[0], other_setting=option)
    return wanted[0] if wanted else None


def results_of_each(
    first: Analysis, option: str, analyse: Callable[[str, int], Analysis]
) -> Iterator[tuple[int, Analysis | LeanlineError]]:
    """Analyse all the others after the first.

    Parameters
    ----------
    first
        The analysis of the one that was chosen; its notes say how many there are.
    option
        ``people`` or ``shots``.
    analyse
        Called with the setting and the number of each of the others.

    Yields
    ------
    tuple of int and Analysis or LeanlineError
        Number, from 1, and its analysis, or why there is none.
    """
    setting, notes, number_of = EACH[option]
    found = [note.reason.params for note in first.warnings if note.code in notes]
    counts = [note.reason.params[notes[note.code]] for note in first.warnings if note.code in notes]
    if not found:
        yield 1, first
        return
    chosen, count = found[0][number_of], counts[0]
    for number in range(1, int(str(count)) + 1):
        if number == chosen:
            yield number, first
            continue
        try:
            yield number, analyse(setting, number)
        except LeanlineError as error:
            yield number, error
