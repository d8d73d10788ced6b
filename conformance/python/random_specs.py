"""Builds each requested graph in torch and tells what came out, or what torch raised.

The request lists `{graph, inputs}`. Every graph is built twice: on the meta device, which only infers shapes, and on
the CPU, where every operator really runs. An answer is `{shapes, parameters, buffers}` by path for the device named,
or `{error}`.
"""

import torch
from protocol import answer
from torch_network import TorchNetwork


def attempt(graph, inputs, device):
    try:
        network = TorchNetwork(graph, *inputs, device=device)
    except Exception as error:  # torch raises RuntimeError, ValueError, TypeError, IndexError, ...
        return {"error": f"{type(error).__name__}: {error}"[:300]}
    weights = {node["path"]: network.weights_of(node["path"]) for node in graph["nodes"]}
    return {
        "shapes": network.shapes,
        "parameters": {path: parameters for path, (parameters, _) in weights.items()},
        "buffers": {path: buffers for path, (_, buffers) in weights.items()},
        "parameterCount": sum(tensor.numel() for tensor in network.parameters()),
    }


def handle(requests):
    torch.manual_seed(0)
    # The tensors are tiny: threads would only wait for each other.
    torch.set_num_threads(1)
    return [
        {device: attempt(request["graph"], request["inputs"], device) for device in ("meta", "cpu")}
        for request in requests
    ]


if __name__ == "__main__":
    answer(handle)
