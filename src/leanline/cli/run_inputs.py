"""Shared by commands on clips: processing of inputs in turn, progress, exit codes."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import typer

from leanline.cli.debug_picture import draw_measured, drawing_refusals
from leanline.cli.each import EACH, results_of_each
from leanline.cli.flags import flag_of
from leanline.cli.save import SaveTarget, check_savable
from leanline.errors import (
    InputError,
    LeanlineError,
    NobodyError,
    UsageError,
    why_refused,
    writing_to,
)
from leanline.inputs import is_folder, is_there
from leanline.reason import Reason
from leanline.redact import redacted
from leanline.wording.catalogue import LANGUAGE_CODES, render
from leanline.wording.words import ACTIVITIES

if TYPE_CHECKING:
    from leanline.model import Analysis
    from leanline.settings import Settings

ProgressCallback = Callable[[str, float], None]
INTERRUPTED: Final = 130
#: Longest file name in bytes on all common file systems.
MAX_NAME_LENGTH: Final = 255
OVERLAY_NAME: Final = "overlay.mp4"
REPORT_NAME: Final = "report.html"


@dataclass(frozen=True)
class InputJob:
    """An input to analyse.

    Parameters
    ----------
    source
        A video or a pose track.
    directory
        Where to write its result; None to write nothing.
    """

    source: Path
    directory: Path | None


@dataclass(frozen=True)
class AnalyzeOptions:
    """Options that are the same for every input.

    Parameters
    ----------
    options
        Fields of ``Settings``.
    as_json
        Whether to print ``analysis.json`` instead of the table.
    overlay, report
        Whether to write them.
    language
        Of table and report.
    slow_contacts
        Whether the overlay slows down around each contact.
    standing_only
        Whether to refuse clips that do not show the standing drill.
    keep
        Where to save clips and results as well: nowhere, in one place, or each person's own.
    each
        ``people`` or ``shots`` where every one of them is to be measured.
    debug_picture
        Where to draw who was found, measured or refused; None for nowhere.
    """

    options: Mapping[str, Any]
    as_json: bool = False
    overlay: bool = False
    report: bool = True
    language: str = "en"
    slow_contacts: bool = False
    standing_only: bool = False
    keep: tuple[SaveTarget | None, ...] = ()
    each: str | None = None
    debug_picture: Path | None = None


def plan_jobs(inputs: Sequence[Path], out: Path | None, *, overlay: bool) -> tuple[InputJob, ...]:
    """Choose a folder for the result of each input: ``out`` itself, or ``out/NAME`` for several.

    Parameters
    ----------
    inputs
        Videos and pose tracks.
    out
        None to write nothing.
    overlay
        Whether there are overlays, which need a folder.

    Returns
    -------
    tuple of InputJob
        In the order of the inputs.

    Raises
    ------
    UsageError
        There is no folder to write to, or two inputs have the same one.
    """
    if out is None:
        if overlay:
            raise UsageError("usage.overlay_without_folder")
        return tuple(InputJob(source, None) for source in inputs)
    jobs = [InputJob(source, out / source.stem if len(inputs) > 1 else out) for source in inputs]
    taken: dict[Path | None, Path] = {}
    for job in jobs:
        if job.directory in taken:
            raise UsageError(
                "output.same_folder",
                first=str(taken[job.directory]),
                second=job.source,
                path=str(job.directory),
            )
        taken[job.directory] = job.source
        _check_directory(job.directory)
    return tuple(jobs)


def run_jobs(make_jobs: Callable[[], Sequence[InputJob]], request: AnalyzeOptions) -> int:
    """Analyse all inputs, whatever becomes of some of them.

    Parameters
    ----------
    make_jobs
        Plans the jobs; its errors are printed like those of a job.
    request
        Options for all of them.

    Returns
    -------
    int
        The highest exit status of all.
    """
    from leanline.languages import language
    from leanline.settings import Settings

    try:
        settings = Settings(**request.options)
        language(request.language)
        jobs = make_jobs()
    except LeanlineError as error:
        return print_error(error, request.language)
    worst = 0
    for number, job in enumerate(jobs, start=1):
        label = job.source.name if len(jobs) == 1 else f"{number}/{len(jobs)} {job.source.name}"
        try:
            failed = _run_job(job, settings, request, label=label, several=len(jobs) > 1)
            worst = max(worst, failed)
        except LeanlineError as error:
            worst = max(worst, print_error(error, request.language))
            if error.exit_code == INTERRUPTED:
                break
        except KeyboardInterrupt:
            typer.echo(f"leanline: stopped; {job.source} was not analysed.", err=True)
            return INTERRUPTED
    return worst


def _run_job(
    job: InputJob, settings: Settings, request: AnalyzeOptions, *, label: str, several: bool
) -> int:
    """Run one job; return its exit code."""
    from leanline.pipeline import film_of

    with film_of(job.source, settings) as (path, known):
        film = Film(path, job.source, known, label)
        if request.each is None:
            _run_one(film, job.directory, request, several=several)
            return 0
        return _run_each(film, job.directory, request, request.each)


@dataclass(frozen=True)
class Film:
    """What is analysed.

    Parameters
    ----------
    path
        The film or track that is opened.
    named
        As the person named it: the folder of a film made of pictures.
    settings
        What is known of it.
    label
        Beside its progress bar.
    """

    path: Path
    named: Path
    settings: Settings
    label: str

    def analyse(
        self, keep: SaveTarget | None, progress: ProgressCallback | None, **changed: int
    ) -> Analysis:
        """Analyse it, with some settings changed."""
        settings = self.settings.with_values(**changed)  # type: ignore[arg-type]
        analysis = _analyse(self.path, settings, keep, progress)
        return replace(analysis, video=replace(analysis.video, path=str(self.named)))


def _run_each(film: Film, directory: Path | None, request: AnalyzeOptions, each: str) -> int:
    """Measure every person or every shot, each result with its heading; return the exit code: that
    of a refusal only if nothing could be measured.
    """
    check_savable(film.settings, [target for target in request.keep if target is not None])

    def analyse(keep: SaveTarget | None, changed: Mapping[str, int]) -> Analysis:
        label = " ".join([film.label, *map(str, changed.values())])
        with progress_bar(label) as progress:
            return film.analyse(keep, progress, **changed)

    failed, measured = 0, False
    for number, result in results_of_each(each, request.keep, analyse):
        typer.echo(_heading(each, number, request), err=request.as_json)
        if isinstance(result, LeanlineError):
            failed = max(failed, print_error(result, request.language))
            continue
        measured = True
        if directory is not None:
            own = directory / f"{each}-{number}"
            _write(film.path, result, own, request)
            if request.overlay:
                with progress_bar(f"{film.label} {number}") as progress:
                    _draw(film.path, result, own, progress, request)
        _show(result, as_json=request.as_json, several=True)
    return 0 if measured else failed


def _heading(each: str, number: int, request: AnalyzeOptions) -> str:
    kept = request.keep[number - 1] if each == "people" and request.keep else None
    return f"{EACH[each][0].capitalize()} {number}{'' if kept is None else f': {kept.athlete}'}"


def _run_one(film: Film, directory: Path | None, request: AnalyzeOptions, *, several: bool) -> None:
    with progress_bar(film.label) as progress:
        with drawing_refusals(film.path, request.debug_picture, request.language):
            analysis = film.analyse(next(iter(request.keep), None), progress)
        if request.debug_picture is not None:
            draw_measured(film.path, analysis, request.debug_picture, request.language)
        if request.standing_only:
            _require_standing(analysis, film.named)
        if directory is not None:
            _write(film.path, analysis, directory, request)
            if request.overlay:
                _draw(film.path, analysis, directory, progress, request)
    _show(analysis, as_json=request.as_json, several=several)
    if directory is not None and request.report and not request.as_json:
        typer.echo(f"\nThe page to look at: {directory / REPORT_NAME}")


def _analyse(
    source: Path, settings: Settings, keep: SaveTarget | None, progress: ProgressCallback | None
) -> Analysis:
    if keep is not None:
        from leanline.cli.save import analyse_and_save

        return analyse_and_save(source, settings, keep, progress)
    from leanline.pipeline import analyze

    return analyze(source, **settings.values(), progress=progress)


def _require_standing(analysis: Analysis, source: Path) -> None:
    if analysis.activity != "standing":
        raise NobodyError("nobody.drilling", path=source, activity=ACTIVITIES[analysis.activity])


def _check_directory(directory: Path | None) -> None:
    """Refuse a path that cannot become a folder before minutes are spent on the analysis."""
    for path in (directory, *directory.parents) if directory else ():
        if len(os.fsencode(path.name)) > MAX_NAME_LENGTH:
            raise UsageError(
                "output.unwritable", path=str(directory), why=Reason("system.name_too_long")
            )
        if is_folder(path):
            if not os.access(path, os.W_OK | os.X_OK):
                raise UsageError("output.part_denied", path=str(directory), part=path)
            return
        if is_there(path):
            raise UsageError("output.part_not_a_folder", path=str(directory), part=path)


def _write(source: Path, analysis: Analysis, directory: Path, request: AnalyzeOptions) -> None:
    from leanline.report.result import write_result

    with writing_to(directory):
        write_result(analysis, directory, source, language=request.language, report=request.report)


def _draw(
    source: Path,
    analysis: Analysis,
    directory: Path,
    progress: ProgressCallback | None,
    request: AnalyzeOptions,
) -> None:
    if analysis.view != "side":
        typer.echo(f"leanline: {source} is not from the side, so no overlay was drawn.", err=True)
        return
    if not analysis.video.width:
        typer.echo(f"leanline: {source} has no pictures, so no overlay was drawn.", err=True)
        return
    from leanline.report.overlay import write_overlay

    out = directory / OVERLAY_NAME
    with writing_to(out):
        write_overlay(
            source,
            analysis,
            out,
            progress,
            slow_contacts=request.slow_contacts,
            language=request.language,
        )


def _show(analysis: Analysis, *, as_json: bool, several: bool) -> None:
    if as_json:
        from leanline.formats.analysis_json import to_json

        typer.echo(to_json(analysis, indent=None if several else 1))
        return
    from rich.console import Console

    from leanline.report.terminal import summary

    console = Console(highlight=False, markup=False)
    console.print(summary(analysis))
    if several:
        console.print()


@contextmanager
def progress_bar(label: str) -> Iterator[ProgressCallback | None]:
    """Show a progress bar on a terminal's standard error; yields None elsewhere."""
    from rich.console import Console

    console = Console(stderr=True)
    if not console.is_terminal:
        yield None
        return
    from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn

    columns = (TextColumn("{task.description}", markup=False), BarColumn(), TaskProgressColumn())
    with Progress(*columns, console=console, transient=True) as bar:
        task = bar.add_task(label, total=1.0)

        def advance(phase: str, fraction: float) -> None:
            bar.update(
                task, description=f"{label}: {render(Reason(f'phase.{phase}'))}", completed=fraction
            )

        yield advance


def from_system_error(error: OSError | MemoryError) -> LeanlineError:
    """Convert a system error that nothing closer to its cause has handled."""
    if isinstance(error, MemoryError):
        return InputError("system.memory")
    why = why_refused(error)
    if error.filename:
        return UsageError("system.refused_file", path=os.fspath(error.filename), why=why)
    return UsageError("system.refused", why=why)


def print_error(error: LeanlineError, language: str = "en") -> int:
    """Print an error with its hint; return its exit code.

    Parameters
    ----------
    error
        The error to show, on standard error.
    language
        Code given with ``--lang``; English is used for a language that is not supported.

    Returns
    -------
    int
        The exit code of the error.
    """
    language = language if language in LANGUAGE_CODES else "en"
    typer.echo(f"leanline: {redacted(error.message(language, flag_of))}", err=True)
    if advice := error.advice(language, flag_of):
        typer.echo(f"  {advice}", err=True)
    return error.exit_code
