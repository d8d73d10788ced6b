"""CUDA tensors without numbers on a PyTorch that was built without CUDA.

Fake tensors have a device and a shape. PyTorch chooses autocast's kernels by the device, so that the operators below
run with CUDA's own lists. Recording a graph asks for a guard of the device, which a build for the CPU alone lacks;
PyTorch puts one that does nothing in its place, but only over a guard that counts no devices, such as Lazy's.
The engine refuses to run such a graph backwards: it wants streams.
"""

import contextlib
import ctypes
import pathlib

import torch
from torch._subclasses import FakeTensorMode

# Source: c10/core/DeviceType.h
_CUDA, _LAZY, _TYPES = 1, 17, 21


def _let_graphs_be_recorded():
    library = ctypes.CDLL(str(pathlib.Path(torch.__file__).parent / "lib" / "libc10.so"))
    guards = (ctypes.c_void_p * _TYPES).in_dll(library, "_ZN3c104impl26device_guard_impl_registryE")
    if not guards[_CUDA]:
        guards[_CUDA] = guards[_LAZY]
    torch._C._ensureCUDADeviceGuardSet()


@contextlib.contextmanager
def fake_cuda():
    _let_graphs_be_recorded()
    with FakeTensorMode(), torch.device("cuda"):
        yield


@contextlib.contextmanager
def autocast():
    """`torch.autocast("cuda")`, which looks for a GPU first and then does this."""
    torch.set_autocast_enabled("cuda", True)
    torch.set_autocast_dtype("cuda", torch.float16)
    torch.autocast_increment_nesting()
    try:
        yield
    finally:
        torch.autocast_decrement_nesting()
        torch.clear_autocast_cache()
        torch.set_autocast_enabled("cuda", False)


def move(network):
    """Puts the weights of a network on the meta device on the fake GPU."""
    moved = {}

    def there(tensor):
        if id(tensor) not in moved:
            moved[id(tensor)] = torch.empty(tensor.shape, dtype=tensor.dtype)
        return moved[id(tensor)]

    for module in network.modules():
        for name, tensor in module._parameters.items():
            if tensor is not None:
                module._parameters[name] = torch.nn.Parameter(there(tensor))
        for name, tensor in module._buffers.items():
            if tensor is not None:
                module._buffers[name] = there(tensor)
    return network
