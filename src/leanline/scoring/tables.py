"""A score as text tables, for the terminal and for pages."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches

from leanline.errors import UsageError
from leanline.scoring.agreement import Agreement, Interval
from leanline.scoring.calibration import LEVELS
from leanline.scoring.icc import Icc
from leanline.scoring.parts import EventScore, LabelScore, ScorePart, ValueScore
from leanline.scoring.run import Score

NOTHING = "–"
_EVENT = "event."


@dataclass(frozen=True)
class Table:
    """A table of text.

    Parameters
    ----------
    title
        Shown above it.
    header
        Names of the columns.
    rows
        As long as ``header`` each; the first cell names the row.
    """

    title: str
    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


def build_tables(
    score: Score, only: Sequence[str] = (), *, clips: bool = False
) -> tuple[Table, ...]:
    """Build all tables that have rows.

    Parameters
    ----------
    score
        The score to show.
    only
        Ids of metrics (and ``roll_deg``) and kinds of events to show; empty for all.
    clips
        Whether to add a table of the values of every clip.

    Returns
    -------
    tuple of Table
        In the order in which they are shown.

    Raises
    ------
    UsageError
        ``only`` names something that no truth file has.
    """
    values, events = _select(score.total, only)
    answered = [value for value in values if value.agreement is not None]
    stated = [value for value in answered if value.calibration is not None]
    labels = () if only else tuple(score.total.labels.values())
    tables = [
        _errors(answered),
        _agreements(answered),
        _reliability(stated),
        _events(events),
        _labels(labels),
        *map(_confusion, labels),
        _groups(score, [value.key for value in values], [event.kind for event in events]),
        *(map(_clips, values) if clips else ()),
    ]
    return tuple(table for table in tables if table.rows)


@dataclass(frozen=True)
class _Numbers:
    """Number format of one row: a common number of decimals, and never ``-0``."""

    decimals: int

    @classmethod
    def for_error(cls, error: float) -> _Numbers:
        """Choose the decimals, from 1 to 6, that give a typical error two significant digits."""
        digits = 1 - math.floor(math.log10(error)) if error > 0 else 1
        return cls(min(max(digits, 1), 6))

    def format(self, value: float | None) -> str:
        """Format one number."""
        return (
            NOTHING if value is None else f"{round(value, self.decimals) + 0.0:.{self.decimals}f}"
        )

    def interval(self, interval: Interval | None) -> str:
        """Format both ends of an interval."""
        return NOTHING if interval is None else " to ".join(map(self.format, interval))

    def with_interval(self, value: float, interval: Interval | None) -> str:
        """Format a number with its interval, if there is one."""
        text = self.format(value)
        return text if interval is None else f"{text} ({self.interval(interval)})"


def share(part: float) -> str:
    """Format a share in percent, rounding to 0 or 100 only if exact.

    Parameters
    ----------
    part
        From 0 to 1.

    Returns
    -------
    str
        Such as ``97 %`` or ``99.6 %``.
    """
    percent = f"{100 * part:.0f} %"
    return f"{100 * part:.1f} %" if percent in ("0 %", "100 %") and 0 < part < 1 else percent


def _select(
    part: ScorePart, only: Sequence[str]
) -> tuple[tuple[ValueScore, ...], tuple[EventScore, ...]]:
    named = {_short(key): value for key, value in part.values.items()}
    known = [*named, *part.events]
    for name in only:
        if name not in known:
            close = get_close_matches(name, known, 1)
            if close:
                raise UsageError("score.misspelt_key", key=name, meant=close[0], keys=tuple(known))
            raise UsageError("score.unknown_key", key=name, keys=tuple(known))
    return (
        tuple(value for name, value in named.items() if not only or name in only),
        tuple(event for kind, event in part.events.items() if not only or kind in only),
    )


def _errors(values: Sequence[ValueScore]) -> Table:
    header = (
        "value",
        "clips",
        "bias",
        "MAE",
        "worst",
        "in clip",
        "limits",
    )
    rows = tuple(filter(None, map(_error_row, values)))
    return Table("Measured minus true (MAE: mean absolute error)", header, rows)


def _error_row(value: ValueScore) -> tuple[str, ...]:
    found = value.agreement
    if found is None:
        return ()
    fmt = _Numbers.for_error(found.mae)
    return (
        _short(value.key),
        f"{found.n} of {value.clips}",
        fmt.with_interval(found.bias, found.bias_ci95),
        fmt.with_interval(found.mae, found.mae_ci95),
        fmt.format(found.worst),
        value.worst_clip,
        fmt.interval(found.limits),
    )


def _agreements(values: Sequence[ValueScore]) -> Table:
    header = (
        "value",
        "SD",
        "ICC(A,1)",
        "of persons' means",
        "inside 95 %",
        "width",
        "interval score",
    )
    return Table(
        "Agreement, and the stated intervals",
        header,
        tuple(filter(None, map(_agreement_row, values))),
    )


def _agreement_row(value: ValueScore) -> tuple[str, ...]:
    found, calibration = value.agreement, value.calibration
    if found is None:
        return ()
    fmt = _Numbers.for_error(found.mae)
    stated = (NOTHING,) * 3
    if calibration is not None:
        low, high = calibration.covered_ci95
        inside = (
            f"{share(calibration.covered)} of {calibration.n} ({100 * low:.0f} to {100 * high:.0f})"
        )
        stated = (inside, fmt.format(calibration.width), fmt.format(calibration.interval_score))
    iccs = _icc(value.icc), _icc(value.icc_of_persons)
    return (_short(value.key), fmt.format(found.sd), *iccs, *stated)


def _reliability(values: Sequence[ValueScore]) -> Table:
    ideal = sum(level * (1 - level) for level in LEVELS) / len(LEVELS)
    header = ("value", *(f"{100 * level:.0f} %" for level in LEVELS), f"Brier (ideal {ideal:.3f})")
    rows = tuple(
        (
            _short(value.key),
            *(share(row.covered) for row in value.calibration.reliability),
            f"{value.calibration.brier:.3f}",
        )
        for value in values
        if value.calibration is not None
    )
    return Table("Truths inside intervals of other levels, if these are normal", header, rows)


def _events(events: Sequence[EventScore]) -> Table:
    header = (
        "event",
        "recall",
        "precision",
        "right foot",
        "bias",
        "median",
        "MAE",
        "SD",
        "limits",
    )
    return Table("Events, found minus true, ms", header, tuple(_event_row(e) for e in events))


def _event_row(event: EventScore) -> tuple[str, ...]:
    head = (
        event.kind,
        f"{share(event.recall)} of {event.true}",
        share(event.precision),
        share(event.right_share),
    )
    ms = event.timing_ms
    if ms is None:
        return (*head, *(NOTHING,) * 5)
    fmt = _Numbers.for_error(ms.mae)
    return (
        *head,
        fmt.with_interval(ms.bias, ms.bias_ci95),
        fmt.format(ms.median),
        fmt.with_interval(ms.mae, ms.mae_ci95),
        fmt.format(ms.sd),
        fmt.interval(ms.limits),
    )


def _labels(labels: Iterable[LabelScore]) -> Table:
    header = ("label", "clips", "given", "right", "right of those given")
    rows = tuple(
        (
            label.key,
            str(label.clips),
            share(label.given / label.clips),
            share(label.right / label.clips),
            share(label.right / label.given) if label.given else NOTHING,
        )
        for label in labels
    )
    return Table("Labels", header, rows)


def _confusion(label: LabelScore) -> Table:
    """Build a confusion table, empty if every label is correct."""
    true = sorted({true for true, _ in label.confusion})
    words = sorted({got for _, got in label.confusion if got is not None} | set(true))
    columns: list[str | None] = [*words, *([None] if label.given < label.clips else [])]
    header = ("true", *(word or "withheld" for word in columns))
    rows = tuple(
        (word, *(str(label.confusion.get((word, got), 0)) for got in columns)) for word in true
    )
    wrong = label.right < label.clips
    return Table(f"{label.key}: true words down, given words across", header, rows if wrong else ())


def _groups(score: Score, keys: Sequence[str], kinds: Sequence[str]) -> Table:
    header = (
        "value",
        score.by or "",
        "clips",
        "persons",
        "bias",
        "MAE",
        "worst",
        "SD",
        "inside 95 %",
    )
    rows = [
        row
        for key in (*keys, *(f"{_EVENT}{kind}" for kind in kinds))
        for group, part in score.groups.items()
        for row in _group_row(key, group, part)
    ]
    return Table(f"By {score.by}", header, tuple(rows))


def _group_row(key: str, group: str, part: ScorePart) -> Iterable[tuple[str, ...]]:
    """Yield one row, or none if the group lacks the value."""
    if key.startswith(_EVENT):
        events: Mapping[str, EventScore] = {f"{_EVENT}{k}": e for k, e in part.events.items()}
        event = events.get(key)
        if event is not None and event.timing_ms is not None:
            yield (f"{event.kind}, ms", group, *_group_cells(event.timing_ms), NOTHING)
        return
    value = part.values.get(key)
    if value is not None and value.agreement is not None:
        calibration = value.calibration
        covered = (
            NOTHING if calibration is None else f"{share(calibration.covered)} of {calibration.n}"
        )
        yield (_short(key), group, *_group_cells(value.agreement), covered)


def _group_cells(found: Agreement) -> tuple[str, ...]:
    fmt = _Numbers.for_error(found.mae)
    numbers = (found.bias, found.mae, found.worst, found.sd)
    return (str(found.n), str(found.persons), *map(fmt.format, numbers))


def _clips(value: ValueScore) -> Table:
    header = ("clip", "person", "true", "measured", "difference", "95 % interval")
    fmt = _Numbers.for_error(0.0 if value.agreement is None else value.agreement.mae)
    rows = tuple(
        (
            pair.clip,
            pair.person,
            fmt.format(pair.true),
            fmt.format(pair.value),
            fmt.format(pair.difference),
            fmt.interval(pair.ci95),
        )
        for pair in value.pairs
    )
    return Table(f"{_short(value.key)}, clip by clip", header, rows)


def _short(key: str) -> str:
    return key.partition(".")[2]


def _icc(found: Icc | None) -> str:
    return NOTHING if found is None else _Numbers(2).with_interval(found.value, found.ci95)
