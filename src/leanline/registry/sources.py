"""The publications that leanline cites, from ``sources.toml``."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Literal

Checked = Literal["read", "part", "method", "unread"]


@dataclass(frozen=True)
class Source:
    """One publication.

    Parameters
    ----------
    cite
        The citation as it is printed.
    checked
        How far its figures were checked on the publication's own page: ``read``, ``part``,
        ``method`` (cited for a method, not for figures) or ``unread``.
    link
        DOI or address; empty if there is none.
    """

    cite: str
    checked: Checked
    link: str = ""


@cache
def sources() -> Mapping[str, Source]:
    """All publications that leanline cites.

    Returns
    -------
    mapping of str to Source
        By first author's surname and year, such as ``carson2024``.
    """
    text = files("leanline.registry").joinpath("sources.toml").read_text(encoding="utf-8")
    return {key: Source(**entry) for key, entry in tomllib.loads(text).items()}


def citation(key: str) -> str:
    """The citation of a publication, as it is printed.

    Parameters
    ----------
    key
        First author's surname and year, such as ``carson2024``.

    Returns
    -------
    str
        Such as "Carson, Aslan & Ortega 2024, PLoS One 19(5):e0302249".

    Raises
    ------
    KeyError
        The key is not in the table.
    """
    return sources()[key].cite
