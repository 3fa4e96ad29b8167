"""Folders of made-up clips, and what a batch wrote of them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pyarrow.parquet as pq

from leanline.batch.task import BatchClip
from leanline.settings import Settings


def clips_of(folder: Path, *names: str, athlete: str | None = None) -> tuple[BatchClip, ...]:
    """A file for each name, and the clips."""
    folder.mkdir(parents=True, exist_ok=True)
    for name in names:
        (folder / name).write_text(f"content of {name}")
    return tuple(BatchClip(name, str(folder / name), Settings(), athlete) for name in names)


def dataset_bytes(out: Path) -> dict[str, bytes]:
    """Every file of the dataset by its place in it."""
    root = out / "dataset"
    return {
        file.relative_to(root).as_posix(): file.read_bytes()
        for file in sorted(root.rglob("*"))
        if file.is_file()
    }


def clip_rows(out: Path) -> list[dict[str, Any]]:
    """The rows of the table of clips."""
    rows: list[dict[str, Any]] = pq.read_table(out / "dataset" / "clips.parquet").to_pylist()
    return rows


def statuses(out: Path) -> dict[str, str]:
    """What became of each clip."""
    rows = clip_rows(out)
    assert len({row["clip"] for row in rows}) == len(rows)
    return {row["clip"]: row["status"] for row in rows}
