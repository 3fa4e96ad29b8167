"""The rules in ``rules.toml`` as typed data: conditions, evidence, and frames to show."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any, Literal

from leanline.model import Activity
from leanline.registry.definition import Grade
from leanline.registry.metrics import threshold

Severity = Literal["work_on", "watch", "good"]


@dataclass(frozen=True)
class Condition:
    """What one metric must be: exactly one of ``above``, ``below`` and ``equals`` is given.

    Parameters
    ----------
    metric
        Id of the metric.
    above, below
        Number, in the metric's unit, that it must be above or below.
    equals
        Word that it must equal.
    open
        Sentence of the finding that says that this condition is too close to tell.
    unmeasured
        Sentence of the finding that says that this condition alone was not measured; none if
        empty.

    Raises
    ------
    ValueError
        None of the three, or more than one, is given.
    """

    metric: str
    above: float | None = None
    below: float | None = None
    equals: str | None = None
    open: str = "watch"
    unmeasured: str = ""

    def __post_init__(self) -> None:
        if sum(x is not None for x in (self.above, self.below, self.equals)) != 1:
            raise ValueError(f"a condition on {self.metric} needs one of above, below, equals")


@dataclass(frozen=True)
class Detail:
    """A sentence added to a finding when the metric it needs was measured.

    Parameters
    ----------
    id
        Name of the sentence in the catalogue.
    needs
        Id of the metric.
    when
        The severity at which it is added; any if None.
    equals
        The value at which it is added; any if None.
    """

    id: str
    needs: str
    when: Severity | None = None
    equals: str | None = None


@dataclass(frozen=True)
class Frames:
    """Which steps show a finding best.

    Parameters
    ----------
    value
        Id of the per-step value that decides.
    worst
        Which of its values are shown first.
    moment
        Moment of the contact that is shown.
    """

    value: str
    worst: Literal["highest", "lowest", "furthest"]
    moment: Literal["contact", "middle"]


@dataclass(frozen=True)
class Rule:
    """One thing that may be found.

    Parameters
    ----------
    id
        Stable name.
    step
        Step of the method, 1 to 4.
    activity
        The activity that it is for.
    evidence
        Grade A to D.
    sources
        Keys of the sources that it rests on.
    conditions
        All have to be met.
    details
        Sentences that may be added.
    frames
        Which steps show it; None for no pictures.
    min_n
        Smallest number of steps for "clearly".
    praises
        Whether it says that nothing asks for a change.
    """

    id: str
    step: int
    activity: Activity
    evidence: Grade
    sources: tuple[str, ...]
    conditions: tuple[Condition, ...]
    details: tuple[Detail, ...] = ()
    frames: Frames | None = None
    min_n: int = 0
    praises: bool = False

    @property
    def severities(self) -> tuple[Severity, ...]:
        """The severities that a finding of this rule can have."""
        return ("good",) if self.praises else ("work_on", "watch")

    @property
    def sentences(self) -> tuple[str, ...]:
        """The sentences that the catalogue has for it, those of older results included."""
        details = tuple(detail.id for detail in self.details)
        if self.praises:
            return ("verdict", "advice", "good", *details)
        undecided = dict.fromkeys(condition.open for condition in self.conditions)
        missing = [one.unmeasured for one in self.conditions if one.unmeasured]
        return ("verdict", "advice", "work_on", *undecided, *missing, *details)


@cache
def rules() -> tuple[Rule, ...]:
    """Return all rules.

    Returns
    -------
    tuple of Rule
        Most important first.
    """
    text = files("leanline.findings").joinpath("rules.toml").read_text(encoding="utf-8")
    return tuple(_rule(entry) for entry in tomllib.loads(text)["rule"])


def condition_of(entry: Mapping[str, str]) -> Condition:
    """Build a condition whose thresholds are named in the registry.

    Parameters
    ----------
    entry
        Id of the ``metric``, and ``above``, ``below`` (names of thresholds) or ``equals``.

    Returns
    -------
    Condition
        With the thresholds' values.

    Raises
    ------
    ValueError
        None of the three, or more than one, is given.
    """
    metric = entry["metric"]
    return Condition(
        metric,
        above=threshold(metric, entry["above"]) if "above" in entry else None,
        below=threshold(metric, entry["below"]) if "below" in entry else None,
        equals=entry.get("equals"),
        open=entry.get("open", "watch"),
        unmeasured=entry.get("unmeasured", ""),
    )


def _rule(entry: Mapping[str, Any]) -> Rule:
    frames = entry.get("frames")
    return Rule(
        id=entry["id"],
        step=entry["step"],
        activity=entry["activity"],
        evidence=entry["evidence"],
        sources=tuple(entry["sources"]),
        conditions=tuple(condition_of(condition) for condition in entry["conditions"]),
        details=tuple(Detail(**detail) for detail in entry.get("details", ())),
        frames=None if frames is None else Frames(**frames),
        min_n=entry.get("min_n", 0),
        praises=entry.get("praises", False),
    )
