"""Results read from ``analyze`` folders and CSV files, and merged."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from leanline.errors import InputError
from leanline.inputs import is_folder
from leanline.scoring.csv_results import read_csv
from leanline.scoring.results import ClipNames, Result, Results, read_folder
from leanline.scoring.truth import Truth


def read_results(paths: Sequence[Path], truths: Sequence[Truth]) -> Results:
    """Read and merge results from ``leanline analyze`` folders and CSV files.

    Parameters
    ----------
    paths
        Folders and files.
    truths
        Truth of the clips, at least one.

    Returns
    -------
    Results
        Of the clips that have a truth file.

    Raises
    ------
    InputError
        A file cannot be read, a value is given twice, or no result matches a truth file.
    """
    names = ClipNames(truths)
    merged: dict[str, Result] = {}
    notes: list[str] = []
    for path in paths:
        read = read_folder(path, names) if is_folder(path) else read_csv(path, names)
        notes += read.notes
        for clip, result in read.by_clip.items():
            merged[clip] = _merge(merged.get(clip, Result()), result, f"{path}: {clip}")
    if not merged:
        raise InputError("score.no_results", paths=tuple(map(str, paths)), example=truths[0].name)
    return Results(merged, tuple(notes))


def _merge(first: Result, second: Result, where: str) -> Result:
    for existing, new in ((first.values, second.values), (first.labels, second.labels)):
        duplicates = sorted(set(existing) & set(new))
        if duplicates:
            raise InputError(
                "score.duplicate_metric",
                where=str(where),
                metric=duplicates[0].removeprefix("metric."),
            )
    if set(first.events) & set(second.events):
        raise InputError("score.duplicate_events", where=str(where))
    return Result(
        {**first.values, **second.values},
        {**first.labels, **second.labels},
        {**first.events, **second.events},
        first.person or second.person,
    )
