"""Shared by commands on results: reading them, and turning errors into exit codes."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Final

import typer

from leanline.cli.run_inputs import from_system_error, print_error
from leanline.errors import InputError, LeanlineError

if TYPE_CHECKING:
    from leanline.model import Analysis

VIDEO_HELP: Final = "The clip, if it has moved since."


@dataclass(frozen=True)
class Result:
    """A result read from disk.

    Parameters
    ----------
    analysis
        With its pose.
    directory
        Where it was read.
    video
        Its clip; None if that was not found.
    """

    analysis: Analysis
    directory: Path
    video: Path | None


def read_result(path: Path, video: Path | None = None) -> Result:
    """Read a result of ``leanline analyze`` from its folder or its ``analysis.json``.

    Raises
    ------
    InputError
        There is no result, it is corrupt, or ``video`` does not exist.
    """
    from leanline.formats.analysis_json import FILE_NAME, read_analysis
    from leanline.formats.runner_npz import read_runner
    from leanline.inputs import is_folder, is_there

    file = path / FILE_NAME if is_folder(path) else path
    if not is_there(file):
        raise InputError("analysis.none_in_folder", path=path)
    analysis = replace(read_analysis(file), runner=read_runner(file.parent))
    return Result(analysis, file.parent, _clip(analysis, file.parent, video))


def checked_language(code: str) -> str:
    """Validate a language code; ``UsageError`` if it is not supported."""
    from leanline.languages import language

    return language(code).code


@contextmanager
def exit_on_error(language: str = "en") -> Iterator[None]:
    """Print a leanline error in ``language`` and exit with its code."""
    try:
        yield
    except LeanlineError as error:
        raise typer.Exit(print_error(error, language)) from error
    except BrokenPipeError:  # the reader closed the pipe
        raise
    except (OSError, MemoryError) as error:
        raise typer.Exit(print_error(from_system_error(error), language)) from error
    except KeyboardInterrupt as error:
        typer.echo("leanline: stopped.", err=True)
        raise typer.Exit(130) from error


def _clip(analysis: Analysis, directory: Path, video: Path | None) -> Path | None:
    """Find the clip: at the given path, where it was, or beside the result."""
    if video is not None:
        if not video.is_file():
            raise InputError("input.missing", path=video)
        return video
    if not analysis.video.width:
        return None
    original = Path(analysis.video.path)
    candidates = (original, directory / original.name, directory.parent / original.name)
    return next((place for place in candidates if place.is_file()), None)
