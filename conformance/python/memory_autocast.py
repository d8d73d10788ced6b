"""Traces forward passes under CUDA's autocast with PyTorch's own memory tracker, on fake CUDA tensors.

The request lists cases `{network, inputs}`, with `network` as in `memory_trace.py`. The answer lists, for each case,
`{kept, endOfForwardBytes, inferencePeakBytes}` or `{error}`: `kept` names the distinct storages that autograd keeps,
each as `[category, bytes]`; the other two are bytes, every storage rounded up to 512.
"""

import gc

import torch
from cuda_without_gpu import autocast, fake_cuda, move
from memory_trace import batch_of, cross_entropies, labels_like, make
from memory_tracker import StepTracker, as_on_a_gpu
from protocol import answer

GPU = "cuda:0"


def infer(case):
    """The peak, and the shape of the labels."""
    network, _, forward = _made(case)
    with fake_cuda():
        move(network).eval()
        batch = batch_of(case)
        with as_on_a_gpu(), torch.no_grad(), StepTracker(network, *batch, device=GPU) as tracker:
            tracker.restart()
            with autocast():
                outputs = forward(*batch)
            labels = labels_like(outputs)
            del outputs
    return tracker.peak, labels.shape


def train(case, labels_shape):
    network, forward, _ = _made(case)
    with fake_cuda():
        move(network).train()
        batch = batch_of(case)
        labels = torch.empty(labels_shape, dtype=torch.int64)
        keeper = Keeper(network, *batch, labels)
        with as_on_a_gpu(), StepTracker(network, *batch, labels, device=GPU) as tracker:
            with autocast():
                outputs = forward(*batch)
                loss = cross_entropies(outputs, labels)
            end = tracker.live
            del outputs, loss
        with as_on_a_gpu(), keeper.watch(), autocast():
            cross_entropies(forward(*batch), labels)
    return {"kept": keeper.kept, "endOfForwardBytes": end}


def _made(case):
    with torch.device("meta"):
        return make(case["network"])


class Keeper:
    """Collects the storages that saved tensors lie in."""

    def __init__(self, network, *inputs):
        self._known = {
            **{_storage(tensor)._cdata: "inputs" for tensor in inputs},
            **{_storage(tensor)._cdata: "parameters" for tensor in network.parameters()},
            **{_storage(tensor)._cdata: "buffers" for tensor in network.buffers()},
        }
        self._kept = {}
        # Holding a storage keeps its address from being given out again.
        self._held = []

    def watch(self):
        return torch.autograd.graph.saved_tensors_hooks(self._pack, lambda tensor: tensor)

    @property
    def kept(self):
        return list(self._kept.values())

    def _pack(self, tensor):
        storage = _storage(tensor)
        self._held.append(storage)
        self._kept[storage._cdata] = [self._known.get(storage._cdata, "activations"), storage.nbytes()]
        return tensor


def _storage(tensor):
    return tensor.untyped_storage()


def attempt(case):
    try:
        peak, labels_shape = infer(case)
        return {**train(case, labels_shape), "inferencePeakBytes": peak}
    except Exception as error:  # torch raises RuntimeError, ValueError, TypeError, IndexError, ...
        return {"error": f"{type(error).__name__}: {error}"[:400]}


def handle(cases):
    answers = []
    # PyTorch's own objects need not be looked through after every case.
    gc.freeze()
    for case in cases:
        answers.append(attempt(case))
        gc.collect()
    return answers


if __name__ == "__main__":
    answer(handle)
