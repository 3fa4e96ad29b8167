"""Scoring of results against truth files."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches
from pathlib import Path

from leanline.errors import UsageError
from leanline.scoring.parts import Case, ScorePart, score_part
from leanline.scoring.read_results import read_results
from leanline.scoring.results import Results, join_names
from leanline.scoring.summary import summarize
from leanline.scoring.truth import Truth, identify_person, property_keys, property_text, read_truths

PathLike = str | os.PathLike[str]


@dataclass(frozen=True)
class Score:
    """Agreement of results with truth files.

    Parameters
    ----------
    truth
        The folder or file of truth, as given.
    results
        The results, as given.
    total
        Over all clips.
    person_keys
        Number of clips by the property that identified their person.
    by
        The truth property that ``groups`` go by; None without groups.
    groups
        Over the clips of each value of ``by``.
    notes
        What was left out, and why.
    """

    truth: str
    results: tuple[str, ...]
    total: ScorePart
    person_keys: Mapping[str, int]
    by: str | None = None
    groups: Mapping[str, ScorePart] = field(default_factory=dict)
    notes: tuple[str, ...] = ()

    @property
    def summary(self) -> Mapping[str, float]:
        """Every number by key, such as ``metric.lean_body_deg.mae``; bars use the same keys."""
        return summarize(self.total)


def score(
    truth: PathLike,
    results: PathLike | Sequence[PathLike],
    *,
    by: str | None = None,
    person: str | None = None,
) -> Score:
    """Score results of leanline or any other tool against truth files.

    Parameters
    ----------
    truth
        A folder of ``NAME.truth.json`` files, or one such file.
    results
        A folder with ``NAME/analysis.json``, a CSV of values (clip, metric, value and optionally
        low, high, person) or of events (clip, side, event, time_s), or several of these.
    by
        A property of the truth files; clips are also scored separately for each of its values.
    person
        The property that identifies the person in a clip, so that a person's clips are resampled
        together. By default the first one present of ``person``, ``body`` and ``runner``.

    Returns
    -------
    Score
        Agreement, coverage of the intervals and events, over all clips and by group.

    Raises
    ------
    UsageError
        No truth file has ``by`` or ``person``.
    InputError
        A file cannot be read, or no result matches a truth file.
    """
    paths = [results] if isinstance(results, str | os.PathLike) else list(results)
    truths = read_truths(Path(truth))
    _check_key(by, truths)
    _check_key(person, truths)
    read = read_results([Path(path) for path in paths], truths)
    used: Counter[str] = Counter()
    cases = []
    for clip in truths:
        found = read.by_clip.get(clip.name)
        key, name = identify_person(clip, person, None if found is None else found.person)
        used.update([] if clip.exit else [key])
        cases.append(Case(clip, found, name))
    return Score(
        truth=str(truth),
        results=tuple(map(str, paths)),
        total=score_part(cases),
        person_keys=dict(used),
        by=by,
        groups=_groups(cases, by),
        notes=(*_missing(truths, read), *_unknown_values(truths, read), *read.notes),
    )


def _groups(cases: Sequence[Case], by: str | None) -> Mapping[str, ScorePart]:
    if by is None:
        return {}
    grouped: dict[str, list[Case]] = {}
    for case in cases:
        value = case.person if by == "person" else property_text(case.truth, by)
        grouped.setdefault(value, []).append(case)
    return {value: score_part(grouped[value]) for value in sorted(grouped, key=_numbers_first)}


def _numbers_first(text: str) -> tuple[float, str]:
    try:
        return float(text), text
    except ValueError:
        return float("inf"), text


def _check_key(key: str | None, truths: Sequence[Truth]) -> None:
    if key is None:
        return
    known = property_keys(truths)
    if key not in known:
        close = get_close_matches(key, known, 1)
        if close:
            raise UsageError("score.misspelt_key", key=key, meant=close[0], keys=tuple(known))
        raise UsageError("score.unknown_key", key=key, keys=tuple(known))


def _missing(truths: Sequence[Truth], read: Results) -> tuple[str, ...]:
    missing = [t.name for t in truths if t.name not in read.by_clip and not t.exit]
    if not missing:
        return ()
    return (f"No result for {', '.join(missing)} ({len(missing)} of {len(truths)}).",)


def _unknown_values(truths: Sequence[Truth], read: Results) -> tuple[str, ...]:
    """Return a note on values that no truth file has, in case a name is misspelt."""
    known = {key for truth in truths for key in truth.values}
    given = {
        key
        for result in read.by_clip.values()
        for key, answer in result.values.items()
        if answer.value is not None
    }
    unknown = sorted(key.removeprefix("metric.") for key in given - known)
    return (f"In no truth file: {join_names(unknown)} ({len(unknown)}).",) if unknown else ()
