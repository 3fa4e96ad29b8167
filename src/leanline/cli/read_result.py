"""What the commands on finished results share: reading them, and errors as exit codes."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer

from leanline.cli.run_inputs import of_the_system, refuse
from leanline.errors import InputError, LeanlineError

if TYPE_CHECKING:
    from leanline.model import Analysis

VIDEO_HELP: Final = "The clip, if it has moved since."
Language = Annotated[str, typer.Option("--lang", metavar="en|de", help="Language of the page.")]


@dataclass(frozen=True)
class Result:
    """A result read back: the analysis with its pose, where it is, and its clip if at hand."""

    analysis: Analysis
    directory: Path
    video: Path | None


def read_result(path: Path, video: Path | None = None) -> Result:
    """A result of ``leanline analyze``, from its directory or its ``analysis.json``.

    Raises
    ------
    InputError
        There is no result, it is damaged, or ``video`` is said but not there.
    """
    from leanline.formats.analysis_json import FILE_NAME, read_analysis
    from leanline.formats.runner_npz import read_runner
    from leanline.inputs import is_folder, is_there

    file = path / FILE_NAME if is_folder(path) else path
    if not is_there(file):
        raise InputError("analysis.none_in_folder", path=path)
    analysis = replace(read_analysis(file), runner=read_runner(file.parent))
    return Result(analysis, file.parent, _clip(analysis, file.parent, video))


def wanted_language(code: str) -> str:
    """The code of a language that there is; ``UsageError`` for any other."""
    from leanline.languages import language

    return language(code).code


@contextmanager
def refused_as_exit(language: str = "en") -> Iterator[None]:
    """Turn an error of ours into its sentence in ``language`` and its exit code."""
    try:
        yield
    except LeanlineError as error:
        raise typer.Exit(refuse(error, language)) from error
    except BrokenPipeError:  # whoever read the output has enough of it
        raise
    except (OSError, MemoryError) as error:
        raise typer.Exit(refuse(of_the_system(error), language)) from error
    except KeyboardInterrupt as error:
        typer.echo("leanline: stopped.", err=True)
        raise typer.Exit(130) from error


def _clip(analysis: Analysis, directory: Path, said: Path | None) -> Path | None:
    """The clip: where it is said to be, where it was, or beside the result."""
    if said is not None:
        if not said.is_file():
            raise InputError("input.missing", path=said)
        return said
    if not analysis.video.width:
        return None
    was = Path(analysis.video.path)
    places = (was, directory / was.name, directory.parent / was.name)
    return next((place for place in places if place.is_file()), None)
