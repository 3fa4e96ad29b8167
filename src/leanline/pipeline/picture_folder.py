"""Folders of pictures, numbered frame by frame, are films whose frame rate must be given."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from leanline.errors import InputError, LeanlineError
from leanline.formats.numbering import frame_numbers, natural_key
from leanline.formats.reading import is_track
from leanline.inputs import is_folder
from leanline.settings import Settings
from leanline.video.picture_film import PICTURE_SUFFIXES, write_picture_film

# Fewer pictures in a folder are not taken for a film.
_MIN_PICTURES: Final = 2


def is_picture_folder(path: Path) -> bool:
    """Whether ``path`` is a folder of pictures, and not one of a track's files.

    Parameters
    ----------
    path
        Anything.

    Returns
    -------
    bool
        False also for folders with fewer than two pictures.
    """
    return is_folder(path) and not is_track(path) and len(_pictures_in(path)) >= _MIN_PICTURES


@contextmanager
def film_of(path: Path, settings: Settings) -> Iterator[tuple[Path, Settings]]:
    """Give a clip as a film: a folder of pictures becomes one for the duration of the block.

    Parameters
    ----------
    path
        A film, a pose track or a folder of pictures.
    settings
        With the frame rate of a folder of pictures.

    Yields
    ------
    tuple of Path and Settings
        The film, named after its folder, and the settings without the frame rate that is now its
        own; unchanged for anything else.

    Raises
    ------
    InputError
        The frame rate of a folder of pictures is not given, or one of them cannot be read.
    """
    if not is_picture_folder(path):
        yield path, settings
        return
    if settings.clip.fps is None:
        raise InputError("track.frame_rate_missing", path=path)
    with tempfile.TemporaryDirectory(prefix="leanline-") as folder:
        film = Path(folder) / f"{path.resolve().name}.mov"
        pictures = _pictures_in(path)
        numbers = frame_numbers([picture.stem for picture in pictures])
        if numbers is None:
            numbers = list(range(len(pictures)))
        order = sorted(range(len(pictures)), key=lambda k: numbers[k])
        write_picture_film(
            [pictures[k] for k in order], [numbers[k] for k in order], settings.clip.fps, film
        )
        try:
            yield film, settings.with_values(fps=None)
        except LeanlineError as error:
            raise error.map_text(lambda text: text.replace(str(film), str(path))) from error


def _pictures_in(folder: Path) -> list[Path]:
    pictures = [file for file in folder.iterdir() if file.suffix.lower() in PICTURE_SUFFIXES]
    return sorted(pictures, key=lambda file: natural_key(file.stem))
