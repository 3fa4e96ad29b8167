"""Metronome clicks, exact to the sample over any length."""

from __future__ import annotations

import wave
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from leanline.errors import UsageError, writing_to
from leanline.files import written_atomically
from leanline.reason import Reason

RATE_HZ: Final = 44100
MIN_SPM, MAX_SPM = 60.0, 260.0
MAX_MINUTES: Final = 240.0
CLICK_S: Final = 0.03
CLICK_HZ: Final = 1500.0
LOUDNESS: Final = 0.7
# Samples generated and held in memory at a time.
CHUNK_SAMPLES: Final = 1 << 18


def click_starts(spm: float, samples: int) -> Iterator[int]:
    """When each click starts; each is rounded from the exact time, so errors do not accumulate.

    Parameters
    ----------
    spm
        Clicks per minute.
    samples
        Length of the sound.

    Yields
    ------
    int
        Number of the sample, from 0, below ``samples``.
    """
    gap = Fraction(60 * RATE_HZ) / Fraction(spm)
    number = 0
    while (start := round(number * gap)) < samples:
        yield start
        number += 1


def clicks(spm: float, minutes: float) -> Iterator[NDArray[np.int16]]:
    """Make the sound of a metronome, piece by piece.

    Parameters
    ----------
    spm
        Clicks per minute, from 60 to 260.
    minutes
        Length of the sound, above 0 to 240.

    Yields
    ------
    array
        16-bit mono at ``RATE_HZ``.

    Raises
    ------
    UsageError
        The rate or length is out of range.
    """
    if not MIN_SPM <= spm <= MAX_SPM:
        raise UsageError(
            "usage.out_of_range",
            setting="spm",
            low=MIN_SPM,
            high=MAX_SPM,
            unit=Reason("unit.spm"),
            value=spm,
        )
    if not 0 < minutes <= MAX_MINUTES:
        raise UsageError(
            "usage.out_of_range",
            setting="minutes",
            low=0.0,
            high=MAX_MINUTES,
            unit=Reason("unit.minutes"),
            value=minutes,
        )
    return _generate(spm, round(minutes * 60 * RATE_HZ))


def write_clicks(path: Path, spm: float, minutes: float) -> None:
    """Write the sound of a metronome as WAV, completely or not at all.

    Parameters
    ----------
    path
        The file.
    spm
        Clicks per minute, from 60 to 260.
    minutes
        Length of the sound, above 0 to 240.

    Raises
    ------
    UsageError
        The rate or length is out of range, or the file cannot be written.
    """
    pieces = clicks(spm, minutes)
    with (
        writing_to(path),
        written_atomically(path) as part,
        wave.open(str(part), "wb") as sound,
    ):
        sound.setnchannels(1)
        sound.setsampwidth(2)
        sound.setframerate(RATE_HZ)
        sound.setnframes(round(minutes * 60 * RATE_HZ))
        for piece in pieces:
            sound.writeframesraw(piece.astype("<i2").tobytes())


def _generate(spm: float, samples: int) -> Iterator[NDArray[np.int16]]:
    click = _click()
    starts = click_starts(spm, samples)
    next_start = next(starts, samples)
    overhang = np.zeros(0, np.int16)
    for begin in range(0, samples, CHUNK_SAMPLES):
        length = min(CHUNK_SAMPLES, samples - begin)
        piece = np.zeros(length + len(click), np.int16)
        piece[: len(overhang)] = overhang
        while next_start < begin + length:
            at = next_start - begin
            piece[at : at + len(click)] = click
            next_start = next(starts, samples)
        overhang = piece[length:].copy()
        yield piece[:length]


def _click() -> NDArray[np.int16]:
    time_s = np.arange(round(CLICK_S * RATE_HZ)) / RATE_HZ
    fade = np.exp(-time_s / (0.2 * CLICK_S))
    sound = LOUDNESS * fade * np.sin(2 * np.pi * CLICK_HZ * time_s)
    return np.asarray(np.round(32767 * sound), np.int16)
