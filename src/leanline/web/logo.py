"""Logos of coaches: decoded with limits and encoded again, so that only pixels are kept."""

from __future__ import annotations

from io import BytesIO
from typing import Final

from leanline.errors import InputError

#: Sides of a logo as received, and as kept, pixels.
MAX_PX: Final = 2000
KEPT_PX: Final = (600, 240)
_FORMATS: Final = ("PNG", "JPEG")


def read_logo(data: bytes) -> bytes:
    """Read a picture and write it again as a small PNG file, without what else was in the file.

    Parameters
    ----------
    data
        A PNG or JPEG file.

    Returns
    -------
    bytes
        A PNG file of at most ``KEPT_PX``.

    Raises
    ------
    InputError
        It is neither, is damaged or too large.
    """
    from PIL import Image

    try:
        with Image.open(BytesIO(data), formats=_FORMATS) as opened:
            if max(opened.size) > MAX_PX:
                raise InputError("letterhead.logo_size", max_px=MAX_PX)
            picture = opened.convert("RGBA")
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError) as error:
        raise InputError("letterhead.logo_unreadable") from error
    picture.thumbnail(KEPT_PX)
    out = BytesIO()
    picture.save(out, "PNG", optimize=True)
    return out.getvalue()
