"""The unit of a track: what the file says, checked against the size of the body.

Files mislabel their units: pixels called metres, metres called millimetres, shares of the picture
called pixels. A grown body of one size or another tells them apart.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np

from leanline.errors import InputError, UsageError
from leanline.formats.plane import LOWER, UPPER, body_height
from leanline.model import AnalysisWarning, Array, Unit, warning

METRES: Final[Mapping[str, float]] = {"m": 1.0, "cm": 0.01, "mm": 0.001}
PIXEL: Final = "px"
#: Words for units in files, besides the short ones.
_WORDS: Final[Mapping[str, str]] = {
    **dict.fromkeys(("meter", "meters", "metre", "metres"), "m"),
    **dict.fromkeys(("centimeter", "centimeters", "centimetre", "centimetres", "cms"), "cm"),
    **dict.fromkeys(("millimeter", "millimeters", "millimetre", "millimetres", "mms"), "mm"),
    **dict.fromkeys(("pixel", "pixels", "pix"), PIXEL),
}
UNIT_WORDS: Final = (*METRES, PIXEL, *_WORDS)

#: Vertical extent of a person's points, metres: from the legs of a child who runs to a tall
#: person, arms up.
MIN_BODY_M, MAX_BODY_M = 0.35, 2.7
#: From feet to head or shoulders.
MIN_WHOLE_BODY_M: Final = 0.9
#: A taller body is not in metres; in between a unit is believed.
MAX_STATURE_M: Final = 5.0
#: A smaller body was not seen in pixels.
MIN_BODY_PX: Final = 5.0
_UPPER_BODY: Final = ("shoulder", "neck", "head_top", "nose", "ear")
# Points of somebody at the edge lie a little outside the picture.
_OUTSIDE: Final = 0.1
_FEW: Final = 0.05


@dataclass(frozen=True)
class Length:
    """The unit of a converted track, and how to get there.

    Parameters
    ----------
    unit
        Of the converted track.
    factors
        (2,) by which x and y are multiplied.
    notes
        Warnings about it.
    """

    unit: Unit
    factors: Array
    notes: tuple[AnalysisWarning, ...] = ()


def unit_word(said: str) -> str | None:
    """The unit that a file's word means: ``m``, ``cm``, ``mm``, ``px``; None for other words."""
    word = said.strip().strip("[]()").strip().lower()
    return word if word in (*METRES, PIXEL) else _WORDS.get(word)


def find_length(
    said: str,
    keypoints: tuple[str, ...],
    xy: Array,
    path: Path,
    picture: tuple[int, int] | None = None,
    *,
    turned: bool = False,
) -> Length:
    """The unit of a track and how to convert it.

    Parameters
    ----------
    said
        The file's unit, as of ``unit_word``; empty if it says none.
    keypoints
        The K names.
    xy
        (T, K, 2) positions in the plane of the run, in the file's numbers.
    path
        The file, for messages.
    picture
        Width and height of the picture in pixels, if known: coordinates from 0 to 1 need it.
    turned
        Whether the file counts its heights downwards, as pictures do.

    Returns
    -------
    Length
        Metres or pixels.

    Raises
    ------
    UsageError
        The coordinates are shares of a picture whose size is not known.
    InputError
        The body has no height, or an impossible one in every unit.
    """
    tall = body_height(xy[:, :, 1])
    if not _is_body(keypoints):
        return _unchecked(said, tall)
    if not tall > 0:
        raise InputError("track.no_height", path=path)
    shares = picture_shares(said, keypoints, xy)
    if shares is not None:
        return _of_picture(shares, path, picture)
    scale = METRES.get(said or "m", 1.0)
    if said == PIXEL:
        if tall >= MIN_BODY_PX:
            return Length("px", np.ones(2))
    elif _fits(tall * scale, keypoints) or MAX_BODY_M < tall * scale <= MAX_STATURE_M:
        return Length("m", np.full(2, scale))
    return _mislabelled(said, keypoints, tall, path, turned=turned)


def _unchecked(said: str, tall: float) -> Length:
    """The file's own unit, for points that are too few to make a body."""
    tall_m = tall * METRES.get(said or "m", 1.0)
    return unchecked_length(PIXEL if tall_m > MAX_STATURE_M else said)


def unchecked_length(said: str) -> Length:
    """The file's own unit, where the size of the body does not matter.

    Parameters
    ----------
    said
        As of ``unit_word``; empty for metres.

    Returns
    -------
    Length
        Metres or pixels.
    """
    if said == PIXEL:
        return Length("px", np.ones(2))
    return Length("m", np.full(2, METRES.get(said, 1.0)))


def _mislabelled(
    said: str, keypoints: tuple[str, ...], tall: float, path: Path, *, turned: bool
) -> Length:
    """The unit that makes the body one of a person, where the file's own does not."""
    fits = [unit for unit, scale in METRES.items() if _fits(tall * scale, keypoints)]
    # Thousands of millimetres look like the pixels of a large picture, whose rows count down.
    if said in ("", "m") and (turned or fits != ["mm"]) and tall > MAX_STATURE_M:
        return Length("px", np.ones(2))
    if not fits:
        raise InputError("track.body_size", path=path, unit=said or "m", size=_size(said, tall))
    note = warning("track_unit_wrong", said=said or "m", size=_size(said, tall), unit=fits[0])
    return Length("m", np.full(2, METRES[fits[0]]), (note,))


def _size(said: str, tall: float) -> str:
    """The size of a body for a message, in the unit that makes it readable."""
    if said == PIXEL:
        return f"{tall:.3g} px"
    metres = METRES.get(said, 1.0) * tall
    unit = next((unit for unit, scale in METRES.items() if metres >= scale), "mm")
    return f"{metres / METRES[unit]:.3g} {unit}"


def _fits(tall_m: float, keypoints: tuple[str, ...]) -> bool:
    """Whether a person can have that vertical extent, metres."""
    return (MIN_WHOLE_BODY_M if _is_whole(keypoints) else MIN_BODY_M) <= tall_m <= MAX_BODY_M


def _is_body(keypoints: tuple[str, ...]) -> bool:
    """Whether the points reach from the feet to the hips or higher."""
    return all(any(name.endswith(parts) for name in keypoints) for parts in (UPPER, LOWER))


def _is_whole(keypoints: tuple[str, ...]) -> bool:
    """Whether the points reach from the feet to head or shoulders."""
    return all(any(name.endswith(parts) for name in keypoints) for parts in (_UPPER_BODY, LOWER))


def picture_shares(said: str, keypoints: tuple[str, ...], xy: Array) -> tuple[float, float] | None:
    """The coordinates of a picture's edges where positions are shares of the picture.

    Parameters
    ----------
    said
        The file's unit; empty if it says none.
    keypoints
        The K names.
    xy
        (T, K, 2) positions, y up or down.

    Returns
    -------
    tuple of float or None
        0 and 1, -1 and 1, or 0 and 100; None if the positions are lengths.
    """
    known = xy[np.isfinite(xy).all(axis=2)]
    tall = body_height(xy[:, :, 1])
    if not _is_body(keypoints) or not len(known):
        return None
    if said in METRES and _fits(tall * METRES[said], keypoints):
        return None
    edge = len(known) // 50
    x, y = np.sort(known[:, 0]), np.sort(np.abs(known[:, 1]))
    largest, one_sided = max(x[-1 - edge], y[-1 - edge]), _one_sided(known[:, 1])
    if largest > 1.0 + _OUTSIDE:
        # No film is so small that somebody runs through it within 100 pixels.
        percent = said in ("", PIXEL) and one_sided and tall > MAX_STATURE_M
        percent &= bool(x[edge] >= -100.0 * _OUTSIDE)
        return (0.0, 100.0) if percent and largest <= 100.0 * (1.0 + _OUTSIDE) else None
    if x[edge] >= -_OUTSIDE and one_sided and tall <= 1.0 + _OUTSIDE:
        return 0.0, 1.0
    return (-1.0, 1.0) if said == PIXEL and x[edge] >= -1.0 - _OUTSIDE else None


def _one_sided(y: Array) -> bool:
    """Whether the heights lie on one side of zero, but for the points at the edge."""
    share = float((y > 0).mean())
    return min(share, 1.0 - share) <= _FEW


def _of_picture(shares: tuple[float, float], path: Path, picture: tuple[int, int] | None) -> Length:
    if picture is None:
        raise UsageError("track.picture_missing", path=path, low=shares[0], high=shares[1])
    width, height = picture
    span = shares[1] - shares[0]
    note = warning("track_shares", width=width, height=height)
    return Length("px", np.array([width, height]) / span, (note,))
