"""Truth files (``NAME.truth.json``, layout ``leanline.truth/1``): known values of a clip."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from itertools import pairwise
from pathlib import Path
from typing import Annotated, Any, Final, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError

from leanline.errors import DamageError, InputError
from leanline.formats.type_checks import MAX_COUNT
from leanline.inputs import MAX_TEXT_BYTES, check_file, is_folder
from leanline.model import Activity, Direction, Surface, View
from leanline.skeleton import SIDES, Side

SUFFIX: Final = ".truth.json"
ROLL: Final = "camera.roll_deg"
LABELS: Final = ("activity", "view", "direction", "surface", "foot_strike")
NOT_GIVEN: Final = "not given"
# Not useful for grouping clips.
_SCORED: Final = {"layout", "metrics", "events", "steps"}
EventKind = Literal["contact", "toe_off"]
EVENT_KINDS: Final[tuple[EventKind, ...]] = ("contact", "toe_off")
EventTimes = Mapping[tuple[EventKind, Side], tuple[float, ...]]


def _check_rising(times: tuple[float, ...]) -> tuple[float, ...]:
    if any(later <= earlier for earlier, later in pairwise(times)):
        raise DamageError("damage.times_not_rising")
    return times


def _check_name(name: str) -> str:
    if not name.strip() or name in (".", "..") or "/" in name or "\\" in name:
        raise DamageError("damage.folder_name", name=name)
    return name


Number = Annotated[float, Field(allow_inf_nan=False, ge=-MAX_COUNT, le=MAX_COUNT)]
Times = Annotated[tuple[Number, ...], AfterValidator(_check_rising)]


class SideEvents(BaseModel):
    """Increasing times of one foot's events, seconds of the clip."""

    model_config = ConfigDict(frozen=True, strict=True)

    contact_s: Times = ()
    toe_off_s: Times = ()


class Events(BaseModel):
    """Events of both feet."""

    model_config = ConfigDict(frozen=True, strict=True)

    left: SideEvents = SideEvents()
    right: SideEvents = SideEvents()


class Truth(BaseModel):
    """Known values of one clip; properties that are not scored are kept for grouping.

    ``exit`` is the expected exit status of ``leanline analyze``: not 0 for a clip that should be
    refused. ``metrics`` are in the units their ids end in; null is unknown.
    """

    model_config = ConfigDict(frozen=True, strict=True, extra="allow")

    layout: Literal["leanline.truth/1"] = Field(alias="schema")
    name: Annotated[str, AfterValidator(_check_name)]
    input: str | None = None
    exit: int = 0
    activity: Activity | None = None
    view: View | None = None
    direction: Direction | None = None
    surface: Surface | None = None
    foot_strike: Literal["rear", "mid", "fore"] | None = None
    roll_deg: Number | None = None
    metrics: Mapping[str, Number | None]
    events: Events | None = None
    person: str | None = None
    body: str | None = None
    runner: str | None = None

    @property
    def values(self) -> Mapping[str, float]:
        """True values by key: ``camera.roll_deg`` and ``metric.ID``."""
        roll = {} if self.roll_deg is None else {ROLL: self.roll_deg}
        known = {f"metric.{k}": v for k, v in self.metrics.items() if v is not None}
        return {**roll, **known}

    @property
    def labels(self) -> Mapping[str, str]:
        """Known true labels by key."""
        known = {key: getattr(self, key) for key in LABELS}
        return {key: value for key, value in known.items() if value is not None}

    @property
    def event_times(self) -> EventTimes:
        """True times by kind of event and foot, seconds of the clip."""
        if self.events is None:
            return {}
        return {
            (kind, side): getattr(getattr(self.events, side), f"{kind}_s")
            for kind in EVENT_KINDS
            for side in SIDES
        }


def read_truths(path: Path) -> tuple[Truth, ...]:
    """Read every truth file of a folder, sorted by file name, or a single one.

    Parameters
    ----------
    path
        Folder or file.

    Returns
    -------
    tuple of Truth
        At least one.

    Raises
    ------
    InputError
        There is none, one is invalid, or two have the same name.
    """
    files = sorted(path.glob(f"*{SUFFIX}")) if is_folder(path) else [path]
    if not files:
        raise InputError("score.no_truth", path=path, suffix=SUFFIX)
    truths: dict[str, tuple[Path, Truth]] = {}
    for file in files:
        truth = read_truth(file)
        if truth.name in truths:
            raise InputError(
                "score.duplicate_truth", path=file, name=truth.name, other=truths[truth.name][0]
            )
        truths[truth.name] = file, truth
    return tuple(truth for _, truth in truths.values())


def read_truth(path: Path) -> Truth:
    """Read a truth file.

    Parameters
    ----------
    path
        The file.

    Returns
    -------
    Truth
        Of one clip.

    Raises
    ------
    InputError
        The file cannot be read or is invalid; the message names the property.
    """
    check_file(path, MAX_TEXT_BYTES)
    try:
        return Truth.model_validate_json(path.read_bytes())
    except ValidationError as error:
        raise InputError("score.bad_truth", path=path, why=first_error(error)) from error


def first_error(error: ValidationError) -> str:
    """Describe the location and message of the first validation error.

    Parameters
    ----------
    error
        From Pydantic.

    Returns
    -------
    str
        Such as ``metrics.lean_body_deg: Input should be a valid number``.
    """
    first = error.errors()[0]
    where = ".".join(map(str, first["loc"]))
    what = first["msg"].removeprefix("Value error, ")
    return f"{where}: {what}" if where else what


def property_text(truth: Truth, key: str) -> str:
    """Return the value of a truth file's property as text, for grouping.

    Parameters
    ----------
    truth
        Of one clip.
    key
        May reach into objects (``camera.pan``). A missing ``runner`` is derived from the takes that
        ``motion`` names (``cmu09_06``: cmu09).

    Returns
    -------
    str
        ``not given`` for absent and null.
    """
    if key == "runner" and truth.runner is None:
        return _runner_of(truth)
    value: Any = truth.model_dump(mode="json", by_alias=True)
    for part in key.split("."):
        value = value.get(part) if isinstance(value, Mapping) else None
    return _as_text(value)


def identify_person(
    truth: Truth, key: str | None = None, otherwise: str | None = None
) -> tuple[str, str]:
    """Identify the person in a clip.

    Parameters
    ----------
    truth
        Of the clip.
    key
        The property that identifies the person; None for the first one present of ``person``,
        ``body`` and ``runner``.
    otherwise
        The person named by the results, used if ``key`` is None and the truth names nobody.

    Returns
    -------
    tuple of str
        The property used (``results`` for ``otherwise``), and the person. Failing all, the clip
        counts as a person of its own (``clip``).
    """
    for wanted in (key,) if key else ("person", "body", "runner"):
        value = property_text(truth, wanted)
        if value != NOT_GIVEN:
            return wanted, value
    return ("results", otherwise) if otherwise and key is None else ("clip", truth.name)


def property_keys(truths: Iterable[Truth]) -> tuple[str, ...]:
    """List every property that some truth file gives, also inside objects.

    Parameters
    ----------
    truths
        Of any number of clips.

    Returns
    -------
    tuple of str
        Sorted, such as ``camera.pan``; without metrics and events, always with ``person``.
    """
    found = {"person"}
    for truth in truths:
        entry = truth.model_dump(mode="json", by_alias=True, exclude=_SCORED)
        found |= set(_keys(entry))
        if property_text(truth, "runner") != NOT_GIVEN:
            found.add("runner")
    return tuple(sorted(found))


def _keys(entry: Mapping[str, Any]) -> Iterable[str]:
    for key, value in entry.items():
        if isinstance(value, Mapping):
            yield from (f"{key}.{inner}" for inner in _keys(value))
        elif value is not None:
            yield key


def _runner_of(truth: Truth) -> str:
    motion = (truth.model_extra or {}).get("motion")
    takes = motion.get("takes") if isinstance(motion, Mapping) else motion
    takes = [takes] if isinstance(takes, str) else takes
    if not isinstance(takes, list) or not all(isinstance(take, str) for take in takes):
        return NOT_GIVEN
    return " and ".join(sorted({take.partition("_")[0] for take in takes})) or NOT_GIVEN


def _as_text(value: object) -> str:
    if value is None:
        return NOT_GIVEN
    if isinstance(value, float) and value.is_integer():
        return f"{value:.0f}"
    return value if isinstance(value, str) else json.dumps(value, sort_keys=True)
