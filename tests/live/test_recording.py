from __future__ import annotations

import os
from pathlib import Path

import cv2
import numpy as np
import pytest

from leanline.live.recording import MAX_DURATION_S, ClipWriter
from leanline.video.probe import probe
from leanline.video.reader import read_frames

SIZE = (320, 240)


def jpeg(shade: int) -> bytes:
    ok, data = cv2.imencode(".jpg", np.full((SIZE[1], SIZE[0], 3), shade, np.uint8))
    assert ok
    return data.tobytes()


def test_a_clip_holds_its_pictures_at_their_own_times(tmp_path: Path) -> None:
    times = 100.0 + np.cumsum([0.0, 0.033, 0.05, 0.041, 0.1, 0.034])
    writer = ClipWriter(tmp_path / "run.mkv", SIZE)
    for k, time_s in enumerate(times):
        writer.add(jpeg(40 * k), float(time_s))
    path = writer.close()
    assert path is not None
    info = probe(path)
    assert (info.width, info.height) == SIZE
    frames = list(read_frames(path))
    np.testing.assert_allclose([f.time_s for f in frames], times - times[0], atol=0.0011)
    np.testing.assert_allclose([f.rgb().mean() for f in frames], [40 * k for k in range(6)], atol=3)


def test_a_clip_of_one_picture_is_none(tmp_path: Path) -> None:
    writer = ClipWriter(tmp_path / "run.mkv", SIZE)
    writer.add(jpeg(10), 1.0)
    assert writer.close() is None
    assert list(tmp_path.iterdir()) == []


def test_until_it_is_closed_there_is_no_clip_of_that_name(tmp_path: Path) -> None:
    writer = ClipWriter(tmp_path / "run.mkv", SIZE)
    for k in range(3):
        writer.add(jpeg(10), float(k))
    assert list(tmp_path.glob("*.mkv")) == [] or all(
        p.name.startswith(".") for p in tmp_path.glob("*.mkv")
    )
    writer.discard()
    assert list(tmp_path.iterdir()) == []


def test_a_picture_out_of_order_is_passed_over_and_a_full_clip_grows_no_more(
    tmp_path: Path,
) -> None:
    writer = ClipWriter(tmp_path / "run.mkv", SIZE)
    for time_s in (0.0, 1.0, 0.5, MAX_DURATION_S, MAX_DURATION_S + 1.0):
        writer.add(jpeg(10), time_s)
    assert writer.full
    assert writer.frames == 3
    writer.discard()


def test_a_clip_is_on_the_disk_before_it_has_its_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    synced: list[int] = []
    monkeypatch.setattr(os, "fsync", lambda handle: synced.append(os.fstat(handle).st_ino))
    writer = ClipWriter(tmp_path / "run.mkv", SIZE)
    for k in range(3):
        writer.add(jpeg(10), float(k))
    path = writer.close()
    assert path is not None
    assert path.stat().st_ino in synced
