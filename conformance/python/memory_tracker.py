"""PyTorch's memory tracker, asked what a GPU would hold at each moment of a step."""

import contextlib

import torch
import torch.nn.functional as F
from torch.distributed._tools import mem_tracker
from torch.distributed._tools.mem_tracker import MemTracker

BLOCK = 512


def _rounded(info):
    """Every storage in multiples of CUDA's smallest block; the tracker itself rounds only on CUDA devices."""
    return -(-info.size * info.element_size // BLOCK) * BLOCK


class _NoModules:
    """Stands in for the tracker's per-module statistics.

    They hang hooks on every module's inputs that hold gradients until the last of them has arrived, and so would
    change what they measure.
    """

    parents = frozenset()

    @property
    def is_bw(self):
        return torch._C._current_graph_task_id() != -1

    def register_user_hooks(self, *hooks):
        pass

    def clear_user_hooks(self):
        pass

    def __enter__(self):
        return self

    def __exit__(self, *error):
        pass


class StepTracker(MemTracker):
    """The tracker with a peak that can be started anew, for the meta device."""

    def __init__(self, *external):
        super().__init__()
        self._mod_tracker = _NoModules()
        self.track_external(*external)

    @property
    def live(self):
        return self._curr_mem_snap.get(torch.device("meta"), {}).get(mem_tracker._TOTAL_KEY, 0)

    @property
    def peak(self):
        return self._peak_mem.get(torch.device("meta"), 0)

    def restart(self):
        self._peak_mem = {torch.device("meta"): self.live}


def _native_dropout(input, p=0.5, training=True, inplace=False):
    """On a GPU dropout is one fused operator with a mask of bytes, unless it drops nothing or everything."""
    if training and not inplace and 0 < p < 1:
        return torch.native_dropout(input, p, True)[0]
    return _dropout(input, p, training, inplace)


_dropout = F.dropout


@contextlib.contextmanager
def as_on_a_gpu():
    """Inside, the tracker rounds storages and dropout runs as they do on CUDA."""
    info = mem_tracker._WeakRefInfo
    calculate, info._calculate_mem_consumed = info._calculate_mem_consumed, _rounded
    F.dropout = _native_dropout
    try:
        yield
    finally:
        info._calculate_mem_consumed = calculate
        F.dropout = _dropout
