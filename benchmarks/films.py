"""Long and large films made from the bundled clip: played again and again."""

from __future__ import annotations

from collections.abc import Iterator
from importlib.resources import as_file, files
from itertools import pairwise
from pathlib import Path

import av
import cv2
import numpy as np
from numpy.typing import NDArray

from leanline.video.reader import read_frames

HZ = 30


def long_film(target: Path, seconds: float, width: int, height: int) -> Path:
    """Create a clip of about this length and size at 30 fps by looping the bundled clip."""
    once = target.with_name(f"once-{width}x{height}.mp4")
    if not once.exists():
        _write_once(once, width, height)
    with av.open(str(once)) as source, av.open(str(target), "w") as out:
        stream = source.streams.video[0]
        copy = out.add_stream_from_template(stream)
        stamps = [packet.dts for packet in source.demux(stream) if packet.dts is not None]
        lasts = stamps[-1] - stamps[0] + min(after - before for before, after in pairwise(stamps))
        for turn in range(max(1, round(seconds * HZ / len(stamps)))):
            source.seek(0)
            for packet in source.demux(stream):
                if packet.dts is None or packet.pts is None:
                    continue
                packet.pts += turn * lasts
                packet.dts += turn * lasts
                packet.stream = copy
                out.mux(packet)
    return target


def _write_once(target: Path, width: int, height: int) -> None:
    options = {"preset": "veryfast", "bf": "0"}
    with av.open(str(target), "w") as container:
        stream = container.add_stream("libx264", HZ, options=options)
        stream.width, stream.height, stream.pix_fmt = width, height, "yuv420p"
        for number, picture in enumerate(_pictures(width, height)):
            frame = av.VideoFrame.from_ndarray(picture, format="rgb24")
            frame.pts = number
            container.mux(stream.encode(frame))
        container.mux(stream.encode())


def _pictures(width: int, height: int) -> Iterator[NDArray[np.uint8]]:
    next_s = 0.0
    with as_file(files("leanline") / "assets" / "demo.mp4") as clip:
        for frame in read_frames(clip):
            if frame.time_s < next_s - 1e-6:
                continue
            next_s += 1 / HZ
            large = cv2.resize(frame.rgb(), (width, height), interpolation=cv2.INTER_LINEAR)
            yield np.asarray(large, np.uint8)
