"""Examples per second of training a vgg-inspect graph on the CPU: the median of four steps after the first."""

import statistics
import time

import torch

from protocol import answer
from torch_network import TorchNetwork


def measure(request):
    torch.set_num_threads(request["threads"])
    network = TorchNetwork(request["graph"], request["input"], device="cpu").train()
    optimizer = torch.optim.SGD(network.parameters(), lr=0.01)
    images = torch.rand(request["input"])
    labels = torch.arange(request["input"][0]) % 10
    rates = []
    for _ in range(5):
        start = time.perf_counter()
        optimizer.zero_grad()
        torch.nn.functional.cross_entropy(network(images), labels).backward()
        optimizer.step()
        rates.append(request["input"][0] / (time.perf_counter() - start))
    return {"examplesPerSec": statistics.median(rates[1:])}


if __name__ == "__main__":
    answer(measure)
