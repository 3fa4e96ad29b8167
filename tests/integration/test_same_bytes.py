"""The same clip gives the same bytes, whatever the machine does beside."""

from __future__ import annotations

import os
import subprocess
import sys
from importlib.resources import as_file, files
from pathlib import Path

import pytest

COMMAND = "from leanline.cli.app import main; main()"


def analyse(out: Path, threads: str) -> bytes:
    """Analyse the bundled clip's first seconds in a process with this many threads."""
    allowed = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"), threads)
    with as_file(files("leanline") / "assets" / "demo.mp4") as clip:
        line = f"analyze {clip} --pose-model full --height 1.75 --end 2 --no-report -o {out}"
        subprocess.run(
            [sys.executable, "-c", COMMAND, *line.split()],
            env={**os.environ, **allowed},
            check=True,
            capture_output=True,
            timeout=120,
        )
    return (out / "analysis.json").read_bytes()


@pytest.mark.skipif((os.cpu_count() or 1) < 2, reason="needs two cores to differ in threads")
def test_the_number_of_threads_does_not_change_a_byte(tmp_path: Path) -> None:
    assert analyse(tmp_path / "one", "1") == analyse(tmp_path / "two", "2")
