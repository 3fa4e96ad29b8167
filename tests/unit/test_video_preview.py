from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest

from leanline.errors import CancelledError, InputError
from leanline.video.preview import KEY_FRAME_INTERVAL, write_preview
from leanline.video.probe import probe
from leanline.video.reader import read_frames
from tests.clips import corners, make_clip, read_corners


def test_a_preview_is_h264_that_loads_from_its_beginning(tmp_path: Path) -> None:
    clip = make_clip(tmp_path / "clip.mp4", codec="libx265", frames=30)
    write_preview(clip, tmp_path / "preview.mp4")
    with av.open(str(tmp_path / "preview.mp4")) as container:
        stream = container.streams.video[0]
        assert stream.codec_context.name == "h264"
        assert stream.codec_context.pix_fmt == "yuv420p"
    data = (tmp_path / "preview.mp4").read_bytes()
    assert data.index(b"moov") < data.index(b"mdat")


def test_every_frame_keeps_its_time_whatever_the_rate_does(tmp_path: Path) -> None:
    stamps = [0, 10, 33, 40, 90, 170, 171, 260]
    clip = make_clip(tmp_path / "clip.mp4", stamps=stamps, time_base=Fraction(1, 1000))
    times = write_preview(clip, tmp_path / "preview.mp4")
    shown = [frame.time_s for frame in read_frames(tmp_path / "preview.mp4")]
    np.testing.assert_allclose(shown, times, atol=1e-9)
    np.testing.assert_allclose(shown, np.array(stamps) / 1000.0, atol=1e-9)


def test_a_turned_clip_is_upright_in_its_preview(tmp_path: Path) -> None:
    clip = make_clip(tmp_path / "clip.mp4", paint=corners(), rotation=90)
    write_preview(clip, tmp_path / "preview.mp4")
    before, after = (
        read_corners(next(read_frames(path)).rgb()) for path in (clip, tmp_path / "preview.mp4")
    )
    assert before == after


def test_no_frame_is_far_from_one_that_decodes_alone(tmp_path: Path) -> None:
    clip = make_clip(tmp_path / "clip.mp4", frames=60)
    write_preview(clip, tmp_path / "preview.mp4")
    with av.open(str(tmp_path / "preview.mp4")) as container:
        keys = [i for i, p in enumerate(container.demux(video=0)) if p.size and p.is_keyframe]
    assert max(np.diff([*keys, 60])) <= KEY_FRAME_INTERVAL


def test_a_large_clip_is_made_smaller(tmp_path: Path) -> None:
    clip = make_clip(tmp_path / "clip.mp4", paint=corners(1920, 1080), frames=2)
    write_preview(clip, tmp_path / "preview.mp4")
    info = probe(tmp_path / "preview.mp4")
    assert (info.width, info.height) == (1280, 720)


def test_a_preview_that_is_stopped_or_cannot_be_made_leaves_nothing(tmp_path: Path) -> None:
    def stop(phase: str, share: float) -> None:
        raise CancelledError(phase + str(share))

    clip = make_clip(tmp_path / "clip.mp4")
    with pytest.raises(CancelledError):
        write_preview(clip, tmp_path / "out" / "preview.mp4", stop)
    (tmp_path / "no.mp4").write_bytes(b"no clip at all")
    with pytest.raises(InputError):
        write_preview(tmp_path / "no.mp4", tmp_path / "out" / "preview.mp4")
    assert not (tmp_path / "out").exists()
