"""Limits and causes of death of worker processes, each tried on a process of its own."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from leanline.wording.catalogue import render
from leanline.workers import death
from leanline.workers.death import count_memory_kills, describe_exit
from leanline.workers.process import environment, load_function, thread_limits

LIMITED = "from leanline.workers.limits import limit_resources; limit_resources({limits}); {then}"
posix = pytest.mark.skipif(os.name == "nt", reason="Windows knows no such limits")


def run(limits: str, then: str) -> subprocess.CompletedProcess[str]:
    code = LIMITED.format(limits=limits, then=then)
    return subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=False, timeout=60
    )


@posix
def test_an_allocation_beyond_the_memory_limit_is_a_memory_error() -> None:
    done = run("memory_bytes=1 << 30", "bytearray(1 << 31)")
    assert done.returncode == 1
    assert "MemoryError" in done.stderr


@posix
def test_a_process_may_not_write_larger_files(tmp_path: Path) -> None:
    target = tmp_path / "a.bin"
    done = run(
        "file_bytes=10", f"import pathlib; pathlib.Path({str(target)!r}).write_bytes(bytes(100))"
    )
    assert done.returncode != 0
    assert target.stat().st_size <= 10


@posix
def test_a_limit_cannot_be_raised_again_and_a_stricter_one_stays() -> None:
    then = (
        "limit_resources(memory_bytes=1 << 33); "
        "import resource; print(resource.getrlimit(resource.RLIMIT_AS))"
    )
    done = run("memory_bytes=1 << 30", then)
    assert done.stdout.strip() == str((1 << 30, 1 << 30))


@posix
def test_the_processor_time_has_a_soft_and_a_hard_limit() -> None:
    done = run("cpu_s=30", "import resource; print(resource.getrlimit(resource.RLIMIT_CPU))")
    assert done.stdout.strip() == "(30, 40)"


@pytest.mark.parametrize(
    ("exit_code", "words"),
    [(0, "exit status 0"), (3, "exit status 3"), (-999, "exit status -999")],
)
def test_an_exit_status_is_named(exit_code: int, words: str) -> None:
    assert render(describe_exit(exit_code)) == words


@posix
def test_a_signal_is_named() -> None:
    assert render(describe_exit(-9)) == "it was killed (SIGKILL)"


def test_kills_for_lack_of_memory_are_counted_where_the_system_says(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    counts = tmp_path / "vmstat"
    monkeypatch.setattr(death, "_COUNTS", counts)
    assert count_memory_kills() == 0
    counts.write_text("pgfault 12\noom_kill 3\n")
    assert count_memory_kills() == 3


def test_environment_variables_are_as_before_after_the_block(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("OMP_NUM_THREADS", "7")
    monkeypatch.delenv("MKL_NUM_THREADS", raising=False)
    with environment(thread_limits(2)):
        assert os.environ["OMP_NUM_THREADS"] == "2"
        assert os.environ["MKL_NUM_THREADS"] == "1"
    assert os.environ["OMP_NUM_THREADS"] == "7"
    assert "MKL_NUM_THREADS" not in os.environ


def test_a_function_is_found_by_module_and_name() -> None:
    assert load_function("os.path:join") is os.path.join
    with pytest.raises(AttributeError):
        load_function("os.path:nothing")
