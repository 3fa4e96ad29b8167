"""The three pose networks of the package, compiled for this machine.

BlazePose (Bazarevsky et al. 2020), Apache-2.0; OpenVINO reads the files as they are.
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

from leanline.workers.process import usable_cores

if TYPE_CHECKING:
    import openvino

NetworkName = Literal["pose_detector", "pose_landmark_full", "pose_landmark_heavy"]
Tensor = NDArray[np.float32]
Tag = TypeVar("Tag")


class Network:
    """One compiled network that keeps all cores busy with independent pictures.

    Each request runs on one thread, so that a result depends neither on the number of
    cores nor on the order in which requests end.

    Parameters
    ----------
    name
        File name without suffix in ``leanline/assets``.
    outputs
        Which of the network's outputs to keep; the others are cut off and cost nothing.
    half
        Whether to reckon with half the digits (bfloat16), where the processor can: a third
        faster, and not to the last bit the same on other processors.
    """

    def __init__(self, name: NetworkName, outputs: tuple[str, ...], *, half: bool = False) -> None:
        self._cores = _usable_threads()
        self._compiled = _compiled(name, outputs, self._cores, half)
        self._outputs = range(len(outputs))

    @cached_property
    def _requests(self) -> SimpleQueue[openvino.InferRequest]:
        requests: SimpleQueue[openvino.InferRequest] = SimpleQueue()
        for _ in range(self._cores):
            requests.put(self._compiled.create_infer_request())
        return requests

    def one(self, picture: Tensor) -> tuple[Tensor, ...]:
        """Infer one picture (H, W, 3) now; as many threads as there are cores may at once."""
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
        """Infer a stream of tagged pictures (H, W, 3), as many at once as there are cores.

        Results come in the order of the pictures; no more than a few pictures wait in memory.
        """
        if self._cores == 1:
            # Handing over to another thread would only cost.
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
def _compiled(
    name: NetworkName, outputs: tuple[str, ...], cores: int, half: bool
) -> openvino.CompiledModel:
    """The network, compiled once for each process: clip after clip uses the same."""
    import openvino

    # OpenVINO first asks for numpy's functions when an array first goes in or out; two threads
    # that do so at once wait for each other for ever (seen with 2026.4).
    _ = openvino.Tensor(np.zeros(1, np.float32)).data
    core = openvino.Core()
    with as_file(files("leanline") / "assets" / f"{name}.tflite") as path:
        whole = core.read_model(path)
    kept = [whole.output(output) for output in outputs]
    model = openvino.Model(kept, whole.get_parameters(), name)
    # Asked for without the processor's own instructions, half precision would be slower.
    halved = half and "BF16" in core.get_property("CPU", "OPTIMIZATION_CAPABILITIES")
    config: dict[str, Any] = {
        "PERFORMANCE_HINT": "THROUGHPUT",
        "INFERENCE_PRECISION_HINT": "bf16" if halved else "f32",
        "NUM_STREAMS": str(cores),
        "INFERENCE_NUM_THREADS": str(cores),
        # Pinned threads of two processes would share the first core and leave the others idle.
        "ENABLE_CPU_PINNING": False,
    }
    return core.compile_model(model, "CPU", config)


def _usable_threads() -> int:
    """One for each core, or as ``OMP_NUM_THREADS`` says where workers share the cores."""
    cores = usable_cores()
    told = os.environ.get("OMP_NUM_THREADS", "").partition(",")[0].strip()
    return min(cores, int(told)) if told.isdigit() and int(told) else cores
