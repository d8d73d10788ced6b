"""PyTorch's memory tracker, asked what a GPU would hold at each moment of a step."""

import contextlib
import contextvars
import functools
from unittest import mock

import torch
import torch.nn.functional as F
from torch.distributed._tools import mem_tracker
from torch.distributed._tools.mem_tracker import MemTracker
from torch.utils._python_dispatch import TorchDispatchMode

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


def _log_sigmoid_forward(input):
    return torch.empty_like(input), input.new_empty(0)


def _log_sigmoid_backward(grad, input, buffer):
    return torch.empty_like(input)


# A single kernel on the CPU and on CUDA, which the meta device puts together from others. `Library.impl` refuses to
# replace those; what it calls in the end does not.
META = torch.library.Library("aten", "IMPL", "Meta")
META.m.impl("mish_backward", "Meta", lambda grad, input: torch.empty_like(input))

# Like the CPU, the meta device makes a buffer that CUDA does without (aten/src/ATen/native/cuda/
# ActivationLogSigmoidKernel.cu).
ON_CUDA = {
    torch.ops.aten.log_sigmoid_forward.default: _log_sigmoid_forward,
    torch.ops.aten.log_sigmoid_backward.default: _log_sigmoid_backward,
}


class StepTracker(MemTracker):
    """The tracker with a peak that can be started again, for one device."""

    def __init__(self, *external, device="meta"):
        super().__init__()
        self._device = torch.device(device)
        self._mod_tracker = _NoModules()
        self._alone = _alone()
        self.track_external(*external)

    @property
    def live(self):
        return self._curr_mem_snap.get(self._device, {}).get(mem_tracker._TOTAL_KEY, 0)

    @property
    def peak(self):
        return self._peak_mem.get(self._device, 0)

    def restart(self):
        self._peak_mem = {self._device: self.live}

    def __torch_dispatch__(self, func, types, args=(), kwargs=None):
        """Sums gradients of one tensor as eager mode does.

        The engine adds a second gradient onto the first where it holds the only reference to it
        (torch/csrc/autograd/input_buffer.cpp). While a dispatch mode is on, and on the meta device always, it takes
        tensors for subclasses and adds out of place, which needs more memory. No backward formula adds two tensors.
        """
        if func is torch.ops.aten.add.Tensor and self._mod_tracker.is_bw:
            there, arriving = args
            if _uses(there) == self._alone:
                there.add_(arriving)
                return there
        if func is torch.ops.aten.scatter.src and self._mod_tracker.is_bw:
            # Into zeros of its own, unless a dispatch mode is on (value_selecting_reduction_backward).
            into, dim, places, gradient = args
            return into.scatter_(dim, places, gradient)
        if func is torch.ops.aten.add.Tensor and _in_linear.get():
            # Rows that are no view get their bias in place, unless a dispatch mode is on (at::linear).
            products, bias = args
            return products.add_(bias)
        if func is torch.ops.aten.native_batch_norm.default and not args[5]:
            return self._normalize_at_inference(func, types, args, kwargs)
        return super().__torch_dispatch__(ON_CUDA.get(func, func), types, args, kwargs)

    def _normalize_at_inference(self, func, types, args, kwargs):
        """Batch-norm without the statistics that the meta kernel makes room for and cuDNN does not."""
        results = []

        def output_alone(*args, **kwargs):
            results.extend(func(*args, **kwargs))
            return results[0]

        super().__torch_dispatch__(output_alone, types, args, kwargs)
        return tuple(results)


def _uses(tensor):
    return tensor._use_count(), torch._C._storage_Use_Count(tensor.untyped_storage()._cdata)


@functools.cache
def _alone():
    """The reference counts, seen from inside a dispatch mode, of a gradient that only the engine holds."""
    seen = []

    class Look(TorchDispatchMode):
        def __torch_dispatch__(self, func, types, args=(), kwargs=None):
            if func is torch.ops.aten.add.Tensor:
                seen.extend(_uses(tensor) for tensor in args)
            return func(*args, **(kwargs or {}))

    x = torch.empty(8, device="meta", requires_grad=True)
    with torch.enable_grad(), Look():
        torch.autograd.backward([x.relu(), x.sigmoid()], [torch.empty(8, device="meta")] * 2)
    (counts,) = set(seen)
    return counts


def _native_dropout(input, p=0.5, training=True, inplace=False):
    """On a GPU dropout is one fused operator with a mask of bytes, unless it drops nothing or everything."""
    if training and not inplace and 0 < p < 1:
        return torch.native_dropout(input, p, True)[0]
    return _dropout(input, p, training, inplace)


def _channel_shuffle(input, groups):
    """The CPU alone has a kernel for it."""
    batch, channels, *image = input.shape
    dealt = input.view(batch, groups, channels // groups, -1).permute(0, 2, 1, 3)
    return dealt.contiguous().reshape(batch, channels, *image)


# Whether a linear layer is running.
_in_linear = contextvars.ContextVar("in_linear", default=False)


def _linear(input, weight, bias=None):
    running = _in_linear.set(True)
    try:
        return _plain_linear(input, weight, bias)
    finally:
        _in_linear.reset(running)


def _fused_attention(query, key, value, attn_mask=None, dropout_p=0.0, is_causal=False, scale=None, enable_gqa=False):
    """The kernel that CUDA picks: the memory-efficient one for float32, FlashAttention for half precision."""
    if query.dtype == torch.float32:
        needed = torch.is_grad_enabled() and any(one.requires_grad for one in (query, key, value))
        run = torch.ops.aten._scaled_dot_product_efficient_attention
        return run(query, key, value, attn_mask, needed, dropout_p, is_causal, scale=scale)[0]
    run = torch.ops.aten._scaled_dot_product_flash_attention
    return run(query, key, value, dropout_p, is_causal, False, scale=scale)[0]


class _FusedRMSNorm(torch.autograd.Function):
    """What CUDA's kernel allocates and keeps, without numbers (aten/src/ATen/native/cuda/layer_norm_kernel.cu)."""

    @staticmethod
    def forward(context, input, normalized_shape, weight):
        rows = input.shape[: input.dim() - len(normalized_shape)]
        inverse_root = torch.zeros(rows, dtype=torch.float32, device=input.device)
        context.save_for_backward(input, inverse_root, *(() if weight is None else (weight,)))
        return torch.zeros(input.shape, dtype=input.dtype, device=input.device)

    @staticmethod
    def backward(context, gradient):
        input, _, *weights = context.saved_tensors
        of_input, _, of_weight = context.needs_input_grad
        made = torch.zeros_like(input, memory_format=torch.contiguous_format) if of_input else None
        return made, None, torch.zeros_like(weights[0]) if of_weight else None


def _rms_norm(input, normalized_shape, weight=None, eps=None):
    """One kernel on a GPU, in full precision under autocast; the other devices run an operator for each step."""
    kind = input.device.type
    whole = input.float() if kind != "meta" and torch.is_autocast_enabled(kind) else input
    return _FusedRMSNorm.apply(whole, normalized_shape, weight)


def _one_hot(places, num_classes):
    """Zeros into which ones are written; the meta device compares."""
    return torch.zeros([*places.shape, num_classes], dtype=places.dtype, device=places.device)


_dropout = F.dropout
_plain_linear = F.linear


@contextlib.contextmanager
def as_on_a_gpu():
    """Inside, storages are rounded and functions run as they do on CUDA."""
    with (
        mock.patch.object(mem_tracker._WeakRefInfo, "_calculate_mem_consumed", _rounded),
        mock.patch.object(F, "dropout", _native_dropout),
        mock.patch.object(F, "linear", _linear),
        mock.patch.object(F, "rms_norm", _rms_norm),
        mock.patch.object(F, "one_hot", _one_hot),
        mock.patch.object(F, "channel_shuffle", _channel_shuffle),
        mock.patch.object(F, "scaled_dot_product_attention", _fused_attention),
    ):
        yield
