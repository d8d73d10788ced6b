"""Trains the small ReLU network of fixtures/train/small-relu.yaml in PyTorch, once for each seed.

The request names the recipe and, for each seed, optionally a folder with `weights.bin` (float32, in the order of the
parameters) and `order.bin` (uint32, the examples of all epochs), so that both sides start equal and see the same.
"""

import gzip
import os
import struct

import torch
from torch import nn

from protocol import answer


def idx(path):
    with gzip.open(path) as file:
        data = file.read()
    dimensions = data[3]
    sizes = struct.unpack(f">{dimensions}I", data[4 : 4 + 4 * dimensions])
    return torch.frombuffer(bytearray(data[4 + 4 * dimensions :]), dtype=torch.uint8).reshape(sizes)


def images(folder, name):
    x = idx(os.path.join(folder, f"{name}-images-idx3-ubyte.gz")).float().div(255).unsqueeze(1)
    return x, idx(os.path.join(folder, f"{name}-labels-idx1-ubyte.gz")).long()


def network():
    net = nn.Sequential(
        nn.Conv2d(1, 16, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2),
        nn.Conv2d(16, 32, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2),
        nn.Flatten(), nn.Linear(32 * 7 * 7, 64), nn.ReLU(), nn.Linear(64, 10),
    )  # fmt: skip
    for layer in net:
        if hasattr(layer, "weight"):
            nn.init.xavier_uniform_(layer.weight)
    return net


def read(folder, name, dtype):
    with open(os.path.join(folder, name), "rb") as file:
        return torch.frombuffer(bytearray(file.read()), dtype=dtype)


def train(seed, data, epochs, batch, lr, start):
    torch.manual_seed(seed)
    (x, y), (test_x, test_y) = data
    net = network()
    order = None
    if start is not None:
        nn.utils.vector_to_parameters(read(start, "weights.bin", torch.float32), net.parameters())
        order = read(start, "order.bin", torch.int32).long().reshape(-1, len(x))
    losses = []
    test_accuracies = []
    optimizer = torch.optim.SGD(net.parameters(), lr=lr)
    for epoch in range(epochs):
        total = 0.0
        correct = 0
        places_of_epoch = torch.randperm(len(x)) if order is None else order[epoch]
        for places in places_of_epoch.split(batch):
            optimizer.zero_grad()
            scores = net(x[places])
            loss = nn.functional.cross_entropy(scores, y[places])
            loss.backward()
            optimizer.step()
            total += loss.item() * len(places)
            correct += (scores.argmax(1) == y[places]).sum().item()
        losses.append(total / len(x))
        with torch.no_grad():
            test_accuracies.append((net(test_x).argmax(1) == test_y).float().mean().item())
    return {"seed": seed, "losses": losses, "trainAcc": correct / len(x), "testAccs": test_accuracies}


def runs(request):
    torch.set_num_threads(1)
    data = [images(request["folder"], name) for name in ("train", "t10k")]
    recipe = {key: request[key] for key in ("epochs", "batch", "lr")}
    return {
        "torch": torch.__version__,
        "runs": [
            train(seed, data, start=start, **recipe)
            for seed, start in zip(request["seeds"], request.get("starts", [None] * len(request["seeds"])))
        ],
    }


if __name__ == "__main__":
    answer(runs)
