"""Messages between the live page and the server.

Pictures are sent to the server as binary messages: a header of 16 bytes (``LLF1``, a number and
the time in milliseconds, little-endian) followed by a JPEG. Everything else is JSON text.
"""

from __future__ import annotations

import math
import struct
from collections.abc import Mapping
from dataclasses import dataclass, fields, is_dataclass
from typing import Annotated, Any, Final, Literal

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter

from leanline.live.session import LiveSettings, Reading
from leanline.web.live.pictures import BadMessageError
from leanline.wording.catalogue import render

HEADER: Final = struct.Struct("<4sId")
MAGIC: Final = b"LLF1"
MAX_BYTES: Final = 4_000_000
DECIMALS: Final = 4


@dataclass(frozen=True)
class PictureMessage:
    """One received picture.

    Parameters
    ----------
    number
        Counted by the page.
    time_s
        When it was taken, on the page's clock.
    jpeg
        The picture.
    """

    number: int
    time_s: float
    jpeg: bytes


def parse_picture(data: bytes) -> PictureMessage:
    """Parse a binary message; raises ``BadMessageError``."""
    if len(data) <= HEADER.size or len(data) > MAX_BYTES:
        raise BadMessageError("live.picture_size")
    magic, number, time_ms = HEADER.unpack_from(data)
    if magic != MAGIC or not math.isfinite(time_ms):
        raise BadMessageError("live.picture_header")
    return PictureMessage(number, time_ms / 1000.0, data[HEADER.size :])


class _Message(BaseModel):
    model_config = ConfigDict(extra="forbid")


class SessionOptions(_Message):
    """Settings of a session, as the page sends them."""

    mode: Literal["stand", "run"] = "stand"
    roll_deg: float | None = Field(default=None, ge=-45, le=45)
    cue: Literal["none", "lean", "waist", "cadence"] = "lean"
    target_spm: float | None = Field(default=None, ge=60, le=260)
    session: int = Field(default=1, ge=1, le=1000)

    def settings(self) -> LiveSettings:
        """Convert to the settings of the live engine."""
        return LiveSettings(
            mode=self.mode,
            roll_deg=self.roll_deg,
            cue=self.cue,
            target_spm=self.target_spm,
            session=self.session,
        )


class Hello(_Message):
    """First message: the settings, and whether to end the session of another tab."""

    type: Literal["hello"]
    wanted: SessionOptions = SessionOptions()
    take_over: bool = False


class Change(_Message):
    """Restart with other settings (or after the clip was rewound)."""

    type: Literal["change"]
    wanted: SessionOptions


class Press(_Message):
    """A button press: standing baseline, start despite failed checks, or repeat the checks."""

    type: Literal["press"]
    button: Literal["zero", "start", "check"]


class Record(_Message):
    """Start or stop saving the pictures."""

    type: Literal["record"]
    on: bool


ClientMessage = Annotated[Hello | Change | Press | Record, Field(discriminator="type")]
_CLIENT: TypeAdapter[Hello | Change | Press | Record] = TypeAdapter(ClientMessage)


def parse_client_message(text: str) -> Hello | Change | Press | Record:
    """Parse a text message; raises ``BadMessageError``."""
    try:
        return _CLIENT.validate_json(text)
    except ValueError as error:
        raise BadMessageError("live.not_understood") from error


def reading_message(
    number: int, reading: Reading, server_ms: float, language: str
) -> dict[str, Any]:
    """Convert a reading to JSON values.

    Parameters
    ----------
    number
        Of the picture.
    reading
        What was found in it.
    server_ms
        How long that took.
    language
        Of its sentences.

    Returns
    -------
    dict
        Without NaN.
    """
    return {
        "type": "reading",
        "number": number,
        "server_ms": round(server_ms, 1),
        **to_json_values(reading, language),
    }


def to_json_values(value: Any, language: str) -> Any:  # noqa: ANN401
    """Convert a value to JSON values: NaN becomes None, floats are rounded to four decimals.

    What carries a reason gets its sentence as ``text``.

    Parameters
    ----------
    value
        Of dataclasses, mappings, sequences and plain values.
    language
        Of the sentences.

    Returns
    -------
    object
        Plain data.
    """
    if is_dataclass(value):
        named = {f.name: to_json_values(getattr(value, f.name), language) for f in fields(value)}
        reason = getattr(value, "reason", None)
        return {**named, "text": render(reason, language)} if reason is not None else named
    if isinstance(value, Mapping):
        return {key: to_json_values(entry, language) for key, entry in value.items()}
    if isinstance(value, list | tuple):
        return [to_json_values(entry, language) for entry in value]
    if isinstance(value, float):
        return round(value, DECIMALS) + 0.0 if math.isfinite(value) else None
    return value
