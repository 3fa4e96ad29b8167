"""Pages of the athletes: history, trends and plan."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta
from functools import partial
from typing import Annotated, Any, Final

from fastapi import APIRouter, Query, Request
from starlette.responses import RedirectResponse, Response

from leanline.errors import UsageError
from leanline.registry.displays import PROGRESS
from leanline.store.listing import Window
from leanline.store.records import FEELINGS
from leanline.web import plans
from leanline.web.api.models import PracticeNumber
from leanline.web.cached_page import cached_page
from leanline.web.deletions import Deleted, just_deleted
from leanline.web.deps import Services_
from leanline.web.desk import desk
from leanline.web.formatting import page_words
from leanline.web.forms import Form, quantity
from leanline.web.journey import journey
from leanline.web.language import language_of
from leanline.web.problems import ProblemError
from leanline.web.progress import WINDOW, day_views, describe_agreement, trend_views
from leanline.web.templating import page
from leanline.web.together import together_view
from leanline.web.views import cards
from leanline.web.watch_runs import newest_runs

router = APIRouter()
_DAYS = 5
_CARDS = 20
_FOR_STEPS: Final = 200
_MAX_NOTES: Final = 10_000


@router.get("/athletes")
async def athletes(services: Services_, request: Request, deleted: Deleted = "") -> Response:
    """List all athletes with what waits, and a form to add one."""
    today = datetime.now().astimezone()

    def values() -> dict[str, Any]:
        return {"desk": desk(services, today), "deleted": just_deleted(services, deleted)}

    # What waits changes with the day.
    return await cached_page(services, request, deleted, "athletes.html.j2", values, today.date())


@router.post("/athletes")
def add(services: Services_, form: Form) -> Response:
    """Add an athlete."""
    made = services.store.athletes.add(form.get("name", ""), height_m=quantity(form, "height_m"))
    return RedirectResponse(f"/athletes/{made.id}", 303)


@router.get("/athletes/{athlete_id}")
async def athlete(
    services: Services_,
    request: Request,
    athlete_id: str,
    every: Annotated[bool, Query(alias="all")] = False,
    deleted: Deleted = "",
) -> Response:
    """Show an athlete's history and trends, of the newest sessions or of all."""
    words = page_words(language_of(request))

    def values() -> dict[str, Any]:
        one = services.store.athletes.get(athlete_id)
        newest = cards(services, Window(_CARDS), athlete_id=athlete_id)
        most = newest.total if every else WINDOW
        history = services.store.sessions.history(athlete_id, PROGRESS, limit=most)
        return {
            "athlete": one,
            "cards": newest.cards,
            "total": newest.total,
            "most": most,
            "steps": journey(services.store.sessions.all(athlete_id, limit=_FOR_STEPS)),
            "together": together_view(services.store, athlete_id, words.language),
            "trends": trend_views(history, words),
            "days": day_views(history, _DAYS, words),
            "runs": newest_runs(services, athlete_id),
            "describe_agreement": partial(describe_agreement, words),
            "deleted": just_deleted(services, deleted),
            "links": services.store.share_links.all(athlete_id=athlete_id),
        }

    key = (athlete_id, every, deleted)
    return await cached_page(services, request, key, "athlete.html.j2", values)


@router.post("/athletes/{athlete_id}/change")
def change(services: Services_, form: Form, athlete_id: str) -> Response:
    """Change an athlete's name, height or notes."""
    one = services.store.athletes.get(athlete_id)
    services.store.athletes.update(
        replace(
            one,
            name=form.get("name", ""),
            height_m=quantity(form, "height_m"),
            notes=form.get("notes", ""),
        )
    )
    return RedirectResponse(f"/athletes/{athlete_id}", 303)


@router.post("/athletes/{athlete_id}/delete")
def delete(services: Services_, request: Request, form: Form, athlete_id: str) -> Response:
    """Delete an athlete with everything that belongs to them, once the name is typed."""
    one = services.store.athletes.get(athlete_id)
    if form.get("name", "").casefold() != one.name.casefold():
        return page(request, "delete_athlete.html.j2", athlete=one, wrong=bool(form))
    item = services.store.discard("athlete", athlete_id)
    return RedirectResponse(f"/athletes?deleted={item.id}", 303)


@router.get("/athletes/{athlete_id}/delete")
def confirm(services: Services_, request: Request, athlete_id: str) -> Response:
    """Ask to type the name before an athlete is deleted."""
    one = services.store.athletes.get(athlete_id)
    return page(request, "delete_athlete.html.j2", athlete=one, wrong=False)


@router.get("/athletes/{athlete_id}/plan")
def plan(services: Services_, request: Request, athlete_id: str) -> Response:
    """Show the plan, and a form to make another."""
    kept = plans.current(services, athlete_id)
    return page(
        request,
        "plan.html.j2",
        athlete=services.store.athletes.get(athlete_id),
        kept=kept,
        state=None if kept is None else kept.progress(date.today()),
        sources=plans.sources(services, athlete_id),
        tomorrow=date.today() + timedelta(days=1),
    )


@router.post("/athletes/{athlete_id}/plan/practices/{number}")
def tick(services: Services_, form: Form, athlete_id: str, number: PracticeNumber) -> Response:
    """Tick a practice off, with how it felt, or take that back."""
    kept = plans.current(services, athlete_id)
    if kept is None:
        raise ProblemError(404, "web.no_plan")
    felt = form.get("felt")
    if felt is None:
        services.store.plans.unlog(kept.record.id, number)
    else:
        feeling = FEELINGS.get(felt, "right")
        notes = form.get("notes", "")[:_MAX_NOTES]
        plans.tick(services, kept, number, feeling, pain="pain" in form, notes=notes)
    return RedirectResponse(f"/athletes/{athlete_id}/plan#practice-{number}", 303)


@router.post("/athletes/{athlete_id}/plan")
def make_plan(services: Services_, request: Request, form: Form, athlete_id: str) -> Response:
    """Make a plan, which replaces the current one."""
    try:
        starts_on = date.fromisoformat(form["starts_on"]) if "starts_on" in form else None
        weeks = int(form.get("weeks", "3"))
    except ValueError as error:
        raise UsageError("form.day_or_weeks") from error
    session_id = form.get("session")
    plans.make(
        services,
        athlete_id,
        session_id=session_id,
        starts_on=starts_on,
        weeks=weeks,
        language=language_of(request),
    )
    return RedirectResponse(f"/athletes/{athlete_id}/plan", 303)
