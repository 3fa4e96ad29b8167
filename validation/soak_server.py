"""A server of the soak: ``python -m validation.soak_server PORT STORE [FILES]``.

It is ``leanline serve`` with a stand-in for the analysis, which takes half a second and writes
a made-up result that names the clip it is of.
"""

from __future__ import annotations

import sys
import time
from dataclasses import replace
from pathlib import Path
from typing import Final

from leanline.jobs.analyse import AnalysisTask
from leanline.model import Analysis
from leanline.pose.base import Progress
from leanline.report.result import write_result
from leanline.store import Store
from leanline.web.serve import ListenAddress, serve
from tests.analyses import analysis

ANALYSER: Final = "validation.soak_server:analyse"
STEPS: Final = 10
STEP_S: Final = 0.05


def analyse(task: AnalysisTask, progress: Progress) -> Analysis:
    """Take a while, then give a result of the clip."""
    for step in range(STEPS):
        progress("Pretending to look", step / STEPS)
        time.sleep(STEP_S)
    made = analysis()
    video = replace(made.video, path=task.session.name)
    provenance = replace(made.provenance, input_sha256=task.session.media_sha256 or "")
    made = replace(made, video=video, provenance=provenance)
    write_result(made, task.directory, report=False)
    return made


def main() -> None:
    """Serve until stopped."""
    port, where, *files = sys.argv[1:]
    with Store.open(where, files=Path(files[0]) if files else None) as store:
        serve(store, ListenAddress(port=int(port)), ready=lambda *_: None, analyser=ANALYSER)


if __name__ == "__main__":
    main()
