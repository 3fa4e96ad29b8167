"""``leanline plan``: makes a practice plan from the newest finding."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from leanline.cli.read_result import Language
from leanline.cli.store_options import Data, open_store, resolve_athlete
from leanline.errors import why_refused

if TYPE_CHECKING:
    from leanline.plan import Plan
    from leanline.store import Session, Store
    from leanline.trends.current import CurrentForm


def plan(
    athlete: Annotated[
        str | None, typer.Argument(metavar="[ATHLETE]", help="Whose; the only one if there is one.")
    ] = None,
    ics: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Also write a calendar file here.")
    ] = None,
    weeks: Annotated[int, typer.Option(metavar="2|3|4", help="How long.")] = 3,
    start: Annotated[
        str | None, typer.Option(metavar="YYYY-MM-DD", help="First session; tomorrow unless said.")
    ] = None,
    at: Annotated[
        str | None,
        typer.Option(metavar="HH:MM", help="Time of day for the calendar; whole days unless said."),
    ] = None,
    lang: Language = "en",
    data: Data = None,
) -> None:
    """Make a plan from what the newest clips say together: one cue, eight sessions."""
    with open_store(data, lang) as store:
        from leanline.cli.read_result import checked_language
        from leanline.plan import make_plan, to_plain
        from leanline.trends.current import current_form

        one = resolve_athlete(store, athlete)
        session = _newest(store, one.id)
        first, hour = _day(start), _hour(at)
        form = current_form(store.sessions.history(one.id), session.id)
        known = form is not None and form.findings
        plan_ = make_plan(
            form.plan_basis() if form and known else session.findings,
            form.metrics if form and known else store.sessions.metrics(session.id),
            first,
            weeks=weeks,
            code=checked_language(lang),
        )
        record = store.plans.add(one.id, session.id, to_plain(plan_))
        if form is not None:
            _print_basis(form, lang)
        _print(plan_)
        if ics is not None:
            _write(plan_, record.id, record.made_at, hour, ics)


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
    from leanline.errors import UsageError
    from leanline.files import written_atomically
    from leanline.plan.calendar import to_ics

    try:
        with written_atomically(path) as part:
            part.write_bytes(to_ics(plan_, uid, made_at, hour))
    except OSError as error:
        raise UsageError("output.unwritable", path=path, why=why_refused(error)) from error
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
