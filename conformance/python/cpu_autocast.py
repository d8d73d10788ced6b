"""Autocast on the CPU with CUDA's lists of operators, for real tensors.

The lists differ in what runs in full precision (ATen/autocast_mode.h); what CUDA's has beyond the CPU's is added here,
and what only the CPU's has runs in the type that comes in.
Softmax is left out: CUDA's kernel reads half and writes float, the CPU's needs a copy.
"""

import torch
import torch.nn.functional as F

_IN_FULL = [
    "exp",
    "group_norm",
    "layer_norm",
    "log",
    "pow.Tensor_Scalar",
    "reciprocal",
    "rsqrt",
    "softplus",
    "upsample_bicubic2d",
    "upsample_bilinear2d",
    "upsample_linear1d",
    "upsample_nearest1d",
    "upsample_nearest2d",
    "upsample_nearest3d",
    "upsample_trilinear3d",
    "_upsample_nearest_exact1d",
    "_upsample_nearest_exact2d",
    "_upsample_nearest_exact3d",
]
_AS_IT_COMES = [
    "adaptive_avg_pool3d",
    "adaptive_max_pool3d",
    "cat",
    "max_pool3d",
    "reflection_pad1d",
    "reflection_pad2d",
    "replication_pad1d",
    "replication_pad2d",
    "replication_pad3d",
    "stack",
]
_KEYS = torch._C.DispatchKeySet(torch._C.DispatchKey.AutocastCPU)


def _kernel(name, converted):
    """The operator outside of autocast, on arguments as `converted` gives them."""
    base, _, overload = name.partition(".")
    operator = getattr(getattr(torch.ops.aten, base), overload or "default")

    def kernel(*args, **kwargs):
        with torch._C._ExcludeDispatchKeyGuard(_KEYS):
            return operator(*map(converted, args), **{key: converted(value) for key, value in kwargs.items()})

    return kernel


def _float(value):
    half = isinstance(value, torch.Tensor) and value.dtype == torch.bfloat16
    return value.float() if half else value


def _registered():
    library = torch.library.Library("aten", "IMPL", "AutocastCPU")
    for name in _IN_FULL:
        library.impl(name, _kernel(name, _float))
    for name in _AS_IT_COMES:
        library.impl(name, _kernel(name, lambda value: value))
    return library


# Kernels go when their library does.
_LIBRARY = _registered()


def autocast():
    return torch.autocast("cpu", dtype=torch.bfloat16)


def cross_entropies_of_half(outputs, labels):
    """The sum of the losses of all heads, as CUDA computes them.

    There `cross_entropy` names the scores' own type to log-softmax, which keeps it, and nll_loss is lifted.
    """
    heads = outputs if isinstance(outputs, tuple) else (outputs,)
    return sum((F.nll_loss(F.log_softmax(head, 1), labels) for head in heads[1:]), F.nll_loss(F.log_softmax(heads[0], 1), labels))
