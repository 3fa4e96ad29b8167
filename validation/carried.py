"""Accuracy on the clips that travel with the project, from a clone alone.

    python -m validation.carried

The twelve clips of ``validation/data`` show rendered people whose joints are known (MakeHuman
bodies and clothes, CC0; motion from mocap.cs.cmu.edu, see NOTICE). Each is measured with the
profile of ``validation/data/profiles`` that was fitted without its body and without its runner,
and scored by ``leanline score``. Prints the table of ``validation.left_out`` for them.
"""

from __future__ import annotations

import json
import tempfile
from dataclasses import replace
from pathlib import Path
from typing import Final

from leanline import score
from leanline.formats.analysis_json import write_analysis
from leanline.pipeline import analyze_capture
from leanline.pose.blazepose import BlazePose
from leanline.profile import read_profile
from leanline.settings import Settings
from validation.left_out import remarks, table

DATA: Final = Path(__file__).parent / "data"


def main() -> None:
    """Measure and print."""
    with tempfile.TemporaryDirectory() as folder:
        for path in sorted(DATA.glob("*.truth.json")):
            measure(path, Path(folder))
        found = score(DATA, folder).total
    print("\n".join([*table(found), "", *remarks(found)]))


def measure(truth_path: Path, results: Path) -> None:
    """Write the result of one clip."""
    truth = json.loads(truth_path.read_text("utf-8"))
    args = dict(zip(truth["args"][::2], truth["args"][1::2], strict=True))
    settings = Settings(height_m=args.get("--height"))
    capture = BlazePose("heavy").capture(truth_path.with_name(truth["input"]), settings, _quiet)
    unseen = read_profile("blazepose-heavy", DATA / "profiles" / truth["name"])
    out = results / truth["name"]
    out.mkdir()
    write_analysis(analyze_capture(replace(capture, profile=unseen), settings), out)


def _quiet(phase: str, share: float) -> None:
    del phase, share


if __name__ == "__main__":
    main()
