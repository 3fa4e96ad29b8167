"""Which shot of a film is measured, and who in it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from leanline.errors import NobodyError, UsageError
from leanline.model import AnalysisWarning, warning
from leanline.pose.first_look import FirstLook
from leanline.pose.select_person import select_person
from leanline.pose.sightings import TrackedPerson
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
    """

    person: TrackedPerson
    others: int
    shot: Shot | None
    notes: tuple[AnalysisWarning, ...]


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
        raise NobodyError("nobody.in_shot", path=path, shot=shot)
    selection = select_person(look.people, person, path, among)
    if len(shots) == 1:
        return Choice(selection.person, selection.others, None, selection.notes)
    chosen = look.shot_of(selection.person)
    note = warning(
        "several_shots",
        shots=len(shots),
        shot=shots.index(chosen) + 1,
        start_s=chosen.start_s,
        end_s=chosen.end_s,
    )
    together = len(look.people_of(chosen)) - 1
    return Choice(
        selection.person, together, chosen, (note, *(selection.notes if together else ()))
    )
