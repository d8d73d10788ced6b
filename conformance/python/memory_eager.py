"""Trains networks for two steps with real tensors on the CPU, no mode or hook in the way, and counts what is allocated.

A dispatch mode changes how the engine sums gradients, so that a tracker which is one cannot see eager mode as it is.
The profiler's allocation events can. Request and answer are as in `memory_trace.py`, without inference; a `dtype` of
`amp` runs the forward passes under autocast.
"""

import contextlib

import torch
from cpu_autocast import autocast, cross_entropies_of_half
from memory_trace import OPTIMIZERS, cross_entropies, labels_like, make
from memory_tracker import BLOCK, as_on_a_gpu
from protocol import answer
from torch._C._profiler import _EventType
from torch.profiler import ProfilerActivity, profile, record_function

# Kernels of the CPU that allocate for themselves: other layouts for oneDNN, unfolded images, sums over the batch, halves
# widened for products, means and beside floats.
WITH_WORKSPACE = {
    "aten::_convolution",
    "aten::_upsample_nearest_exact2d",
    "aten::add",
    "aten::add_",
    "aten::addmm",
    "aten::bmm",
    "aten::cat",
    "aten::convolution_backward",
    "aten::mean",
    "aten::mm",
    "aten::mul",
    "aten::mul_",
    "aten::native_batch_norm",
    "aten::native_batch_norm_backward",
    "aten::native_dropout",
    "aten::native_dropout_backward",
    "aten::native_group_norm_backward",
    "aten::native_layer_norm_backward",
    "aten::upsample_nearest2d",
}

# A Python number that meets a tensor is wrapped as one of eight bytes; beside CUDA tensors it stays on the host.
NUMBER = 8
WITH_NUMBERS = {"@forward", "aten::add", "aten::mul", "aten::mul_", "aten::div", "aten::div_"}


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
        batch = torch.randn(case["input"])
        with torch.no_grad():
            labels = torch.zeros_like(labels_like(forward(batch)))
        for _ in range(steps):
            optimizer.zero_grad()
            with record_function("@step"):
                with record_function("@forward"), precision():
                    outputs = forward(batch)
                    loss = losses(outputs, labels)
                loss.backward()
                optimizer.step()
    return _figures(profiler)


def _figures(profiler):
    allocations, marks = [], {"@step": [], "@forward": []}

    def walk(events, function, kernel):
        for event in events:
            if event.tag == _EventType.Allocation:
                fields = event.extra_fields
                allocations.append((event.start_time_ns, fields.ptr, fields.alloc_size, kernel, function))
                continue
            if event.name in marks:
                marks[event.name].append((event.start_time_ns, event.end_time_ns))
            starts = kernel is None and event.name in WITH_WORKSPACE
            walk(event.children, event.name, event.start_time_ns if starts else kernel)

    walk(profiler.profiler.kineto_results.experimental_event_tree(), None, None)
    allocations.sort(key=lambda event: event[0])
    curve = _live(_without_workspaces(_without_numbers(allocations)))
    peaks = [_largest(curve, *span) for span in sorted(marks["@step"])]
    ends = [[live for time, live in curve if time <= end][-1] for _, end in sorted(marks["@forward"])]
    return {"firstStepPeakBytes": peaks[0], "peakBytes": peaks[-1], "endOfForwardBytes": ends[-1]}


def _without_numbers(allocations):
    """Leaves out Python numbers, and the function of every event."""
    kept, numbers = [], set()
    for time, pointer, size, kernel, function in allocations:
        if size == NUMBER and function in WITH_NUMBERS:
            numbers.add(pointer)
        elif size < 0 and pointer in numbers:
            numbers.remove(pointer)
        else:
            kept.append((time, pointer, size, kernel))
    return kept


def _without_workspaces(allocations):
    """Leaves out what a kernel allocates and frees before it returns."""
    kept, pending = [], {}
    for event in allocations:
        _, pointer, size, kernel = event
        if size > 0:
            pending[pointer] = event
            kept.append(event)
            continue
        allocated = pending.pop(pointer, None)
        if allocated is not None and kernel is not None and allocated[3] == kernel:
            kept.remove(allocated)
        else:
            kept.append(event)
    return kept


def _live(allocations):
    """(time, live bytes) after each event, every block rounded up as on a GPU."""
    sizes, live, curve = {}, 0, []
    for time, pointer, size, _ in allocations:
        if size > 0:
            sizes[pointer] = -(-size // BLOCK) * BLOCK
            live += sizes[pointer]
        else:
            # What was allocated before the profiler started is not counted.
            live -= sizes.pop(pointer, 0)
        curve.append((time, live))
    return curve


def _largest(curve, start, end):
    before = [live for time, live in curve if time < start]
    return max(before[-1:] + [live for time, live in curve if start <= time <= end])


def attempt(case):
    try:
        return {"training": [train(case, options) for options in case["training"]], "inference": None}
    except Exception as error:  # torch raises RuntimeError, ValueError, TypeError, IndexError, ...
        return {"error": f"{type(error).__name__}: {error}"[:400]}


if __name__ == "__main__":
    answer(lambda cases: [attempt(case) for case in cases])
