"""Single-threaded OpenCV, for when others keep the cores busy."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def single_threaded() -> Iterator[None]:
    """Run OpenCV on the calling thread only, for the duration of the block.

    Pictures are small here and the networks use all cores: OpenCV's threads would mostly wait for
    each other, which makes it half as slow again.

    Yields
    ------
    None
        OpenCV's former number of threads is restored afterwards.
    """
    import cv2

    before = cv2.getNumThreads()
    cv2.setNumThreads(1)
    try:
        yield
    finally:
        cv2.setNumThreads(before)
