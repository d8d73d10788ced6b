"""Trains networks for two steps with real tensors on the CPU, no mode or hook in the way, and counts what is allocated.

A dispatch mode changes how the engine sums gradients, so that a tracker which is one cannot see eager mode as it is.
The profiler's allocation events can. Request and answer are as in `memory_trace.py`, without inference; a `dtype` of
`amp` runs the forward passes under autocast.
"""

import contextlib

import torch
from allocation_events import curves, largest, spans
from cpu_autocast import autocast, cross_entropies_of_half
from memory_trace import OPTIMIZERS, batch_of, cross_entropies, labels_like, make
from memory_tracker import as_on_a_gpu
from protocol import answer
from torch.profiler import ProfilerActivity, profile, record_function


def train(case, options, steps=2):
    torch.manual_seed(0)
    with as_on_a_gpu(), profile(activities=[ProfilerActivity.CPU], profile_memory=True) as profiler:
        network, forward, _ = make(case["network"])
        network.train()
        amp = case["dtype"] == "amp"
        precision = autocast if amp else contextlib.nullcontext
        losses = cross_entropies_of_half if amp else cross_entropies
        weight_decay = 5e-4 if options["weightDecay"] else 0.0
        optimizer = OPTIMIZERS[options["optimizer"]](
            network.parameters(), weight_decay=weight_decay, foreach=options["foreach"]
        )
        batch = batch_of(case, torch.randn)
        with torch.no_grad():
            labels = torch.zeros_like(labels_like(forward(*batch)))
        for _ in range(steps):
            optimizer.zero_grad()
            with record_function("@step"):
                with record_function("@forward"), precision():
                    outputs = forward(*batch)
                    loss = losses(outputs, labels)
                loss.backward()
                optimizer.step()
    _, curve = curves(profiler)
    peaks = [largest(curve, span) for span in spans(profiler, "@step")]
    ends = [[live for time, live in curve if time <= end][-1] for _, end in spans(profiler, "@forward")]
    return {"firstStepPeakBytes": peaks[0], "peakBytes": peaks[-1], "endOfForwardBytes": ends[-1]}


def attempt(case):
    try:
        return {"training": [train(case, options) for options in case["training"]], "inference": None}
    except Exception as error:  # torch raises RuntimeError, ValueError, TypeError, IndexError, ...
        return {"error": f"{type(error).__name__}: {error}"[:400]}


if __name__ == "__main__":
    answer(lambda cases: [attempt(case) for case in cases])
