"""Traces a checkpointed training step with PyTorch's MemTracker on the meta device.

Every storage counts as on CUDA, rounded up to 512 bytes; dropout is the fused operator that CUDA uses. The answer has,
for each case, the peak of the third step and what is live when the loss has been computed.
"""

import math

import torch
import torch.nn as nn
import torch.nn.functional as F
from protocol import answer
from torch.distributed._tools import mem_tracker
from torch.utils.checkpoint import checkpoint
from torchvision_models import models

META = torch.device("meta")

mem_tracker._WeakRefInfo._calculate_mem_consumed = (
    lambda self: math.ceil(self.size * self.element_size / 512) * 512
)


class Checkpointed(nn.Module):
    def __init__(self, module):
        super().__init__()
        self.module = module

    def forward(self, x):
        return checkpoint(self.module, x, use_reentrant=False)


class FusedDropout(nn.Module):
    def forward(self, x):
        return torch.native_dropout(x, 0.5, True)[0]


def book_vgg11():
    def block(convs, channels):
        layers = []
        for _ in range(convs):
            layers += [nn.LazyConv2d(channels, 3, padding=1), nn.ReLU()]
        return Checkpointed(nn.Sequential(*layers, nn.MaxPool2d(2, 2)))

    head = [nn.Flatten()]
    for _ in range(2):
        head += [nn.LazyLinear(4096), nn.ReLU(), FusedDropout()]
    blocks = [block(*pair) for pair in ((1, 64), (1, 128), (2, 256), (2, 512), (2, 512))]
    return nn.Sequential(*blocks, *head, nn.LazyLinear(10)), 1


def resnet(name):
    network = getattr(models, name)()
    for layer in (network.layer1, network.layer2, network.layer3, network.layer4):
        for i, block in enumerate(layer):
            layer[i] = Checkpointed(block)
    return network, 3


def trace(case):
    with META:
        name = case["network"]
        network, channels = book_vgg11() if name == "vgg11" else resnet(name.split("/")[1])
        images = torch.empty(case["batch"], channels, 224, 224)
        labels = torch.empty(case["batch"], dtype=torch.int64)
        network(images)
        optimizer = torch.optim.SGD(network.parameters(), lr=0.1, foreach=True)
    tracker = mem_tracker.MemTracker()
    tracker.track_external(network, optimizer, images, labels)
    total = lambda which: tracker.get_tracker_snapshot(which)[META]["Total"]
    with tracker:
        for _ in range(3):
            optimizer.zero_grad()
            scores = network(images)
            loss = F.cross_entropy(scores, labels)
            end_of_forward = total("current")
            loss.backward()
            optimizer.step()
            tracker.reset_mod_stats()
    return {**case, "peakBytes": total("peak"), "endOfForwardBytes": end_of_forward}


answer(lambda cases: [trace(case) for case in cases])
