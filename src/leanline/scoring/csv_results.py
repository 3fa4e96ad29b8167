"""Results of any tool as CSV, with one row per value or one row per event."""

from __future__ import annotations

import csv
import io
import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from leanline.errors import InputError, why_refused
from leanline.formats.type_checks import MAX_COUNT
from leanline.inputs import MAX_TEXT_BYTES, check_file
from leanline.scoring.results import Answer, ClipNames, Result, Results, unmatched_note
from leanline.scoring.truth import EVENT_KINDS, LABELS, ROLL, EventKind
from leanline.skeleton import SIDES, Side

VALUE_COLUMNS: Final = ("clip", "metric", "value")
EVENT_COLUMNS: Final = ("clip", "side", "event", "time_s")
_OPTIONAL: Final = ("low", "high", "person")
_WITHHELD: Final = ("", "nan", "na")


@dataclass(frozen=True)
class _Row:
    """The cells of a row by column, and its location for error messages."""

    cells: Mapping[str, str]
    where: str
    decimal_comma: bool

    def number(self, column: str) -> float | None:
        """Parse a finite number; None if the cell is empty, ``nan`` or ``NA``."""
        text = self.cells.get(column, "")
        if text.lower() in _WITHHELD:
            return None
        try:
            value = float(text.replace(",", ".") if self.decimal_comma else text)
        except ValueError:
            value = math.nan
        if not abs(value) <= MAX_COUNT:
            raise InputError("score.not_a_number", where=self.where, column=column, value=text)
        return value


def read_csv(path: Path, names: ClipNames) -> Results:
    """Read a CSV of values or of events, depending on its columns.

    Separators are commas, tabs or semicolons (which also allow decimal commas); columns may be in
    any order. Rows of clips without a truth file are ignored, with a note.

    Parameters
    ----------
    path
        The file, in UTF-8.
    names
        The clips with a truth file.

    Returns
    -------
    Results
        Of the clips in the file that have a truth file.

    Raises
    ------
    InputError
        The file cannot be read, lacks a column, or has an invalid row; the message names the line.
    """
    columns, rows = _table(path)
    if set(VALUE_COLUMNS) <= set(columns):
        wanted = {*VALUE_COLUMNS, *_OPTIONAL}
        by_clip, unmatched = _values(rows, names)
    elif set(EVENT_COLUMNS) <= set(columns):
        wanted = set(EVENT_COLUMNS)
        by_clip, unmatched = _events(rows, names)
    else:
        raise InputError("score.columns", path=path, columns=tuple(columns))
    unused = [column for column in columns if column and column not in wanted]
    notes = (f"{path}: columns that are not used: {', '.join(unused)}.",) if unused else ()
    return Results(by_clip, (*unmatched_note(path, unmatched), *notes))


def _table(path: Path) -> tuple[list[str], list[_Row]]:
    check_file(path, MAX_TEXT_BYTES)
    try:
        text = path.read_text(encoding="utf-8-sig")
        separator = max(",;\t", key=text.partition("\n")[0].count)
        reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
        columns = [cell.strip().lower() for cell in next(reader, [])]
        rows = list(_rows(reader, columns, path, decimal_comma=separator == ";"))
    except (OSError, UnicodeError, csv.Error) as error:
        raise InputError("score.not_csv", path=path, why=why_refused(error)) from error
    duplicate = next((c for c in columns if c and columns.count(c) > 1), None)
    if duplicate:
        raise InputError("score.duplicate_column", path=path, column=duplicate)
    if not rows:
        raise InputError("score.no_rows", path=path)
    return columns, rows


def _rows(
    reader: Iterator[list[str]], columns: list[str], path: Path, *, decimal_comma: bool
) -> Iterator[_Row]:
    for cells in reader:
        if not any(cell.strip() for cell in cells):
            continue
        where = f"{path}, line {reader.line_num}"  # type: ignore[attr-defined]
        if len(cells) != len(columns):
            raise InputError("score.ragged", where=where, cells=len(cells), expected=len(columns))
        cells_by_column = {name: cell.strip() for name, cell in zip(columns, cells, strict=True)}
        yield _Row(cells_by_column, where, decimal_comma)


def _values(rows: list[_Row], names: ClipNames) -> tuple[dict[str, Result], list[str]]:
    values: dict[str, dict[str, Answer]] = {}
    labels: dict[str, dict[str, str]] = {}
    people: dict[str, str] = {}
    unmatched, given = [], set()
    for row in rows:
        clip, metric = names.find(row.cells["clip"]), row.cells["metric"]
        if clip is None:
            unmatched.append(row.cells["clip"])
            continue
        if not metric:
            raise InputError("score.no_metric", where=row.where)
        if (clip, metric) in given:
            raise InputError("score.duplicate_value", where=row.where, metric=metric, clip=clip)
        given.add((clip, metric))
        own = values.setdefault(clip, {})
        if metric not in LABELS:
            own[_key(metric)] = _answer(row)
        elif row.cells["value"].lower() not in _WITHHELD:
            labels.setdefault(clip, {})[metric] = row.cells["value"]
        _record_person(people, clip, row)
    results = {
        clip: Result(own, labels.get(clip, {}), person=people.get(clip))
        for clip, own in values.items()
    }
    return results, unmatched


def _events(rows: list[_Row], names: ClipNames) -> tuple[dict[str, Result], list[str]]:
    times: dict[str, dict[tuple[EventKind, Side], list[float]]] = {}
    unmatched = []
    for row in rows:
        clip = names.find(row.cells["clip"])
        if clip is None:
            unmatched.append(row.cells["clip"])
            continue
        kind, side, time_s = row.cells["event"], row.cells["side"], row.number("time_s")
        if kind not in EVENT_KINDS:
            raise _invalid_word(row, "event", EVENT_KINDS)
        if side not in SIDES:
            raise _invalid_word(row, "side", SIDES)
        if time_s is None:
            raise InputError("score.no_time", where=row.where)
        times.setdefault(clip, {}).setdefault((kind, side), []).append(time_s)
    results = {
        clip: Result(events={key: tuple(sorted(found)) for key, found in own.items()})
        for clip, own in times.items()
    }
    return results, unmatched


def _key(metric: str) -> str:
    return ROLL if metric in ("roll_deg", ROLL) else f"metric.{metric}"


def _answer(row: _Row) -> Answer:
    value, low, high = (row.number(column) for column in ("value", "low", "high"))
    if value is None or (low is None and high is None):
        return Answer(value)
    if low is None or high is None or low > high:
        raise InputError("score.interval", where=row.where)
    return Answer(value, (low, high))


def _record_person(people: dict[str, str], clip: str, row: _Row) -> None:
    person = row.cells.get("person", "")
    if person and people.setdefault(clip, person) != person:
        raise InputError(
            "score.other_person", where=row.where, clip=clip, person=people[clip], other=person
        )


def _invalid_word(row: _Row, column: str, words: tuple[str, ...]) -> InputError:
    return InputError(
        "score.choice",
        where=row.where,
        column=column,
        choices=tuple(words),
        value=row.cells[column],
    )
