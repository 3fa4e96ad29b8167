"""Every person, or every shot, of one film: one result each."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import count
from typing import TYPE_CHECKING, Final

from leanline.cli.save import SaveTarget
from leanline.errors import LeanlineError, NobodyError, UsageError

if TYPE_CHECKING:
    from leanline.model import Analysis

    Result = Analysis | LeanlineError
    Analyse = Callable[[SaveTarget | None, Mapping[str, int]], Analysis]

#: By option: the setting that chooses one, and the notes and parameters that say how many there
#: are and which one was measured.
EACH: Final = {
    "people": ("person", {"other_people": "people", "several_passes": "passes"}, "person"),
    "shots": ("shot", {"several_shots": "shots"}, "shot"),
}
#: What is true of one person only.
_PERSONAL: Final = ("height_m", "standing_clip", "person")
#: The athlete of somebody whose result is not kept.
NOBODY: Final = "-"


def each_of(people: str | None, shots: str | None, options: Mapping[str, object]) -> str | None:
    """Decide what is measured one by one.

    Parameters
    ----------
    people, shots
        What was given for ``--people`` and ``--shots``: ``all`` or nothing.
    options
        Fields of ``Settings`` that were given, None for others.

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
    if len(wanted) > 1:
        raise UsageError("usage.not_together", setting=wanted[0], other_setting=wanted[1])
    if people is not None:
        for setting in _PERSONAL:
            if options.get(setting) is not None:
                raise UsageError("usage.not_together", setting="people", other_setting=setting)
    return wanted[0] if wanted else None


def results_of_each(
    option: str, keep: Sequence[SaveTarget | None], analyse: Analyse
) -> Iterator[tuple[int, Result]]:
    """Analyse everybody, or every shot.

    Parameters
    ----------
    option
        ``people`` or ``shots``.
    keep
        Where to save: for ``people`` each person's own, in the order of their numbers; for
        ``shots`` one for all; empty to save nothing.
    analyse
        Called with where to save, and the settings to change.

    Yields
    ------
    tuple of int and Analysis or LeanlineError
        Number, from 1, and its analysis, or why there is none.

    Raises
    ------
    UsageError
        There are more or fewer people than athletes.
    NobodyError
        There is nobody to measure.
    """
    own = option == "people" and len(keep) > 0
    shared = None if own or not keep else keep[0]

    def one(number: int) -> Result:
        try:
            return analyse(keep[number - 1] if own else shared, {EACH[option][0]: number})
        except LeanlineError as error:
            return error

    try:
        first = analyse(shared, {})
    except NobodyError as error:
        if own or option != "people":
            raise
        yield from _in_turn(one, error)
        return
    chosen, number_of_all = _chosen(first, option)
    if own and number_of_all != len(keep):
        raise UsageError("usage.athletes_of_people", athletes=len(keep), people=number_of_all)
    for number in range(1, number_of_all + 1):
        saved_anew = own and keep[number - 1] is not None
        yield number, first if number == chosen and not saved_anew else one(number)


def _chosen(first: Analysis, option: str) -> tuple[int, int]:
    """Number of the one that was measured, and how many there are."""
    _, notes, number_of = EACH[option]
    for note in first.warnings:
        if note.code in notes:
            params = note.reason.params
            return int(str(params[number_of])), int(str(params[notes[note.code]]))
    return 1, 1


def _in_turn(one: Callable[[int], Result], refusal: NobodyError) -> Iterator[tuple[int, Result]]:
    """Everybody by number, where the most prominent one was refused."""
    for number in count(1):
        result = one(number)
        if isinstance(result, LeanlineError) and result.reason.code == "usage.no_such_person":
            if number == 1:
                raise refusal
            return
        yield number, result
