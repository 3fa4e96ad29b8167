"""Export of a score as JSON, CSV or Markdown."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from typing import Any, Final

from leanline.scoring.bars import MissedBar
from leanline.scoring.bootstrap import RESAMPLES, SEED
from leanline.scoring.events import WINDOW_S
from leanline.scoring.parts import LabelScore, ScorePart
from leanline.scoring.run import Score
from leanline.scoring.summary import summarize
from leanline.scoring.tables import Table

LAYOUT: Final = "leanline.score/1"
WHOLE: Final = "all"


def to_json(score: Score, version: str, missed: Sequence[MissedBar] | None = None) -> str:
    """Write everything as JSON: ``summary`` by key, every pair, confusion tables, groups.

    Parameters
    ----------
    score
        The score.
    version
        Of leanline.
    missed
        The missed bars; None if no bars were given.

    Returns
    -------
    str
        In the layout ``LAYOUT``.
    """
    entry = {
        "schema": LAYOUT,
        "leanline": version,
        "truth": score.truth,
        "results": list(score.results),
        "person_keys": dict(score.person_keys),
        "bootstrap": {"resamples": RESAMPLES, "seed": SEED},
        "event_window_s": WINDOW_S,
        **_part(score.total),
        "by": score.by,
        "groups": {name: _part(part) for name, part in score.groups.items()},
        "bars_missed": None if missed is None else [_missed_bar(one) for one in missed],
        "notes": list(score.notes),
    }
    return json.dumps(entry, indent=1, allow_nan=False)


def to_csv(score: Score) -> str:
    """Write one row per number.

    Parameters
    ----------
    score
        The score.

    Returns
    -------
    str
        Columns: property that groups go by, group (``all``, or a value of the property), key,
        value.
    """
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(("by", "group", "key", "value"))
    writer.writerows(("", WHOLE, key, value) for key, value in score.summary.items())
    for name, part in score.groups.items():
        writer.writerows((score.by, name, key, value) for key, value in summarize(part).items())
    return text.getvalue()


def to_markdown(tables: Iterable[Table], head: str, notes: Sequence[str]) -> str:
    """Write GitHub Markdown tables with bold titles.

    Parameters
    ----------
    tables
        In order.
    head
        Text above the tables.
    notes
        Listed below the tables.

    Returns
    -------
    str
        Ends with a line break.
    """
    parts = [head, *map(_markdown_table, tables), "\n".join(f"- {note}" for note in notes)]
    return "\n\n".join(part for part in parts if part) + "\n"


def _markdown_table(table: Table) -> str:
    rule = ("---", *("---:" for _ in table.header[1:]))
    lines = (_markdown_row(cells) for cells in (table.header, rule, *table.rows))
    return "\n".join((f"**{table.title}**\n", *lines))


def _markdown_row(cells: Iterable[str]) -> str:
    return f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in cells)} |"


def _part(part: ScorePart) -> dict[str, Any]:
    return {
        "clips": part.clips,
        "with_result": part.with_result,
        "persons": part.persons,
        "summary": dict(summarize(part)),
        "pairs": {key: [asdict(pair) for pair in v.pairs] for key, v in part.values.items()},
        "reliability": {
            key: [asdict(row) for row in value.calibration.reliability]
            for key, value in part.values.items()
            if value.calibration is not None
        },
        "icc_method": {key: v.icc.method for key, v in part.values.items() if v.icc is not None},
        "confusion": {key: _confusion(label) for key, label in part.labels.items()},
    }


def _confusion(label: LabelScore) -> list[Mapping[str, Any]]:
    return [
        {"true": true, "given": given, "clips": count}
        for (true, given), count in sorted(label.confusion.items(), key=str)
    ]


def _missed_bar(one: MissedBar) -> dict[str, Any]:
    return {**asdict(one.bar), "value": one.value}
