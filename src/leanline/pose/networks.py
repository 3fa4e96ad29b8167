"""The package's three pose networks, compiled for this machine.

BlazePose (Bazarevsky et al. 2020), Apache-2.0; OpenVINO reads the original files.
"""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from functools import cache, cached_property
from importlib.resources import as_file, files
from queue import SimpleQueue
from typing import TYPE_CHECKING, Any, Literal, TypeVar

import numpy as np
from numpy.typing import NDArray

from leanline.errors import UsageError
from leanline.pose.compiled_cache import cache_file, load_or_compile
from leanline.settings import Device
from leanline.workers.process import usable_cores

if TYPE_CHECKING:
    import openvino

NetworkName = Literal["pose_detector", "pose_landmark_full", "pose_landmark_heavy"]
Tensor = NDArray[np.float32]
Tag = TypeVar("Tag")


class Network:
    """A compiled network that processes independent pictures on all cores.

    Each request runs on one thread, so that results depend neither on the number of cores nor on
    the order in which requests finish.

    Parameters
    ----------
    name
        File name without suffix in ``leanline/assets``.
    outputs
        Outputs to keep; the others are cut off and cost nothing.
    half
        Use bfloat16 where the processor supports it: a third faster, but not bit-identical
        between processors.
    device
        What computes it; see ``PoseOptions``.

    Raises
    ------
    UsageError
        There is no such device.
    """

    def __init__(
        self,
        name: NetworkName,
        outputs: tuple[str, ...],
        *,
        half: bool = False,
        device: Device = "cpu",
    ) -> None:
        self._cores = _usable_threads()
        self._compiled = _compile(name, outputs, self._cores, half, device)
        self._outputs = range(len(outputs))

    @cached_property
    def _requests(self) -> SimpleQueue[openvino.InferRequest]:
        requests: SimpleQueue[openvino.InferRequest] = SimpleQueue()
        for _ in range(self._cores):
            requests.put(self._compiled.create_infer_request())
        return requests

    def one(self, picture: Tensor) -> tuple[Tensor, ...]:
        """Process one picture (H, W, 3); safe from as many threads as there are cores."""
        request = self._requests.get()
        try:
            request.infer({0: picture[np.newaxis]})
            tensors = (request.get_output_tensor(i) for i in self._outputs)
            return tuple(np.array(tensor.data, copy=True) for tensor in tensors)
        finally:
            self._requests.put(request)

    def map(
        self, pictures: Iterable[tuple[Tensor, Tag]]
    ) -> Iterator[tuple[Tag, tuple[Tensor, ...]]]:
        """Process a stream of tagged pictures (H, W, 3) in parallel.

        Results are in the order of the pictures; only a few pictures are held in memory.
        """
        if self._cores == 1:
            # With a single core, handing over to another thread only costs time.
            yield from ((tag, self.one(picture)) for picture, tag in pictures)
            return
        waiting: deque[tuple[Tag, Future[tuple[Tensor, ...]]]] = deque()
        with ThreadPoolExecutor(self._cores) as pool:
            for picture, tag in pictures:
                waiting.append((tag, pool.submit(self.one, picture)))
                if len(waiting) > 2 * self._cores:
                    done, future = waiting.popleft()
                    yield done, future.result()
            for tag, future in waiting:
                yield tag, future.result()


@cache
def _compile(
    name: NetworkName, outputs: tuple[str, ...], cores: int, half: bool, device: Device
) -> openvino.CompiledModel:
    """Compile a network, once per process, or read what another process compiled."""
    import openvino

    # OpenVINO imports numpy functions when the first array goes in or out; two threads that do so
    # simultaneously deadlock (seen with 2026.4).
    _ = openvino.Tensor(np.zeros(1, np.float32)).data
    core = openvino.Core()
    if device != "cpu":
        return _compile_elsewhere(core, name, outputs, device)
    # Without native support, half precision would be slower.
    halved = half and "BF16" in core.get_property("CPU", "OPTIMIZATION_CAPABILITIES")
    config: dict[str, Any] = {
        "PERFORMANCE_HINT": "THROUGHPUT",
        "INFERENCE_PRECISION_HINT": "bf16" if halved else "f32",
        "NUM_STREAMS": str(cores),
        "INFERENCE_NUM_THREADS": str(cores),
        # Pinned threads of two processes would share the first core and leave the others idle.
        "ENABLE_CPU_PINNING": False,
    }
    with as_file(files("leanline") / "assets" / f"{name}.tflite") as path:
        kept = cache_file(core, path, outputs, config)

        def compile_network() -> openvino.CompiledModel:
            return core.compile_model(_with_outputs(core.read_model(path), outputs), "CPU", config)

        return load_or_compile(core, kept, config, compile_network)


def _compile_elsewhere(
    core: openvino.Core, name: NetworkName, outputs: tuple[str, ...], device: Device
) -> openvino.CompiledModel:
    """Compile for another device than the processor, in the precision that suits it."""
    there = {known.partition(".")[0].lower() for known in core.available_devices}
    if device != "auto" and device not in there:
        raise UsageError("usage.device_missing", device=device, devices=tuple(sorted(there)))
    with as_file(files("leanline") / "assets" / f"{name}.tflite") as path:
        model = _with_outputs(core.read_model(path), outputs)
        return core.compile_model(model, device.upper(), {"PERFORMANCE_HINT": "THROUGHPUT"})


def _with_outputs(whole: openvino.Model, outputs: tuple[str, ...]) -> openvino.Model:
    import openvino

    kept = [whole.output(output) for output in outputs]
    return openvino.Model(kept, whole.get_parameters(), whole.get_friendly_name())


def _usable_threads() -> int:
    """One for each core, or as ``OMP_NUM_THREADS`` says where workers share the cores."""
    cores = usable_cores()
    limit = os.environ.get("OMP_NUM_THREADS", "").partition(",")[0].strip()
    return min(cores, int(limit)) if limit.isdigit() and int(limit) else cores
