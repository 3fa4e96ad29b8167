"""The tables of a batch as Parquet, rebuilt from the journal and replaced atomically.

The bytes depend only on the clips, not on the order or machine in which they were analysed.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote

from leanline.batch.dictionary import CLIPS, TableOf, as_markdown, as_plain, tables
from leanline.batch.journal import DATASET, Journal, replace_folder
from leanline.batch.task import BatchClip, Cell, Outcome
from leanline.formats.parquet import load_pyarrow
from leanline.reason import Reason, to_json

_ROWS: Final = 1 << 16
# Not Hive's ``__HIVE_DEFAULT_PARTITION__``: readers fail on it when no athlete at all is known.
_UNKNOWN_ATHLETE: Final = "unknown"


def write_dataset(clips: Sequence[BatchClip], journal: Journal) -> Path:
    """Write the tables of all clips that have an outcome.

    Parameters
    ----------
    clips
        All clips of the batch.
    journal
        Their outcomes; clips without one are left out.

    Returns
    -------
    Path
        The folder ``dataset``: ``clips.parquet``, a folder for each other table with one file per
        athlete, and the data dictionary as JSON and Markdown.
    """
    folder = journal.out / DATASET
    extra = tuple(dict.fromkeys(name for clip in clips for name in clip.extra))
    with _replacing_folder(folder, journal.out / ".batch") as new:
        ordered = sorted(clips, key=lambda clip: (clip.athlete or "", clip.id))
        athletes = dict.fromkeys(clip.athlete for clip in ordered)
        rows = []
        for athlete in athletes:
            own_clips = [clip for clip in ordered if clip.athlete == athlete]
            rows += _write_athlete(own_clips, journal, new, athlete)
        _write_clips(sorted(rows, key=lambda row: str(row["clip"])), extra, new)
        plain = json.dumps(as_plain(extra), indent=1, ensure_ascii=False)
        (new / "dictionary.json").write_text(plain + "\n", encoding="utf-8")
        (new / "dictionary.md").write_text(as_markdown(extra), encoding="utf-8")
    return folder


@contextmanager
def _replacing_folder(folder: Path, scratch: Path) -> Iterator[Path]:
    """Yield an empty folder that replaces ``folder`` at the end of the block."""
    new, old = scratch / "new-dataset", scratch / "old-dataset"
    for stale in (new, old):
        shutil.rmtree(stale, ignore_errors=True)
    new.mkdir(parents=True)
    try:
        yield new
        replace_folder(new, folder, old)
    finally:
        shutil.rmtree(new, ignore_errors=True)


def _write_athlete(
    clips: Sequence[BatchClip], journal: Journal, folder: Path, athlete: str | None
) -> list[dict[str, Cell]]:
    """Write an athlete's file in each table; return the athlete's rows of the table ``clips``."""
    key = _UNKNOWN_ATHLETE if athlete is None else quote(athlete, safe=" ")
    writers = {
        name: _Writer(folder / name / f"athlete={key}" / "part-0.parquet", table)
        for name, table in tables().items()
        if name != CLIPS
    }
    rows = []
    for clip in clips:
        outcome = journal.read(clip.id)
        if outcome is None:
            continue
        rows.append(_clip_row(clip, outcome))
        for name, columns in outcome.tables.items():
            writers[name].add(clip.id, columns)
    for writer in writers.values():
        writer.close()
    return rows


def _clip_row(clip: BatchClip, outcome: Outcome) -> dict[str, Cell]:
    return {
        **outcome.facts,
        **clip.extra,
        "clip": clip.id,
        "athlete": clip.athlete,
        "status": outcome.status,
        "reason": outcome.reason or None,
        "hint": outcome.hint or None,
        **_problem_cells(outcome.problem),
    }


def _problem_cells(problem: Reason | None) -> dict[str, Cell]:
    if problem is None:
        return {}
    plain = to_json(problem)
    return {"code": plain["code"], "params": json.dumps(plain["params"], sort_keys=True)}


def _write_clips(rows: Iterable[Mapping[str, Cell]], extra: tuple[str, ...], folder: Path) -> None:
    pa = load_pyarrow()
    schema = _schema(tables()[CLIPS])
    for name in extra:
        schema = schema.append(pa.field(name, pa.string()))
    rows = list(rows)
    columns = {name: [row.get(name) for row in rows] for name in schema.names}
    pa.parquet.write_table(pa.table(columns, schema=schema), folder / f"{CLIPS}.parquet")


def _schema(table: TableOf) -> Any:  # noqa: ANN401
    pa = load_pyarrow()
    kinds = {"text": pa.string(), "number": pa.float64(), "whole": pa.int64(), "truth": pa.bool_()}
    return pa.schema([(column.name, kinds[column.kind]) for column in table.columns])


class _Writer:
    """Writes a Parquet file clip by clip, buffering at most one row group."""

    def __init__(self, path: Path, table: TableOf) -> None:
        self._path, self._schema = path, _schema(table)
        self._pieces: list[Any] = []
        self._file: Any = None

    def add(self, clip: str, columns: Mapping[str, Sequence[Cell]]) -> None:
        """Append the rows of one clip."""
        pa = load_pyarrow()
        count = max(map(len, columns.values()), default=0)
        padded = {"clip": [clip] * count, **columns}
        # Columns that the clip has no values for become null.
        filled = {name: padded.get(name, [None] * count) for name in self._schema.names}
        self._pieces.append(pa.table(filled, schema=self._schema))
        if sum(piece.num_rows for piece in self._pieces) >= _ROWS:
            self._flush()

    def close(self) -> None:
        """Flush and close; a table without rows still gets a file."""
        self._flush()
        self._file.close()

    def _flush(self) -> None:
        pa = load_pyarrow()
        if self._file is None:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            self._file = pa.parquet.ParquetWriter(self._path, self._schema)
        if self._pieces:
            self._file.write_table(pa.concat_tables(self._pieces))
        self._pieces = []
