"""What the tables of a batch hold: one description for the files and for the reader."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import cache
from importlib.resources import files
from typing import Any, Final, Literal

from leanline.batch.task import Cell
from leanline.metrics.spec import STEP_METRICS
from leanline.registry.metrics import METRICS
from leanline.report.catalog import texts
from leanline.units import unit_of
from leanline.version import __version__

Kind = Literal["text", "number", "whole", "truth"]
CLIPS: Final = "clips"


@dataclass(frozen=True)
class Column:
    """One column of a table.

    Parameters
    ----------
    name
        Its name.
    kind
        Type of its values.
    unit
        None for what has none.
    definition
        What it says, in a sentence.
    """

    name: str
    kind: Kind
    unit: str | None
    definition: str


@dataclass(frozen=True)
class TableOf:
    """One table.

    Parameters
    ----------
    name
        Its name.
    about
        What a row is.
    columns
        In order.
    """

    name: str
    about: str
    columns: tuple[Column, ...]


@cache
def tables() -> Mapping[str, TableOf]:
    """All tables by name, ``clips`` first."""
    data = _data()
    found = {
        name: TableOf(
            name,
            entry["about"],
            tuple(
                Column(column, cell["kind"], cell.get("unit"), cell["is"])
                for column, cell in entry["columns"].items()
            ),
        )
        for name, entry in data.items()
    }
    steps = found["steps"]
    measured = tuple(Column(m, "number", unit_of(m), definition(m)) for m in STEP_METRICS)
    return {**found, "steps": TableOf("steps", steps.about, (*steps.columns, *measured))}


def definition(metric: str) -> str:
    """What a metric means, in a sentence or two: as the report says it, else as the registry does.

    Empty for one that is not known.
    """
    words, key = texts("en"), f"metrics.{metric}.meaning"
    if words.has(key):
        return words.say(key)
    return METRICS[metric].definition if metric in METRICS else ""


def metric_ids() -> tuple[str, ...]:
    """All metrics, in alphabetical order."""
    return tuple(sorted(METRICS))


def as_plain(extra: tuple[str, ...] = ()) -> dict[str, Cell]:
    """The dictionary as plain values; ``extra`` are the person's own columns of ``clips``."""
    plain = {name: asdict(table) for name, table in tables().items()}
    own = [Column(name, "text", None, "From the manifest.") for name in extra]
    plain[CLIPS]["columns"] = (*plain[CLIPS]["columns"], *map(asdict, own))
    return {
        "leanline": __version__,
        "tables": plain,
        "metrics": {
            name: {"unit": unit_of(name), "definition": definition(name)} for name in metric_ids()
        },
    }


def as_markdown(extra: tuple[str, ...] = ()) -> str:
    """The dictionary to read."""
    plain = as_plain(extra)
    parts = [
        "# What the tables hold",
        f"Written by leanline {__version__}. Missing numbers are null. Lean is positive forward, "
        "flexion positive, distance positive ahead of the body. `athlete` is the name of the "
        "folder (`athlete=NAME`), as pandas, polars, DuckDB and Arrow read it; where all names are "
        "numbers these read them as numbers, clips.parquet has them as text.",
    ]
    for name, table in plain["tables"].items():
        rows = [(c["name"], c["kind"], c["unit"] or "", c["definition"]) for c in table["columns"]]
        parts += [f"## {name}", table["about"], _rows(("column", "kind", "unit", "is"), rows)]
    metrics = [(n, m["unit"] or "", m["definition"]) for n, m in plain["metrics"].items()]
    parts += ["## The metrics", _rows(("metric", "unit", "is"), metrics)]
    return "\n\n".join(parts) + "\n"


def _rows(head: tuple[str, ...], rows: Sequence[tuple[str, ...]]) -> str:
    lines = [head, ("---",) * len(head), *rows]
    return "\n".join(f"| {' | '.join(cell.replace('|', '/') for cell in row)} |" for row in lines)


@cache
def _data() -> Mapping[str, Any]:
    text = files("leanline.batch").joinpath("dictionary.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)
