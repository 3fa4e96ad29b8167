"""Earlier and later versions of the layout of ``analysis.json``.

The number in ``schema`` increases when something is removed or redefined, ``schema_minor`` when
something is added. Older files are upgraded step by step, one function per version; additions by
newer versions of leanline are listed in a warning because they cannot be kept.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final, TypeAlias

from leanline.errors import DamageError, InputError
from leanline.formats.schema import schema
from leanline.model import AnalysisWarning, warning

Json: TypeAlias = Any  # anything json.loads returns

MAJOR: Final = 1
SCHEMA: Final = f"leanline.analysis/{MAJOR}"
MAX_NAMES: Final = 8


def to_1_1(data: Mapping[str, Json]) -> dict[str, Json]:
    """Add the smallest detectable change of metrics, ``sdc95``."""
    return _with_in_metrics(data, "sdc95")


def to_1_2(data: Mapping[str, Json]) -> dict[str, Json]:
    """Add the difference of metrics from the standing baseline, ``minus_standing``."""
    return _with_in_metrics(data, "zeroed")


def to_1_3(data: Mapping[str, Json]) -> dict[str, Json]:
    """Add ``drill``, null unless the clip shows one."""
    return {"drill": None, **data}


def to_1_4(data: Mapping[str, Json]) -> dict[str, Json]:
    """Add the camera's ``yaw_deg``, null if unknown."""
    return {**data, "camera": {"yaw_deg": None, **data["camera"]}}


def to_1_5(data: Mapping[str, Json]) -> dict[str, Json]:
    """Add ``schema_minor``, which says which additions to schema 1 a file has."""
    return {**data, "schema_minor": 5}


def to_1_6(data: Mapping[str, Json]) -> dict[str, Json]:
    """Add codes and parameters of sentences; for older sentences only the text is known."""
    camera = {name: _without_sources(part) for name, part in data["camera"].items()}
    return {
        **_with_in_metrics(data, "reason"),
        "camera": camera,
        "findings": [{"reasons": None, **entry} for entry in data["findings"]],
        "warnings": [{"reason": None, "companion": None, **entry} for entry in data["warnings"]],
    }


def to_1_7(data: Mapping[str, Json]) -> dict[str, Json]:
    """Add probabilities of findings, null in older files, and ``verdicts``, none in older files."""
    findings = [{"probability": None, **entry} for entry in data["findings"]]
    return {"verdicts": [], **data, "findings": findings}


def to_1_8(data: Mapping[str, Json]) -> dict[str, Json]:
    """Add the part of a metric's error that all clips of a runner share, ``shared_sd``."""
    return _with_in_metrics(data, "shared_sd")


def to_1_9(data: Mapping[str, Json]) -> dict[str, Json]:
    """Add to the video ``rotated_deg``, 0 in older files, and ``recorded_at``, unknown there."""
    return {**data, "video": {"rotated_deg": 0, "recorded_at": None, **data["video"]}}


def _without_sources(part: Json) -> Json:
    """Add the codes of an estimate's sources; leave anything else unchanged."""
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
    to_1_7,
    to_1_8,
    to_1_9,
)
MINOR: Final = len(_STEPS)


def check_schema(data: Json, file: object) -> None:
    """Refuse content that is not an analysis, or needs a newer version of leanline.

    Parameters
    ----------
    data
        The file's content.
    file
        Named in the error.

    Raises
    ------
    InputError
        The content is not an ``analysis.json``, or has a schema above ``MAJOR``.
    """
    name = data.get("schema") if isinstance(data, Mapping) else None
    match = re.fullmatch(r"leanline\.analysis/([1-9]\d{0,5})", str(name))
    if match is None:
        raise InputError("analysis.wrong_schema", path=str(file), schema=SCHEMA)
    if int(match[1]) > MAJOR:
        raise InputError("analysis.newer", path=str(file), schema=str(match[1]), known=MAJOR)


def upgrade(data: Mapping[str, Json]) -> dict[str, Json]:
    """Bring the content of an older file up to this version; newer additions are left unchanged.

    Files from before ``schema_minor`` do not say which additions they have, so each step adds only
    what is missing.

    Parameters
    ----------
    data
        The file's content.

    Returns
    -------
    dict
        A copy with what this version reads.

    Raises
    ------
    ValueError, KeyError, TypeError, AttributeError
        The content is damaged.
    """
    minor = _minor(data)
    upgrade = dict(data)
    for step in _STEPS[minor:]:
        upgrade = step(upgrade)
    return upgrade


def unknown_content_warnings(data: Mapping[str, Json]) -> tuple[AnalysisWarning, ...]:
    """Return a warning that lists unknown content, if there is any."""
    described = schema()
    names = sorted(set(_unknown(data, _resolve(described, described["$defs"]), "")))
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
    """Yield the paths of properties that the schema does not describe."""
    if isinstance(data, list):
        for item in data:
            yield from _unknown(item, described.get("items", {}), where)
    known = described.get("properties", {})
    alternatives = described.get("additionalProperties")
    if not isinstance(data, dict) or not (
        known or alternatives
    ):  # free-form content, or not an object
        return
    for name, value in data.items():
        path = f"{where}.{name}" if where else name
        if name in known:
            yield from _unknown(value, known[name], path)
        elif alternatives is None:
            yield path
        else:
            yield from _unknown(value, alternatives, f"{where}.*")


def _resolve(described: Json, parts: Mapping[str, Json]) -> Json:
    """Resolve references in a schema, and drop alternatives that are null."""
    if isinstance(described, list):
        return [_resolve(item, parts) for item in described]
    if not isinstance(described, dict):
        return described
    whole = dict(described)
    for choice in whole.pop("anyOf", ()):
        whole |= choice
    if "$ref" in whole:
        whole = {**parts[whole.pop("$ref").rpartition("/")[2]], **whole}
    return {name: _resolve(value, parts) for name, value in whole.items()}
