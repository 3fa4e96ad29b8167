"""Which shot of a film is measured, and who in it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from leanline.errors import NobodyError, UsageError
from leanline.model import AnalysisWarning, warning
from leanline.pose.first_look import FirstLook
from leanline.pose.found import best_candidate
from leanline.pose.select_person import prominence, select_person
from leanline.pose.sightings import TrackedPerson
from leanline.reason import Reason
from leanline.video.cuts import Shot


@dataclass(frozen=True)
class Choice:
    """The person to measure.

    Parameters
    ----------
    person
        Their path.
    others
        Number of other people in the same shot.
    shot
        Their shot; None for a film without cuts.
    notes
        Warnings on the choice.
    number
        Number of the shot, from 1; 0 for a film without cuts.
    other_shots
        Numbers of the other shots with people in them, the most promising first.
    """

    person: TrackedPerson
    others: int
    shot: Shot | None
    notes: tuple[AnalysisWarning, ...]
    number: int = 0
    other_shots: tuple[int, ...] = ()


def choose(look: FirstLook, person: int | None, shot: int | None, path: Path) -> Choice:
    """Choose the shot with the most prominent runner, and that runner.

    Parameters
    ----------
    look
        What the first pass found.
    person
        Number of the person through the whole film, from 1; None for the most prominent.
    shot
        Number of the shot, from 1; None for the best.
    path
        The film, for messages.

    Returns
    -------
    Choice
        With a warning if there are several shots or people.

    Raises
    ------
    NobodyError
        There is nobody.
    UsageError
        There is no such person or shot.
    """
    shots = look.shots
    if shot is not None and shot > len(shots):
        raise UsageError("usage.no_such_shot", path=path, shot=shot, shots=len(shots))
    among = look.people if shot is None else look.people_of(shots[shot - 1])
    if shot is not None and not among:
        read = _candidates_read(look, shots[shot - 1])
        raise NobodyError("nobody.in_shot", path=path, shot=shot, read=read)
    if not look.people and not look.candidates:
        raise NobodyError("nobody.unseen", path=path)
    if not look.people:
        raise NobodyError("nobody.too_small", path=path, read=_candidates_read(look))
    selection = select_person(look.people, person, path, among)
    if len(shots) == 1:
        return Choice(selection.person, selection.others, None, selection.notes)
    chosen = look.shot_of(selection.person)
    number = shots.index(chosen) + 1
    note = warning(
        "several_shots",
        shots=len(shots),
        shot=number,
        start_s=chosen.start_s,
        end_s=chosen.end_s,
    )
    together = len(look.people_of(chosen)) - 1
    return Choice(
        selection.person,
        together,
        chosen,
        (note, *(selection.notes if together else ())),
        number,
        _by_prominence(look, chosen),
    )


def _by_prominence(look: FirstLook, chosen: Shot) -> tuple[int, ...]:
    """Numbers of the other shots with people, those with the most prominent person first."""
    best = {
        number: max(map(prominence, look.people_of(shot)))
        for number, shot in enumerate(look.shots, start=1)
        if shot != chosen and look.people_of(shot)
    }
    return tuple(sorted(best, key=lambda number: -best[number]))


def _candidates_read(look: FirstLook, shot: Shot | None = None) -> Reason:
    """The sentence on what comes closest to a person, in one shot or in all."""
    among = [one for one in look.candidates if shot is None or look.shot_of(one) == shot]
    if not among:
        return Reason("nobody.read_nobody")
    return best_candidate(tuple(one.path() for one in among))
