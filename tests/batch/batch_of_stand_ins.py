"""A batch whose clips are analysed by a stand-in: ``python -m tests.batch.batch_of_stand_ins``."""

from __future__ import annotations

import sys
from pathlib import Path

from leanline.batch.find_clips import find_clips
from leanline.batch.local_engine import LocalEngine
from leanline.batch.run import run

if __name__ == "__main__":
    folder, out = sys.argv[1:]
    engine = LocalEngine(2, analyser="tests.batch.stand_in:analyse")
    run(find_clips(folder, {}), Path(out), engine, keep=True)
