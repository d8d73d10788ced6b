"""Gradients of graphs in float64, and how far torch's own float32 is from them.

The request lists `{graph, input, images, weights, noises, cotangent}`, tensors as base64 of float32. An answer holds
`output`, `gradients` of weights and images, and `buffers` after the pass, as base64 of float64, and `float32`, the
same from float32 arithmetic, for its own error; or `error`.
"""

import base64

import numpy
import torch
from protocol import answer
from torch import nn
from torch_network import TorchNetwork


class Noise(nn.Module):
    """Dropout whose mask is given."""

    def __init__(self, values):
        super().__init__()
        self.values = values

    def forward(self, x):
        return x * self.values.to(x.dtype).reshape(self.values.shape if self.values.numel() != x.numel() else x.shape)


def decode(text, shape):
    return torch.from_numpy(numpy.frombuffer(base64.b64decode(text), numpy.float32).copy()).reshape(shape)


def encode(tensor):
    return base64.b64encode(tensor.detach().double().contiguous().numpy().tobytes()).decode()


def prepare(request, dtype):
    """The network in training mode with the request's weights and noise."""
    network = TorchNetwork(request["graph"], request["input"], device="cpu")
    for path, noise in request["noises"].items():
        given = Noise(decode(noise["values"], noise["shape"]))
        layer = path.partition(":")[0]
        member = network.members[layer]
        if hasattr(member, "noises"):
            member.noises.append(given)
        elif hasattr(member, "noise"):
            member.noise = given
        else:
            network.members[layer] = given
    for name, text in request["weights"].items():
        tensor = network.tensor(name)
        with torch.no_grad():
            tensor.copy_(decode(text, tensor.shape))
    return network.to(dtype).train()


def run(request, dtype):
    network = prepare(request, dtype)
    images = decode(request["images"], request["input"]).to(dtype).requires_grad_()
    output = network(images)
    if output.requires_grad:
        output.backward(decode(request["cotangent"], output.shape).to(dtype))
    gradients, buffers = {}, {}
    for name in request["weights"]:
        tensor = network.tensor(name)
        if not isinstance(tensor, nn.Parameter):
            # Of a buffer that is only read there is nothing new.
            if not torch.equal(tensor, decode(request["weights"][name], tensor.shape).to(dtype)):
                buffers[name] = encode(tensor)
        elif tensor.grad is not None:
            gradients[name] = encode(tensor.grad)
    if images.grad is not None:
        gradients["images"] = encode(images.grad)
    return {"output": encode(output), "gradients": gradients, "buffers": buffers}


def attempt(request):
    try:
        return {**run(request, torch.float64), "float32": run(request, torch.float32)}
    except Exception as error:  # torch raises RuntimeError, ValueError, TypeError, IndexError, ...
        return {"error": f"{type(error).__name__}: {error}"[:300]}


def handle(requests):
    torch.set_num_threads(1)
    return [attempt(request) for request in requests]


if __name__ == "__main__":
    answer(handle)
