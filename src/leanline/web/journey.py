"""The four steps of the method as a journey, and where somebody is on it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal

from leanline.store import Session

State = Literal["done", "here", "ahead"]
_STEPS: Final = ("assess", "stand", "run", "land")


@dataclass(frozen=True)
class StepView:
    """One step of the journey.

    Parameters
    ----------
    name
        Of the step.
    state
        Whether its clip is there, comes next, or is still ahead. The last step is never done:
        landing is practised on with every run.
    """

    name: str
    state: State


def journey(sessions: Sequence[Session]) -> tuple[StepView, ...]:
    """Find out where a runner is on the four steps.

    Parameters
    ----------
    sessions
        The runner's, in any order.

    Returns
    -------
    tuple of StepView
        In order.
    """
    shown = sorted((one.filmed_at, one.taken.activity) for one in sessions if one.taken is not None)
    stood_at = next((at for at, activity in shown if activity == "standing"), None)
    there = (
        any(activity == "running" for _, activity in shown),
        stood_at is not None,
        stood_at is not None
        and any(activity == "running" and at > stood_at for at, activity in shown),
        False,
    )
    here = there.index(False)
    return tuple(
        StepView(name, "done" if is_there else "here" if k == here else "ahead")
        for k, (name, is_there) in enumerate(zip(_STEPS, there, strict=True))
    )
