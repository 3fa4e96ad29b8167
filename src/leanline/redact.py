"""Addresses and messages without what lets somebody in: passwords, keys, signatures."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final
from urllib.parse import parse_qsl, unquote, urlsplit

HIDDEN: Final = "…"
# One slash is enough: a path object makes one of two.
_ADDRESS: Final = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:/{1,2}[^\s'\"<>()]+")
_START: Final = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:/{1,2}")
# Shorter values, such as ?id=3, occur in any text.
_MIN_SECRET: Final = 4


def shown_address(address: str) -> str:
    """An address without user, password and whatever follows its path.

    An address within another one (``zip://run.mp4::https://…``) is treated likewise.
    """
    return "::".join(_shown_part(part) for part in address.split("::"))


def redacted(text: str, *sources: str) -> str:
    """A message without the secrets of any address in it.

    Parameters
    ----------
    text
        The message.
    sources
        Addresses whose secrets may also stand in the message on their own.
    """
    text = _ADDRESS.sub(lambda found: shown_address(found[0]), text)
    for secret in sorted({s for one in sources for s in _secrets(one)}, key=len, reverse=True):
        text = text.replace(secret, HIDDEN)
    return text


def _shown_part(part: str) -> str:
    start = _START.match(part)
    if start is None:
        return part
    rest = re.split(r"[?#]", part[start.end() :], maxsplit=1)[0]
    host, slash, path = rest.partition("/")
    return f"{start[0]}{host.rpartition('@')[2]}{slash}{path}"


def _secrets(source: str) -> Iterator[str]:
    """What must not be read, as it is and as it is decoded."""
    for part in source.split("::"):
        if _START.match(part) is None:
            continue
        _, _, rest = part.partition(":/")
        user, at, _ = rest.lstrip("/").partition("/")[0].rpartition("@")
        query = urlsplit(part).query
        found = [user, user.partition(":")[2]] if at else []
        found += [query, *(value for _, value in parse_qsl(query)), *_values(query)]
        for secret in found:
            yield from (s for s in (secret, unquote(secret)) if len(s) >= _MIN_SECRET)


def _values(query: str) -> Iterator[str]:
    """The values as they stand in the address."""
    return (pair.partition("=")[2] for pair in query.split("&"))
