"""The messages of ``.tcx`` and ``.gpx`` files.

Both are read by the names of their elements, whatever the namespace: Garmin's extensions for
speed and cadence, and running dynamics as apps add them (``GroundContactTime``,
``VerticalOscillation``), for which there is no schema.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, Final

import numpy as np

from leanline.formats.watch_messages import Fields, Messages
from leanline.formats.watch_sports import RUNNING
from leanline.formats.xml_events import read_xml
from leanline.model import warning

_ROOTS: Final = ("TrainingCenterDatabase", "gpx")
_POINTS: Final = ("Trackpoint", "trkpt")
_ACTIVITIES: Final = ("Activity", "trk")
#: Parts of names of runs.
_RUN_WORDS: Final = ("run", "jog", "treadmill")
#: Strava once wrote its number of the sport.
_NUMBERED_SPORTS: Final[Mapping[str, str]] = {"1": "cycling", "9": RUNNING}
_UNKNOWN_SPORTS: Final = ("", "other", "generic", "unknown")
_OTHER: Final = "other"
# Names of elements of a point, in lower case, by the field of ``.fit`` that means the same.
_NUMBERS: Final[Mapping[str, tuple[str, ...]]] = {
    "cadence": ("cadence", "cad"),
    "run_cadence": ("runcadence",),
    "speed": ("speed",),
    "latitude": ("lat", "latitudedegrees"),
    "longitude": ("lon", "longitudedegrees"),
    "distance": ("distancemeters", "distance"),
    "stance_time": ("groundcontacttime", "stancetime", "stance_time"),
    "vertical_oscillation": ("verticaloscillation", "vertical_oscillation"),
}
# Largest median, unit in that of ``.fit`` (milliseconds, millimetres): contact lasts 0.05 to 1.5 s,
# and a body moves up and down by 0.5 to 30 cm, so that the units of these do not overlap.
_UNITS: Final[Mapping[str, tuple[tuple[float, float], ...]]] = {
    "stance_time": ((10.0, 1000.0), (math.inf, 1.0)),
    "vertical_oscillation": ((0.3, 1000.0), (20.0, 10.0), (math.inf, 1.0)),
}


def read_xml_messages(data: bytes) -> Messages | None:
    """Read the messages of a TCX or GPX file.

    Parameters
    ----------
    data
        The whole file.

    Returns
    -------
    Messages or None
        None if the file is neither, or breaks off before the first point.

    Raises
    ------
    DocumentTypeError
        The file declares a document type.
    """
    reader = _Reader()
    sound = read_xml(data, reader)
    if reader.root not in _ROOTS or not (sound or reader.records):
        return None
    for field, units in _UNITS.items():
        _convert(reader.records, field, units)
    by_kind: dict[str, Sequence[Fields]] = {
        "record": reader.records,
        "session": reader.sessions(),
        "file_id": [{"manufacturer": reader.device}],
    }
    return Messages(by_kind, () if sound else (warning("watch_file_odd"),))


class _Reader:
    """Gathers points by activity while the file goes by."""

    def __init__(self) -> None:
        self.root = ""
        self.device = ""
        self.records: list[dict[str, Any]] = []
        self._activities: list[tuple[str, int]] = []  # the sport, and its first record
        self._point: dict[str, str] | None = None
        self._path: list[str] = []

    def begin(self, name: str, attributes: Mapping[str, str]) -> None:
        if not self._path:
            self.root = name
            self.device = attributes.get("creator", "")
        self._path.append(name)
        if name in _ACTIVITIES:
            self._activities.append((attributes.get("Sport", ""), len(self.records)))
        elif name in _POINTS:
            self._point = {key: attributes[key] for key in ("lat", "lon") if key in attributes}
        elif self._point is not None:
            # An early version of Garmin's extension has speed as an attribute.
            self._point.update({key.lower(): value for key, value in attributes.items()})

    def end(self, name: str, text: str) -> None:
        self._path.pop()
        within = self._path[-1] if self._path else ""
        if name in _POINTS:
            self._add_point()
        elif self._point is not None:
            self._point[name.lower()] = text
        elif name == "type" and within == "trk" and self._activities:
            self._activities[-1] = (text, self._activities[-1][1])
        elif name == "Name" and within == "Creator":
            self.device = text

    def _add_point(self) -> None:
        point, self._point = self._point or {}, None
        record: dict[str, Any] = {"timestamp": _moment(point.get("time", ""))}
        for field, names in _NUMBERS.items():
            value = next((point[name] for name in names if point.get(name)), None)
            if value is not None and (number := _number(value)) is not None:
                record[field] = number
        self.records.append(record)

    def sessions(self) -> list[Fields]:
        """The activities as sessions in order of time, each from its first point to its last."""
        firsts = [first for _, first in self._activities] + [len(self.records)]
        spans = [
            (_sport(sport), _times(self.records[first:end]))
            for (sport, first), end in zip(self._activities, firsts[1:], strict=True)
        ]
        if any(sport for sport, _ in spans):
            spans = [(sport or _OTHER, times) for sport, times in spans]
        found = [
            {
                "sport": sport,
                "start_time": min(times),
                # Ends are open: the last point is a part of it.
                "total_elapsed_time": (max(times) - min(times)).total_seconds() + 0.5,
            }
            for sport, times in spans
            if times
        ]
        return sorted(found, key=_start_time)


def _start_time(session: Mapping[str, Any]) -> datetime:
    start: datetime = session["start_time"]
    return start


def _convert(
    records: Sequence[dict[str, Any]], field: str, units: Sequence[tuple[float, float]]
) -> None:
    """Bring one field of all records to the unit of ``.fit``; its unit follows from its size."""
    values = [record[field] for record in records if record.get(field, 0.0) > 0]
    if not values:
        return
    median = float(np.median(values))
    unit = next(unit for largest, unit in units if median <= largest)
    for record in records:
        if field in record:
            record[field] *= unit


def _sport(said: str) -> str:
    """The sport in words, ``running`` for every kind of run; empty if it is not said."""
    words = said.strip().lower().replace("_", " ").replace("-", " ")[:100]
    if words in _UNKNOWN_SPORTS:
        return ""
    if words.isdigit():
        return _NUMBERED_SPORTS.get(words, _OTHER)
    if any(word in words for word in _RUN_WORDS) and RUNNING not in words:
        return RUNNING
    return words


def _times(records: Sequence[Mapping[str, Any]]) -> list[datetime]:
    return [moment for record in records if (moment := record["timestamp"]) is not None]


def _or_none(read: Callable[[str], Any], text: str) -> Any:  # noqa: ANN401
    try:
        return read(text)
    except (ValueError, OverflowError):
        return None


def _moment(text: str) -> datetime | None:
    moment: datetime | None = _or_none(datetime.fromisoformat, text)
    return moment.replace(tzinfo=UTC) if moment and not moment.tzinfo else moment


def _number(text: str) -> float | None:
    number: float | None = _or_none(float, text)
    return number if number is not None and math.isfinite(number) else None
