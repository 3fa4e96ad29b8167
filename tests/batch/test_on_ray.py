"""A cluster of two nodes, one of which is lost: the same bytes as on one machine."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest

from leanline.batch.local_engine import LocalEngine
from leanline.batch.ray_engine import RayEngine
from leanline.batch.run import run
from leanline.batch.task import Outcome
from leanline.errors import UsageError
from tests.batch.made import clips_of, dataset_bytes, statuses

ROOT = Path(__file__).resolve().parents[2]
STAND_IN = "tests.batch.stand_in:analyse"
STUMBLE = "tests.batch.stand_in:stumble"
needs_ray = pytest.mark.skipif(
    find_spec("ray") is None, reason="Ray is not installed: pip install 'leanline[ray]'"
)
# Ray leaves files and sockets to the garbage collector, and warns of its own changes.
of_ray = pytest.mark.filterwarnings("ignore")


@pytest.fixture(scope="module")
def cluster() -> Iterator[Any]:
    """Two nodes with two processors each, whose workers find the tests."""
    pytest.importorskip("ray")
    import ray
    from ray.cluster_utils import Cluster

    patch = pytest.MonkeyPatch()
    patch.setenv("PYTHONPATH", str(ROOT))
    made: Any = Cluster(initialize_head=True, head_node_args={"num_cpus": 1})
    try:
        ray.init(address=made.address, log_to_driver=False, logging_level=logging.ERROR)
        yield made
    finally:
        ray.shutdown()
        made.shutdown()
        patch.undo()


@needs_ray
@of_ray
def test_a_lost_node_costs_its_clips_a_try_and_no_byte(cluster: Any, tmp_path: Path) -> None:
    made = clips_of(tmp_path / "in", *(f"run{number:02}.mp4" for number in range(24)))
    run(made, tmp_path / "here", LocalEngine(1, analyser=STAND_IN))
    node = cluster.add_node(num_cpus=2)
    seen: list[str] = []
    lost: list[int] = []

    def lose_a_node(outcome: Outcome) -> None:
        seen.append(outcome.task_id)
        if not lost:  # three clips have been begun, and the head has room for one of them
            lost.append(len(seen))
            cluster.remove_node(node, allow_graceful=False)

    engine = RayEngine(workers=3, analyser="tests.batch.stand_in:wait_for_company")
    tally = run(made, tmp_path / "there", engine, on_outcome=lose_a_node)
    assert lost
    assert tally.counts == {"analysed": 24}
    assert len(seen) == len(set(seen)) == 24
    assert dataset_bytes(tmp_path / "there") == dataset_bytes(tmp_path / "here")


@needs_ray
@of_ray
def test_a_worker_that_dies_or_hangs_costs_its_clip_a_try(cluster: Any, tmp_path: Path) -> None:
    del cluster
    made = clips_of(tmp_path / "in", "a.mp4", "crash_once.mp4", "hang.mp4", "b.mp4")
    engine = RayEngine(workers=1, clip_s=2.0, analyser=STUMBLE)
    tally = run(made, tmp_path / "out", engine, retries=1)
    assert tally.counts == {"analysed": 3, "failed": 1}
    assert statuses(tmp_path / "out")["hang.mp4"] == "failed"


def test_without_ray_the_extra_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("leanline.batch.ray_engine.find_spec", lambda _: None)
    with pytest.raises(UsageError) as caught, RayEngine():
        pass
    assert "leanline[ray]" in caught.value.hint
