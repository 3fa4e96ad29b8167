from __future__ import annotations

import os
from datetime import UTC, datetime
from pathlib import Path

import av
import numpy as np
import pytest

from leanline.errors import InputError
from leanline.video.recorded_at import RecordingTime, read_recording_time

WRITTEN = datetime(2026, 2, 3, 4, 5, 6, tzinfo=UTC)


def clip(path: Path, **tags: str) -> Path:
    """Two frames with tags, written to the disk at a known time."""
    options = {"movflags": "use_metadata_tags"}
    with av.open(str(path), "w", format="mov", options=options) as container:
        container.metadata.update({key.replace("__", "."): value for key, value in tags.items()})
        stream = container.add_stream("libx264", rate=30)
        stream.width, stream.height, stream.pix_fmt = 32, 32, "yuv420p"
        for _ in range(2):
            frame = av.VideoFrame.from_ndarray(np.zeros((32, 32, 3), np.uint8), format="rgb24")
            container.mux(stream.encode(frame))
        container.mux(stream.encode())
    os.utime(path, (WRITTEN.timestamp(),) * 2)
    return path


def test_the_phones_own_time_counts_first(tmp_path: Path) -> None:
    tags = {
        "com__apple__quicktime__creationdate": "2025-07-01T08:30:00+0200",
        "creation_time": "2025-07-02T00:00:00.000000Z",
    }
    assert read_recording_time(clip(tmp_path / "a.mov", **tags)) == RecordingTime(
        datetime(2025, 7, 1, 6, 30, tzinfo=UTC), "film"
    )


def test_the_containers_time_is_in_utc(tmp_path: Path) -> None:
    made = clip(tmp_path / "a.mov", creation_time="2025-07-02T10:00:00.000000Z")
    noon = datetime(2025, 7, 2, 10, tzinfo=UTC)
    assert read_recording_time(made) == RecordingTime(noon, "film")


@pytest.mark.parametrize("told", ["1904-01-01T00:00:00Z", "1970-01-01T00:00:00Z"])
def test_a_camera_without_a_clock_is_not_believed(tmp_path: Path, told: str) -> None:
    assert read_recording_time(clip(tmp_path / "a.mov", creation_time=told)) == RecordingTime(
        WRITTEN, "file"
    )


def test_without_tags_the_file_itself_tells(tmp_path: Path) -> None:
    assert read_recording_time(clip(tmp_path / "a.mov")) == RecordingTime(WRITTEN, "file")
    track = tmp_path / "a.trc"
    track.write_text("no film")
    os.utime(track, (WRITTEN.timestamp(),) * 2)
    assert read_recording_time(track) == RecordingTime(WRITTEN, "file")


def test_a_file_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError):
        read_recording_time(tmp_path / "gone.mov")
