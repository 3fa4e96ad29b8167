"""Earlier and later layouts of ``analysis.json``.

The number in ``schema`` grows when something goes or changes its meaning, ``schema_minor``
when something is added. An older file is lifted step by step, each step a function of the
layout before it; what a newer leanline has added is named, as it cannot be kept.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final, TypeAlias

from leanline.errors import DamageError, InputError
from leanline.formats.schema import schema
from leanline.model import AnalysisWarning, warning

Json: TypeAlias = Any  # whatever json.loads may give

MAJOR: Final = 1
SCHEMA: Final = f"leanline.analysis/{MAJOR}"
MAX_NAMES: Final = 8


def to_1_1(data: Mapping[str, Json]) -> dict[str, Json]:
    """Metrics have the smallest change that is real, ``sdc95``."""
    return _with_in_metrics(data, "sdc95")


def to_1_2(data: Mapping[str, Json]) -> dict[str, Json]:
    """Metrics have the value against the runner's own zero, ``minus_standing``."""
    return _with_in_metrics(data, "zeroed")


def to_1_3(data: Mapping[str, Json]) -> dict[str, Json]:
    """There is a ``drill``, null unless the clip shows one."""
    return {"drill": None, **data}


def to_1_4(data: Mapping[str, Json]) -> dict[str, Json]:
    """The camera has a ``yaw_deg``, null where nothing tells it."""
    return {**data, "camera": {"yaw_deg": None, **data["camera"]}}


def to_1_5(data: Mapping[str, Json]) -> dict[str, Json]:
    """The file says how much of schema 1 it has, in ``schema_minor``."""
    return {**data, "schema_minor": 5}


def to_1_6(data: Mapping[str, Json]) -> dict[str, Json]:
    """Sentences have codes and parameters beside them; of older ones only the text is known."""
    camera = {name: _without_sources(part) for name, part in data["camera"].items()}
    return {
        **_with_in_metrics(data, "reason"),
        "camera": camera,
        "findings": [{"reasons": None, **entry} for entry in data["findings"]],
        "warnings": [{"reason": None, "companion": None, **entry} for entry in data["warnings"]],
    }


def _without_sources(part: Json) -> Json:
    """An estimate of the camera with the places of the codes; anything else as it is."""
    if not isinstance(part, Mapping):
        return part
    return {"sources": None, "conflicting": False, **part}


_STEPS: Final[tuple[Callable[[Mapping[str, Json]], dict[str, Json]], ...]] = (
    to_1_1,
    to_1_2,
    to_1_3,
    to_1_4,
    to_1_5,
    to_1_6,
)
MINOR: Final = len(_STEPS)


def check_schema(data: Json, file: object) -> None:
    """Refuse what is no analysis, and what only a newer leanline can read.

    Raises
    ------
    InputError
        The content is not that of an ``analysis.json``, or of a schema above ``MAJOR``.
    """
    name = data.get("schema") if isinstance(data, Mapping) else None
    said = re.fullmatch(r"leanline\.analysis/([1-9]\d{0,5})", str(name))
    if said is None:
        raise InputError("analysis.wrong_schema", path=str(file), schema=SCHEMA)
    if int(said[1]) > MAJOR:
        raise InputError("analysis.newer", path=str(file), schema=str(said[1]), known=MAJOR)


def lifted(data: Mapping[str, Json]) -> dict[str, Json]:
    """The content of an older file in the present layout; newer additions stay as they are.

    Files from before ``schema_minor`` do not say which additions they have, so a step adds
    only what is not there.

    Raises
    ------
    ValueError, KeyError, TypeError, AttributeError
        The content is damaged.
    """
    minor = _minor(data)
    lifted = dict(data)
    for step in _STEPS[minor:]:
        lifted = step(lifted)
    return lifted


def left_out(data: Mapping[str, Json]) -> tuple[AnalysisWarning, ...]:
    """One note that names what in the content is not known here; none if all is."""
    described = schema()
    names = sorted(set(_unknown(data, _resolved(described, described["$defs"]), "")))
    if not names:
        return ()
    shown = (*names[:MAX_NAMES], "…") if len(names) > MAX_NAMES else tuple(names)
    return (
        warning(
            "left_out",
            file_schema=f"{MAJOR}.{_minor(data)}",
            own_schema=f"{MAJOR}.{MINOR}",
            count=len(names),
            names=shown,
        ),
    )


def _minor(data: Mapping[str, Json]) -> int:
    minor = data.get("schema_minor", 0)
    if not isinstance(minor, int) or isinstance(minor, bool) or minor < 0:
        raise DamageError("damage.version", version=str(minor))
    return minor


def _with_in_metrics(data: Mapping[str, Json], name: str) -> dict[str, Json]:
    metrics = {key: {name: None, **entry} for key, entry in data["metrics"].items()}
    return {**data, "metrics": metrics}


def _unknown(data: Json, described: Mapping[str, Json], where: str) -> Iterator[str]:
    """Names of properties that the description does not have, with the way to them."""
    if isinstance(data, list):
        for item in data:
            yield from _unknown(item, described.get("items", {}), where)
    known = described.get("properties", {})
    others = described.get("additionalProperties")
    if not isinstance(data, dict) or not (known or others):  # whatever a person said, or no object
        return
    for name, value in data.items():
        path = f"{where}.{name}" if where else name
        if name in known:
            yield from _unknown(value, known[name], path)
        elif others is None:
            yield path
        else:
            yield from _unknown(value, others, f"{where}.*")


def _resolved(described: Json, parts: Mapping[str, Json]) -> Json:
    """A description with what it points to in its place, and without a null beside it."""
    if isinstance(described, list):
        return [_resolved(item, parts) for item in described]
    if not isinstance(described, dict):
        return described
    whole = dict(described)
    for choice in whole.pop("anyOf", ()):
        whole |= choice
    if "$ref" in whole:
        whole = {**parts[whole.pop("$ref").rpartition("/")[2]], **whole}
    return {name: _resolved(value, parts) for name, value in whole.items()}
