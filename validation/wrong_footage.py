"""What leanline says of footage that shows something else than one runner from the side.

    python -m validation.wrong_footage ../shared [--pose-model heavy] [--only dog]

shows it films and keypoints of such things (``wrong.py``) and writes ``validation/WRONG.md``.
Right is the right label, or a refusal; where numbers may be given they must hold the truth.
"""

from __future__ import annotations

import argparse
import json
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from leanline import LeanlineError, __version__, analyze
from leanline.model import Analysis
from leanline.pipeline import analyze_capture
from leanline.settings import PoseModel, Settings
from tests.captures import capture
from validation.spoil import write_film
from validation.wrong import LIKE, REFUSED, Show, shows

HERE: Final = Path(__file__).parent
NAME: Final = "shown.mp4"


class RefusalError(Exception):
    """A refusal in words that do not name the temporary file."""


@dataclass(frozen=True)
class Answer:
    """The verdict: label or ``refused``, its text, the numbers, and whether it is correct."""

    label: str
    words: str
    numbers: str
    right: bool


def main() -> None:
    """Show everything, write the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("shared", type=Path)
    parser.add_argument("--pose-model", default="heavy", choices=("full", "heavy"))
    parser.add_argument("--only", default="")
    parser.add_argument("--write", type=Path, default=HERE / "WRONG.md")
    options = parser.parse_args()
    rows, right = [], 0
    for show in shows():
        if options.only not in show.what:
            continue
        answer = answered(show, options.shared, options.pose_model)
        right += answer.right
        rows.append(row(show, answer))
        print(rows[-1], flush=True)
    if not options.only:
        options.write.write_text(page(rows, right, options.pose_model), encoding="utf-8")


def answered(show: Show, shared: Path, pose_model: PoseModel) -> Answer:
    """What leanline says of it."""
    try:
        found = _analyse(show, shared, pose_model)
    except (LeanlineError, RefusalError) as error:
        return Answer(REFUSED, str(error), "", REFUSED in show.right)
    label = found.activity if found.view == "side" else f"{found.activity}, {found.view}"
    notes = "; ".join(note.code for note in found.warnings)
    return Answer(label, notes, _numbers(found), label in show.right and _hold(show, found, shared))


def _analyse(show: Show, shared: Path, pose_model: PoseModel) -> Analysis:
    if show.track is not None:
        return analyze_capture(capture(show.track(), picture=True), Settings(height_m=1.75))
    if show.film is None:
        raise ValueError(f"{show.what} has neither keypoints nor film")
    with tempfile.TemporaryDirectory() as scratch:
        path = Path(scratch) / NAME
        write_film(show.film(shared), path)
        try:
            return analyze(path, pose_model=pose_model, person=show.person)
        except LeanlineError as error:
            raise RefusalError(str(error).replace(str(path), "the clip")) from error


def _numbers(found: Analysis) -> str:
    """The chief numbers, as far as they are given."""
    values = {name: found.metrics[name].value for name in LIKE if name in found.metrics}
    given = [f"{LIKE[n]} {v:.1f}" for n, v in values.items() if isinstance(v, float)]
    return ", ".join(given) or "none"


def _hold(show: Show, found: Analysis, shared: Path) -> bool:
    """Whether the numbers given are those of one of the people shown."""
    if not show.like:
        return True
    return any(_holds(found, shared, name) for name in show.like)


def _holds(found: Analysis, shared: Path, name: str) -> bool:
    path = shared / "data" / "rendered" / f"{name}.truth.json"
    truth = json.loads(path.read_text("utf-8"))["metrics"]
    given = [(found.metrics[metric].ci95, truth[metric]) for metric in LIKE]
    return all(ci95 is None or ci95[0] <= value <= ci95[1] for ci95, value in given)


def row(show: Show, answer: Answer) -> str:
    """One line of the table."""
    words = answer.words.replace("made.mp4", "the clip").replace("|", "/")
    verdict = "yes" if answer.right else "**no**"
    cells = [show.what, show.made, answer.label, words, answer.numbers, verdict]
    return "| " + " | ".join(cells) + " |"


def page(rows: Sequence[str], right: int, pose_model: str) -> str:
    """The whole page."""
    return "\n".join(
        [
            "# Wrong footage",
            "",
            f"Made by `python -m validation.wrong_footage ../shared` with leanline {__version__}, "
            f"`{pose_model}`. Films are made from rendered and real clips, or drawn; where there "
            f"is no footage the keypoints of such a motion are made up. Right are the right label "
            f"and a refusal; numbers, where they may be given, must hold the truth. "
            f"{right} of {len(rows)} are right.",
            "",
            "| shown | how | said | in words, or notes | numbers given | right |",
            "|---" * 6 + "|",
            *rows,
            "",
        ]
    )


if __name__ == "__main__":
    main()
