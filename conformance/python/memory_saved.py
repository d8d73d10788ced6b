"""What autograd keeps of a forward pass with real tensors on the CPU, storage by storage.

The request lists cases `{network, inputs, autocast}`, with `network` as in `memory_trace.py` and `autocast` a
low-precision type or null. The answer lists, for each case, the distinct storages that saved tensors lie in, each as
`[category, bytes]`, or `{error}`.
"""

import torch
from memory_trace import batch_of, cross_entropies, labels_like, make
from memory_tracker import as_on_a_gpu
from protocol import answer


def saved_storages(case):
    torch.manual_seed(0)
    network, forward, _ = make(case["network"])
    network.train()
    batch = batch_of(case, torch.randn)
    with torch.no_grad():
        labels = torch.zeros_like(labels_like(forward(*batch)))
    known = {_pointer(tensor): "inputs" for tensor in (*batch, labels)}
    known.update({_pointer(tensor): "parameters" for tensor in network.parameters()})
    known.update({_pointer(tensor): "buffers" for tensor in network.buffers()})
    kept, storages = {}, []

    def pack(tensor):
        # A Python number that met a tensor: with CUDA tensors it stays on the host.
        if tensor.dim() == 0 and tensor.dtype == torch.float64:
            return tensor
        # Holding the storage keeps its address from being given out again.
        storages.append(tensor.untyped_storage())
        kept[_pointer(tensor)] = [known.get(_pointer(tensor), "activations"), tensor.untyped_storage().nbytes()]
        return tensor

    low = case["autocast"]
    autocast = torch.autocast("cpu", dtype=getattr(torch, low)) if low else torch.autocast("cpu", enabled=False)
    with as_on_a_gpu(), torch.autograd.graph.saved_tensors_hooks(pack, lambda tensor: tensor), autocast:
        loss = cross_entropies(forward(*batch), labels)
    # As a step would: whatever was overwritten too late shows here.
    loss.backward()
    return list(kept.values())


def _pointer(tensor):
    return tensor.untyped_storage().data_ptr()


def attempt(case):
    try:
        return saved_storages(case)
    except Exception as error:  # torch raises RuntimeError, ValueError, TypeError, IndexError, ...
        return {"error": f"{type(error).__name__}: {error}"[:400]}


if __name__ == "__main__":
    answer(lambda cases: [attempt(case) for case in cases])
