"""The messages of a ``.fit`` file, also where watches and apps bend the rules.

What comes after the end is left out, a size of 0 in the header is worked out, fields of unknown
developers or of odd sizes are passed over, and of a file that breaks off the part before is read.
"""

from __future__ import annotations

import struct
from typing import Any, Final

from leanline.formats.watch_messages import KINDS, Fields, Messages
from leanline.model import warning

_HEADER: Final = struct.Struct("<2BHI4s")
_MAGIC: Final = b".FIT"
_CRC_BYTES: Final = 2
# Messages developer_data_id (207) that make the first developers known: some apps describe the
# fields of a developer whom they never name, which the decoder refuses. A definition (little
# endian, one field: developer_data_index, 3, one byte, unsigned) and a message for each.
_DEVELOPERS: Final = bytes((0x40, 0, 0, 207, 0, 1, 3, 1, 2)) + b"".join(
    bytes((0, index)) for index in range(16)
)
#: What the decoder raises on damage, besides errors of its own.
_DAMAGE: Final = (
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
)


def read_fit_messages(data: bytes) -> Messages | None:
    """Read the messages of a watch's file.

    Parameters
    ----------
    data
        The whole file.

    Returns
    -------
    Messages or None
        None if not even one message can be read.
    """
    parts = _files_in(data)
    found: dict[str, list[Fields]] = {kind: [] for kind in KINDS}
    broken = [not _read_part(part, found) for part, _ in parts]
    if not any(found.values()):
        return None
    odd = any(broken) or not all(whole for _, whole in parts)
    return Messages(found, (warning("watch_file_odd"),) if odd else ())


def _files_in(data: bytes) -> list[tuple[bytes, bool]]:
    """The files chained in the data, each with whether it is all there and nothing else."""
    parts: list[tuple[bytes, bool]] = []
    at = 0
    while len(data) - at >= _HEADER.size:
        size, protocol, profile, body, magic = _HEADER.unpack_from(data, at)
        if magic != _MAGIC or size < _HEADER.size:
            break
        whole = 0 < body <= len(data) - at - size - _CRC_BYTES
        if not whole:
            body = max(0, len(data) - at - size)
        end = at + size + body
        # Without the header's own checksum and its size; the decoder needs a checksum at the end.
        content = _DEVELOPERS + data[at + size : end]
        head = _HEADER.pack(_HEADER.size, protocol, profile, len(content), _MAGIC)
        parts.append((head + content + b"\0" * _CRC_BYTES, whole))
        at = end + _CRC_BYTES
        if not whole:
            break
    if parts and at < len(data):
        parts[-1] = (parts[-1][0], False)
    return parts


def _read_part(data: bytes, found: dict[str, list[Fields]]) -> bool:
    """Add the messages of one file; return whether it could be read to its end."""
    import fitdecode

    try:
        with fitdecode.FitReader(
            data,
            check_crc=fitdecode.CrcCheck.DISABLED,
            error_handling=fitdecode.ErrorHandling.IGNORE,
        ) as reader:
            for frame in reader:
                if frame.frame_type == fitdecode.FIT_FRAME_DATA and frame.name in found:
                    found[frame.name].append(_native_fields(frame))
    except (fitdecode.FitError, *_DAMAGE):
        return False
    return True


def _native_fields(frame: Any) -> Fields:  # noqa: ANN401
    """The fields of the profile; a developer's field of the same name does not replace one."""
    fields: dict[str, Any] = {}
    for field in frame.fields:
        fields.setdefault(field.name, field.value)
    return fields
