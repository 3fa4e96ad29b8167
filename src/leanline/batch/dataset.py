"""The tables of a batch as Parquet: made anew from the journal, there whole or not at all.

The same clips give the same bytes, in whatever order and wherever they were analysed.
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
from leanline.batch.task import Cell, Clip, Outcome
from leanline.reason import Reason, to_json

_ROWS: Final = 1 << 16
# Hive's own word for it cannot be read back where no athlete at all is known.
_NOBODY_KNOWN: Final = "unknown"


def write_dataset(clips: Sequence[Clip], journal: Journal) -> Path:
    """Write the tables of all clips that have an outcome.

    Returns
    -------
    Path
        The folder ``dataset``: ``clips.parquet``, a folder for each other table with one file
        for each athlete, and the data dictionary as JSON and Markdown.
    """
    folder = journal.out / DATASET
    extra = tuple(dict.fromkeys(name for clip in clips for name in clip.extra))
    with _exchanged(folder, journal.out / ".batch") as new:
        ordered = sorted(clips, key=lambda clip: (clip.athlete or "", clip.id))
        athletes = dict.fromkeys(clip.athlete for clip in ordered)
        rows = []
        for athlete in athletes:
            theirs = [clip for clip in ordered if clip.athlete == athlete]
            rows += _write_athlete(theirs, journal, new, athlete)
        _write_clips(sorted(rows, key=lambda row: str(row["clip"])), extra, new)
        plain = json.dumps(as_plain(extra), indent=1, ensure_ascii=False)
        (new / "dictionary.json").write_text(plain + "\n", encoding="utf-8")
        (new / "dictionary.md").write_text(as_markdown(extra), encoding="utf-8")
    return folder


@contextmanager
def _exchanged(folder: Path, beside: Path) -> Iterator[Path]:
    """A new folder to fill, which takes the place of ``folder`` when it is complete."""
    new, old = beside / "new-dataset", beside / "old-dataset"
    for left in (new, old):
        shutil.rmtree(left, ignore_errors=True)
    new.mkdir(parents=True)
    try:
        yield new
        replace_folder(new, folder, old)
    finally:
        shutil.rmtree(new, ignore_errors=True)


def _write_athlete(
    clips: Sequence[Clip], journal: Journal, folder: Path, athlete: str | None
) -> list[dict[str, Cell]]:
    """One file in each table; the rows of the clips' own table."""
    key = _NOBODY_KNOWN if athlete is None else quote(athlete, safe=" ")
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


def _clip_row(clip: Clip, outcome: Outcome) -> dict[str, Cell]:
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
    import pyarrow as pa
    import pyarrow.parquet as pq

    schema = _schema(tables()[CLIPS])
    for name in extra:
        schema = schema.append(pa.field(name, pa.string()))
    rows = list(rows)
    columns = {name: [row.get(name) for row in rows] for name in schema.names}
    pq.write_table(pa.table(columns, schema=schema), folder / f"{CLIPS}.parquet")


def _schema(table: TableOf) -> Any:  # noqa: ANN401
    import pyarrow as pa

    kinds = {"text": pa.string(), "number": pa.float64(), "whole": pa.int64(), "truth": pa.bool_()}
    return pa.schema([(column.name, kinds[column.kind]) for column in table.columns])


class _Writer:
    """One Parquet file, filled clip by clip, held in memory only up to a row group."""

    def __init__(self, path: Path, table: TableOf) -> None:
        self._path, self._schema = path, _schema(table)
        self._pieces: list[Any] = []
        self._file: Any = None

    def add(self, clip: str, columns: Mapping[str, Sequence[Cell]]) -> None:
        """The rows of one clip."""
        import pyarrow as pa

        count = max(map(len, columns.values()), default=0)
        whole = {"clip": [clip] * count, **columns}
        # A column that a clip has nothing for is missing there.
        filled = {name: whole.get(name, [None] * count) for name in self._schema.names}
        self._pieces.append(pa.table(filled, schema=self._schema))
        if sum(piece.num_rows for piece in self._pieces) >= _ROWS:
            self._flush()

    def close(self) -> None:
        """Write what is left; a table without rows is a file all the same."""
        self._flush()
        self._file.close()

    def _flush(self) -> None:
        import pyarrow as pa
        import pyarrow.parquet as pq

        if self._file is None:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            self._file = pq.ParquetWriter(self._path, self._schema)
        if self._pieces:
            self._file.write_table(pa.concat_tables(self._pieces))
        self._pieces = []
