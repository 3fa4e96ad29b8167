"""Reader for C3D files of motion laboratories: points and gait events (c3d.org, user guide).

Not based on ezc3d, which crashes the whole process on some damaged files.
"""

from __future__ import annotations

import math
import os
import struct
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from leanline.errors import DamageError, InputError
from leanline.formats.lengths import unit_word
from leanline.formats.recording import Person, Recording, check_cells, reading_file
from leanline.inputs import MAX_BINARY_BYTES
from leanline.model import Array, Contact
from leanline.skeleton import SIDES, Side

BLOCK: Final = 512
MARK: Final = 0x50
INTEL, DEC, MIPS = 84, 85, 86
STRIKE: Final = ("foot strike", "foot contact", "heel strike", "initial contact")
OFF: Final = ("foot off", "toe off", "toe-off")
#: Analog channels that hold the confidence of the point named after the prefix.
CONFIDENCE: Final = "confidence."
#: Lengths of name and group, one letter, and the way to the next parameter.
MIN_ENTRY_BYTES: Final = 5
# Longer than any contact in gait.
MAX_CONTACT_S: Final = 3.0

Value = Sequence[str] | Array


def c3d_recording(path: Path) -> Recording:
    """Read the points of a C3D file over time.

    Parameters
    ----------
    path
        The file.

    Returns
    -------
    Recording
        With the laboratory's three axes.

    Raises
    ------
    InputError
        The file is damaged, is not a C3D file or has no points.
    """
    with reading_file(path, "C3D", MAX_BINARY_BYTES):
        return _recording(_File.read(path), path)


def read_contacts(path: str | os.PathLike[str]) -> tuple[Contact, ...]:
    """Contacts from a C3D file's events: each foot strike with the foot off that follows it.

    Times are seconds, as those of the points. Empty without events.

    Parameters
    ----------
    path
        A C3D file with ``Foot Strike`` and ``Foot Off`` events.

    Returns
    -------
    tuple of Contact
        In order of time, seconds; empty without events.

    Raises
    ------
    InputError
        The file is damaged or is no C3D.
    """
    with reading_file(Path(path), "C3D", MAX_BINARY_BYTES):
        events = _events(_File.read(Path(path)).parameters)
    return pair_events(events)


Event = tuple[Side, bool, float]


def pair_events(events: Sequence[Event]) -> tuple[Contact, ...]:
    """Pair (side, is strike, seconds) events to contacts, in order of time."""
    found = []
    for side in SIDES:
        own = sorted((at_s, strike) for where, strike, at_s in events if where == side)
        for (start_s, down), (end_s, strike) in pairwise(own):
            if down and not strike and 0 < end_s - start_s < MAX_CONTACT_S:
                found.append(Contact(side, start_s, end_s))
    return tuple(sorted(found, key=lambda contact: contact.contact_s))


@dataclass(frozen=True)
class _File:
    """The file's bytes in its byte order: header words, and parameters by GROUP:NAME."""

    data: bytes
    processor: int
    parameters: Mapping[str, Value]

    @classmethod
    def read(cls, path: Path) -> _File:
        data = path.read_bytes()
        if len(data) < 2 * BLOCK or data[1] != MARK:
            raise InputError("c3d.not_c3d", path=path)
        start = (data[0] - 1) * BLOCK
        processor = data[start + 3]
        if processor not in (INTEL, DEC, MIPS):
            raise DamageError("damage.processor", processor=processor)
        end = start + data[start + 2] * BLOCK if data[start + 2] else len(data)
        return cls(data, processor, _parameters(data[:end], start + 4, processor))

    @property
    def order(self) -> str:
        return ">" if self.processor == MIPS else "<"

    def word(self, number: int) -> int:
        """Return an unsigned 16-bit header word, counted from 1."""
        return int(struct.unpack_from(self.order + "H", self.data, 2 * (number - 1))[0])

    def number(self, name: str) -> float:
        """Return a parameter that is a single number."""
        return float(np.asarray(self.parameters[name], dtype=np.float64).ravel()[0])

    def words(self, name: str) -> list[str]:
        """Return a list of texts with continuations ``NAME2``, ``NAME3``; empty if missing."""
        keys = [name, *(f"{name}{k}" for k in range(2, 100))]
        return [str(word).strip() for key in keys for word in self.parameters.get(key, ())]


def _recording(file: _File, path: Path) -> Recording:
    count, rate = int(file.number("POINT:USED")), file.number("POINT:RATE")
    if count < 1:
        raise InputError("c3d.no_points", path=path)
    if not 0 < rate < 1e5:
        raise DamageError("damage.frame_rate", rate_hz=float(rate))
    labels = tuple(file.words("POINT:LABELS")[:count])
    points, analog = _frames_of(file, count)
    xyz = points[:, :, :3].astype(np.float64)
    seen = (points[:, :, 3] >= 0) & np.isfinite(xyz).all(axis=2)
    xyz[~seen] = np.nan
    time_s = (file.word(4) - 1 + np.arange(len(xyz))) / rate
    units = file.words("POINT:UNITS")
    return Recording(
        "C3D",
        labels,
        (Person(xyz, np.where(seen, _confidence(file, labels, analog, seen.shape), 0.0)),),
        time_s=time_s,
        unit=(unit_word(units[0]) if units else None) or "mm",
        upright=False,
        joint_centres_of=next(iter(file.words("LEANLINE:JOINT_CENTRES_OF")), ""),
    )


def _confidence(file: _File, labels: Sequence[str], analog: Array, shape: tuple[int, ...]) -> Array:
    """Read the confidence of each point, (T, K), from analog channels; 1 for points without one."""
    channels = file.words("ANALOG:LABELS")
    confidence = np.ones(shape)
    if analog.shape[1] != len(channels):  # leanline writes one sample per frame
        return confidence
    for number, channel in enumerate(channels):
        name = channel.removeprefix(CONFIDENCE)
        if name != channel and name in labels:
            values = np.nan_to_num(analog[:, number], nan=0.0)
            confidence[:, labels.index(name)] = np.clip(values, 0.0, 1.0)
    return confidence


def _frames_of(file: _File, count: int) -> tuple[Array, Array]:
    """Read x, y, z and residual of every frame, (T, K, 4), and raw analog samples, (T, N).

    A negative residual means missing.
    """
    scale = file.number("POINT:SCALE")
    start = (int(file.number("POINT:DATA_START")) - 1) * BLOCK
    width = 4 if scale < 0 else 2
    cells = 4 * count + file.word(3)
    frames = _frames(file, (len(file.data) - start) // (cells * width))
    check_cells(frames, cells)
    raw = file.data[start : start + frames * cells * width]
    values = _floats(raw, file.processor) if width == 4 else _integers(raw, file.order)
    rows = values.reshape(frames, cells)
    points = rows[:, : 4 * count].reshape(frames, count, 4).copy()
    if width == 2:
        points[:, :, :3] *= scale
    return points, rows[:, 4 * count :]


def _frames(file: _File, there: int) -> int:
    """Number of frames in the header; long trials exceed its range, so the file size counts."""
    header_frames = file.word(5) - file.word(4) + 1
    frames = (
        int(file.number("POINT:FRAMES")) if "POINT:FRAMES" in file.parameters else header_frames
    )
    frames = there if file.word(5) == 0xFFFF else max(frames, header_frames)
    if not 0 < frames <= there:
        raise DamageError("damage.frame_count", stated=frames, found=there)
    return frames


def _floats(raw: bytes, processor: int) -> Array:
    # Damaged files contain signalling NaNs, about which numpy warns.
    with np.errstate(invalid="ignore"):
        if processor != DEC:
            return np.frombuffer(raw, ">f4" if processor == MIPS else "<f4").astype(np.float64)
        halves = np.frombuffer(raw, "<u2").reshape(-1, 2)[:, ::-1]
        return np.ascontiguousarray(halves).view("<f4").ravel().astype(np.float64) / 4.0


def _integers(raw: bytes, order: str) -> Array:
    return np.frombuffer(raw, order + "i2").astype(np.float64)


def _parameters(data: bytes, at: int, processor: int) -> dict[str, Value]:
    """Read all parameters by ``GROUP:NAME``; they end with the data, or before."""
    order = ">" if processor == MIPS else "<"
    groups: dict[int, str] = {}
    found: dict[tuple[int, str], Value] = {}
    while at + MIN_ENTRY_BYTES <= len(data):
        length, group = struct.unpack_from("bb", data, at)
        if length == 0 or group == 0:
            break
        name = data[at + 2 : at + 2 + abs(length)].decode("latin-1").strip().upper()
        at += 2 + abs(length)
        if at + 2 > len(data):
            break
        step = struct.unpack_from(order + "h", data, at)[0]
        if group < 0:
            groups[-group] = name
        else:
            found[group, name] = _value(data, at + 2, processor)
        if step <= 0:
            break
        at += step
    return {f"{groups.get(group, '')}:{name}": value for (group, name), value in found.items()}


def _value(data: bytes, at: int, processor: int) -> Value:
    """Read a parameter's value: texts, or numbers in C order of the file's dimensions."""
    kind, rank = struct.unpack_from("bB", data, at)
    shape = list(data[at + 2 : at + 2 + rank])
    count = math.prod(shape)
    start = at + 2 + rank
    raw = data[start : start + abs(kind) * count]
    if len(raw) < abs(kind) * count:
        raise DamageError("damage.cut_parameter")
    if kind == -1:
        width = shape[0] if shape else 1
        texts = [raw[i : i + width] for i in range(0, len(raw), width)] if width else []
        return [text.decode("latin-1").strip(" \0") for text in texts]
    return _array(raw, kind, processor).reshape(shape[::-1])


def _array(raw: bytes, kind: int, processor: int) -> Array:
    if kind == 4:
        return _floats(raw, processor)
    if kind == 2:
        return _integers(raw, ">" if processor == MIPS else "<")
    if kind == 1:
        counted: NDArray[np.int8] = np.frombuffer(raw, "i1")
        return counted.astype(np.float64)
    raise DamageError("damage.parameter_type", kind=kind)


def _events(parameters: Mapping[str, Value]) -> list[Event]:
    if "EVENT:TIMES" not in parameters:
        return []
    minutes_seconds = np.atleast_2d(np.asarray(parameters["EVENT:TIMES"], dtype=np.float64))
    labels, contexts = (parameters.get(f"EVENT:{name}", ()) for name in ("LABELS", "CONTEXTS"))
    found: list[Event] = []
    for label, context, (minutes, seconds) in zip(labels, contexts, minutes_seconds, strict=False):
        word = str(label).strip().lower()
        side = next((side for side in SIDES if str(context).strip().lower() == side), None)
        if side is not None and word in (*STRIKE, *OFF):
            found.append((side, word in STRIKE, float(60.0 * minutes + seconds)))
    return found
