"""Captures and poses that are damaged or unpack to more than there is memory for."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import numpy as np
import pytest

from leanline.errors import InputError
from leanline.formats.capture_npz import read_capture
from leanline.formats.runner_npz import read_runner


def header(text: str) -> bytes:
    """An array's file with this header and no numbers."""
    return b"\x93NUMPY\x01\x00" + len(text).to_bytes(2, "little") + text.encode()


CONTENT = {
    "an array larger than its file": header(
        "{'descr': '<f8', 'fortran_order': False, 'shape': (1099511627776,)}\n"
    ),
    "a header that is no Python": header("{'descr': '<f8', 'shapeFal"),
    "a header that does not end": header("{'descr': ('''"),
    "no array": b"junk",
}


@pytest.mark.parametrize("content", CONTENT)
def test_arrays_that_cannot_be_are_refused(content: str, tmp_path: Path) -> None:
    for name in ("pose.npz", "capture.npz"):
        with zipfile.ZipFile(tmp_path / name, "w") as archive:
            archive.writestr("version.npy", CONTENT[content])
            archive.writestr("about.npy", CONTENT[content])
    with pytest.raises(InputError, match=r"pose\.npz is damaged"):
        read_runner(tmp_path)
    with pytest.raises(InputError, match=r"capture\.npz is missing, damaged"):
        read_capture(tmp_path)


@pytest.mark.slow
def test_a_gigabyte_of_zeros_is_not_unpacked(tmp_path: Path) -> None:
    piece = bytes(1 << 20)
    with (
        zipfile.ZipFile(
            tmp_path / "pose.npz", "w", zipfile.ZIP_DEFLATED, compresslevel=1
        ) as packed,
        packed.open("version.npy", "w", force_zip64=True) as file,
    ):
        for _ in range(1100):
            file.write(piece)
    assert (tmp_path / "pose.npz").stat().st_size < 10e6
    with pytest.raises(InputError, match="is damaged") as refused:
        read_runner(tmp_path)
    assert "when unpacked" in str(refused.value.__cause__)


def test_a_damaged_stream_is_refused(tmp_path: Path) -> None:
    made = io.BytesIO()
    np.savez_compressed(made, version=np.arange(500.0))
    data = bytearray(made.getvalue())
    data[80:120] = bytes(40)
    (tmp_path / "pose.npz").write_bytes(data)
    with pytest.raises(InputError, match="is damaged"):
        read_runner(tmp_path)
