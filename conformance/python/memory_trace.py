"""Traces training steps and inference of networks on the meta device with PyTorch's own memory tracker.

The request lists cases `{network, inputs, dtype, training: [{optimizer, weightDecay, foreach, accumulate}], inference}`.
`network` is a graph with the input shapes of its layers (`{graph, shapes}`), or a torchvision model
(`{model, auxLogits}`). The answer lists, for each case, `{training: [{firstStepPeakBytes, peakBytes, endOfForwardBytes}],
inference: {peakBytes}}`, or `{error}`. Bytes, every storage rounded up to 512 as CUDA's allocator rounds.
"""

import copy
import gc

import torch
import torch.nn.functional as F
from memory_network import build
from memory_tracker import StepTracker, as_on_a_gpu
from protocol import answer
from torch_network import example, inputs_of

META = torch.device("meta")
OPTIMIZERS = {
    "sgd": lambda p, **options: torch.optim.SGD(p, lr=0.1, **options),
    "momentum": lambda p, **options: torch.optim.SGD(p, lr=0.1, momentum=0.9, **options),
    "adam": lambda p, **options: torch.optim.Adam(p, **options),
    "adamw": lambda p, **options: torch.optim.AdamW(p, **options),
    "nesterov": lambda p, **options: torch.optim.SGD(p, lr=0.1, momentum=0.9, nesterov=True, **options),
    "rmsprop": lambda p, **options: torch.optim.RMSprop(p, **options),
    "adagrad": lambda p, **options: torch.optim.Adagrad(p, **options),
}


def make(network):
    """(module that trains, module that infers): the same object, unless layers run in training only."""
    if "graph" in network:
        built = build(network["graph"], network["shapes"], network["results"])
        return built, built.training_pass, built.inference_pass
    from torchvision_networks import build as named

    built = named(network)
    return built, built, built


def heads_of(outputs):
    """What a network gives: one tensor, a tuple of them, or tensors by name."""
    return tuple(outputs.values()) if isinstance(outputs, dict) else outputs if isinstance(outputs, tuple) else (outputs,)


def cross_entropies(outputs, labels):
    """The sum of the losses of all heads."""
    heads = heads_of(outputs)
    total = F.cross_entropy(heads[0], labels)
    for head in heads[1:]:
        total = total + F.cross_entropy(head, labels)
    return total


def batch_of(case, make=torch.empty, **options):
    """A tensor for each input of the network."""
    inputs = inputs_of(case["network"].get("graph", {}))
    return [example(one, shape, make, **options) for one, shape in zip(inputs, case["inputs"], strict=True)]


def labels_like(outputs):
    main = heads_of(outputs)[0]
    return torch.empty((main.shape[0], *main.shape[2:]), dtype=torch.int64)


@torch.no_grad()
def update(average, network):
    """A step of the moving average, in place."""
    for kept, weight in zip(average.parameters(), network.parameters(), strict=True):
        kept.lerp_(weight, 0.001)
    for kept, buffer in zip(average.buffers(), network.buffers(), strict=True):
        kept.copy_(buffer)


def train(case, options, steps=3):
    network, forward, _ = make(case["network"])
    network.to(getattr(torch, case["dtype"])).train()
    weight_decay = 5e-4 if options["weightDecay"] else 0.0
    # Counters of steps are made on the processor, as beside a GPU.
    with torch.device("cpu"):
        optimizer = OPTIMIZERS[options["optimizer"]](
            network.parameters(), weight_decay=weight_decay, foreach=options["foreach"]
        )
    # As timm's ModelEmaV3 does.
    average = copy.deepcopy(network) if options.get("ema") else None
    batch = batch_of(case, dtype=getattr(torch, case["dtype"]))
    with torch.no_grad():
        labels = labels_like(forward(*batch))
    peaks, ends = [], []
    with as_on_a_gpu(), StepTracker(network, optimizer, *([average] if average else []), *batch, labels) as tracker:
        for _ in range(steps):
            optimizer.zero_grad(set_to_none=not options.get("keepGradients", False))
            tracker.restart()
            end = 0
            for _ in range(options["accumulate"]):
                outputs = forward(*batch)
                loss = cross_entropies(outputs, labels)
                end = max(end, tracker.live)
                loss.backward()
            with torch.device("cpu"):
                optimizer.step()
            if average:
                update(average, network)
            peaks.append(tracker.peak)
            ends.append(end)
    return {"firstStepPeakBytes": peaks[0], "peakBytes": peaks[-1], "endOfForwardBytes": ends[-1]}


def infer(case):
    network, _, forward = make(case["network"])
    network.to(getattr(torch, case["dtype"])).eval()
    batch = batch_of(case, dtype=getattr(torch, case["dtype"]))
    with as_on_a_gpu(), torch.no_grad(), StepTracker(network, *batch) as tracker:
        tracker.restart()
        outputs = forward(*batch)
        del outputs
    return {"peakBytes": tracker.peak}


def attempt(case):
    try:
        return {
            "training": [train(case, options) for options in case["training"]],
            "inference": infer(case) if case["inference"] else None,
        }
    except Exception as error:  # torch raises RuntimeError, ValueError, TypeError, IndexError, ...
        return {"error": f"{type(error).__name__}: {error}"[:400]}


def handle(cases):
    answers = []
    # PyTorch's own objects need not be looked through after every case.
    gc.freeze()
    with META:
        for case in cases:
            answers.append(attempt(case))
            gc.collect()
    return answers


if __name__ == "__main__":
    answer(handle)
