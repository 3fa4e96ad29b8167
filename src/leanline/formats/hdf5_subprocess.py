"""Reading HDF5 in a subprocess: libhdf5 hangs or crashes on some damaged files.

The file is read by ``python -m leanline.formats.hdf5_subprocess PATH``, which writes its result to
standard output, for this module only.
"""

from __future__ import annotations

import os
import pickle
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path
from typing import Final

from leanline.errors import InputError, LeanlineError, UsageError
from leanline.formats.deeplabcut import deeplabcut_h5_recording
from leanline.formats.movement_nc import movement_recording
from leanline.formats.recording import Recording, reading_file
from leanline.formats.sleap import is_sleap, sleap_recording
from leanline.formats.slp import slp_recording
from leanline.inputs import MAX_BINARY_BYTES
from leanline.workers.limits import limit_resources

#: Timeout in seconds, plus an allowance per megabyte of the file.
START_S: Final = 60.0
PER_MB_S: Final = 0.5
#: Address space, of which libraries reserve more than they use.
MAX_MEMORY_BYTES: Final = 6 << 30


def hdf5_recording(path: Path) -> Recording:
    """Read DeepLabCut's or SLEAP's HDF5, or movement's netCDF; needs ``leanline[movement]``.

    Parameters
    ----------
    path
        The file.

    Returns
    -------
    Recording
        Of everybody in it.

    Raises
    ------
    InputError
        The file is damaged or is none of these.
    UsageError
        h5py is not installed.
    """
    if find_spec("h5py") is None:
        raise UsageError("package.hdf5", path=path)
    with reading_file(path, "HDF5", MAX_BINARY_BYTES):
        limit_s = START_S + PER_MB_S * path.stat().st_size / 1e6
    found = _from_child(path, limit_s)
    if isinstance(found, LeanlineError):
        raise found
    return found


def _from_child(path: Path, limit_s: float) -> Recording | LeanlineError:
    command = [sys.executable, "-m", __name__, os.fspath(path)]
    # Lets the child find leanline where this process found it.
    paths = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
    try:
        completed = subprocess.run(
            command, capture_output=True, timeout=limit_s, env=paths, check=True
        )
    except subprocess.TimeoutExpired:
        return InputError("hdf5.never_ends", path=path, limit_s=limit_s)
    except subprocess.CalledProcessError:
        return InputError("hdf5.crashes", path=path)
    # Safe: written by the child process.
    found: Recording | LeanlineError = pickle.loads(completed.stdout)  # noqa: S301
    return found


def _read(path: Path) -> Recording:
    if path.suffix.lower() == ".nc":
        return movement_recording(path)
    if path.suffix.lower() == ".slp":
        return slp_recording(path)
    return sleap_recording(path) if is_sleap(path) else deeplabcut_h5_recording(path)


def _main(path: Path) -> None:
    answer: Recording | LeanlineError
    # A damaged file may have libhdf5 ask for any size.
    limit_resources(memory_bytes=MAX_MEMORY_BYTES)
    try:
        answer = _read(path)
    except LeanlineError as error:
        answer = error
    sys.stdout.buffer.write(pickle.dumps(answer))


if __name__ == "__main__":
    _main(Path(sys.argv[1]))
