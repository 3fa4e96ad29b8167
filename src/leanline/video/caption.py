"""A text below a picture."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import numpy as np

from leanline.video.draw import WHITE, Picture
from leanline.video.text import set_text, text_mask

# Size of the letters and distance of the lines, as shares of the width, and at least in pixels.
_LETTERS: Final = (0.026, 11)
_LINE: Final = (0.037, 15)


def with_caption(picture: Picture, text: str) -> Picture:
    """Add a text below a picture, broken into lines that fit.

    Parameters
    ----------
    picture
        (H, W, 3) RGB.
    text
        What it says.

    Returns
    -------
    picture
        Higher by the lines of the text; the very picture if there is none.
    """
    if not text:
        return picture
    width = picture.shape[1]
    size = max(round(_LETTERS[0] * width), _LETTERS[1])
    step = max(round(_LINE[0] * width), _LINE[1])
    lines = list(_broken(text, size, width - 2 * step))
    below = np.zeros((step * (len(lines) + 1), width, 3), np.uint8)
    for number, line in enumerate(lines):
        set_text(below, text_mask(line, size), step, step * number + step // 2, WHITE)
    return np.concatenate([picture, below])


def _broken(text: str, size_px: int, width_px: int) -> Iterator[str]:
    line = ""
    for word in text.split():
        longer = f"{line} {word}".strip()
        if line and text_mask(longer, size_px).shape[1] > width_px:
            yield line
            line = word
        else:
            line = longer
    yield line
