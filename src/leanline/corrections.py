"""Manual corrections of one clip: events, sides, camera roll, height.

Corrections are data, stored beside the clip and reapplied whenever the clip is remeasured. Times
are seconds of the clip, as shown in its result.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from typing import Any, Final, Literal, TypeAlias, get_args

from leanline.errors import UsageError
from leanline.quantities import as_number
from leanline.skeleton import SIDES, Side

Event = Literal["contact", "toe_off"]
#: No second, degree, metre or speed is farther from zero.
MAX_COUNT: Final = 1e9


@dataclass(frozen=True)
class MovedEvent:
    """An event of a foot at another time than detected.

    Parameters
    ----------
    side
        The runner's own left or right.
    event
        ``contact`` or ``toe_off``.
    at_s
        Detected time, seconds of the clip.
    to_s
        Correct time, seconds of the clip.
    """

    side: Side
    event: Event
    at_s: float
    to_s: float


@dataclass(frozen=True)
class RemovedContact:
    """A detected contact of a foot that is none.

    Parameters
    ----------
    side
        The runner's own left or right.
    contact_s
        Detected initial contact, seconds of the clip.
    """

    side: Side
    contact_s: float


@dataclass(frozen=True)
class AddedContact:
    """A contact that was not detected, half-open [contact, toe-off).

    Parameters
    ----------
    side
        The runner's own left or right.
    contact_s, toe_off_s
        Initial contact and toe-off, seconds of the clip.
    """

    side: Side
    contact_s: float
    toe_off_s: float


@dataclass(frozen=True)
class SwappedSides:
    """Left and right were swapped in the whole clip or in a part of it, half-open [start, end).

    Parameters
    ----------
    start_s, end_s
        Seconds of the clip; None for the clip's own start or end.
    """

    start_s: float | None = None
    end_s: float | None = None


@dataclass(frozen=True)
class GivenRoll:
    """The camera's roll according to a line drawn by hand.

    Parameters
    ----------
    roll_deg
        Positive clockwise as the photographer sees it.
    """

    roll_deg: float


@dataclass(frozen=True)
class GivenHeight:
    """The runner's height.

    Parameters
    ----------
    height_m
        In shoes.
    """

    height_m: float


@dataclass(frozen=True)
class GivenSpeed:
    """The treadmill's speed.

    Parameters
    ----------
    speed_mps
        Of the belt.
    """

    speed_mps: float


Correction: TypeAlias = (
    MovedEvent | RemovedContact | AddedContact | SwappedSides | GivenRoll | GivenHeight | GivenSpeed
)
Corrections: TypeAlias = Sequence[Correction]

_KINDS: Final[Mapping[str, type[Correction]]] = {
    "moved_event": MovedEvent,
    "removed_contact": RemovedContact,
    "added_contact": AddedContact,
    "swapped_sides": SwappedSides,
    "given_roll": GivenRoll,
    "given_height": GivenHeight,
    "given_speed": GivenSpeed,
}
_NAMES: Final = {kind: name for name, kind in _KINDS.items()}


def to_plain(correction: Correction) -> dict[str, Any]:
    """Convert a correction to JSON values.

    Parameters
    ----------
    correction
        Of any kind.

    Returns
    -------
    dict of str to Any
        Its fields, and its ``kind``.
    """
    return {"kind": _NAMES[type(correction)], **asdict(correction)}


def from_plain(data: Mapping[str, Any]) -> Correction:
    """Convert JSON values to a correction.

    Parameters
    ----------
    data
        As from ``to_plain``.

    Returns
    -------
    Correction
        Of the given kind.

    Raises
    ------
    UsageError
        The kind is unknown, a field is missing or unknown, or a value is impossible.
    """
    kind = _KINDS.get(str(data.get("kind")))
    if kind is None:
        raise UsageError("correction.unknown_kind", kind=str(data.get("kind")), kinds=tuple(_KINDS))
    values = {key: as_number(key, value) for key, value in data.items() if key != "kind"}
    try:
        made = kind(**values)
    except TypeError as error:
        names = tuple(field.name for field in fields(kind))
        raise UsageError("correction.values", kind=str(data["kind"]), values=names) from error
    _check(made)
    return made


def _check(correction: Correction) -> None:
    values = asdict(correction)
    for name, value in values.items():
        if name in ("side", "event"):
            choices = SIDES if name == "side" else get_args(Event)
            if value not in choices:
                raise UsageError(
                    "correction.choice",
                    name=name,
                    choices=tuple(map(str, choices)),
                    value=str(value),
                )
        elif value is None and isinstance(correction, SwappedSides):
            continue
        elif isinstance(value, bool) or not isinstance(value, int | float):
            raise UsageError("correction.not_a_number", name=name, value=str(value))
        elif not abs(value) < MAX_COUNT:
            raise UsageError("correction.impossible_number", name=name)
    if isinstance(correction, AddedContact) and correction.toe_off_s <= correction.contact_s:
        raise UsageError("correction.toe_off_before_contact")
    start, end = values.get("start_s"), values.get("end_s")
    if start is not None and end is not None and end <= start:
        raise UsageError("correction.end_before_start")


def given(corrections: Corrections) -> dict[str, float]:
    """Return the corrections that apply to the clip as a whole.

    Parameters
    ----------
    corrections
        Of one clip, in order; the last of a kind counts.

    Returns
    -------
    dict of str to float
        By the names of ``Settings``.
    """
    said: dict[str, float] = {}
    for correction in corrections:
        if isinstance(correction, GivenRoll | GivenHeight | GivenSpeed):
            said.update(asdict(correction))
    return said
