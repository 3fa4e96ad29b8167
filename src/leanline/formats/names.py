"""Which of a file's points is which of ours: sets of names, kept as small data files.

The shipped sets are in ``assets/names``. A file of one's own has the same keys: ``title``;
``order``, our names by number, for files that count their points (``count`` of them, if
there are more than named); ``[names]``, ours and what the file calls them, the best first;
``[sided]``, the same for parts that have a left and a right; ``[mean]``, ours as the middle
of several of the file's points. Our own names are known in every set.
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
#: A set of names is a page of text.
MAX_BYTES: Final = 1 << 20
EXTRAS: Final = ("head_top", "neck", "mid_hip", "left_small_toe", "right_small_toe")
OURS: Final = frozenset((*BLAZEPOSE, *EXTRAS))


@dataclass(frozen=True)
class NameSet:
    """One tool's names for our keypoints.

    ``order`` are ours by the file's number (empty where of no use) and ``count`` how many
    points a file of this kind has; ``aliases`` the file's plain names of each of ours, the
    best first; ``means`` ours as the middle of several of the file's.
    """

    title: str
    order: tuple[str, ...] = ()
    count: int = 0
    aliases: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    means: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def places(self, names: Sequence[str]) -> dict[str, tuple[int, ...]]:
        """Our keypoints in a file with these names, and the columns whose middle they are."""
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
    """A point's name without subject, case and separators: ``Runner:L_Heel`` is ``lheel``."""
    word = name.rpartition(":")[2].strip().lower()
    return "".join(letter for letter in word if letter.isalnum())


def our_name(marker: str) -> str | None:
    """The keypoint that a point called ``marker`` is in words; None when it is none of ours."""
    found = shipped()[COMMON].places([marker])
    return next(iter(found), None)


@dataclass(frozen=True)
class Named:
    """What a file's points are: our keypoints with their columns, and by which set."""

    places: Mapping[str, tuple[int, ...]]
    title: str


def recognised(
    names: Sequence[str], count: int, path: Path, wanted: str | None = None
) -> Named | None:
    """Our keypoints in a file, by the set that knows most of them.

    Parameters
    ----------
    names
        The file's own names; empty when it only numbers its points.
    count
        How many points it has.
    path
        The file, for error messages.
    wanted
        Title of a shipped set, or path of a set of one's own, to use instead.

    Returns
    -------
    Named or None
        None when nothing is known by name.

    Raises
    ------
    InputError
        The points are only numbered and no set has so many.
    UsageError
        ``wanted`` cannot be read as a set of names.
    """
    if wanted is not None:
        chosen = name_set(wanted)
        places = chosen.places(names) if names else _by_number(chosen)
        inside = all(max(columns) < count for columns in places.values())
        return Named(places, chosen.title) if places and inside else None
    if not names:
        return _numbered(count, path)
    sets = list(shipped().values())
    best = max(sets, key=lambda each: len(each.places(names)))
    places = best.places(names)
    return Named(places, _title(best, places)) if places else None


def _numbered(count: int, path: Path) -> Named:
    for each in shipped().values():
        if each.order and each.count == count:
            return Named(_by_number(each), each.title)
    known = tuple(each.title for each in shipped().values() if each.order)
    raise InputError("names.unknown_count", path=path, points=count, known=known)


def _by_number(each: NameSet) -> dict[str, tuple[int, ...]]:
    return {ours: (place,) for place, ours in enumerate(each.order) if ours}


def _title(best: NameSet, places: Mapping[str, object]) -> str:
    """Words alone are those of a numbered set when the points are the same."""
    for each in shipped().values():
        if best is shipped()[COMMON] and set(each.order) == set(places):
            return each.title
    return best.title


@cache
def shipped() -> Mapping[str, NameSet]:
    """The sets that travel in the package, by file name; the one of words first."""
    folder = files("leanline") / "assets" / "names"
    texts = {
        entry.name.removesuffix(".toml"): entry.read_text("utf-8")
        for entry in folder.iterdir()
        if entry.name.endswith(".toml")
    }
    sets = {name: _parsed(tomllib.loads(text)) for name, text in texts.items()}
    return dict(sorted(sets.items(), key=lambda item: (item[0] != COMMON, item[1].count, item[0])))


def name_set(wanted: str) -> NameSet:
    """A shipped set by its title, or the one in a TOML file.

    Raises
    ------
    UsageError
        Neither, or the file is no set of names.
    """
    for name, each in shipped().items():
        if wanted.lower() in (name, each.title.lower()):
            return each
    titles = tuple(each.title for each in shipped().values())
    try:
        check_file(Path(wanted), MAX_BYTES)
        return _parsed(tomllib.loads(Path(wanted).read_text("utf-8")), Path(wanted).stem)
    except InputError as error:
        raise UsageError("names.unreadable", problem=error.reason, shipped=titles) from error
    except (ArithmeticError, AttributeError, RecursionError, TypeError, ValueError) as error:
        raise UsageError(
            "names.not_a_set", path=wanted, why=why_refused(error), shipped=titles
        ) from error


def _parsed(table: Mapping[str, Any], title: str = "") -> NameSet:
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
