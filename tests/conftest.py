"""What all tests share: quick, repeatable property tests, and the clips of ../shared."""

from __future__ import annotations

import atexit
import os
import shutil
import tempfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis.internal.conjecture import providers
from hypothesis.internal.constants_ast import Constants
from xdist.remote import Producer
from xdist.scheduler import LoadScopeScheduling

# Threads of the linear algebra wait for each other on busy machines; these tests solve small
# systems. Read when numpy is first imported.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

# The processes of one run share the networks that they compile, and leave the user's cache alone.
if "LEANLINE_CACHE" not in os.environ:
    os.environ["LEANLINE_CACHE"] = tempfile.mkdtemp(prefix="leanline-cache-")
    atexit.register(shutil.rmtree, os.environ["LEANLINE_CACHE"], ignore_errors=True)

SHARED_DATA = Path(__file__).resolve().parents[2] / "shared" / "data"

# Examples are drawn the same in every run, so that a red test is red everywhere, and are not
# shrunk, which takes minutes where an example is a whole analysis;
# `pytest --hypothesis-profile search tests/property` looks for new ones, and for many more
# (see tests/searching.py).
settings.register_profile(
    "repeatable",
    derandomize=True,
    deadline=None,
    database=None,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=[HealthCheck.too_slow],
)
settings.register_profile(
    "search",
    deadline=None,
    max_examples=200,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.load_profile("repeatable")


@pytest.hookimpl(trylast=True)  # after the profile of the command line has been loaded
def pytest_configure() -> None:
    """Keep Hypothesis from drawing constants of the modules that are in memory.

    Which these are depends on the tests that ran before in the same process.
    """
    if settings.default is not None and settings.default.derandomize:
        nothing = Constants()
        providers._get_local_constants = lambda: nothing


class ByFileScheduling(LoadScopeScheduling):  # type: ignore[misc]  # pytest-xdist has no types
    """All of Chromium in one process, everything else by file.

    Several browsers on two cores wait for each other until their tests time out, and the tests of
    a file share what they computed.
    """

    def _split_scope(self, nodeid: str) -> str:
        path = nodeid.partition("::")[0]
        return "browser" if "browser" in path.split("/") else path


def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> ByFileScheduling:
    """Share the tests out among processes."""
    return ByFileScheduling(config, log)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Chromium first, as it takes longest; the many short tests of ``unit`` fill up the end."""
    order = {"browser": 0, "unit": 2}
    items.sort(key=lambda item: order.get(item.path.parent.name, 1))


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The clips and tracks that are not part of the project."""
    if not SHARED_DATA.is_dir():
        pytest.skip("the clips of ../shared/data are not here")
    return SHARED_DATA
