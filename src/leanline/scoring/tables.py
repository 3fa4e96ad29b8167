"""A score as tables of text, for the terminal and for pages."""

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
    """A titled table; the first column of ``header`` and ``rows`` names the row."""

    title: str
    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


def tables_of(score: Score, only: Sequence[str] = (), *, clips: bool = False) -> tuple[Table, ...]:
    """Every table that has rows.

    Parameters
    ----------
    score
        What is shown.
    only
        Ids of metrics (``roll_deg`` too) and kinds of events to show; all unless given.
    clips
        Whether to show every clip's values too.

    Raises
    ------
    UsageError
        ``only`` names something that no truth file has.
    """
    values, events = _chosen(score.total, only)
    answered = [value for value in values if value.agreement is not None]
    stated = [value for value in answered if value.calibration is not None]
    labels = () if only else tuple(score.total.labels.values())
    made = [
        _errors(answered),
        _agreements(answered),
        _reliability(stated),
        _events(events),
        _labels(labels),
        *map(_confusion, labels),
        _groups(score, [value.key for value in values], [event.kind for event in events]),
        *(map(_clips, values) if clips else ()),
    ]
    return tuple(table for table in made if table.rows)


@dataclass(frozen=True)
class _Numbers:
    """How the numbers of one row are written: all with so many decimals, never ``-0``."""

    decimals: int

    @classmethod
    def beside(cls, error: float) -> _Numbers:
        """As many decimals as give a typical error two digits, from 1 to 6."""
        digits = 1 - math.floor(math.log10(error)) if error > 0 else 1
        return cls(min(max(digits, 1), 6))

    def one(self, value: float | None) -> str:
        """One number."""
        return (
            NOTHING if value is None else f"{round(value, self.decimals) + 0.0:.{self.decimals}f}"
        )

    def interval(self, interval: Interval | None) -> str:
        """Both ends."""
        return NOTHING if interval is None else " to ".join(map(self.one, interval))

    def both(self, value: float, interval: Interval | None) -> str:
        """A number, and its interval where there is one."""
        text = self.one(value)
        return text if interval is None else f"{text} ({self.interval(interval)})"


def share(part: float) -> str:
    """A share in percent, which is called all or none only where it is."""
    percent = f"{100 * part:.0f} %"
    return f"{100 * part:.1f} %" if percent in ("0 %", "100 %") and 0 < part < 1 else percent


def _chosen(
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
    write = _Numbers.beside(found.mae)
    return (
        _short(value.key),
        f"{found.n} of {value.clips}",
        write.both(found.bias, found.bias_ci95),
        write.both(found.mae, found.mae_ci95),
        write.one(found.worst),
        value.worst_clip,
        write.interval(found.limits),
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
    found, held = value.agreement, value.calibration
    if found is None:
        return ()
    write = _Numbers.beside(found.mae)
    stated = (NOTHING,) * 3
    if held is not None:
        low, high = held.covered_ci95
        inside = f"{share(held.covered)} of {held.n} ({100 * low:.0f} to {100 * high:.0f})"
        stated = (inside, write.one(held.width), write.one(held.interval_score))
    iccs = _icc(value.icc), _icc(value.icc_of_persons)
    return (_short(value.key), write.one(found.sd), *iccs, *stated)


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
    write = _Numbers.beside(ms.mae)
    return (
        *head,
        write.both(ms.bias, ms.bias_ci95),
        write.one(ms.median),
        write.both(ms.mae, ms.mae_ci95),
        write.one(ms.sd),
        write.interval(ms.limits),
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
    """Empty where everything is right."""
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
    """One row, or none where the group has no such value."""
    if key.startswith(_EVENT):
        events: Mapping[str, EventScore] = {f"{_EVENT}{k}": e for k, e in part.events.items()}
        event = events.get(key)
        if event is not None and event.timing_ms is not None:
            yield (f"{event.kind}, ms", group, *_group_cells(event.timing_ms), NOTHING)
        return
    value = part.values.get(key)
    if value is not None and value.agreement is not None:
        held = value.calibration
        covered = NOTHING if held is None else f"{share(held.covered)} of {held.n}"
        yield (_short(key), group, *_group_cells(value.agreement), covered)


def _group_cells(found: Agreement) -> tuple[str, ...]:
    write = _Numbers.beside(found.mae)
    numbers = (found.bias, found.mae, found.worst, found.sd)
    return (str(found.n), str(found.persons), *map(write.one, numbers))


def _clips(value: ValueScore) -> Table:
    header = ("clip", "person", "true", "measured", "difference", "95 % interval")
    write = _Numbers.beside(0.0 if value.agreement is None else value.agreement.mae)
    rows = tuple(
        (
            pair.clip,
            pair.person,
            write.one(pair.true),
            write.one(pair.value),
            write.one(pair.difference),
            write.interval(pair.ci95),
        )
        for pair in value.pairs
    )
    return Table(f"{_short(value.key)}, clip by clip", header, rows)


def _short(key: str) -> str:
    return key.partition(".")[2]


def _icc(found: Icc | None) -> str:
    return NOTHING if found is None else _Numbers(2).both(found.value, found.ci95)
