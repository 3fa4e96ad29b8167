"""XML read from beginning to end without a tree, safe for files from anywhere.

A file with a document type is refused, as only there entities can be declared that grow without
bounds or name other files; no format that leanline reads has one.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, Protocol
from xml.parsers import expat

# Text of elements that hold numbers and names; of longer ones the beginning is enough.
_MAX_TEXT: Final = 200
_BYTE_ORDER_MARK: Final = b"\xef\xbb\xbf"


class DocumentTypeError(ValueError):
    """The file declares a document type."""


class Handler(Protocol):
    """What is told of each element, by its name without namespace."""

    def begin(self, name: str, attributes: Mapping[str, str]) -> None:
        """An element begins."""

    def end(self, name: str, text: str) -> None:
        """An element ends; its own text is that after the last element inside."""


def looks_like_xml(data: bytes) -> bool:
    """Whether data begins as XML does."""
    return _trimmed(data[:1024]).startswith((b"<", b"\xff\xfe<", b"\xfe\xff\0<"))


def read_xml(data: bytes, handler: Handler) -> bool:
    """Tell the handler every element of a file.

    Parameters
    ----------
    data
        The whole file.
    handler
        What is told.

    Returns
    -------
    bool
        Whether the file is sound to its end; the handler has been told what comes before.

    Raises
    ------
    DocumentTypeError
        The file declares a document type.
    """
    parser = expat.ParserCreate()
    parser.buffer_text = True
    texts = [""]

    def begin(name: str, attributes: dict[str, str]) -> None:
        texts[-1] = ""
        handler.begin(_local(name), {_local(key): value for key, value in attributes.items()})

    def end(name: str) -> None:
        handler.end(_local(name), texts[-1].strip())
        texts[-1] = ""

    def add(text: str) -> None:
        texts[-1] = (texts[-1] + text)[:_MAX_TEXT]

    def refuse(*_: object) -> None:
        raise DocumentTypeError

    parser.StartElementHandler = begin
    parser.EndElementHandler = end
    parser.CharacterDataHandler = add
    parser.StartDoctypeDeclHandler = refuse
    try:
        parser.Parse(_trimmed(data), True)
    except expat.ExpatError:
        return False
    return True


def _trimmed(data: bytes) -> bytes:
    """Without what may not stand before the XML declaration, but does in some exports."""
    return data.lstrip().removeprefix(_BYTE_ORDER_MARK).lstrip()


def _local(name: str) -> str:
    return name.rpartition(":")[2]
