"""Compiled networks are kept, shared, and never trusted when damaged."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import openvino
import pytest

from leanline.pose import networks
from leanline.pose.compiled_cache import CACHE_VARIABLE, cache_folder
from leanline.pose.networks import Network, Tensor

PICTURE: Tensor = np.random.default_rng(5).random((224, 224, 3), dtype=np.float32)


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """An empty cache, and networks that are not compiled yet."""
    monkeypatch.setenv(CACHE_VARIABLE, str(tmp_path / "cache"))
    yield tmp_path / "cache" / "networks"
    networks._compile.cache_clear()


@pytest.fixture
def compilations(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Names of the networks compiled, rather than read."""
    found: list[str] = []
    compile_model = openvino.Core.compile_model

    def counted(self: openvino.Core, model: openvino.Model, *rest: object) -> object:
        found.append(model.get_friendly_name())
        return compile_model(self, model, *rest)

    monkeypatch.setattr(openvino.Core, "compile_model", counted)
    return found


def answer_of_new_process() -> Tensor:
    networks._compile.cache_clear()
    return Network("pose_detector", ("Identity",)).one(PICTURE)[0]


def test_the_second_process_reads_what_the_first_compiled(
    cache: Path, compilations: list[str]
) -> None:
    first, second = answer_of_new_process(), answer_of_new_process()
    assert np.array_equal(first, second)
    assert len(compilations) == 1
    assert len(list(cache.iterdir())) == 1


@pytest.mark.parametrize("damage", [b"", b"nothing that was compiled"])
def test_a_damaged_file_is_replaced(cache: Path, compilations: list[str], damage: bytes) -> None:
    first = answer_of_new_process()
    (kept,) = cache.iterdir()
    whole = kept.read_bytes()
    kept.write_bytes(whole[: len(whole) // 2] + damage)
    assert np.array_equal(first, answer_of_new_process())
    assert len(compilations) == 2
    assert np.array_equal(first, answer_of_new_process())
    assert len(compilations) == 2


def test_another_number_of_threads_is_another_file(
    cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    answer_of_new_process()
    monkeypatch.setattr(networks, "_usable_threads", lambda: 7)
    answer_of_new_process()
    assert len(list(cache.iterdir())) == 2


def test_the_cache_can_be_switched_off(
    cache: Path, compilations: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(CACHE_VARIABLE, "off")
    assert cache_folder() is None
    assert np.array_equal(answer_of_new_process(), answer_of_new_process())
    assert len(compilations) == 2
    assert not cache.exists()


def test_a_folder_that_cannot_be_written_costs_only_time(
    tmp_path: Path, compilations: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").write_bytes(b"")
    monkeypatch.setenv(CACHE_VARIABLE, str(tmp_path / "file"))
    answer_of_new_process()
    assert len(compilations) == 1
