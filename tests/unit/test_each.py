"""``--people all`` and ``--shots all``."""

from __future__ import annotations

from dataclasses import replace

import pytest

from leanline.cli.each import each_of, results_of_each
from leanline.errors import LeanlineError, NobodyError, UsageError
from leanline.model import Analysis, warning
from tests.analyses import analysis


def test_everybody_is_measured_once_and_refusals_are_kept() -> None:
    first = replace(analysis(), warnings=(warning("other_people", people=3, person=2),))
    second = analysis()
    asked: list[tuple[str, int]] = []

    def analyse(setting: str, number: int) -> Analysis:
        asked.append((setting, number))
        if number == 3:
            raise NobodyError("nobody.still", path="run.mp4")
        return second

    results = list(results_of_each(first, "people", analyse))
    assert asked == [("person", 1), ("person", 3)]
    assert results[0] == (1, second)
    assert results[1] == (2, first)
    assert results[2][0] == 3
    assert isinstance(results[2][1], LeanlineError)


def test_a_film_of_one_shot_has_one_result() -> None:
    first = replace(analysis(), warnings=())
    assert list(results_of_each(first, "shots", lambda *_: first)) == [(1, first)]


def test_shots_are_counted_by_their_note() -> None:
    note = warning("several_shots", shots=2, shot=1, start_s=0.0, end_s=4.0)
    first = replace(analysis(), warnings=(note,))
    assert [number for number, _ in results_of_each(first, "shots", lambda *_: first)] == [1, 2]


def test_what_is_measured_one_by_one() -> None:
    assert each_of(None, None, athlete=None) is None
    assert each_of("all", None, athlete=None) == "people"
    assert each_of(None, "all", athlete=None) == "shots"


@pytest.mark.parametrize(
    ("people", "shots", "athlete"), [("2", None, None), ("all", "all", None), ("all", None, "Ada")]
)
def test_impossible_wishes_are_refused(
    people: str | None, shots: str | None, athlete: str | None
) -> None:
    with pytest.raises(UsageError):
        each_of(people, shots, athlete=athlete)


def test_the_shots_of_one_athlete_may_be_kept() -> None:
    assert each_of(None, "all", athlete="Ada") == "shots"
