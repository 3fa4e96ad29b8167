"""OpenCV on one thread, where others keep the cores busy."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def on_one_thread() -> Iterator[None]:
    """OpenCV works on the caller's thread alone meanwhile.

    Pictures are small here and the networks have the cores: OpenCV's threads would only wait
    for each other, which costs half as much again.
    """
    import cv2

    before = cv2.getNumThreads()
    cv2.setNumThreads(1)
    try:
        yield
    finally:
        cv2.setNumThreads(before)
