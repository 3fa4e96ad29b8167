"""Starting a worker process, and what it does first."""

from __future__ import annotations

import importlib
import multiprocessing
import os
import signal
import sys
import threading
import warnings
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any, Final

# Ctrl-C, and a terminal that is closed, are for whoever started the worker to handle.
_PARENTS_SIGNALS: Final = (
    signal.SIGINT,
    *(() if os.name == "nt" else (signal.SIGHUP,)),
)


def usable_cores() -> int:
    """How many cores this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def thread_limits(threads: int) -> dict[str, str]:
    """Environment variables that tell libraries how many threads to use.

    Sums in BLAS depend on the number of its threads, so that is 1 everywhere.
    """
    return {"OMP_NUM_THREADS": str(threads), "OPENBLAS_NUM_THREADS": "1", "MKL_NUM_THREADS": "1"}


@contextmanager
def environment(values: Mapping[str, str]) -> Iterator[None]:
    """Environment variables for processes started within the block, set before they import."""
    before = {name: os.environ.get(name) for name in values}
    os.environ.update(values)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value


def load_function(name: str) -> Callable[..., Any]:
    """Import the function that ``module:function`` names.

    Parameters
    ----------
    name
        Such as ``leanline.jobs.analyse:analyse``.

    Returns
    -------
    callable
        The function.

    Raises
    ------
    ImportError
        There is no such module.
    AttributeError
        The module has no such function.
    """
    module, _, function = name.partition(":")
    found: Callable[..., Any] = getattr(importlib.import_module(module), function)
    return found


def leave_signals_to_parent() -> None:
    """Ignore what a terminal sends to all processes in it: the parent stops its workers."""
    for number in _PARENTS_SIGNALS:
        signal.signal(number, signal.SIG_IGN)


def hide_library_warnings() -> None:
    """Keep warnings of NumPy and other libraries from whoever uses leanline.

    They are for developers, who see them with ``python -W``, and in the tests, where they fail.
    """
    if not sys.warnoptions:
        warnings.simplefilter("ignore")


def end_with_parent() -> None:
    """End this process of ``multiprocessing`` when its parent dies: nobody takes its results."""
    threading.Thread(target=_wait_for_parent, daemon=True).start()


def _wait_for_parent() -> None:
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)
