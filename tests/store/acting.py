"""A stand-in for the analysis in workers: what a clip says in its bytes is what happens.

Workers are other processes, which import this by its name.
"""

from __future__ import annotations

import os
import signal
import time

from leanline.errors import NobodyError
from leanline.jobs.analyse import AnalysisTask
from leanline.model import Analysis
from leanline.pose.base import Progress
from leanline.report.result import write_result
from tests.analyses import analysis

NAME = "tests.store.acting:act"


def act(task: AnalysisTask, progress: Progress) -> Analysis:
    """Do what the first word of the clip says, then give a result in many small writes."""
    word, _, rest = task.clip.read_bytes().partition(b" ")
    progress("reading_pose", 0.1)
    if word == b"nobody":
        raise NobodyError("nobody.still", path=task.clip)
    if word == b"mistake":
        raise IndexError("list index out of range")
    if word == b"crash":
        os.kill(os.getpid(), signal.SIGKILL)
    if word == b"large":
        bytearray(1 << 36)
    while word == b"endless":
        time.sleep(0.01)
        progress("reading_pose", 0.2)
    while word == b"busy":
        progress("reading_pose", 0.2)
    for part in range(int(rest.split()[0]) if word == b"parts" else 0):
        (task.directory / f"part-{part}").write_bytes(b"x" * 10_000)
        time.sleep(0.005)
        progress("reading_pose", 0.1 + 0.01 * part)
    made = analysis()
    write_result(made, task.directory, report=False)
    return made
