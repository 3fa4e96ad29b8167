"""``--people all`` and ``--shots all``."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

import pytest

from leanline.cli.each import each_of, results_of_each
from leanline.cli.save import SaveTarget
from leanline.errors import LeanlineError, NobodyError, UsageError
from leanline.model import Analysis, warning
from tests.analyses import analysis

ADA, BEN = SaveTarget("Ada", None), SaveTarget("Ben", None)
OTHERS = warning("other_people", people=3, person=2)
Calls = list[tuple[SaveTarget | None, dict[str, int]]]
Analyse = Callable[[SaveTarget | None, Mapping[str, int]], Analysis]


def film(
    first: Analysis | None, others: Mapping[int, Analysis | LeanlineError]
) -> tuple[Calls, Analyse]:
    """A film in which the most prominent one is measured as ``first``, or refused if None."""
    calls: Calls = []

    def analyse(keep: SaveTarget | None, changed: Mapping[str, int]) -> Analysis:
        calls.append((keep, dict(changed)))
        if changed:
            gone = UsageError("usage.no_such_person", path="run.mp4", person=9, people=len(others))
            result = others.get(next(iter(changed.values())), gone)
        else:
            result = first or NobodyError("nobody.still", path="run.mp4")
        if isinstance(result, LeanlineError):
            raise result
        return result

    return calls, analyse


def test_everybody_is_measured_once_and_refusals_are_kept() -> None:
    first, second = replace(analysis(), warnings=(OTHERS,)), analysis()
    refusal = NobodyError("nobody.still", path="run.mp4")
    calls, analyse = film(first, {1: second, 3: refusal})
    assert list(results_of_each("people", (), analyse)) == [(1, second), (2, first), (3, refusal)]
    assert calls == [(None, {}), (None, {"person": 1}), (None, {"person": 3})]


def test_everybody_is_kept_for_their_own_athlete() -> None:
    first, second = replace(analysis(), warnings=(OTHERS,)), analysis()
    calls, analyse = film(first, {1: second, 2: second, 3: second})
    assert len(list(results_of_each("people", (ADA, BEN, None), analyse))) == 3
    assert calls == [(None, {}), (ADA, {"person": 1}), (BEN, {"person": 2}), (None, {"person": 3})]


def test_the_most_prominent_one_is_not_analysed_again_if_not_kept() -> None:
    first, second = replace(analysis(), warnings=(OTHERS,)), analysis()
    calls, analyse = film(first, {1: second, 3: second})
    assert list(results_of_each("people", (ADA, None, None), analyse))[1] == (2, first)
    assert len(calls) == 3


def test_more_or_fewer_people_than_athletes_are_refused_and_nothing_is_kept() -> None:
    calls, analyse = film(replace(analysis(), warnings=(OTHERS,)), {})
    with pytest.raises(UsageError, match="people in the film"):
        list(results_of_each("people", (ADA, BEN), analyse))
    assert calls == [(None, {})]


def test_the_others_are_tried_if_the_most_prominent_one_is_refused() -> None:
    refusal = NobodyError("nobody.still", path="run.mp4")
    second = analysis()
    _, analyse = film(None, {1: refusal, 2: second})
    assert list(results_of_each("people", (), analyse)) == [(1, refusal), (2, second)]
    with pytest.raises(NobodyError):
        list(results_of_each("people", (), film(None, {})[1]))


def test_shots_are_counted_by_their_note_and_all_kept_for_one_athlete() -> None:
    note = warning("several_shots", shots=2, shot=1, start_s=0.0, end_s=4.0)
    first = replace(analysis(), warnings=(note,))
    calls, analyse = film(first, {2: analysis()})
    assert [number for number, _ in results_of_each("shots", (ADA,), analyse)] == [1, 2]
    assert calls == [(ADA, {}), (ADA, {"shot": 2})]
    _, analyse = film(replace(analysis(), warnings=()), {})
    assert len(list(results_of_each("shots", (), analyse))) == 1


def test_what_is_measured_one_by_one() -> None:
    assert each_of(None, None, {}) is None
    assert each_of("all", None, {"height_m": None}) == "people"
    assert each_of(None, "all", {"height_m": 1.8}) == "shots"


@pytest.mark.parametrize(
    ("people", "shots", "options"),
    [("2", None, {}), ("all", "all", {}), ("all", None, {"height_m": 1.8})],
)
def test_impossible_wishes_are_refused(
    people: str | None, shots: str | None, options: Mapping[str, object]
) -> None:
    with pytest.raises(UsageError):
        each_of(people, shots, options)
