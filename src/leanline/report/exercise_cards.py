"""Drills in words and pictures, as the pages show them."""

from __future__ import annotations

from dataclasses import dataclass

from leanline.reason import Reason
from leanline.report.exercise_svg import exercise_svg
from leanline.report.exercises import exercises, exercises_of
from leanline.wording.catalogue import render


@dataclass(frozen=True)
class ExerciseCard:
    """One drill in one language.

    Parameters
    ----------
    id
        Stable name, such as ``wall_plank``.
    title
        Its name.
    dose
        How much of it.
    feels
        How it feels when it is done well.
    mistake
        What most often goes wrong.
    stop
        When to stop.
    shows
        What the drawing shows.
    place
        Where on the page it stands, unique together with ``id``.
    """

    id: str
    title: str
    dose: str
    feels: str
    mistake: str
    stop: str
    shows: str
    place: str

    @property
    def svg(self) -> str:
        """The drawing, as markup."""
        drill = exercises()[self.id]
        return exercise_svg(drill, self.title, self.shows, f"{self.place}-{self.id}")


def exercise_cards(finding: str, code: str = "en") -> tuple[ExerciseCard, ...]:
    """The drills that go with a finding.

    Parameters
    ----------
    finding
        Its id.
    code
        The language.

    Returns
    -------
    tuple of ExerciseCard
        Empty for a finding without drills.
    """
    return tuple(exercise_card(name, code, finding) for name in exercises_of().get(finding, ()))


def exercise_card(name: str, code: str = "en", place: str = "page") -> ExerciseCard:
    """One drill.

    Parameters
    ----------
    name
        Its id.
    code
        The language.
    place
        Where on the page it stands, so that a drill can be drawn twice.

    Returns
    -------
    ExerciseCard
        With its drawing.
    """

    def say(part: str) -> str:
        return render(Reason(f"exercise.{name}.{part}"), code)

    parts = ("title", "dose", "feels", "mistake", "stop", "shows")
    return ExerciseCard(id=name, place=place, **{part: say(part) for part in parts})
