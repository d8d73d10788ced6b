"""Examples per second of each step of a book-style VGG in PyTorch on the CPU; arguments as bench/train.mjs."""

import json
import sys
import time

import torch
from torch import nn

BLOCKS = {
    "vgg11": [(1, 64), (1, 128), (2, 256), (2, 512), (2, 512)],
    "vgg13": [(2, 64), (2, 128), (2, 256), (2, 512), (2, 512)],
    "vgg16": [(2, 64), (2, 128), (3, 256), (3, 512), (3, 512)],
}


def vgg(name, ratio, side):
    layers, channels = [], 1
    for convs, width in BLOCKS[name]:
        for _ in range(convs):
            layers += [nn.Conv2d(channels, width // ratio, 3, padding=1), nn.ReLU()]
            channels = width // ratio
        layers.append(nn.MaxPool2d(2))
    features = channels * (side // 32) ** 2
    head = [nn.Flatten(), nn.Linear(features, 4096), nn.ReLU(), nn.Dropout(0.5)]
    head += [nn.Linear(4096, 4096), nn.ReLU(), nn.Dropout(0.5), nn.Linear(4096, 10)]
    return nn.Sequential(*layers, *head)


def main():
    name, (ratio, side, batch, steps) = sys.argv[1], map(int, sys.argv[2:6])
    net = vgg(name, ratio, side)
    optimizer = torch.optim.SGD(net.parameters(), lr=0.01)
    images = torch.rand(batch, 1, side, side)
    labels = torch.arange(batch) % 10
    rates = []
    for step in range(steps + 1):
        start = time.perf_counter()
        optimizer.zero_grad()
        nn.functional.cross_entropy(net(images), labels).backward()
        optimizer.step()
        if step > 0:
            rates.append(batch / (time.perf_counter() - start))
    json.dump(rates, sys.stdout)


main()
