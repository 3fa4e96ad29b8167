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
    svg
        The drawing, as markup.
    """

    id: str
    title: str
    dose: str
    feels: str
    mistake: str
    stop: str
    svg: str


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

    drawing = exercise_svg(exercises()[name], say("title"), say("shows"), f"{place}-{name}")
    parts = ("title", "dose", "feels", "mistake", "stop")
    return ExerciseCard(name, **{part: say(part) for part in parts}, svg=drawing)
