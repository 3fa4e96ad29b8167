"""Words, numbers, sizes and dates on the pages, in one language."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import cache
from typing import Any

from markupsafe import Markup, escape

from leanline.languages import Language, language
from leanline.reason import Param, Reason, from_json
from leanline.report.catalog import Texts, texts
from leanline.report.minus import minus
from leanline.store import Job
from leanline.units import spoken
from leanline.web.labels import labels
from leanline.wording.catalogue import catalogue, counted, hint, render, written_date


@dataclass(frozen=True)
class PageWords:
    """What pages in one language say, and how they write numbers.

    Parameters
    ----------
    code
        The language, one of ``LANGUAGE_CODES``.
    """

    code: str

    @property
    def language(self) -> Language:
        """How the language writes numbers and units."""
        return language(self.code)

    @property
    def report(self) -> Texts:
        """The report's texts."""
        return texts(self.code)

    def reason(self, reason: Reason) -> str:
        """The sentence of a reason; settings are called as the forms call them."""
        return render(reason, self.code, labels(self.code))

    def say(self, code: str, /, **params: Param) -> str:
        """The text of a code with its placeholders filled in."""
        return self.reason(Reason(code, params))

    def count(self, code: str, count: int, /, **params: Param) -> str:
        """The text of a code for a number of things."""
        return self.reason(counted(code, count, **params))

    def mark(self, code: str, /, **parts: object) -> Markup:
        """The text of a code with marked-up parts filled in, everything else escaped."""
        return Markup(escape(catalogue(self.code)[code])).format(**parts)  # noqa: S704

    def count_mark(self, code: str, count: int, /, **parts: object) -> Markup:
        """As ``mark``, for a number of things."""
        return self.mark(counted(code, count).code, count=count, **parts)

    def ui(self, key: str, /, **places: object) -> str:
        """One of the report's texts."""
        return self.report.say(f"ui.{key}", **places)

    def script_words(self, *kinds: str) -> str:
        """The texts of some kinds as JSON, for the scripts of a page."""
        wanted = tuple(f"{kind}." for kind in (*kinds, "number", "script"))
        found = {code: text for code, text in self._all().items() if code.startswith(wanted)}
        return json.dumps(found, ensure_ascii=False)

    def _all(self) -> Mapping[str, str]:
        return catalogue(self.code)

    def number(self, value: float, decimals: int) -> str:
        """A number with as many decimals."""
        return minus(self.language.number(f"{value:.{decimals}f}"))

    def size(self, count: float) -> str:
        """A size in bytes."""
        if count < 1e6:
            return f"{max(count / 1e3, 1 if count else 0):.0f} kB"
        if count < 1e9:
            return f"{count / 1e6:.0f} MB"
        return f"{self.number(count / 1e9, 1)} GB"

    def day(self, moment: datetime | date) -> str:
        """A date such as ``3 May 2026``, in the server's time zone."""
        local = _local(moment) if isinstance(moment, datetime) else moment
        return written_date(local, self.code)

    def moment(self, when: datetime) -> str:
        """A date and time of day."""
        return self.say("date.moment", date=self.day(when), time=f"{_local(when):%H:%M}")

    def input_moment(self, when: datetime) -> str:
        """A date and time of day as a field of a form wants it, in the server's time zone."""
        return f"{_local(when):%Y-%m-%dT%H:%M}"

    def weekday(self, when: date) -> str:
        """A day of the week with its date, such as ``Sun 3 May``."""
        name, month = f"date.weekday_{when.isoweekday()}", f"date.month_{when.month}"
        return self.say("date.weekday", weekday=self.say(name), day=when.day, month=self.say(month))

    def value(self, number: float | str | None, metric_id: str) -> str:
        """A metric's value with its unit; a dash if it was not measured."""
        return "–" if number is None else minus(self.language.say(metric_id, number))

    def interval(self, ci95: tuple[float, float] | None, metric_id: str, number: float) -> str:
        """A metric's confidence interval without its unit."""
        return "" if ci95 is None else minus(self.language.interval(metric_id, number, ci95))

    def amount(self, number: float, metric_id: str) -> str:
        """A difference of a metric with sign and unit."""
        style = spoken(metric_id, number)
        text = style.number(number)
        sign = "+" if float(text) > 0 else ""
        written = self.language.number(sign + text) + self.language.unit(style.unit)
        return minus(written)

    def phase(self, job: Job) -> str:
        """What is being done to a clip, in words; empty if nothing is."""
        return self.say(f"phase.{job.phase}") if job.phase else ""

    def failure(self, job: Job) -> str:
        """Why a job failed."""
        return self.reason(_reason_of(job)) if job.code else job.error

    def failure_hint(self, job: Job) -> str:
        """What can be done about a failed job."""
        return hint(_reason_of(job), self.code, labels(self.code)) if job.code else job.hint

    def activity(self, activity: str) -> str:
        """What somebody does in a clip, as a noun such as ``running``."""
        return self.report.say(f"activities.{activity}")

    def metric_name(self, metric_id: str) -> str:
        """A metric's name, or its id if it has none."""
        key = f"metrics.{metric_id}.name"
        return self.report.say(key) if self.report.has(key) else metric_id

    def filters(self) -> Mapping[str, Any]:
        """What templates can do with values."""
        names = (
            "size", "day", "moment", "weekday", "value", "interval", "amount", "metric_name",
            "number", "phase", "failure", "failure_hint", "activity", "input_moment",
        )  # fmt: skip
        return {name: getattr(self, name) for name in names}

    def functions(self) -> Mapping[str, Any]:
        """What templates can call."""
        names = ("say", "count", "mark", "count_mark", "ui", "script_words", "reason")
        return {name: getattr(self, name) for name in names}


@cache
def page_words(code: str) -> PageWords:
    """The words of a language."""
    return PageWords(code)


def _reason_of(job: Job) -> Reason:
    return from_json({"code": job.code, "params": job.params})


def _local(moment: datetime) -> datetime:
    aware = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return aware.astimezone()
