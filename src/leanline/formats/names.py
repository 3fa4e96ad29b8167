"""Mapping of a file's point names to leanline's keypoints, kept as small data files.

The sets in the package are in ``assets/names``. A custom file has the same keys: ``title``;
``order``, keypoints by number, for files that only number their points (``count`` of them, if more
than named); ``[names]``, keypoints with the names used in files, best first; ``[sided]``, the same
for parts with a left and a right; ``[mean]``, keypoints as the mean of several points of the file.
Leanline's own names are known in every set.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any, Final

from leanline.errors import DamageError, InputError, UsageError, why_refused
from leanline.inputs import check_file
from leanline.skeleton import BLAZEPOSE, SIDES

COMMON: Final = "common"
#: Larger files are not a set of names.
MAX_BYTES: Final = 1 << 20
EXTRAS: Final = ("head_top", "neck", "mid_hip", "left_small_toe", "right_small_toe")
OURS: Final = frozenset((*BLAZEPOSE, *EXTRAS))


@dataclass(frozen=True)
class NameSet:
    """One tool's names for leanline's keypoints.

    Parameters
    ----------
    title
        Of the set.
    order
        Keypoints by the file's numbering, empty where unused.
    count
        Number of points in such a file.
    aliases
        The file's normalised names for each keypoint, best first.
    means
        Keypoints defined as the mean of several points.
    """

    title: str
    order: tuple[str, ...] = ()
    count: int = 0
    aliases: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    means: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def places(self, names: Sequence[str]) -> dict[str, tuple[int, ...]]:
        """Return the keypoints in a file with these names, and the columns to average for each."""
        first: dict[str, int] = {}
        for place, name in enumerate(names):
            first.setdefault(plain(name), place)
        found: dict[str, tuple[int, ...]] = {}
        for ours, theirs in self.aliases.items():
            known = [first[name] for name in theirs if name in first]
            if known:
                found[ours] = (known[0],)
        for ours, theirs in self.means.items():
            if all(name in first for name in theirs):
                found[ours] = tuple(first[name] for name in theirs)
        return dict(sorted(found.items(), key=lambda item: item[1]))


def plain(name: str) -> str:
    """Normalise a point name: ``Runner:L_Heel`` becomes ``lheel``."""
    word = name.rpartition(":")[2].strip().lower()
    return "".join(letter for letter in word if letter.isalnum())


def our_name(marker: str) -> str | None:
    """Return the keypoint that a marker name means, or None."""
    found = shipped_sets()[COMMON].places([marker])
    return next(iter(found), None)


@dataclass(frozen=True)
class Named:
    """Which columns of a file hold which keypoints.

    Parameters
    ----------
    places
        Columns of each keypoint, several if it is their mean.
    title
        Of the set of names that was used.
    """

    places: Mapping[str, tuple[int, ...]]
    title: str


def recognize_names(
    names: Sequence[str], count: int, path: Path, wanted: str | None = None
) -> Named | None:
    """Our keypoints in a file, by the set that knows most of them.

    Parameters
    ----------
    names
        The file's own names; empty if it only numbers its points.
    count
        Number of points in the file.
    path
        The file, for error messages.
    wanted
        Title of a shipped set, or path of a custom set, to use instead.

    Returns
    -------
    Named or None
        None if no point name is known.

    Raises
    ------
    InputError
        The points are only numbered, and no set has as many.
    UsageError
        ``wanted`` cannot be read as a set of names.
    """
    if wanted is not None:
        chosen = name_set(wanted)
        places = chosen.places(names) if names else _by_number(chosen)
        inside = all(max(columns) < count for columns in places.values())
        return Named(places, chosen.title) if places and inside else None
    if not names:
        return _by_count(count, path)
    sets = list(shipped_sets().values())
    best = max(sets, key=lambda each: len(each.places(names)))
    places = best.places(names)
    return Named(places, _title(best, places)) if places else None


def _by_count(count: int, path: Path) -> Named:
    for each in shipped_sets().values():
        if each.order and each.count == count:
            return Named(_by_number(each), each.title)
    known = tuple(each.title for each in shipped_sets().values() if each.order)
    raise InputError("names.unknown_count", path=path, points=count, known=known)


def _by_number(each: NameSet) -> dict[str, tuple[int, ...]]:
    return {ours: (place,) for place, ours in enumerate(each.order) if ours}


def _title(best: NameSet, places: Mapping[str, object]) -> str:
    """Prefer the title of a numbered set over plain words if the points are the same."""
    for each in shipped_sets().values():
        if best is shipped_sets()[COMMON] and set(each.order) == set(places):
            return each.title
    return best.title


@cache
def shipped_sets() -> Mapping[str, NameSet]:
    """Return the sets in the package by file name, plain words first."""
    folder = files("leanline") / "assets" / "names"
    texts = {
        entry.name.removesuffix(".toml"): entry.read_text("utf-8")
        for entry in folder.iterdir()
        if entry.name.endswith(".toml")
    }
    sets = {name: _parse(tomllib.loads(text)) for name, text in texts.items()}
    return dict(sorted(sets.items(), key=lambda item: (item[0] != COMMON, item[1].count, item[0])))


def name_set(wanted: str) -> NameSet:
    """Find a set of names.

    Parameters
    ----------
    wanted
        Title of a shipped set, or path of a TOML file.

    Returns
    -------
    NameSet
        As shipped, or as the file says.

    Raises
    ------
    UsageError
        Neither exists, or the file is not a set of names.
    """
    for name, each in shipped_sets().items():
        if wanted.lower() in (name, each.title.lower()):
            return each
    titles = tuple(each.title for each in shipped_sets().values())
    try:
        check_file(Path(wanted), MAX_BYTES)
        return _parse(tomllib.loads(Path(wanted).read_text("utf-8")), Path(wanted).stem)
    except InputError as error:
        raise UsageError("names.unreadable", problem=error.reason, shipped=titles) from error
    except (ArithmeticError, AttributeError, RecursionError, TypeError, ValueError) as error:
        raise UsageError(
            "names.not_a_set", path=wanted, why=why_refused(error), shipped=titles
        ) from error


def _parse(table: Mapping[str, Any], title: str = "") -> NameSet:
    order = tuple(map(str, table.get("order", ())))
    aliases = {ours: _words(theirs) for ours, theirs in table.get("names", {}).items()}
    for part, stems in table.get("sided", {}).items():
        aliases |= {f"{side}_{part}": _with_side(side, _words(stems)) for side in SIDES}
    means = {ours: _words(theirs) for ours, theirs in table.get("mean", {}).items()}
    unknown = {ours for ours in (*filter(None, order), *aliases, *means) if ours not in OURS}
    if unknown:
        raise DamageError("damage.unknown_keypoints", names=tuple(sorted(unknown)))
    if not order and not aliases and not means:
        raise DamageError("damage.names_nothing")
    own = {ours: (*aliases.get(ours, ()), plain(ours)) for ours in sorted(OURS)}
    count = int(table.get("count", len(order)))
    return NameSet(str(table.get("title", title)), order, count, own, means)


def _words(theirs: object) -> tuple[str, ...]:
    words = [theirs] if isinstance(theirs, str) else theirs
    if not isinstance(words, list) or not all(isinstance(word, str) for word in words):
        raise DamageError("damage.not_a_name", value=str(theirs))
    return tuple(map(plain, words))


def _with_side(side: str, stems: Sequence[str]) -> tuple[str, ...]:
    return tuple(
        word
        for stem in stems
        for word in (side[0] + stem, side + stem, stem + side, stem + side[0])
    )
