"""The networks keep to their share of the machine, and it changes no bit."""

from __future__ import annotations

import os

import numpy as np
import pytest

from leanline.errors import UsageError
from leanline.pose import networks
from leanline.pose.networks import Network, Tensor

OUTPUTS = ("Identity", "Identity_1")


def answers(pictures: list[Tensor]) -> list[Tensor]:
    network = Network("pose_detector", OUTPUTS)
    found = list(network.map((picture, number) for number, picture in enumerate(pictures)))
    assert [number for number, _ in found] == list(range(len(pictures)))
    return [tensor for _, tensors in found for tensor in tensors]


def test_one_thread_or_several_give_the_same_bits(monkeypatch: pytest.MonkeyPatch) -> None:
    draw = np.random.default_rng(3)
    pictures = [draw.random((224, 224, 3), dtype=np.float32) for _ in range(5)]
    monkeypatch.delenv("OMP_NUM_THREADS", raising=False)
    several = answers(pictures)
    monkeypatch.setenv("OMP_NUM_THREADS", "1")
    alone = answers(pictures)
    assert all(np.array_equal(a, b) for a, b in zip(several, alone, strict=True))


@pytest.mark.parametrize(("told", "cores"), [("1", 1), ("2,4", 2), ("99", 4), ("0", 4), ("x", 4)])
def test_as_many_threads_as_told_and_never_more_than_cores(
    told: str, cores: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: {0, 1, 2, 3}, raising=False)
    monkeypatch.setenv("OMP_NUM_THREADS", told)
    assert networks._usable_threads() == cores


def test_a_device_that_is_not_there_is_refused_with_those_that_are() -> None:
    with pytest.raises(UsageError, match=r"device npu: this machine has .*cpu"):
        Network("pose_detector", OUTPUTS, device="npu")


def test_the_device_can_be_left_to_openvino() -> None:
    picture = np.random.default_rng(3).random((224, 224, 3), dtype=np.float32)
    on_processor, anywhere = (
        Network("pose_detector", OUTPUTS, device=device).one(picture) for device in ("cpu", "auto")
    )
    assert np.allclose(on_processor[1], anywhere[1], atol=0.5)


def test_a_network_is_compiled_once_for_each_process() -> None:
    first, second = Network("pose_detector", OUTPUTS), Network("pose_detector", OUTPUTS)
    assert first._compiled is second._compiled


def test_the_threads_of_several_processes_do_not_share_one_core() -> None:
    compiled = Network("pose_detector", ("Identity",))._compiled
    assert compiled.get_property("ENABLE_CPU_PINNING") is False
