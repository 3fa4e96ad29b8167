"""``analysis.json``: the result of one clip in a stable format.

The layout is ``leanline.analysis/1``; older ones can be read too, see ``analysis_versions``.
Missing numbers are null, keys are always in the same order, and files are written atomically.
"""

from __future__ import annotations

import json
import math
import os
from collections.abc import Mapping
from dataclasses import asdict, fields, replace
from pathlib import Path
from typing import Any, Final, TypeAlias, get_args

from leanline.errors import DamageError, InputError, why_refused
from leanline.files import written_atomically
from leanline.formats.analysis_versions import (
    MINOR,
    SCHEMA,
    check_schema,
    unknown_content_warnings,
    upgrade,
)
from leanline.formats.reasons import (
    reason_from_plain,
    warning_from_plain,
    warning_to_plain,
)
from leanline.formats.type_checks import check_types
from leanline.inputs import MAX_TEXT_BYTES, check_file, is_folder
from leanline.model import (
    Activity,
    Analysis,
    BreakName,
    Camera,
    Contact,
    Direction,
    Drill,
    Estimate,
    Finding,
    Metric,
    MetricQuality,
    Outcome,
    Provenance,
    Repetition,
    Step,
    Surface,
    Verdict,
    VideoInfo,
    View,
)
from leanline.reason import LEGACY, Reason
from leanline.reason import to_json as reason_to_json
from leanline.skeleton import SIDES, Side
from leanline.units import unit_of
from leanline.wording.catalogue import render

Json: TypeAlias = Any  # anything json.loads returns

FILE_NAME: Final = "analysis.json"
UNKNOWN: Final = Reason("metric.unknown")
_STEP_KEYS: Final = ("side", "contact_s", "toe_off_s")


def to_dict(analysis: Analysis) -> dict[str, Json]:
    """Convert an analysis to plain JSON values, in the order of the schema.

    Numbers are rounded to four decimals (seven below 0.1, for the scale of a picture); NaN and
    infinity become None. A metric without a value always has a reason.
    """
    camera = analysis.camera
    return {
        "schema": SCHEMA,
        "schema_minor": MINOR,
        "video": _plain(asdict(analysis.video)),
        "activity": analysis.activity,
        "view": analysis.view,
        "direction": analysis.direction,
        "surface": analysis.surface,
        "camera": {
            "roll_deg": _estimate_dict(camera.roll_deg),
            "moving": bool(camera.moving),
            "yaw_deg": _estimate_dict(camera.yaw_deg),
            "metres_per_px": _estimate_dict(camera.metres_per_px),
        },
        "metrics": {name: metric_to_dict(m) for name, m in analysis.metrics.items()},
        "events": {side: _events_dict(analysis.contacts, side) for side in SIDES},
        "steps": [_step_dict(step) for step in analysis.steps],
        "drill": None if analysis.drill is None else _drill_dict(analysis.drill),
        "findings": [_finding_dict(finding) for finding in analysis.findings],
        "verdicts": [_verdict_dict(verdict) for verdict in analysis.verdicts],
        "warnings": [_plain(warning_to_plain(note)) for note in analysis.warnings],
        "provenance": _plain(asdict(analysis.provenance)),
    }


def to_json(analysis: Analysis, *, indent: int | None = 1) -> str:
    """Write an analysis as JSON text.

    Parameters
    ----------
    analysis
        Of a clip.
    indent
        Spaces for each level; None for a single line.

    Returns
    -------
    str
        ASCII, so that any file name survives.
    """
    return json.dumps(to_dict(analysis), indent=indent, allow_nan=False)


def write_analysis(analysis: Analysis, directory: str | os.PathLike[str]) -> Path:
    """Write ``analysis.json`` into ``directory`` (made if need be), whole or not at all.

    Parameters
    ----------
    analysis
        The result; its runner and capture are not written.
    directory
        Where to; created if missing.

    Returns
    -------
    Path
        The file written.

    Raises
    ------
    OSError
        The directory cannot be written; nothing is left behind.
    """
    text = to_json(analysis) + "\n"
    target = Path(directory) / FILE_NAME
    with written_atomically(target) as part:
        part.write_text(text, encoding="ascii")
    return target


def read_analysis(path: str | os.PathLike[str]) -> Analysis:
    """Read an ``analysis.json`` (or the directory that holds it) back.

    ``runner`` and ``capture`` are not in the file and come back as None. What an older file
    does not have is None; what is not known here is named in a warning, ``left_out``.

    Parameters
    ----------
    path
        The file, or the folder that holds it.

    Returns
    -------
    Analysis
        Without ``runner`` and ``capture``, which are not in the file.

    Raises
    ------
    InputError
        No such file, not JSON, no analysis, one of a newer schema, or something missing or
        of a wrong kind.
    """
    file = Path(path)
    file = file / FILE_NAME if is_folder(file) else file
    check_file(file, MAX_TEXT_BYTES)
    try:
        data = json.loads(file.read_text(encoding="utf-8"))
    except (OSError, RecursionError, ValueError) as error:
        raise InputError("analysis.unreadable", path=file, why=why_refused(error)) from error
    check_schema(data, file)
    try:
        analysis = _analysis(upgrade(data))
        check_types(analysis)
        return replace(analysis, warnings=analysis.warnings + unknown_content_warnings(data))
    except (ArithmeticError, AttributeError, LookupError, TypeError, ValueError) as error:
        raise InputError("analysis.damaged", path=file, why=why_refused(error)) from error


def _plain(value: Json) -> Json:
    """Convert to JSON types: numbers are rounded, NaN and infinity become None."""
    if isinstance(value, Mapping):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    if value is None or isinstance(value, str | bool):
        return value
    if isinstance(value, int):
        return int(value)
    try:
        number = float(value)
    except (TypeError, ValueError):
        return str(value)
    if not math.isfinite(number):
        return None
    return round(number, 4 if abs(number) >= 0.1 else 7) + 0.0


def _estimate_dict(estimate: Estimate | None) -> dict[str, Json] | None:
    if estimate is None:
        return None
    return {
        "value": _plain(estimate.value),
        "ci95": _plain(estimate.ci95),
        "source": estimate.source,
        "sources": [_plain(reason_to_json(source)) for source in estimate.sources],
        "conflicting": estimate.conflicting,
    }


def _finding_dict(finding: Finding) -> dict[str, Json]:
    return {
        "id": finding.id,
        "step": finding.step,
        "severity": finding.severity,
        "text": finding.text,
        "reasons": [_plain(reason_to_json(reason)) for reason in finding.reasons],
        "evidence": finding.evidence,
        "frames_s": _plain(finding.frames_s),
        "probability": _plain(finding.probability),
    }


def _verdict_dict(verdict: Verdict) -> dict[str, Json]:
    return {
        "id": verdict.id,
        "step": verdict.step,
        "outcome": verdict.outcome,
        "statement": verdict.statement,
        "probability": _plain(verdict.probability),
        "text": verdict.text,
        "reasons": [_plain(reason_to_json(reason)) for reason in verdict.reasons],
    }


def metric_to_dict(metric: Metric) -> dict[str, Json]:
    """Convert a metric to JSON values, as ``analysis.json`` has them.

    Parameters
    ----------
    metric
        Measured or not.

    Returns
    -------
    dict
        NaN and infinity are None; without a value there is a reason.
    """
    value = _plain(metric.value)
    measured = value is not None
    why = metric.why if measured else metric.why or UNKNOWN
    return {
        "value": value,
        "unit": unit_of(metric.id),
        "ci95": _plain(metric.ci95) if measured else None,
        "sd": _plain(metric.sd),
        "n": int(metric.n),
        "left": _plain(metric.left),
        "right": _plain(metric.right),
        "quality": metric.quality if measured else "withheld",
        "why": None if why is None else render(why),
        "reason": None if why is None else _plain(reason_to_json(why)),
        "sdc95": _plain(metric.sdc95),
        "zeroed": _plain(metric.minus_standing),
        "shared_sd": _plain(metric.shared_sd),
    }


def _events_dict(contacts: tuple[Contact, ...], side: Side) -> dict[str, Json]:
    own = sorted((c for c in contacts if c.side == side), key=lambda c: c.contact_s)
    return {
        "contact_s": [_plain(c.contact_s) for c in own],
        "toe_off_s": [_plain(c.toe_off_s) for c in own],
    }


def _step_dict(step: Step) -> dict[str, Json]:
    head = {"side": step.side, "contact_s": step.contact_s, "toe_off_s": step.toe_off_s}
    return {str(key): _plain(value) for key, value in {**head, **step.values}.items()}


def _drill_dict(drill: Drill) -> dict[str, Json]:
    return {
        "band_deg": _plain(drill.band_deg),
        "zero_deg": _plain(drill.zero_deg),
        "longest_hold_s": _plain(drill.longest_hold_s),
        "repetitions": [_plain(asdict(rep)) for rep in drill.repetitions],
    }


def _analysis(data: Mapping[str, Json]) -> Analysis:
    direction = data["direction"]
    return Analysis(
        video=VideoInfo(**_fields(VideoInfo, data["video"])),
        activity=_one_of(data["activity"], Activity),
        view=_one_of(data["view"], View),
        direction=None if direction is None else _one_of(direction, Direction),
        surface=_one_of(data["surface"], Surface),
        camera=_camera(data["camera"]),
        metrics={name: _metric(name, entry) for name, entry in data["metrics"].items()},
        contacts=_contacts(data["events"]),
        steps=tuple(_step(entry) for entry in data["steps"]),
        findings=tuple(_finding(entry) for entry in data["findings"]),
        verdicts=tuple(_verdict(entry) for entry in data["verdicts"]),
        warnings=tuple(warning_from_plain(entry) for entry in data["warnings"]),
        provenance=Provenance(**_fields(Provenance, data["provenance"])),
        drill=None if data["drill"] is None else _drill(data["drill"]),
    )


def _fields(kind: type[Any], entry: Mapping[str, Json]) -> dict[str, Json]:
    """Select the keys of an entry that are fields of the dataclass."""
    return {field.name: entry[field.name] for field in fields(kind)}


def _camera(entry: Mapping[str, Json]) -> Camera:
    scale = entry["metres_per_px"]
    return Camera(
        roll_deg=_estimate(entry["roll_deg"]),
        moving=bool(entry["moving"]),
        metres_per_px=None if scale is None else _estimate(scale),
        yaw_deg=None if entry["yaw_deg"] is None else _estimate(entry["yaw_deg"]),
    )


def _estimate(entry: Mapping[str, Json]) -> Estimate:
    low, high = entry["ci95"]
    text = str(entry["source"])
    read = [reason_from_plain(source, text) for source in _or_text(entry["sources"])]
    # If one source is unknown to this version, only the text is kept.
    known = all(source.code != LEGACY for source in read)
    return Estimate(
        _number(entry["value"]),
        (_number(low), _number(high)),
        tuple(read) if known else (reason_from_plain(None, text),),
        bool(entry["conflicting"]) and known,
    )


def _or_text(entries: Json) -> Json:
    """Return the entries, or a single one that carries only the text."""
    return (None,) if entries is None else entries


def _finding(entry: Mapping[str, Json]) -> Finding:
    return Finding(
        id=entry["id"],
        step=entry["step"],
        severity=entry["severity"],
        reasons=_reasons(entry),
        evidence=entry["evidence"],
        frames_s=tuple(map(float, entry["frames_s"])),
        probability=_optional(entry["probability"]),
    )


def _verdict(entry: Mapping[str, Json]) -> Verdict:
    return Verdict(
        id=entry["id"],
        step=entry["step"],
        outcome=_one_of(entry["outcome"], Outcome),
        statement=entry["statement"],
        reasons=_reasons(entry),
        probability=_optional(entry["probability"]),
    )


def _reasons(entry: Mapping[str, Json]) -> tuple[Reason, ...]:
    """Read the reasons of a finding or verdict; the text alone if one of them is unknown."""
    text = str(entry["text"])
    reasons = [reason_from_plain(reason, text) for reason in _or_text(entry["reasons"])]
    known = all(reason.code != LEGACY for reason in reasons)
    return tuple(reasons) if known else (reason_from_plain(None, text),)


def _metric(name: str, entry: Mapping[str, Json]) -> Metric:
    value = entry["value"]
    if value is not None and not isinstance(value, str):
        value = float(value)
    return Metric(
        id=name,
        value=value,
        ci95=None if entry["ci95"] is None else _pair(entry["ci95"]),
        sd=_optional(entry["sd"]),
        n=int(entry["n"]),
        left=_optional(entry["left"]),
        right=_optional(entry["right"]),
        quality=_one_of(entry["quality"], MetricQuality),
        why=None if entry["why"] is None else reason_from_plain(entry["reason"], entry["why"]),
        sdc95=_optional(entry["sdc95"]),
        minus_standing=_optional(entry["zeroed"]),
        shared_sd=_optional(entry["shared_sd"]),
    )


def _contacts(events: Mapping[str, Json]) -> tuple[Contact, ...]:
    found = [
        Contact(side, float(contact_s), _number(toe_off_s))
        for side in SIDES
        for contact_s, toe_off_s in zip(
            events[side]["contact_s"], events[side]["toe_off_s"], strict=True
        )
    ]
    return tuple(sorted(found, key=lambda c: c.contact_s))


def _step(entry: Mapping[str, Json]) -> Step:
    return Step(
        side=_one_of(entry["side"], Side),
        contact_s=float(entry["contact_s"]),
        toe_off_s=_number(entry["toe_off_s"]),
        values={k: _number(v) for k, v in entry.items() if k not in _STEP_KEYS},
    )


def _drill(entry: Mapping[str, Json]) -> Drill:
    return Drill(
        _pair(entry["band_deg"]),
        _optional(entry["zero_deg"]),
        tuple(_repetition(rep) for rep in entry["repetitions"]),
    )


def _repetition(entry: Mapping[str, Json]) -> Repetition:
    numbers = ("start_s", "end_s", "lean_deg", "straightness_deg", "hold_s", "steadiness_deg")
    breaks_at = entry["breaks_at"]
    return Repetition(
        **{name: _number(entry[name]) for name in numbers},
        whole=bool(entry["whole"]),
        lean_zeroed_deg=_optional(entry["lean_zeroed_deg"]),
        breaks_at=None if breaks_at is None else _one_of(breaks_at, BreakName),
    )


def _number(value: Json) -> float:
    return math.nan if value is None else float(value)


def _optional(value: Json) -> float | None:
    return None if value is None else float(value)


def _pair(values: Json) -> tuple[float, float]:
    low, high = values
    return _number(low), _number(high)


def _one_of(value: Json, choices: object) -> Json:
    if value not in get_args(choices):
        raise DamageError("damage.choice", value=str(value), choices=get_args(choices))
    return value
