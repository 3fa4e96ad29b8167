"""Text in pictures: cached anti-aliased masks."""

from __future__ import annotations

from functools import lru_cache
from typing import Final

import numpy as np
from numpy.typing import NDArray

Mask = NDArray[np.uint8]

_BOLD_FROM_PX: Final = 18


@lru_cache(maxsize=512)
def text_mask(text: str, size_px: int) -> Mask:
    """Draw one line of text as a mask, and keep it for the next time.

    Parameters
    ----------
    text
        What it says.
    size_px
        Font size; sizes below 6 are drawn at 6, and from 18 on letters are bold.

    Returns
    -------
    array
        (H, W) coverage, 0 to 255, read-only; H depends on the size only.
    """
    from PIL import Image, ImageDraw, ImageFont

    font = ImageFont.load_default(size=max(size_px, 6))
    left, _, right, _ = font.getbbox(text or " ")
    top, bottom = _line_extent(size_px)
    # The font has a single weight, too light for video; an outline makes it bold.
    bold = 0.5 if size_px >= _BOLD_FROM_PX else 0.0
    image = Image.new("L", (max(1, round(right - left)) + 2, bottom - top + 2), 0)
    pen = ImageDraw.Draw(image)
    pen.text((1 - left, 1 - top), text, font=font, fill=255, stroke_width=bold)
    mask: Mask = np.asarray(image, dtype=np.uint8)
    mask.flags.writeable = False
    return mask


@lru_cache(maxsize=64)
def _line_extent(size_px: int) -> tuple[int, int]:
    """Return cap height and descender depth, the same for every text."""
    from PIL import ImageFont

    font = ImageFont.load_default(size=max(size_px, 6))
    top, bottom = font.getbbox("H")[1], font.getbbox("gH")[3]
    return int(np.floor(top)), int(np.ceil(bottom))


def set_text(
    canvas: NDArray[np.uint8], mask: Mask, left: int, top: int, colour: tuple[int, int, int]
) -> None:
    """Lay a text's mask on the picture, cut off at its edges.

    Parameters
    ----------
    canvas
        (H, W, 3) RGB, changed in place.
    mask
        From ``text_mask``.
    left, top
        Corner of the text in the picture, pixels.
    colour
        RGB of the letters, 0 to 255 each.
    """
    height, width = canvas.shape[:2]
    y0, x0 = max(top, 0), max(left, 0)
    y1, x1 = min(top + mask.shape[0], height), min(left + mask.shape[1], width)
    if y1 <= y0 or x1 <= x0:
        return
    share = mask[y0 - top : y1 - top, x0 - left : x1 - left, None].astype(np.float32) / 255.0
    under = canvas[y0:y1, x0:x1].astype(np.float32)
    ink = np.array(colour, dtype=np.float32)
    canvas[y0:y1, x0:x1] = np.round(under + share * (ink - under)).astype(np.uint8)
