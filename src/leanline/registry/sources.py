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
    """One publication: ``cite`` is what is printed, ``checked`` how far its figures were read."""

    cite: str
    checked: Checked
    link: str = ""


@cache
def sources() -> Mapping[str, Source]:
    """All publications by key: first author's surname and year, such as ``carson2024``."""
    text = files("leanline.registry").joinpath("sources.toml").read_text(encoding="utf-8")
    return {key: Source(**entry) for key, entry in tomllib.loads(text).items()}


def citation(key: str) -> str:
    """The citation of a key; KeyError for one that is not in the table."""
    return sources()[key].cite
