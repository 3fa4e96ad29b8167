"""From the findings of one clip to some weeks of practice: one cue at a time.

Pure: the same result, day and language give the same plan.
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
    """One session: ``feedback`` is the share of the time with it, 0 to 1."""

    number: int
    on: date
    minutes: int
    feedback: float
    title: str
    text: str


@dataclass(frozen=True)
class Refilm:
    """A day to film again, and why."""

    on: date
    title: str
    text: str


@dataclass(frozen=True)
class Plan:
    """What to do in the next weeks about one finding.

    ``kind`` is ``film_first`` when the clip was not sure, ``keep`` when nothing asks for a
    change; neither has practices. ``own_spm`` and ``goal_spm`` are set when the cue is the
    cadence.
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
    every_days: int | None = None


def make_plan(
    findings: Sequence[tuple[str, str]],
    metrics: Mapping[str, Metric],
    starts_on: date,
    *,
    weeks: int = 3,
    code: str = "en",
) -> Plan:
    """The plan for the first thing to work on.

    Parameters
    ----------
    findings
        Id and severity of each, most important first, as ``Session.findings`` has them.
    metrics
        Of the same clip, for the cadence.
    starts_on
        The day of the first session.
    weeks
        2, 3 or 4: over how many weeks the eight sessions go.
    code
        The language.

    Raises
    ------
    UsageError
        There is no finding, or no plan of so many weeks.
    """
    words = _texts(language(code).code)
    if weeks not in WEEKS:
        raise UsageError("plan.weeks", weeks=weeks)
    known = [(name, severity) for name, severity in findings if name in drills(code)]
    if not known:
        raise UsageError("plan.no_finding")
    name, severity = next((one for one in known if one[1] == "work_on"), known[0])
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
        refilms=_refilms(kind, practices, starts_on, words),
        own_spm=own,
        goal_spm=goal,
    )


def to_plain(plan: Plan) -> dict[str, Any]:
    """A plan as JSON values; days as ISO dates."""

    def plain(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        return {k: v.isoformat() if isinstance(v, date) else v for k, v in pairs}

    return asdict(plan, dict_factory=plain)


def from_plain(data: Mapping[str, Any]) -> Plan:
    """The plan of ``to_plain``, also after a way through JSON."""
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
    """Sessions a few days apart: the eight of them fill 2, 3 or 4 weeks at 2, 3 or 4 days."""
    cue = drills(words["code"])[name].cue
    count = len(schedule.feedback)
    apart = timedelta(days=schedule.every_days or weeks)
    low, high = schedule.minutes
    found = []
    for i, share in enumerate(schedule.feedback):
        minutes = round(low + (high - low) * i / (count - 1))
        how = words["minutes_standing" if _stands(name) else "minutes"].format(minutes=minutes)
        found.append(
            Practice(
                number=i + 1,
                on=starts_on + i * apart,
                minutes=minutes,
                feedback=share,
                title=words["practice"].format(number=i + 1, count=count, cue=cue),
                text=f"{how} {words['feedback'][_feedback(share)]}",
            )
        )
    return tuple(found)


def _refilms(
    kind: Kind, practices: tuple[Practice, ...], starts_on: date, words: Mapping[str, Any]
) -> tuple[Refilm, ...]:
    title = words["refilm"]
    if kind == "film_first":
        return (Refilm(starts_on, title, words["refilm_first"]),)
    if kind == "keep":
        return (Refilm(starts_on + _KEEP, title, words["refilm_keep"]),)
    last = practices[-1].on
    after = Refilm(last + timedelta(days=1), title, words["refilm_after"])
    return after, Refilm(last + _LATER, title, words["refilm_later"])


def _feedback(share: float) -> str:
    if share >= 1.0:
        return "all"
    if share <= 0.0:
        return "none"
    return "most" if share > 0.5 else "half" if share > 0.25 else "some"


def _cadence(name: str, metrics: Mapping[str, Metric]) -> tuple[int | None, int | None]:
    """The runner's own cadence and 5 % more, where the cue is quicker steps."""
    cadence = metrics.get("cadence_spm")
    if name != "overstride" or cadence is None or not isinstance(cadence.value, float):
        return None, None
    return round(cadence.value), round(cadence.value * CADENCE_GOAL)


def _doses(
    doses: tuple[str, ...], own: int | None, goal: int | None, words: Mapping[str, Any]
) -> tuple[str, ...]:
    return doses if goal is None else (words["goal"].format(own=own, goal=goal), *doses)


def _stands(name: str) -> bool:
    return name.startswith("stand_")


def _schedule(name: str) -> _Schedule:
    known = _schedules()
    return known.get(name, known["standing" if _stands(name) else "running"])


@cache
def _schedules() -> Mapping[str, _Schedule]:
    data = tomllib.loads(_read("schedules.toml"))
    return {
        name: _Schedule(
            tuple(map(float, entry["feedback"])),
            (entry["minutes"][0], entry["minutes"][1]),
            tuple(entry["cautions"]),
            entry.get("every_days"),
        )
        for name, entry in data.items()
    }


@cache
def _texts(code: str) -> Mapping[str, Any]:
    return {**tomllib.loads(_read("texts", f"{code}.toml")), "code": code}


def _read(*parts: str) -> str:
    return files("leanline.plan").joinpath(*parts).read_text(encoding="utf-8")


def title_of(plan: Plan) -> str:
    """The name of the plan, for its page and its calendar."""
    return str(_texts(plan.language)["title"].format(title=plan.title))


def keep_of(plan: Plan) -> str:
    """What to leave alone, in a sentence of its own."""
    return str(_texts(plan.language)["keep"].format(keep=plan.keep))
