"""Losses of training steps in torch.

The request lists `{graph, input, weights, optimizer, steps}`; the optimizer is `{name, lr, momentum, weightDecay}`, each
step `{images, labels, noises}`, tensors as base64 of float32. An answer is the mean loss of each step in float32, and
in float64: what lies between the two is what rounding alone does to this training.
"""

import torch
from onnx_gradients import Noise, decode
from protocol import answer
from torch_network import TorchNetwork


def optimizer_of(network, options):
    common = {"lr": options["lr"], "weight_decay": options["weightDecay"]}
    parameters = list(network.parameters())
    if options["name"] in ("sgd", "momentum"):
        return torch.optim.SGD(parameters, momentum=options["momentum"], **common)
    return {"adam": torch.optim.Adam, "adamw": torch.optim.AdamW}[options["name"]](parameters, **common)


def run(request, dtype):
    network = TorchNetwork(request["graph"], request["input"], device="cpu")
    for name, text in request["weights"].items():
        tensor = network.tensor(name)
        with torch.no_grad():
            tensor.copy_(decode(text, tensor.shape))
    network.to(dtype).train()
    optimizer = optimizer_of(network, request["optimizer"])
    losses = []
    for step in request["steps"]:
        for path, noise in step["noises"].items():
            network.members[path] = Noise(decode(noise["values"], noise["shape"]))
        images = decode(step["images"], request["input"]).to(dtype)
        loss = torch.nn.functional.cross_entropy(network(images), torch.tensor(step["labels"]))
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    return losses


def handle(requests):
    return [
        {"float32": run(request, torch.float32), "float64": run(request, torch.float64)} for request in requests
    ]


if __name__ == "__main__":
    answer(handle)
