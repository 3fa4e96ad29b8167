"""How far a plan has come: what was done, how it felt, and what comes next."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal, Protocol

from leanline.plan.plan import Plan, Practice, Refilm, plan_words

Felt = Literal["easy", "right", "hard"]


class Done(Protocol):
    """A practice that was done: its number in the plan, how it felt, and whether it hurt."""

    @property
    def number(self) -> int:
        """From 1."""

    @property
    def felt(self) -> Felt:
        """How it felt."""

    @property
    def pain(self) -> bool:
        """Whether anything hurt."""


@dataclass(frozen=True)
class PlanProgress:
    """The state of a plan.

    Parameters
    ----------
    done
        Numbers of the practices that were done.
    count
        How many there are.
    next_practice
        The first that was not done; None when all were, or when something hurt.
    next_film
        The next day to film; None when none is left.
    hurt
        Number of the last practice, if something hurt in it: then the plan stops.
    notes
        What to tell the person now, in the plan's language.
    """

    done: tuple[int, ...]
    count: int
    next_practice: Practice | None
    next_film: Refilm | None
    hurt: int | None
    notes: tuple[str, ...]


def plan_progress(plan: Plan, done: Sequence[Done], today: date) -> PlanProgress:
    """Work out how far a plan has come.

    Parameters
    ----------
    plan
        The plan.
    done
        Its practices that were done, in any order.
    today
        Films from this day on count as next.

    Returns
    -------
    PlanProgress
        Stopped as soon as the last practice hurt.
    """
    known = {one.number: one for one in done if 1 <= one.number <= len(plan.practices)}
    numbers = tuple(sorted(known))
    hurt = numbers[-1] if numbers and known[numbers[-1]].pain else None
    open_ones = [one for one in plan.practices if one.number not in known]
    following = open_ones[0] if open_ones and hurt is None else None
    film = next((one for one in plan.refilms if one.on >= today), None)
    tired = len(numbers) > 1 and all(known[n].felt == "hard" for n in numbers[-2:])
    return PlanProgress(
        done=numbers,
        count=len(plan.practices),
        next_practice=following,
        next_film=film,
        hurt=hurt,
        notes=tuple(_notes(plan, numbers, hurt, tired=tired)),
    )


def _notes(plan: Plan, numbers: Sequence[int], hurt: int | None, *, tired: bool) -> list[str]:
    words = plan_words(plan.language, "done")
    if hurt is not None:
        return [words["stopped"].format(number=hurt)]
    if plan.practices and len(numbers) == len(plan.practices):
        return [words["all_done"]]
    return [words["hard_twice"]] if tired else []
