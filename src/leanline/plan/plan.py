"""A practice plan of some weeks from the findings of one clip: one cue at a time.

Deterministic: the same findings, date and language give the same plan.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date, timedelta
from functools import cache
from importlib.resources import files
from typing import Any, Final, Literal

from leanline.errors import UsageError
from leanline.findings.drills import drills
from leanline.languages import language
from leanline.model import Metric
from leanline.registry.bands import CADENCE_GOAL

Kind = Literal["practise", "film_first", "keep"]

WEEKS: Final = (2, 3, 4)
_LATER: Final = timedelta(days=28)
_KEEP: Final = timedelta(days=42)


@dataclass(frozen=True)
class Practice:
    """One practice session.

    Parameters
    ----------
    number
        From 1.
    on
        Its day.
    minutes
        Duration.
    feedback
        Share of its time with feedback, 0 to 1.
    title
        In the plan's language.
    text
        What to do, in the plan's language.
    """

    number: int
    on: date
    minutes: int
    feedback: float
    title: str
    text: str


@dataclass(frozen=True)
class Refilm:
    """A day to film again.

    Parameters
    ----------
    on
        The day.
    title
        In the plan's language.
    text
        Why and how, in the plan's language.
    """

    on: date
    title: str
    text: str


@dataclass(frozen=True)
class Plan:
    """What to do about one finding in the next weeks.

    Parameters
    ----------
    language
        Code of the language of all texts.
    kind
        ``practise``; ``film_first`` if the clip was inconclusive; ``keep`` if nothing needs to
        change.
    finding
        Id of the finding.
    title
        What to work on.
    cue
        What to think of.
    why
        Its rationale.
    doses
        Exercises with doses.
    keep
        What to leave unchanged.
    cautions
        Only with practices.
    practices
        In order of time; empty unless ``kind`` is ``practise``.
    refilms
        In order of time.
    own_spm
        The runner's cadence, steps per minute, if the cue is on cadence.
    goal_spm
        The cadence to practise, steps per minute, if the cue is on cadence.
    """

    language: str
    kind: Kind
    finding: str
    title: str
    cue: str
    why: str
    doses: tuple[str, ...]
    keep: str
    cautions: tuple[str, ...]
    practices: tuple[Practice, ...]
    refilms: tuple[Refilm, ...]
    own_spm: int | None = None
    goal_spm: int | None = None


@dataclass(frozen=True)
class _Schedule:
    feedback: tuple[float, ...]
    minutes: tuple[int, int]
    cautions: tuple[str, ...]
    every_days: tuple[int, ...] = ()


def make_plan(
    findings: Sequence[tuple[str, str]],
    metrics: Mapping[str, Metric],
    starts_on: date,
    *,
    weeks: int = 3,
    code: str = "en",
) -> Plan:
    """Make a plan for the most important finding to work on.

    Parameters
    ----------
    findings
        Id and severity of each finding, most important first, as in ``Session.findings``.
    metrics
        Metrics of the same clip, for the cadence.
    starts_on
        The day of the first session.
    weeks
        2, 3 or 4: the period over which the eight sessions are spread.
    code
        Language code.

    Returns
    -------
    Plan
        Practices only for a finding to work on.

    Raises
    ------
    UsageError
        There is no finding, ``weeks`` is not supported, or the language is not.
    """
    words = _texts(language(code).code)
    if weeks not in WEEKS:
        raise UsageError("plan.weeks", weeks=weeks)
    known_findings = [(name, severity) for name, severity in findings if name in drills(code)]
    if not known_findings:
        raise UsageError("plan.no_finding")
    # What is likely but too close to tell is filmed again before what is fine is kept.
    order = ("work_on", "watch", "good")
    name, severity = min(known_findings, key=lambda one: order.index(one[1]))
    drill = drills(code)[name]
    kind: Kind = {"work_on": "practise", "watch": "film_first"}.get(severity, "keep")  # type: ignore[assignment]
    schedule = _schedule(name)
    own, goal = _cadence(name, metrics) if kind == "practise" else (None, None)
    practices = _practices(name, schedule, starts_on, weeks, words) if kind == "practise" else ()
    return Plan(
        language=code,
        kind=kind,
        finding=name,
        title=drill.title,
        cue=drill.cue,
        why=drill.why,
        doses=_doses(drill.drill, own, goal, words),
        keep=drill.keep,
        cautions=tuple(words["cautions"][key] for key in schedule.cautions)
        if kind == "practise"
        else (),
        practices=practices,
        refilms=_refilms(kind, practices, starts_on, words, drill.cue),
        own_spm=own,
        goal_spm=goal,
    )


def to_plain(plan: Plan) -> dict[str, Any]:
    """Convert a plan to JSON values.

    Parameters
    ----------
    plan
        The plan.

    Returns
    -------
    dict of str to Any
        Its fields, with ISO dates.
    """

    def plain(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        return {k: v.isoformat() if isinstance(v, date) else v for k, v in pairs}

    return asdict(plan, dict_factory=plain)


def from_plain(data: Mapping[str, Any]) -> Plan:
    """Convert JSON values to a plan.

    Parameters
    ----------
    data
        As from ``to_plain``, also after a round trip through JSON.

    Returns
    -------
    Plan
        The same plan.
    """
    parts = {
        "practices": tuple(Practice(**_with_day(one)) for one in data["practices"]),
        "refilms": tuple(Refilm(**_with_day(one)) for one in data["refilms"]),
        "doses": tuple(data["doses"]),
        "cautions": tuple(data["cautions"]),
    }
    return Plan(**{**data, **parts})


def _with_day(data: Mapping[str, Any]) -> dict[str, Any]:
    return {**data, "on": date.fromisoformat(data["on"])}


def _practices(
    name: str, schedule: _Schedule, starts_on: date, weeks: int, words: Mapping[str, Any]
) -> tuple[Practice, ...]:
    """Schedule the sessions: eight fill 2, 3 or 4 weeks, unless the schedule has its own days."""
    cue = drills(words["code"])[name].cue
    count = len(schedule.feedback)
    gaps = schedule.every_days or (weeks,)
    days = [sum(gaps[k % len(gaps)] for k in range(i)) for i in range(count)]
    low, high = schedule.minutes
    practices = []
    for i, share in enumerate(schedule.feedback):
        minutes = round(low + (high - low) * i / (count - 1))
        duration = words["minutes_standing" if _is_standing(name) else "minutes"].format(
            minutes=minutes
        )
        practices.append(
            Practice(
                number=i + 1,
                on=starts_on + timedelta(days=days[i]),
                minutes=minutes,
                feedback=share,
                title=words["practice"].format(number=i + 1, count=count, cue=cue),
                text=f"{duration} {words['feedback'][_feedback(share)]}",
            )
        )
    return tuple(practices)


def _refilms(
    kind: Kind,
    practices: tuple[Practice, ...],
    starts_on: date,
    words: Mapping[str, Any],
    cue: str,
) -> tuple[Refilm, ...]:
    title = words["refilm"]
    if kind == "film_first":
        return (Refilm(starts_on, title, words["refilm_first"]),)
    if kind == "keep":
        return (Refilm(starts_on + _KEEP, title, words["refilm_keep"]),)
    last = practices[-1].on
    after = Refilm(last + timedelta(days=1), title, words["refilm_after"])
    return after, Refilm(last + _LATER, title, words["refilm_later"].format(cue=cue))


def _feedback(share: float) -> str:
    if share >= 1.0:
        return "all"
    if share <= 0.0:
        return "none"
    return "most" if share > 0.5 else "half" if share > 0.25 else "some"


def _cadence(name: str, metrics: Mapping[str, Metric]) -> tuple[int | None, int | None]:
    """Return the runner's cadence and 5 % more, if the cue is quicker steps."""
    cadence = metrics.get("cadence_spm")
    if name != "overstride" or cadence is None or not isinstance(cadence.value, float):
        return None, None
    return round(cadence.value), round(cadence.value * CADENCE_GOAL)


def _doses(
    doses: tuple[str, ...], own: int | None, goal: int | None, words: Mapping[str, Any]
) -> tuple[str, ...]:
    return doses if goal is None else (words["goal"].format(own=own, goal=goal), *doses)


def _days(every: int | list[int] | tuple[int, ...]) -> tuple[int, ...]:
    """Days from one session to the next, in turn."""
    return (every,) if isinstance(every, int) else tuple(every)


def _is_standing(name: str) -> bool:
    return name.startswith("stand_")


def _schedule(name: str) -> _Schedule:
    schedules = _schedules()
    return schedules.get(name, schedules["standing" if _is_standing(name) else "running"])


@cache
def _schedules() -> Mapping[str, _Schedule]:
    data = tomllib.loads(_read("schedules.toml"))
    return {
        name: _Schedule(
            tuple(map(float, entry["feedback"])),
            (entry["minutes"][0], entry["minutes"][1]),
            tuple(entry["cautions"]),
            _days(entry.get("every_days", ())),
        )
        for name, entry in data.items()
    }


@cache
def _texts(code: str) -> Mapping[str, Any]:
    return {**tomllib.loads(_read("texts", f"{code}.toml")), "code": code}


def _read(*parts: str) -> str:
    return files("leanline.plan").joinpath(*parts).read_text(encoding="utf-8")


def plan_title(plan: Plan) -> str:
    """Return the title of a plan.

    Parameters
    ----------
    plan
        The plan.

    Returns
    -------
    str
        In the plan's language.
    """
    return str(_texts(plan.language)["title"].format(title=plan.title))


def keep_text(plan: Plan) -> str:
    """Return the sentence on what to leave unchanged.

    Parameters
    ----------
    plan
        The plan.

    Returns
    -------
    str
        In the plan's language.
    """
    return str(_texts(plan.language)["keep"].format(keep=plan.keep))


def plan_words(code: str, part: str) -> Mapping[str, str]:
    """Return the texts of a part of the plan.

    Parameters
    ----------
    code
        Language code.
    part
        ``outcomes``, what to do once filmed again, or ``done``, for ticking off sessions.

    Returns
    -------
    Mapping of str to str
        By name.

    Raises
    ------
    UsageError
        The language is not supported.
    """
    words: Mapping[str, str] = _texts(language(code).code)[part]
    return words
