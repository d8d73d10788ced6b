"""Measures what training steps and inference of networks take on a device, by the allocator's own counters.

The request names a device (`cuda` or `cpu`), networks as graphs with the input shapes of their layers
(`{name: {graph, shapes}}`) and the grid: entries `{network, input, dtype, optimizer, weightDecay, foreach}`, where
`network` is a name and `dtype` a type or `amp`. The answer is `{machine, settings, records}` as in
`conformance/gpu/measurements.mjs`, or `{unavailable}` with the reason.

The CPU has no such counters: there the profiler's allocation events stand in for them, which shows that the steps run
and the answer has its form.
"""

import contextlib
import gc
import os
import pathlib
import platform
import subprocess
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "python"))

import torch
from allocation_events import curves, largest, spans
from memory_network import build
from memory_trace import OPTIMIZERS, cross_entropies, labels_like
from memory_tracker import BLOCK
from protocol import answer
from torch.profiler import ProfilerActivity, profile, record_function

STEPS = 3


class Run:
    """One entry of the grid on one device: the same training steps and forward passes, whoever watches them."""

    def __init__(self, device, network, entry):
        torch.manual_seed(0)
        self.device = device
        self.amp = entry["dtype"] == "amp"
        dtype = torch.float32 if self.amp else getattr(torch, entry["dtype"])
        with torch.device(device):
            self.network = build(network["graph"], network["shapes"], network["results"]).to(dtype)
            self.batch = torch.randn(entry["input"]).to(dtype)
        with torch.no_grad(), self.precision():
            outputs = self.network.eval().inference_pass(self.batch)
            self.labels = torch.zeros_like(labels_like(outputs), device=device)
        self.optimizer = OPTIMIZERS[entry["optimizer"]](
            self.network.parameters(),
            weight_decay=5e-4 if entry["weightDecay"] else 0.0,
            foreach=entry["foreach"],
        )

    def precision(self):
        if not self.amp:
            return contextlib.nullcontext()
        return torch.autocast(self.device, dtype=torch.float16 if self.device == "cuda" else torch.bfloat16)

    def train(self, watch):
        """Training steps; `watch` opens a context around each. The loop's variables live on, as in a loop."""
        self.network.train()
        for _ in range(STEPS):
            self.optimizer.zero_grad()
            with watch("@step"):
                with self.precision():
                    outputs = self.network.training_pass(self.batch)
                    loss = cross_entropies(outputs, self.labels)
                loss.backward()
                self.optimizer.step()

    def infer(self, watch):
        """Forward passes without gradients; the first brings the handles of libraries into being."""
        self.network.eval()
        del self.labels
        for _ in range(2):
            with watch("@inference"), torch.no_grad(), self.precision():
                self.network.inference_pass(self.batch)


class Counters:
    """The peaks of CUDA's caching allocator, read after each stretch."""

    def __init__(self):
        self.readings = []

    @contextlib.contextmanager
    def __call__(self, _):
        torch.cuda.synchronize()
        torch.cuda.reset_peak_memory_stats()
        yield
        torch.cuda.synchronize()
        statistics = torch.cuda.memory_stats()
        self.readings.append(
            {
                f"{name}Bytes": statistics[f"{name}_bytes.all.peak"]
                for name in ("requested", "allocated", "reserved")
            }
        )


def measure(device, network, entry):
    """The record of one entry: figures of a first and a later step and of inference."""
    train, infer = _watched(device, network, entry, Run.train), _watched(device, network, entry, Run.infer)
    return {
        **entry,
        "training": {"firstStep": train[0], "steady": train[-1]},
        "inference": infer[-1],
    }


def _watched(device, network, entry, what):
    """What each stretch took: by the counters without a profiler in the way, and what libraries borrowed with one."""
    profiled = _profiled(device, network, entry, what)
    if device == "cpu":
        return [
            {"requestedBytes": peak, "allocatedBytes": peak, "reservedBytes": peak, "scratchBytes": scratch}
            for peak, scratch in profiled
        ]
    _empty()
    run = Run(device, network, entry)
    counters = Counters()
    what(run, counters)
    products = _product_workspaces()
    return [
        {**reading, "scratchBytes": scratch + products}
        for reading, (_, scratch) in zip(counters.readings, profiled)
    ]


def _profiled(device, network, entry, what):
    """(peak, what of it convolutions and the like had borrowed) of each stretch."""
    _empty()
    activities = [ProfilerActivity.CPU] + ([ProfilerActivity.CUDA] if device == "cuda" else [])
    with profile(activities=activities, profile_memory=True) as profiler:
        run = Run(device, network, entry)
        what(run, record_function)
    whole, tensors = curves(profiler, device)
    names = ("@step", "@inference")
    stretches = [span for name in names for span in spans(profiler, name)]
    return [(largest(whole, span), largest(whole, span) - largest(tensors, span)) for span in stretches]


def _product_workspaces():
    """Bytes that cuBLAS's handles hold: they go when PyTorch is told to let them go."""
    before = torch.cuda.memory_stats()["requested_bytes.all.current"]
    torch._C._cuda_clearCublasWorkspaces()
    return before - torch.cuda.memory_stats()["requested_bytes.all.current"]


def _empty():
    gc.collect()
    if torch.cuda.is_available():
        torch._C._cuda_clearCublasWorkspaces()
        torch.cuda.empty_cache()


def attempt(device, network, entry):
    try:
        return measure(device, network, entry)
    except torch.OutOfMemoryError:
        return {**entry, "outOfMemory": True}


def machine(device):
    common = {"pytorch": torch.__version__, "python": platform.python_version()}
    if device == "cpu":
        return {"device": "cpu", **common}
    properties = torch.cuda.get_device_properties(0)
    torch.empty(BLOCK, device="cuda")
    free, total = torch.cuda.mem_get_info()
    return {
        "device": "cuda",
        "gpu": properties.name,
        "capability": [properties.major, properties.minor],
        "totalBytes": total,
        # The context; other programs on the same GPU would be in it.
        "outsideAllocatorBytes": total - free - torch.cuda.memory_reserved(),
        "driver": _driver(),
        "cuda": torch.version.cuda,
        "cudnn": torch.backends.cudnn.version(),
        **common,
    }


def _driver():
    query = ["nvidia-smi", "--query-gpu=driver_version", "--format=csv,noheader", "--id=0"]
    return subprocess.run(query, capture_output=True, check=True, text=True).stdout.strip()


def settings():
    """What decides how much libraries borrow."""
    return {
        "CUBLAS_WORKSPACE_CONFIG": os.environ.get("CUBLAS_WORKSPACE_CONFIG"),
        "CUBLASLT_WORKSPACE_SIZE": os.environ.get("CUBLASLT_WORKSPACE_SIZE"),
        "PYTORCH_CUDA_ALLOC_CONF": os.environ.get("PYTORCH_CUDA_ALLOC_CONF"),
        "cudnnBenchmark": torch.backends.cudnn.benchmark,
        "cudnnDeterministic": torch.backends.cudnn.deterministic,
        "cudnnTf32": torch.backends.cudnn.allow_tf32,
        "matmulTf32": torch.backends.cuda.matmul.allow_tf32,
    }


def handle(request):
    device = request["device"]
    if device == "cuda" and not torch.cuda.is_available():
        built = f"for CUDA {torch.version.cuda}" if torch.version.cuda else "without CUDA"
        return {"unavailable": f"PyTorch {torch.__version__}, built {built}, finds no CUDA device"}
    records = []
    # PyTorch's own objects need not be looked through between entries.
    gc.freeze()
    for i, entry in enumerate(request["entries"]):
        print(f"{i + 1} of {len(request['entries'])}: {entry}", file=sys.stderr, flush=True)
        records.append(attempt(device, request["networks"][entry["network"]], entry))
    return {"machine": machine(device), "settings": settings(), "records": records}


if __name__ == "__main__":
    answer(handle)
