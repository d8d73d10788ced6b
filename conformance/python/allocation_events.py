"""What a profiled run allocated, from the profiler's allocation events, with and without what kernels only borrow."""

from memory_tracker import BLOCK
from torch._C._profiler import _EventType

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
    "aten::scatter_",
    "aten::sum",
    "aten::upsample_nearest2d",
}

# A Python number that meets a tensor is wrapped as one of eight bytes; beside CUDA tensors it stays on the host.
NUMBER = 8
WITH_NUMBERS = {"@forward", "aten::add", "aten::mul", "aten::mul_", "aten::div", "aten::div_"}


def curves(profiler, device="cpu"):
    """(time, live bytes) after each event of a device, every block rounded up as on a GPU.

    The first list has all, the second leaves out what a kernel allocates and frees before it returns.
    """
    allocations = []

    def walk(events, function, kernel):
        for event in events:
            if event.tag == _EventType.Allocation:
                fields = event.extra_fields
                if fields.device.type == device:
                    allocations.append((event.start_time_ns, fields.ptr, fields.alloc_size, kernel, function))
                continue
            starts = kernel is None and event.name in WITH_WORKSPACE
            walk(event.children, event.name, event.start_time_ns if starts else kernel)

    walk(_tree(profiler), None, None)
    allocations.sort(key=lambda event: event[0])
    allocations = _without_numbers(allocations)
    return _live(allocations), _live(_without_workspaces(allocations))


def spans(profiler, name):
    """Start and end of each stretch that `record_function` gave this name, in order."""
    found = []

    def walk(events):
        for event in events:
            if event.tag == _EventType.Allocation:
                continue
            if event.name == name:
                found.append((event.start_time_ns, event.end_time_ns))
            walk(event.children)

    walk(_tree(profiler))
    return sorted(found)


def largest(curve, span):
    """The most that was live in a stretch of time."""
    start, end = span
    before = [live for time, live in curve if time < start]
    return max(before[-1:] + [live for time, live in curve if start <= time <= end])


def _tree(profiler):
    return profiler.profiler.kineto_results.experimental_event_tree()


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
    borrowed, pending = set(), {}
    for i, (_, pointer, size, kernel) in enumerate(allocations):
        if size > 0:
            pending[pointer] = i
            continue
        allocated = pending.pop(pointer, None)
        if allocated is not None and kernel is not None and allocations[allocated][3] == kernel:
            borrowed.update((allocated, i))
    return [event for i, event in enumerate(allocations) if i not in borrowed]


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
