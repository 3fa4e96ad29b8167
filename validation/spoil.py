"""Ways in which footage goes wrong, made on purpose from good clips.

A ``Spoil`` takes the pictures of a clip and their times and gives worse ones: light, blur, size,
frames that are lost or doubled, things that are drawn over, parts that are out of view.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path
from typing import Any, Final

import av
import cv2
import numpy as np
from numpy.typing import NDArray

from leanline.video.reader import read_frames

Picture = NDArray[np.uint8]
Film = tuple[list[Picture], list[float]]
TIME_BASE: Final = Fraction(1, 90_000)


@dataclass(frozen=True)
class Spoil:
    """One way and strength of spoiling a clip.

    ``x264`` are options of the encoder, ``turn`` (degrees) a rotation that only the file's head
    tells, ``shift_s`` by how much later everything happens, ``mirrored`` whether left is right,
    ``guest`` the clip beside it whose overground runner crosses the picture.
    """

    name: str
    strength: str
    change: Callable[[Film], Film]
    x264: Mapping[str, str] = field(default_factory=dict)
    turn: int = 0
    shift_s: float = 0.0
    mirrored: bool = False
    guest: str = ""


def spoiled(source: Path, spoil: Spoil, target: Path, max_s: float) -> None:
    """Write the first ``max_s`` seconds of a clip, spoiled, as H.264 with its own times."""
    frames = list(read_frames(source, end_s=max_s))
    film = [f.rgb() for f in frames], [f.time_s for f in frames]
    if spoil.guest:
        film = with_guest(film, source.with_name(f"{spoil.guest}.mp4"))
    pictures, times = spoil.change(film)
    if spoil.turn:
        pictures = [np.ascontiguousarray(np.rot90(p, spoil.turn // 90)) for p in pictures]
    write_film((pictures, times), target, spoil.x264)
    if spoil.turn:
        _say_rotation(target, spoil.turn)


def write_film(film: Film, target: Path, x264: Mapping[str, str] | None = None) -> None:
    """Write pictures at their times as H.264."""
    pictures, times = film
    with av.open(str(target), "w") as container:
        stream: Any = container.add_stream(
            "libx264", rate=60, options={"preset": "veryfast", "crf": "20", **(x264 or {})}
        )
        height, width = (size - size % 2 for size in pictures[0].shape[:2])
        stream.height, stream.width, stream.pix_fmt = height, width, "yuv420p"
        stream.codec_context.time_base = TIME_BASE
        for picture, time_s in zip(pictures, times, strict=True):
            frame = av.VideoFrame.from_ndarray(np.ascontiguousarray(picture[:height, :width]))
            frame.pts, frame.time_base = round(time_s / TIME_BASE), TIME_BASE
            container.mux(stream.encode(frame))
        container.mux(stream.encode())


def _say_rotation(path: Path, turn: int) -> None:
    """Write the rotation into the track header of an MP4 (ISO 14496-12: tkhd's matrix)."""
    one, corner = 0x00010000, 0x40000000
    matrices = {
        90: (0, one, 0, -one, 0, 0, 0, 0, corner),
        180: (-one, 0, 0, 0, -one, 0, 0, 0, corner),
        270: (0, -one, 0, one, 0, 0, 0, 0, corner),
    }
    data = bytearray(path.read_bytes())
    at = data.index(b"tkhd") + 4 + 40
    for k, number in enumerate(matrices[turn]):
        data[at + 4 * k : at + 4 * k + 4] = (number & 0xFFFFFFFF).to_bytes(4, "big")
    path.write_bytes(data)


def each(paint: Callable[[Picture, int], Picture]) -> Callable[[Film], Film]:
    """A change of every picture for itself."""
    return lambda film: ([paint(picture, k) for k, picture in enumerate(film[0])], film[1])


def dark(share: float) -> Callable[[Film], Film]:
    """So much of the light, with the noise of a sensor that is short of it."""
    random = np.random.default_rng(0)

    def paint(picture: Picture, _: int) -> Picture:
        light = picture.astype(np.float32) * share
        return _bytes(light + random.normal(0, 3, picture.shape))

    return each(paint)


def noisy(sd: float) -> Callable[[Film], Film]:
    """Grain of this standard deviation, of 255."""
    random = np.random.default_rng(0)
    return each(lambda p, _: _bytes(p + random.normal(0, sd, p.shape)))


def soft(share: float) -> Callable[[Film], Film]:
    """Out of focus by this share of the height (a standard deviation)."""
    return each(lambda p, _: np.asarray(cv2.GaussianBlur(p, (0, 0), share * p.shape[0]), np.uint8))


def small(height: int) -> Callable[[Film], Film]:
    """Shrunk to this height."""

    def paint(picture: Picture, _: int) -> Picture:
        width = 2 * round(picture.shape[1] * height / picture.shape[0] / 2)
        return np.asarray(cv2.resize(picture, (width, height), interpolation=cv2.INTER_AREA))

    return each(paint)


def drop_frames(share: float) -> Callable[[Film], Film]:
    """Frames lost at random, the others at their own times."""

    def change(film: Film) -> Film:
        stay = np.random.default_rng(1).random(len(film[0])) >= share
        stay[[0, -1]] = True
        kept = np.flatnonzero(stay)
        return [film[0][k] for k in kept], [film[1][k] for k in kept]

    return change


def double_frames(share: float) -> Callable[[Film], Film]:
    """Frames that show the one before again, as when a recorder cannot keep up."""

    def change(film: Film) -> Film:
        again = np.random.default_rng(2).random(len(film[0])) < share
        again[0] = False
        pictures: list[Picture] = []
        for picture, same in zip(film[0], again, strict=True):
            pictures.append(pictures[-1] if same else picture)
        return pictures, film[1]

    return change


def uneven(film: Film) -> Film:
    """Every third frame left out: two intervals in turn, as in variable frame rates."""
    kept = [k for k in range(len(film[0])) if k % 3]
    return [film[0][k] for k in kept], [film[1][k] for k in kept]


def letterbox(share: float) -> Callable[[Film], Film]:
    """Black bars above and below, of this share of the height each."""

    def paint(picture: Picture, _: int) -> Picture:
        bar = round(share * picture.shape[0])
        return np.pad(picture, ((bar, bar), (0, 0), (0, 0)))

    return each(paint)


def draw_player_bar(picture: Picture, k: int) -> Picture:
    """A player's bar, a clock and a title burnt in."""
    drawn = picture.copy()
    height, width = drawn.shape[:2]
    font, size = cv2.FONT_HERSHEY_SIMPLEX, height / 600
    cv2.putText(drawn, "MY RUN 5k", (width // 20, height // 8), font, 2 * size, (255, 255, 255), 3)
    cv2.rectangle(drawn, (0, int(0.93 * height)), (width, height), (20, 20, 20), -1)
    done = int(width * (0.05 + 0.9 * (k % 300) / 300))
    cv2.line(drawn, (width // 20, int(0.965 * height)), (done, int(0.965 * height)), (255, 0, 0), 4)
    cv2.putText(
        drawn, f"{k / 60:05.2f}", (width - width // 6, height // 12), font, size, (255, 255, 0), 2
    )
    return drawn


def frozen(seconds: float) -> Callable[[Film], Film]:
    """Freeze the first picture for some seconds before the clip begins."""

    def change(film: Film) -> Film:
        pictures, times = film
        step = float(np.median(np.diff(times)))
        still = np.arange(0.0, seconds - 0.5 * step, step)
        return (
            [pictures[0]] * len(still) + pictures,
            [*still.tolist(), *(t - times[0] + len(still) * step for t in times)],
        )

    return change


def window(left: float, right: float, top: float, bottom: float) -> Callable[[Film], Film]:
    """Only this part of the picture (shares of width and height)."""

    def paint(picture: Picture, _: int) -> Picture:
        height, width = picture.shape[:2]
        rows = slice(int(top * height), int(bottom * height))
        return np.ascontiguousarray(picture[rows, int(left * width) : int(right * width)])

    return each(paint)


def hide_below(share: float) -> Callable[[Film], Film]:
    """A grey wall in front of the lowest part of the picture."""

    def paint(picture: Picture, _: int) -> Picture:
        walled = picture.copy()
        walled[int(share * len(walled)) :] = 120
        return walled

    return each(paint)


def backlit(share: float) -> Callable[[Film], Film]:
    """A glaring light behind: flare over everything, what is left is dim."""

    def paint(picture: Picture, _: int) -> Picture:
        glow = cv2.GaussianBlur(picture, (0, 0), 0.05 * picture.shape[0]).astype(np.float32)
        return _bytes(0.4 * picture + share * (255 - 0.3 * glow))

    return each(paint)


def visiting(share: float) -> Callable[[Film], Film]:
    """A camera that turns past the runner: they come in on one side and leave on the other.

    What is seen is ``share`` of the width, and it moves from one end of the picture to the other.
    """

    def change(film: Film) -> Film:
        times = film[1]
        length = max(times[-1] - times[0], 1e-9)
        return [_slid(p, share, (t - times[0]) / length) for p, t in zip(*film, strict=True)], times

    return change


def _slid(picture: Picture, share: float, done: float) -> Picture:
    wide = picture.shape[1]
    seen = round(share * wide)
    left = round(done * (wide - seen))
    return np.ascontiguousarray(picture[:, left : left + seen])


def with_guest(film: Film, clip: Path) -> Film:
    """The runner of another clip (still camera, overground) crosses in front."""
    others = [frame.rgb() for frame in read_frames(clip)]
    scene = np.median(np.stack(others[:: max(1, len(others) // 15)]), axis=0).astype(np.float32)
    pictures, times = film
    # Once across, in the middle of the clip.
    first = max(0, (len(pictures) - len(others)) // 2)
    cut = others[max(0, (len(others) - len(pictures)) // 2) :]
    drawn = list(pictures)
    for k, other in enumerate(cut[: len(pictures) - first], start=first):
        drawn[k] = _with_cut_out(pictures[k], other, scene)
    return drawn, times


def _with_cut_out(picture: Picture, other: Picture, scene: NDArray[np.float32]) -> Picture:
    """What differs from the scene in ``other``, over the picture."""
    size = (picture.shape[1], picture.shape[0])
    away = np.abs(other.astype(np.float32) - scene).max(axis=2)
    close = np.ones((7, 7), np.uint8)
    there = cv2.morphologyEx((away > 18).astype(np.uint8), cv2.MORPH_CLOSE, close)
    there = cv2.morphologyEx(there, cv2.MORPH_OPEN, np.ones((3, 3), np.uint8))
    mask = cv2.resize(there, size, interpolation=cv2.INTER_NEAREST).astype(bool)
    return np.asarray(np.where(mask[..., None], cv2.resize(other, size), picture), np.uint8)


def mirror(film: Film) -> Film:
    """As a mirror shows it."""
    return [np.ascontiguousarray(picture[:, ::-1]) for picture in film[0]], film[1]


def passer_by(film: Film) -> Film:
    """Somebody flat and grey walks past in front within a second and a half."""
    pictures, times = film
    middle = 0.5 * (times[0] + times[-1])
    return [
        _with_passer(p, (t - middle) / 1.5) for p, t in zip(pictures, times, strict=True)
    ], times


def _with_passer(picture: Picture, share: float) -> Picture:
    if abs(share) > 0.5:
        return picture
    drawn = picture.copy()
    height, width = drawn.shape[:2]
    x, tall = int((share + 0.5) * 1.2 * width - 0.1 * width), int(0.85 * height)
    top, wide = int(0.10 * height), tall // 9
    cv2.ellipse(drawn, (x, top + tall // 2), (wide, int(0.33 * tall)), 0, 0, 360, (70, 80, 95), -1)
    cv2.circle(drawn, (x, top + tall // 14), tall // 14, (150, 120, 100), -1)
    for sign in (-1, 1):
        foot = (x + sign * int(0.12 * tall * np.sin(9 * share)), top + tall)
        cv2.line(drawn, (x, top + int(0.6 * tall)), foot, (50, 50, 60), wide)
    return drawn


def _bytes(values: NDArray[Any]) -> Picture:
    return np.asarray(np.clip(values, 0, 255), np.uint8)


def same(film: Film) -> Film:
    """Nothing changes."""
    return film


SPOILS: Final = (
    Spoil("as filmed", "-", same),
    Spoil("dark", "25 %", dark(0.25)),
    Spoil("dark", "10 %", dark(0.10)),
    Spoil("noise", "sd 15", noisy(15.0)),
    Spoil("noise", "sd 40", noisy(40.0)),
    Spoil("out of focus", "0.3 %", soft(0.003)),
    Spoil("out of focus", "0.8 %", soft(0.008)),
    Spoil("small", "240 lines", small(240)),
    Spoil("small", "144 lines", small(144)),
    Spoil("compressed", "crf 36", same, {"crf": "36"}),
    Spoil("compressed", "crf 46", same, {"crf": "46"}),
    Spoil("frames dropped", "10 %", drop_frames(0.1)),
    Spoil("frames dropped", "30 %", drop_frames(0.3)),
    Spoil("frames doubled", "10 %", double_frames(0.1)),
    Spoil("frames doubled", "30 %", double_frames(0.3)),
    Spoil("variable frame rate", "2 of 3", uneven),
    Spoil("rotated by flag", "90", same, turn=90),
    Spoil("rotated by flag", "180", same, turn=180),
    Spoil("rotated by flag", "270", same, turn=270),
    Spoil("letterbox", "15 %", letterbox(0.15)),
    Spoil("letterbox", "30 %", letterbox(0.30)),
    Spoil("text and player bar", "-", each(draw_player_bar)),
    Spoil("frozen start", "1 s", frozen(1.0), shift_s=1.0),
    Spoil("enters and leaves", "a window of 40 % slides past", visiting(0.4)),
    Spoil("enters and leaves", "a window of 60 % slides past", visiting(0.6)),
    Spoil("cut off at the sides", "middle 50 %", window(0.25, 0.75, 0.0, 1.0)),
    Spoil("cut off at the sides", "middle 30 %", window(0.35, 0.65, 0.0, 1.0)),
    Spoil("head out of view", "top 15 % gone", window(0.0, 1.0, 0.15, 1.0)),
    Spoil("head out of view", "top 30 % gone", window(0.0, 1.0, 0.3, 1.0)),
    Spoil("feet hidden", "below 80 %", hide_below(0.80)),
    Spoil("feet hidden", "below 90 %", hide_below(0.90)),
    Spoil("mirrored", "-", mirror, mirrored=True),
    Spoil("passer-by in front", "1.5 s", passer_by),
    Spoil("second runner in front", "crosses", same, guest="og_fix_60"),
    Spoil("backlight", "30 %", backlit(0.3)),
    Spoil("backlight", "55 %", backlit(0.55)),
)
