"""``.fit`` files of runs from Garmin and other watches.

Names and units are converted to leanline's: cadence counts both feet (watches count strides of one
leg), times are in seconds, lengths in metres.
"""

from __future__ import annotations

import hashlib
import struct
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

import numpy as np

from leanline.errors import InputError, why_refused
from leanline.inputs import check_file
from leanline.model import Array

# Walking rarely reaches this cadence, running rarely falls below it.
RUNNING_SPM: Final = 130.0
_MAX_SAMPLE_S: Final = 10.0
MAX_BYTES: Final = 64 << 20

Fields = Mapping[str, Any]


@dataclass(frozen=True, eq=False)
class FitRun:
    """A run as a watch saw it.

    ``samples`` are one-dimensional and equally long, NaN where missing: ``time_s`` from the
    start, and as far as the watch knows them ``cadence_spm``, ``contact_time_s``,
    ``vertical_oscillation_m``, ``step_length_m`` and ``speed_mps``. ``means`` are over the
    samples in which the person ran, at 130 steps a minute or more.
    """

    name: str
    started_at: datetime
    duration_s: float
    device: str
    sport: str
    sha256: str
    samples: Mapping[str, Array]
    means: Mapping[str, float]


def read_fit(path: Path, name: str | None = None) -> FitRun:
    """Read a run.

    Parameters
    ----------
    path
        The file.
    name
        The user's name for it, by default the file's name.

    Raises
    ------
    InputError
        The file cannot be read, is damaged or cut short, or holds no run.
    """
    name = name or path.name
    try:
        if path.stat().st_size > MAX_BYTES:
            raise InputError("fit.too_large", path=name)
        check_file(path, name=name)
        data = path.read_bytes()
    except OSError as error:
        raise InputError("input.unreadable", path=name, why=why_refused(error)) from error
    messages = _messages(data, name)
    sport = _sport(messages)
    if "running" not in sport:
        raise (
            InputError("fit.not_a_run", path=name, sport=sport)
            if sport
            else InputError("fit.no_sport", path=name)
        )
    samples = _samples(messages)
    if samples is None:
        raise InputError("fit.no_samples", path=name)
    started_at, by_metric = samples
    return FitRun(
        name=name,
        started_at=started_at,
        duration_s=float(by_metric["time_s"][-1]),
        device=_device(messages),
        sport=sport,
        sha256=hashlib.sha256(data).hexdigest(),
        samples=by_metric,
        means=_means(by_metric),
    )


def _messages(data: bytes, name: str) -> dict[str, list[Fields]]:
    """Return the messages needed, by kind."""
    import fitdecode

    found: dict[str, list[Fields]] = {"record": [], "session": [], "sport": [], "file_id": []}
    try:
        with fitdecode.FitReader(
            data,
            check_crc=fitdecode.CrcCheck.RAISE,
            error_handling=fitdecode.ErrorHandling.RAISE,
        ) as reader:
            for frame in reader:
                if frame.frame_type == fitdecode.FIT_FRAME_DATA and frame.name in found:
                    fields = {field.name: field.value for field in frame.fields}
                    found[frame.name].append(fields)
    except (
        fitdecode.FitError,
        ArithmeticError,
        AssertionError,
        AttributeError,
        EOFError,
        LookupError,
        MemoryError,
        RecursionError,
        TypeError,
        ValueError,
        struct.error,
    ) as error:
        raise InputError("fit.damaged", path=name) from error
    return found


def _sport(messages: Mapping[str, list[Fields]]) -> str:
    message = next(
        (m for kind in ("session", "sport") for m in messages[kind] if m.get("sport")), {}
    )
    parts = [str(message[key]) for key in ("sport", "sub_sport") if message.get(key)]
    return " ".join(part for part in parts if part != "generic").replace("_", " ")


def _device(messages: Mapping[str, list[Fields]]) -> str:
    message = next(iter(messages["file_id"]), {})
    keys = ("manufacturer", "garmin_product")
    return " ".join(str(message[key]) for key in keys if message.get(key)).replace("_", " ")[:100]


def _samples(messages: Mapping[str, list[Fields]]) -> tuple[datetime, dict[str, Array]] | None:
    records = [m for m in messages["record"] if isinstance(m.get("timestamp"), datetime)]
    moments = np.array([_seconds(m["timestamp"]) for m in records])
    if len(moments) < 2:
        return None
    order = np.argsort(moments, kind="stable")
    order = order[np.diff(moments[order], prepend=-np.inf) > 0]
    if len(order) < 2:
        return None
    samples = {"time_s": moments[order] - moments[order[0]]}
    for metric, read in _READERS.items():
        values = np.array([read(records[i]) for i in order])
        values[~(values > 0)] = np.nan  # watches write zero for unknown values
        if np.isfinite(values).any():
            samples[metric] = values
    return datetime.fromtimestamp(float(moments[order[0]]), UTC), samples


def _seconds(moment: datetime) -> float:
    aware = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return aware.timestamp()


def running_share(samples: Mapping[str, Array]) -> Array:
    """Return the seconds that each sample represents, (T,); zero while not running.

    Watches record every second, or whenever a value changes.
    """
    time_s = samples["time_s"]
    lasts_s = np.minimum(np.diff(time_s, append=time_s[-1] + 1.0), _MAX_SAMPLE_S)
    cadence = samples.get("cadence_spm")
    return lasts_s if cadence is None else np.where(cadence >= RUNNING_SPM, lasts_s, 0.0)


def mean_over(values: Array, weights: Array) -> float:
    """Return the weighted mean of the finite values; NaN without any weight."""
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
    return 2.0 * (_number(fields, "cadence") + (part if np.isfinite(part) else 0.0))


_READERS: Final[Mapping[str, Callable[[Fields], float]]] = {
    "cadence_spm": _cadence,
    "contact_time_s": lambda fields: _number(fields, "stance_time") / 1000.0,
    "vertical_oscillation_m": lambda fields: _number(fields, "vertical_oscillation") / 1000.0,
    "step_length_m": lambda fields: _number(fields, "step_length") / 1000.0,
    "speed_mps": lambda fields: _number(fields, "enhanced_speed", "speed"),
}
