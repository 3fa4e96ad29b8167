"""Export of a plan as a calendar file (iCalendar, RFC 5545)."""

from __future__ import annotations

from datetime import datetime, time, timedelta

from leanline.plan.plan import Plan, Practice, Refilm, plan_title
from leanline.version import __version__


def to_ics(plan: Plan, uid: str, made_at: datetime, at: time | None = None) -> bytes:
    """Convert the plan's practice sessions and filming days to calendar events.

    Parameters
    ----------
    plan
        The plan.
    uid
        Identifies the plan; events with the same id replace each other in a calendar.
    made_at
        When the plan was made, timezone-aware.
    at
        Local time of day of the sessions; all-day events if None.

    Returns
    -------
    bytes
        An iCalendar file (RFC 5545).
    """
    from icalendar import Calendar, Event

    calendar = Calendar()
    calendar.add("prodid", f"-//leanline//leanline {__version__}//{plan.language.upper()}")
    calendar.add("version", "2.0")
    calendar.add("x-wr-calname", plan_title(plan))
    entries: tuple[Practice | Refilm, ...] = (*plan.practices, *plan.refilms)
    for number, one in enumerate(entries, start=1):
        event = Event()
        event.add("uid", f"{uid}-{number}@leanline")
        event.add("dtstamp", made_at)
        event.add("summary", one.title)
        event.add("description", _description(plan, one.text))
        if isinstance(one, Practice) and at is not None:
            start = datetime.combine(one.on, at)
            event.add("dtstart", start)
            event.add("dtend", start + timedelta(minutes=one.minutes))
        else:
            event.add("dtstart", one.on)
            event.add("dtend", one.on + timedelta(days=1))
            event.add("transp", "TRANSPARENT")
        calendar.add_component(event)
    ics: bytes = calendar.to_ical()
    return ics


def _description(plan: Plan, text: str) -> str:
    doses = "\n".join(f"- {dose}" for dose in plan.doses) if plan.practices else ""
    return "\n\n".join(part for part in (text, doses, *plan.cautions) if part)
