"""The command line on broken inputs and places to write to: one case is one command."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from leanline.formats.trc import write_trc
from tests.foreign import runner_track
from tests.fuzz.damage import damaged, damaged_json, damaged_text
from tests.unit.test_watch_fit import fit_file
from validation.broken.films import DEMO, ODD_FILMS

#: Exit codes that a person is promised; 1 is for a batch some of whose clips failed.
CONTRACT: Final = (0, 2, 3, 4)
#: Enough of a film to be measured, and quick.
_FILM: Final = ("--end", "1.5", "--pose-model", "full")


@dataclass(frozen=True)
class Case:
    """A command, the exit codes that are right, and the folder that it may change.

    ``keeps`` is whether the folder has to stay as it was unless the command succeeds; ``says``
    must be in what it prints as an error when it refuses.
    """

    kind: str
    name: str
    command: tuple[str, ...]
    codes: tuple[int, ...] = CONTRACT
    out: Path | None = None
    says: str = ""
    stdout: Path | None = None


def commands(folder: Path, earlier: Path) -> Iterator[Case]:
    """Return every case; files are created in ``folder``, ``earlier`` is an existing result."""
    yield from _films(folder, earlier)
    yield from _links_and_devices(folder, earlier)
    yield from _names(folder)
    yield from _damaged_cases(folder, earlier)
    yield from _places(folder, earlier)


def _analyse(kind: str, path: Path, out: Path, codes: Sequence[int], *more: str) -> Case:
    command = ("analyze", str(path), "-o", str(out), *more)
    return Case(kind, path.name, command, tuple(codes), out, path.name)


def _films(folder: Path, earlier: Path) -> Iterator[Case]:
    for name, make, codes in ODD_FILMS:
        make(folder / name)
        yield _analyse("odd films", folder / name, _copy(earlier, folder, name), codes, *_FILM)
    data = DEMO.read_bytes()
    for share in (0.0001, 0.01, 0.1, 0.3, 0.5, 0.7, 0.9, 0.999):
        path = folder / f"cut at {share:g}.mp4"
        path.write_bytes(data[: int(share * len(data))])
        out = _copy(earlier, folder, path.name)
        yield _analyse("films cut short", path, out, (0, 3, 4), *_FILM)
    for seed in range(10):
        path = folder / f"damaged {seed}.mp4"
        path.write_bytes(damaged(data, seed))
        command = ("drill" if seed % 4 == 0 else "analyze", str(path), *_FILM)
        yield Case("damaged films", path.name, command, (0, 3, 4), None, path.name)
    for suffix in ("trc", "c3d", "csv", "parquet", "json", "h5", "nc"):
        shutil.copyfile(DEMO, folder / f"film.{suffix}")
        yield _analyse("wrong ending", folder / f"film.{suffix}", folder / "no", (3,))
    write_trc(runner_track(3.0), folder / "track.trc")
    for suffix in ("mp4", "c3d", "csv", "json", "parquet", "h5"):
        shutil.copyfile(folder / "track.trc", folder / f"track.{suffix}")
        yield _analyse("wrong ending", folder / f"track.{suffix}", folder / "no", (3,))


def _links_and_devices(folder: Path, earlier: Path) -> Iterator[Case]:
    kind = "links, pipes, devices"
    for suffix in ("mp4", "trc", "c3d", "csv", "json", "parquet", "h5", "nc"):
        for name, target in (("zero", "/dev/zero"), ("null", "/dev/null")):
            (folder / f"{name}.{suffix}").symlink_to(target)
            yield _analyse(kind, folder / f"{name}.{suffix}", folder / "no", (3,))
        os.mkfifo(folder / f"pipe.{suffix}")
        yield _analyse(kind, folder / f"pipe.{suffix}", folder / "no", (3,))
    (folder / "dangling.mp4").symlink_to("nowhere.mp4")
    (folder / "loop.mp4").symlink_to("loop.mp4")
    (folder / "folder.mp4").mkdir()
    (folder / "to folder.mp4").symlink_to("folder.mp4")
    for name in ("dangling.mp4", "loop.mp4", "folder.mp4", "to folder.mp4"):
        yield _analyse(kind, folder / name, folder / "no", (3,))
    (folder / "link.trc").symlink_to(folder / "track.trc")
    yield _analyse(kind, folder / "link.trc", folder / "by link", (0,))
    for name in ("pipe.fit", "pipe.toml"):
        os.mkfifo(folder / name)
    track = str(folder / "track.trc")
    pipe, film = str(folder / "pipe.mp4"), str(DEMO)
    yield Case(
        kind,
        "--keypoint-names",
        ("analyze", track, "--keypoint-names", str(folder / "pipe.toml")),
        (2,),
    )
    yield Case(kind, "--standing-clip", ("analyze", track, "--standing-clip", pipe), (3,))
    yield Case(kind, "--rear-clip", ("analyze", track, "--rear-clip", pipe), (3,))
    yield Case(kind, "--video", ("report", str(earlier), "--video", pipe), (3,))
    yield Case(kind, "drill", ("drill", pipe), (3,))
    yield Case(kind, "compare", ("compare", pipe, film), (3,))
    yield Case(kind, "batch of a pipe", ("batch", str(folder / "pipe.csv"), "-o", "none"), (3,))
    mixed = folder / "mixed"
    mixed.mkdir()
    (mixed / "again").symlink_to(mixed)
    os.mkfifo(mixed / "a.mp4")
    (mixed / "b.mp4").symlink_to("/dev/zero")
    (mixed / "c.mp4").symlink_to("c.mp4")
    (mixed / "d.trc").mkdir()
    shutil.copyfile(folder / "track.trc", mixed / "e.trc")
    yield Case(kind, "batch", ("batch", str(mixed), "-o", str(folder / "mixed out")), (1,))


def _names(folder: Path) -> Iterator[Case]:
    kind = "names that are no text, too long, odd"
    data = (folder / "track.trc").read_bytes()
    odd = (b"\xff\xe9.trc", b"new\nline.trc", b"-o.trc", b" .trc", b"%s.trc", b"a:b.trc")
    some = folder / "names"
    some.mkdir()
    for number, name in enumerate(odd):
        path = some / os.fsdecode(name)
        path.write_bytes(data)
        out = folder / f"odd name {number}"
        yield Case(kind, repr(name), ("analyze", str(path), "-o", str(out)), (0,), out)
    yield Case(kind, "printed", ("analyze", str(some / os.fsdecode(odd[0])), "--json"), (0,))
    yield Case(kind, "batch", ("batch", str(some), "-o", str(folder / "names out")), (0,))
    for ending in (".mp4", ".trc", ""):
        yield Case(kind, f"too long{ending}", ("analyze", "n" * 300 + ending), (3,), None, "nnn")
    long = str(folder / ("n" * 300))
    yield Case(kind, "too long -o", ("analyze", str(folder / "track.trc"), "-o", long), (2,))


def _damaged_cases(folder: Path, earlier: Path) -> Iterator[Case]:
    """A sample of what the reading process sees by the hundred, through the commands."""
    for seed in range(8):
        result = _copy(earlier, folder, f"result {seed}")
        file = result / ("pose.npz" if seed % 3 == 2 else "analysis.json")
        spoil = damaged_json if seed % 3 == 1 else damaged
        file.write_bytes(spoil(file.read_bytes(), seed))
        verb = ("report", "export", "compare", "plot")[seed % 4]
        more = {"export": ("--to", "csv"), "compare": (str(earlier),)}.get(verb, ())
        yield Case("damaged results", f"{verb} {seed}", (verb, str(result), *more), (0, 2, 3))
    data = str(folder / "store")
    yield Case("damaged runs of a watch", "add", ("athlete", "add", "Jane", "--data", data), (0,))
    for seed in range(8):
        path = folder / f"run {seed}.fit"
        path.write_bytes(damaged(fit_file(), seed))
        command = ("athlete", "import", "Jane", str(path), "--data", data)
        yield Case("damaged runs of a watch", path.name, command, (0, 2, 3), None, path.name)
    pipe = ("athlete", "import", "Jane", str(folder / "pipe.fit"), "--data", data)
    yield Case("damaged runs of a watch", "pipe.fit", pipe, (3,), None, "pipe.fit")
    rows = f"path,id,height_m,x_note\n{folder / 'track.trc'},one,1.7,a\n".encode()
    for seed in range(8):
        path = folder / f"clips {seed}.csv"
        path.write_bytes((damaged_text if seed % 2 else damaged)(rows, seed))
        out = folder / f"clips {seed}"
        yield Case("damaged manifests", path.name, ("batch", str(path), "-o", str(out)), (0, 1, 3))
    text = (folder / "track.trc").read_bytes()
    for seed in range(12):
        path = folder / f"track {seed}.trc"
        path.write_bytes(damaged_text(text, seed))
        out = _copy(earlier, folder, path.name)
        yield _analyse("damaged tracks", path, out, (0, 2, 3, 4))


def _places(folder: Path, earlier: Path) -> Iterator[Case]:
    """Places that cannot be written to, with an earlier result in them."""
    track, kind = str(folder / "track.trc"), "full disk, read-only place"
    for verb in (("analyze", track), ("report", str(earlier)), ("compare", *[str(earlier)] * 2)):
        full = Path("/dev/full")
        yield Case(kind, f"{verb[0]} > /dev/full", verb, (2,), None, "No space left", full)
    (folder / "a file").touch()
    (folder / "a loop").symlink_to("a loop")
    for name in ("a file", "a loop", "a file/below"):
        yield Case(kind, f"-o {name}", ("analyze", track, "-o", str(folder / name)), (2,))
    for size in ("64k", "128k", "256k", "512k"):
        with _mount_small_disk(folder / f"disk of {size}", f"size={size}") as disk:
            if disk is None:
                continue
            for name in ("analysis.json", "report.html", "pose.npz"):
                if (earlier / name).stat().st_size < int(size[:-1]) * 400:
                    shutil.copyfile(earlier / name, disk / name)
            command = ("analyze", track, "--height", "1.7", "-o", str(disk))
            yield Case(kind, f"analyze to {size}", command, (0, 2), disk)
            film = ("analyze", str(DEMO), *_FILM, "--overlay", "-o", str(disk / "film"))
            yield Case(kind, f"overlay to {size}", film, (0, 2), None)
            export = ("export", str(earlier), "--to", "csv", "-o", str(disk / "pose.csv"))
            yield Case(kind, f"export to {size}", export, (0, 2), disk)
            batch = ("batch", str(folder / "names"), "-o", str(disk / "batch"))
            yield Case(kind, f"batch to {size}", batch, (0, 1, 2), None)
    with _mount_small_disk(folder / "read-only", "size=1m") as disk:
        if disk is not None:
            shutil.copyfile(earlier / "analysis.json", disk / "analysis.json")
            subprocess.run(["mount", "-o", "remount,ro", str(disk)], check=True)
            for verb in (("analyze", track), ("drill", track), ("batch", str(folder / "names"))):
                yield Case(kind, f"{verb[0]} read-only", (*verb, "-o", str(disk)), (2,), disk)
            for verb in (("report", str(disk)), ("plot", str(disk)), ("export", str(disk))):
                more = ("--to", "csv") if verb[0] == "export" else ()
                yield Case(kind, f"{verb[0]} read-only", (*verb, *more), (2,), disk)


@contextmanager
def _mount_small_disk(disk: Path, options: str) -> Iterator[Path | None]:
    """A small disk in memory; None where that is not allowed."""
    disk.mkdir()
    made = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", options, "none", str(disk)], capture_output=True, check=False
    )
    try:
        yield disk if made.returncode == 0 else None
    finally:
        if made.returncode == 0:
            subprocess.run(["umount", str(disk)], check=True)


def _copy(earlier: Path, folder: Path, name: str) -> Path:
    """An earlier result, for a command that writes to the same place."""
    return Path(shutil.copytree(earlier, folder / f"{name} out"))
