"""What leanline does with broken files: sentences, in time, in bounds, earlier results untouched.

    python -m validation.broken_files [--minutes N] [--cases 200] [--without-commands]

Writes BROKEN.md. Files are read by the hundred in one process that is watched; the command line
is run on a sample of them, and on all places and names, in a process for each command. With
``--minutes`` more files are damaged, by new seeds, until the time is over.
"""

from __future__ import annotations

import argparse
import shutil
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from leanline.formats.trc import write_trc
from tests.foreign import runner_track
from tests.fuzz.damage import damaged
from validation.broken.commands import Case, commands
from validation.broken.films import DEMO, small_film
from validation.broken.limited import LIMIT_MB, LIMIT_S, Ran, run_limited
from validation.broken.reading import Reader
from validation.broken.tracks import Whole, whole_files

TABLE = Path(__file__).with_name("BROKEN.md")
KB = 1024


@dataclass
class Tally:
    """What became of the cases of one kind."""

    how: str
    read: int = 0
    told: int = 0
    refused: int = 0
    wrong: list[str] = field(default_factory=list)
    slowest_s: float = 0.0
    most_mb: float = 0.0

    def add(self, outcome: str, seconds: float, peak_mb: float, what: str) -> None:
        """Count one case."""
        if outcome in ("read", "told", "refused"):
            setattr(self, outcome, getattr(self, outcome) + 1)
        else:
            self.wrong.append(what)
            sys.stderr.write(f"WRONG {what}\n")
        self.slowest_s = max(self.slowest_s, seconds)
        self.most_mb = max(self.most_mb, peak_mb if peak_mb == peak_mb else 0.0)


Tallies = dict[str, Tally]

_LIMITS = """\
What is refused from the head of a file, before memory is asked for: pictures of more than 8192 x 4320 pixels or fewer than 16 on a side; fewer than 1 or
more than 10 000 frames a second; times with more than nine in ten frames missing (from 1000 frames on); tracks of more than 60 million numbers, 256 MB as
text or 1 GB as binary; results of more than 256 MB, or 1 GB unpacked; sets of names of more than 1 MB, runs of a watch of more than 64 MB; whatever is no
ordinary file. More files by new seeds: `python -m validation.broken_files --minutes 30`; the fuzzers longer: `LEANLINE_FUZZ=100 pytest tests/fuzz`.
"""  # noqa: E501


def read_all(files: Iterator[tuple[str, Path]], tallies: Tallies, until: float = 0.0) -> None:
    """Read files of (kind, path) in the watched process, and count them."""
    reader = Reader()
    for kind, path in files:
        found = reader.read(path)
        what = f"{kind}: {path.name}: {found.outcome} {found.detail}"
        tally = tallies.setdefault(kind, Tally("read"))
        tally.add(found.outcome, found.seconds, found.peak_mb, what)
        if found.outcome in ("crash", "hang"):
            shutil.copyfile(path, Path(tempfile.gettempdir()) / f"broken-{path.name}")
        if until and time.monotonic() > until:
            break
    reader.close()


def cut_films(folder: Path) -> Iterator[tuple[str, Path]]:
    """Films cut after every kilobyte: with the index at the end, at the start, and the demo."""
    films = (
        small_film(folder / "index last.mp4"),
        small_film(folder / "index first.mp4", {"movflags": "faststart"}),
        small_film(folder / "stream.ts"),
        small_film(folder / "film.mkv"),
    )
    for film in (*films, DEMO):
        data = film.read_bytes()
        step = KB if film is not DEMO else 16 * KB
        path = folder / f"cut{film.suffix}"
        for size in range(0, len(data), step):
            path.write_bytes(data[:size])
            yield "films cut at every kB", path


def damaged_films(folder: Path, cases: int, first: int = 0) -> Iterator[tuple[str, Path]]:
    """Films with bits flipped and bytes exchanged."""
    for name in ("index last.mp4", "index first.mp4", "stream.ts", "film.mkv"):
        data = (folder / name).read_bytes()
        path = folder / f"damaged{Path(name).suffix}"
        for seed in range(first, first + cases):
            path.write_bytes(damaged(data, seed))
            yield "films with damaged bytes", path


def damaged_files(wholes: list[Whole], first: int = 0) -> Iterator[tuple[str, Path]]:
    """Every other kind of file, damaged as suits it, and cut in 20 places."""
    for whole in wholes:
        data = whole.path.read_bytes()
        (whole.path.parent / "damaged").mkdir(exist_ok=True)
        path = whole.path.parent / "damaged" / whole.path.name
        for number in range(20 if not first else 0):
            path.write_bytes(data[: len(data) * number // 20])
            yield whole.kind, path
        for seed in range(first, first + whole.cases):
            path.write_bytes(whole.damages[seed % len(whole.damages)](data, seed))
            yield whole.kind, path


def run_all(folder: Path, tallies: Tallies) -> None:
    """The command line on its cases."""
    write_trc(runner_track(4.0), folder / "before.trc")
    earlier = folder / "earlier"
    program = [sys.executable, "-c", "from leanline.cli.app import main; main()"]
    first = run_limited([*program, "analyze", str(folder / "before.trc"), "-o", str(earlier)])
    if first.code:
        raise RuntimeError(first.stderr)
    for case in commands(folder, earlier):
        before = _content(case.out)
        ran = run_limited([*program, *case.command], stdout=case.stdout)
        wrong = _wrong(case, ran, before)
        outcome = "crash" if wrong else "read" if ran.code in (0, 1) else "refused"
        what = f"{case.kind}: {case.name}: {wrong}\n{ran.stderr[-1500:]}"
        tally = tallies.setdefault(case.kind, Tally("command"))
        tally.add(outcome, ran.seconds, ran.peak_mb, what)


def _wrong(case: Case, ran: Ran, before: dict[str, bytes]) -> str:
    """What is wrong with how a command ended; empty when nothing is."""
    if ran.code is None:
        return f"took longer than {LIMIT_S:g} s"
    if "Traceback" in ran.stderr or "Warning:" in ran.stderr:
        return "a traceback or a warning of Python's"
    if ran.code not in case.codes:
        return f"exit code {ran.code}, not one of {case.codes}"
    if ran.peak_mb > LIMIT_MB:
        return f"took {ran.peak_mb:.0f} MB"
    if ran.code and case.says not in ran.stderr:
        return f"does not say {case.says}"
    if ran.code not in (0, 1) and _content(case.out) != before:
        return "changed the earlier result"
    half = [name for name in _content(case.out) if Path(name).name.startswith(".")]
    return f"left {half}" if half else ""


def _content(folder: Path | None) -> dict[str, bytes]:
    if folder is None or not folder.is_dir():
        return {}
    files = (path for path in folder.rglob("*") if path.is_file())
    return {str(path.relative_to(folder)): path.read_bytes() for path in files}


def table(tallies: Tallies) -> str:
    """BROKEN.md."""
    cases = sum(t.read + t.told + t.refused + len(t.wrong) for t in tallies.values())
    wrong = sum(len(t.wrong) for t in tallies.values())
    rows = [
        f"| {kind} | {tally.how} | {tally.read + tally.told + tally.refused + len(tally.wrong)} | "
        f"{tally.refused} | {tally.read} | {tally.told} | {len(tally.wrong)} | "
        f"{tally.slowest_s:.1f} | {tally.most_mb:.0f} |"
        for kind, tally in tallies.items()
    ]
    head = (
        "# Broken files\n\n"
        f"{cases} cases of {len(tallies)} kinds, {wrong} of them wrong. "
        "Made by `python -m validation.broken_files`; the fuzzers of every reader are in "
        "tests/fuzz.\n\n"
        "*Refused*: a sentence that names the file, and exit code 2, 3 or 4. *Read*: analysed or "
        "read as if whole, as damage that changes a number cannot be seen. *Told*: read as far as "
        "it goes, with a word about the damage. *Wrong*: a traceback, another exit code, a file "
        f"left half written, an earlier result changed, more than {LIMIT_S:g} s or "
        f"{LIMIT_MB:g} MB. *read*: in one process that is watched; *command*: `leanline` as a "
        "process of its own.\n\n"
        "| kind | how | cases | refused | read | told | wrong | slowest s | most MB |\n"
        "|---|---|---|---|---|---|---|---|---|\n"
    )
    return head + "\n".join(rows) + "\n\n" + _LIMITS


def main() -> int:
    """Run everything; 1 when something is wrong."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--minutes", type=float, default=0.0)
    parser.add_argument("--cases", type=int, default=200)
    parser.add_argument("--without-commands", action="store_true")
    said = parser.parse_args()
    tallies: Tallies = {}
    with tempfile.TemporaryDirectory(prefix="broken-") as name:
        folder = Path(name)
        if not said.without_commands:
            (folder / "commands").mkdir()
            run_all(folder / "commands", tallies)
        read_all(cut_films(folder), tallies)
        read_all(damaged_films(folder, said.cases // 2), tallies)
        wholes = list(whole_files(folder, said.cases))
        read_all(damaged_files(wholes), tallies)
        until = time.monotonic() + 60.0 * said.minutes
        first = said.cases
        while time.monotonic() < until:
            read_all(damaged_files(wholes, first), tallies, until)
            read_all(damaged_films(folder, said.cases // 4, first), tallies, until)
            first += said.cases
    text = table(tallies)
    if not said.without_commands:
        TABLE.write_text(text, encoding="utf-8")
    sys.stdout.write(text)
    return int(any(tally.wrong for tally in tallies.values()))


if __name__ == "__main__":
    sys.exit(main())
