"""Runs as watches record them: ``.fit``, ``.tcx`` and ``.gpx`` files.

Names and units are converted to leanline's: cadence counts both feet (watches count strides of one
leg), times are in seconds, lengths in metres.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

import numpy as np

from leanline.errors import InputError, why_refused
from leanline.formats.fit_messages import read_fit_messages
from leanline.formats.watch_messages import Fields, Messages
from leanline.formats.watch_sports import RUNNING, Sports, find_sports, has_dynamics, seconds
from leanline.formats.way import distance_of, speed_along
from leanline.formats.xml_events import DocumentTypeError, looks_like_xml
from leanline.formats.xml_messages import read_xml_messages
from leanline.inputs import check_file
from leanline.model import AnalysisWarning, Array, warning

# Walking rarely reaches this cadence, running rarely falls below it.
RUNNING_SPM: Final = 130.0
_MAX_SAMPLE_S: Final = 10.0
MAX_BYTES: Final = 64 << 20
#: Longest run: two days.
MAX_RUN_S: Final = 2 * 86_400.0
#: More strides a minute are steps: nobody runs at 240 steps a minute for half of the time.
MAX_STRIDES_SPM: Final = 120.0
#: TCX has an element for the cadence of runs besides that of rides.
_CADENCE: Final = ("run_cadence", "cadence")
#: What values can be, from a walk to a sprint; all others are damage or another sport's.
POSSIBLE: Final[Mapping[str, tuple[float, float]]] = {
    "cadence_spm": (20.0, 300.0),
    "contact_time_s": (0.05, 1.5),
    "vertical_oscillation_m": (0.005, 0.3),
    "step_length_m": (0.1, 3.0),
    "speed_mps": (0.1, 12.5),
}


@dataclass(frozen=True, eq=False)
class RecordedRun:
    """A run as a watch recorded it.

    Parameters
    ----------
    name
        The user's name for the file.
    started_at
        With a time zone.
    duration_s
        Of the recording.
    device, sport
        As the file says.
    sha256
        Of the file.
    samples
        (N,) each, NaN where missing: ``time_s`` from the start, and as far as the watch knows them
        ``cadence_spm``, ``contact_time_s``, ``vertical_oscillation_m``, ``step_length_m`` and
        ``speed_mps``.
    means
        Over the samples in which the person ran, at 130 steps a minute or more.
    notes
        What is odd about the file.
    """

    name: str
    started_at: datetime
    duration_s: float
    device: str
    sport: str
    sha256: str
    samples: Mapping[str, Array]
    means: Mapping[str, float]
    notes: tuple[AnalysisWarning, ...] = ()


def read_watch_run(path: Path, name: str | None = None) -> RecordedRun:
    """Read a run.

    Parameters
    ----------
    path
        The file.
    name
        The user's name for it, by default the file's name.

    Returns
    -------
    RecordedRun
        In leanline's metrics and units.

    Raises
    ------
    InputError
        The file cannot be read, is no watch's file, or holds no run.
    """
    name = name or path.name
    try:
        if path.stat().st_size > MAX_BYTES:
            raise InputError("watch_file.too_large", path=name)
        check_file(path, name=name)
        data = path.read_bytes()
    except OSError as error:
        raise InputError("input.unreadable", path=name, why=why_refused(error)) from error
    try:
        messages = read_xml_messages(data) if looks_like_xml(data) else read_fit_messages(data)
    except DocumentTypeError as error:
        raise InputError("watch_file.document_type", path=name) from error
    if messages is None:
        raise InputError("watch_file.damaged", path=name)
    return _run(messages, data, name)


def _run(messages: Messages, data: bytes, name: str) -> RecordedRun:
    sports = find_sports(messages)
    records = messages.of("record")
    notes = list(messages.notes)
    if not sports.name and has_dynamics(records):
        sports = Sports(RUNNING, None, ())
        notes.append(warning("watch_sport_unsaid"))
    if RUNNING not in sports.name:
        raise (
            InputError("watch_file.not_a_run", path=name, sport=sports.name)
            if sports.name
            else InputError("watch_file.no_sport", path=name)
        )
    moments, inside = _in_runs(messages, sports)
    if len(moments) < 2:
        raise InputError("watch_file.no_samples", path=name)
    steps = _counts_steps(inside)
    samples = _samples(moments, inside, 1.0 if steps else 2.0)
    if steps:
        notes.append(warning("watch_cadence_steps"))
    if sports.others:
        notes.append(warning("watch_sports_left_out", sports=sports.others))
    return RecordedRun(
        name=name,
        started_at=datetime.fromtimestamp(float(moments[0]), UTC),
        duration_s=_duration_s(moments, sports),
        device=_device(messages),
        sport=sports.name,
        sha256=hashlib.sha256(data).hexdigest(),
        samples=samples,
        means=_means(samples),
        notes=tuple(notes),
    )


def _duration_s(moments: Array, sports: Sports) -> float:
    """Seconds of running from first to last sample, without other sports in between."""
    if sports.runs is None:
        return float(np.ptp(moments))
    spans = [moments[(moments >= start) & (moments < end)] for start, end in sports.runs]
    return float(sum(np.ptp(span) for span in spans if len(span)))


def _device(messages: Messages) -> str:
    message = next(iter(messages.of("file_id")), {})
    keys = ("manufacturer", "garmin_product")
    return " ".join(str(message[key]) for key in keys if message.get(key)).replace("_", " ")[:100]


def _in_runs(messages: Messages, sports: Sports) -> tuple[Array, list[Fields]]:
    """The records of the running sessions in order of time, with their moments (T,), seconds
    since 1970.
    """
    records = messages.of("record")
    moments = np.array([seconds(record.get("timestamp")) for record in records])
    known = np.isfinite(moments)
    if known.any():
        # A watch whose clock was wrong at first writes times of other years.
        middle = float(np.median(moments[known]))
        known &= np.abs(np.where(known, moments, middle) - middle) < MAX_RUN_S
        known &= sports.inside(moments)
    order = np.flatnonzero(known)[np.argsort(moments[known], kind="stable")]
    order = order[np.diff(moments[order], prepend=-np.inf) > 0]
    return moments[order], [records[i] for i in order]


def _samples(moments: Array, records: Sequence[Fields], per_cadence: float) -> dict[str, Array]:
    samples = {"time_s": moments - moments[0]}
    for metric, read in _READERS.items():
        factor = per_cadence if metric == "cadence_spm" else 1.0
        values = _possible(metric, factor * np.array([read(record) for record in records]))
        if metric == "speed_mps" and not np.isfinite(values).any():
            values = _possible(metric, _speed_of(samples["time_s"], records))
        if np.isfinite(values).any():
            samples[metric] = values
    return samples


def _possible(metric: str, values: Array) -> Array:
    """Values that the metric can have, NaN for others; watches write zero for unknown."""
    low, high = POSSIBLE[metric]
    return np.where((values >= low) & (values <= high), values, np.nan)


def _speed_of(time_s: Array, records: Sequence[Fields]) -> Array:
    """Speed (N,) in m/s where it is not written: from distances, or else from positions."""
    distance_m, *place_deg = (
        np.array([_number(record, field) for record in records])
        for field in ("distance", "latitude", "longitude")
    )
    if not np.isfinite(distance_m).any():
        distance_m = distance_of(time_s, *place_deg)
    return speed_along(time_s, distance_m)


def _counts_steps(records: Sequence[Fields]) -> bool:
    """Whether cadence is stored as steps a minute, where others store strides.

    Nobody runs at twice the cadence that strides of this number would be.
    """
    values = np.array([_number(record, *_CADENCE) for record in records])
    known = values[values > 0]
    return len(known) > 0 and float(np.median(known)) > MAX_STRIDES_SPM


def running_share(samples: Mapping[str, Array]) -> Array:
    """Return the seconds that each sample represents, (T,); zero while not running.

    Watches record every second, or whenever a value changes.
    """
    time_s = samples["time_s"]
    lasts_s = np.minimum(np.diff(time_s, append=time_s[-1] + 1.0), _MAX_SAMPLE_S)
    cadence = samples.get("cadence_spm")
    return lasts_s if cadence is None else np.where(cadence >= RUNNING_SPM, lasts_s, 0.0)


def mean_over(values: Array, weights: Array) -> float:
    """Weighted mean of the finite values.

    Parameters
    ----------
    values
        (N,), NaN where missing.
    weights
        (N,), not negative.

    Returns
    -------
    float
        NaN without any weight.
    """
    known = np.isfinite(values) & (weights > 0)
    return float(np.average(values[known], weights=weights[known])) if known.any() else float("nan")


def _means(samples: Mapping[str, Array]) -> dict[str, float]:
    weights = running_share(samples)
    means = {name: mean_over(v, weights) for name, v in samples.items() if name != "time_s"}
    return {name: mean for name, mean in means.items() if np.isfinite(mean)}


def _number(fields: Fields, *names: str) -> float:
    for name in names:
        value = fields.get(name)
        if isinstance(value, int | float) and not isinstance(value, bool):
            return float(value)
    return float("nan")


def _cadence(fields: Fields) -> float:
    part = _number(fields, "fractional_cadence")
    return _number(fields, *_CADENCE) + (part if np.isfinite(part) else 0.0)


_READERS: Final[Mapping[str, Callable[[Fields], float]]] = {
    "cadence_spm": _cadence,
    "contact_time_s": lambda fields: _number(fields, "stance_time") / 1000.0,
    "vertical_oscillation_m": lambda fields: _number(fields, "vertical_oscillation") / 1000.0,
    "step_length_m": lambda fields: _number(fields, "step_length") / 1000.0,
    "speed_mps": lambda fields: _number(fields, "enhanced_speed", "speed"),
}
