"""The coaching band of the lean, the limits of the foot strike and the goal of the cadence."""

from __future__ import annotations

from typing import Final

from leanline.registry.definition import Band

COACHING_LEAN: Final = Band(
    "coaching band",
    5.0,
    10.0,
    grade="D",
    why=(
        "What the method teaches. No study supports it as an optimum: in the one laboratory test "
        "found, runners who leaned up to 8 degrees used 8 % more energy."
    ),
    sources=("carson2024", "usc2024"),
)
# Above is rearfoot, below is forefoot.
MIDFOOT_STRIKE: Final = Band(
    "midfoot",
    -1.6,
    8.0,
    grade="C",
    why=(
        "The conventional limits of the three strikes. They are names, not faults; another study "
        "puts them at -0.8 and 7.4 degrees."
    ),
    sources=("altman2012", "mo2023"),
)
# Cadence to try at the same speed, as a multiple of the runner's own: the smaller of the two
# increases of Heiderscheit et al. 2011 (5 and 10 %).
CADENCE_GOAL: Final = 1.05


def fill_band(text: str) -> str:
    """Write the limits of the coaching band into a text.

    Texts are filled when they are read, before anything else is put into them, so that no sentence
    repeats the numbers.

    Parameters
    ----------
    text
        With ``{band_low}`` and ``{band_high}`` where the limits belong.

    Returns
    -------
    str
        The text with the limits in degrees.
    """
    ends = (("{band_low}", COACHING_LEAN.low), ("{band_high}", COACHING_LEAN.high))
    for place, degrees in ends:
        text = text.replace(place, f"{degrees:g}")
    return text
