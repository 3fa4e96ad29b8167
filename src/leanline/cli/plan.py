"""``leanline plan``: makes a practice plan from the newest finding."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from leanline.cli.clip_options import Lang
from leanline.cli.print_json import print_json
from leanline.cli.store_options import Data, open_store, resolve_athlete
from leanline.errors import writing_to

if TYPE_CHECKING:
    from leanline.plan import Plan, PlanProgress
    from leanline.store import PracticeLog, Session, Store
    from leanline.trends.current import CurrentForm


def plan(
    athlete: Annotated[
        str | None,
        typer.Argument(metavar="[ATHLETE]", help="Whose; not needed if there is only one."),
    ] = None,
    ics: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Also write a calendar file here.")
    ] = None,
    weeks: Annotated[int, typer.Option(metavar="2|3|4", help="How long.")] = 3,
    start: Annotated[
        str | None, typer.Option(metavar="YYYY-MM-DD", help="First session; by default tomorrow.")
    ] = None,
    at: Annotated[
        str | None,
        typer.Option(metavar="HH:MM", help="Time of day for the calendar; by default all day."),
    ] = None,
    current: Annotated[
        bool, typer.Option("--current", help="Show the current plan, with what has been done.")
    ] = False,
    done: Annotated[
        int | None, typer.Option(metavar="N", help="Tick off session N of the plan.")
    ] = None,
    felt: Annotated[
        str, typer.Option(metavar="easy|right|hard", help="How the session felt.")
    ] = "right",
    pain: Annotated[bool, typer.Option("--pain", help="Something hurt: the plan stops.")] = False,
    note: Annotated[str, typer.Option(help="Anything to remember about the session.")] = "",
    undo: Annotated[int | None, typer.Option(metavar="N", help="Untick session N.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON instead of text.")] = False,
    lang: Lang = "en",
    data: Data = None,
) -> None:
    """Make a plan from what the newest clips say together: one cue, sessions, days to film.

    With --done, --undo or --current, continue the current plan instead.
    """
    if current or done is not None or undo is not None:
        _go_on(athlete, data, lang, Tick(done, felt, pain, note), undo, as_json=as_json)
        return
    with open_store(data, lang) as store:
        from leanline.cli.read_result import checked_language
        from leanline.plan import make_plan, to_plain
        from leanline.store.plan_basis import load_plan_basis

        one = resolve_athlete(store, athlete)
        session = _newest(store, one.id)
        first, hour = _day(start), _hour(at)
        basis = load_plan_basis(store, one.id, session)
        plan_ = make_plan(
            basis.findings,
            basis.metrics,
            first,
            weeks=weeks,
            code=checked_language(lang),
        )
        record = store.plans.add(one.id, session.id, to_plain(plan_))
        if as_json:
            print_json(_to_plain(plan_, ()))
        else:
            if basis.form is not None:
                _print_basis(basis.form, lang)
            _print(plan_)
        if ics is not None:
            _write(plan_, record.id, record.made_at, hour, ics)


@dataclass(frozen=True)
class Tick:
    """A session to tick off.

    Parameters
    ----------
    number
        Which one, from 1; None for none.
    felt
        How it felt.
    pain
        Whether anything hurt.
    note
        What the user wrote.
    """

    number: int | None
    felt: str
    pain: bool
    note: str


def _to_plain(plan_: Plan, logged: Sequence[PracticeLog]) -> dict[str, Any]:
    """The plan and what was done of it, as JSON values."""
    from leanline.plan import to_plain

    done = [
        {"number": one.number, "at": one.done_at.isoformat(), "felt": one.felt, "pain": one.pain}
        for one in logged
    ]
    return {**to_plain(plan_), "done": done}


def _go_on(
    athlete: str | None,
    data: str | None,
    lang: str,
    tick: Tick,
    undo: int | None,
    *,
    as_json: bool,
) -> None:
    """Tick sessions of the current plan off, and show how far it has come."""
    with open_store(data, lang) as store:
        from leanline.errors import UsageError
        from leanline.plan import from_plain, plan_progress

        one = resolve_athlete(store, athlete)
        records = store.plans.all(one.id)
        if not records:
            raise UsageError("plan.none_yet", athlete=one.name)
        plan_ = from_plain(records[0].plan)
        if undo is not None:
            store.plans.unlog(records[0].id, undo)
        if tick.number is not None:
            store.plans.log(_log(records[0].id, tick, tick.number, len(plan_.practices)))
        logged = store.plans.logged(records[0].id)
        if as_json:
            print_json(_to_plain(plan_, logged))
            return
        today = datetime.now().astimezone().date()
        _print_progress(plan_, logged, plan_progress(plan_, logged, today))


def _log(plan_id: str, tick: Tick, number: int, count: int) -> PracticeLog:
    from leanline.errors import UsageError
    from leanline.store import PracticeLog
    from leanline.store.records import FEELINGS, now

    if not 1 <= number <= count:
        raise UsageError("plan.no_such_practice", number=number, count=count)
    felt = FEELINGS.get(tick.felt)
    if felt is None:
        raise UsageError("usage.choice", setting="felt", choices=tuple(FEELINGS), value=tick.felt)
    return PracticeLog(plan_id, number, now(), felt, tick.pain, tick.note)


def _print_progress(plan_: Plan, logged: Sequence[PracticeLog], state: PlanProgress) -> None:
    from leanline.plan import plan_words

    words, by_number = plan_words(plan_.language, "done"), {one.number: one for one in logged}
    typer.echo(f"{plan_.title}\n{plan_.cue}\n")
    if plan_.practices:
        typer.echo(words["count"].format(done=len(state.done), count=state.count))
    for one in plan_.practices:
        was = by_number.get(one.number)
        entry = one.text
        if was is not None:
            entry = words["entry_pain" if was.pain else "entry"].format(felt=words[was.felt])
            entry = f"{entry}: {was.notes}" if was.notes else entry
        typer.echo(f"{'x' if was else ' '} {one.on}  {one.number}. {entry}")
    following, film = state.next_practice, state.next_film
    typer.echo()
    if following is not None:
        typer.echo(words["next"].format(number=following.number, day=following.on))
    if film is not None:
        typer.echo(words["next_film"].format(day=film.on))
    for note in state.notes:
        typer.echo(note)
    if film is None or not state.done:
        return
    outcomes = plan_words(plan_.language, "outcomes")
    typer.echo(f"\n{outcomes['title']}")
    for key in ("changed", "unchanged", "open", "hurts"):
        typer.echo(f"  {outcomes[key]}")


def _newest(store: Store, athlete_id: str) -> Session:
    from leanline.errors import UsageError

    for session in store.sessions.all(athlete_id):
        if session.findings:
            return session
    raise UsageError("plan.no_result")


def _day(text: str | None) -> date:
    from leanline.errors import UsageError

    if text is None:
        return datetime.now().astimezone().date() + timedelta(days=1)
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise UsageError("usage.not_a_day", setting="start", value=str(text)) from error


def _hour(text: str | None) -> time | None:
    from leanline.errors import UsageError

    try:
        return None if text is None else time.fromisoformat(text)
    except ValueError as error:
        raise UsageError("usage.not_a_time", setting="at", value=str(text)) from error


def _write(plan_: Plan, uid: str, made_at: datetime, hour: time | None, path: Path) -> None:
    from leanline.files import written_atomically
    from leanline.plan.calendar import to_ics

    with writing_to(path), written_atomically(path) as part:
        part.write_bytes(to_ics(plan_, uid, made_at, hour))
    typer.echo(f"\n{path}")


def _print_basis(form: CurrentForm, lang: str) -> None:
    """Print which clips the plan is from and what they say, with what more clips would do."""
    from rich.console import Console
    from rich.text import Text

    from leanline.languages import language
    from leanline.report.minus import minus
    from leanline.trends.together import say_together

    said = say_together(form, language(lang))
    console = Console(highlight=False, markup=False)
    console.print(Text(f"{said.basis}: {minus(said.headline)}"))
    for line in said.lines:
        if line.outcome == "open":
            console.print(Text(minus(line.text), style="dim"))
    console.print()


def _print(plan_: Plan) -> None:
    from rich.console import Console
    from rich.padding import Padding
    from rich.text import Text

    from leanline.plan import keep_text

    console = Console(highlight=False, markup=False, width=None)
    console.print(Text(plan_.title, style="bold"))
    console.print(Text(f"“{plan_.cue}”"))
    console.print(Text(plan_.why, style="dim"))
    for dose in plan_.doses:
        console.print(Padding(Text(f"· {dose}"), (0, 0, 0, 2)))
    console.print()
    for one in plan_.practices:
        console.print(Text(f"{one.on}  {one.number}. {one.text}"))
    for refilm in plan_.refilms:
        console.print(Text(f"{refilm.on}  {refilm.title}. {refilm.text}"))
    console.print()
    console.print(Text(keep_text(plan_)))
    for caution in plan_.cautions:
        console.print(Text(caution))
