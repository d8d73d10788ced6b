"""Training steps of a vgg-inspect graph in PyTorch's eager mode on the CPU.

The first line is JSON: `{graph, input, threads, optimizer}`; every further one is a number of steps to make, answered
with their seconds. The end of the input is answered with the largest resident size in bytes.
"""

import json
import resource
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent.parent / "conformance" / "python"))

import torch  # noqa: E402
from torch_network import TorchNetwork  # noqa: E402


def optimizer_of(network, wanted):
    adaptive = {"adam": torch.optim.Adam, "adamw": torch.optim.AdamW}.get(wanted["name"])
    if adaptive:
        return adaptive(network.parameters(), lr=wanted["lr"], weight_decay=0)
    return torch.optim.SGD(network.parameters(), lr=wanted["lr"], momentum=wanted["momentum"])


def main():
    request = json.loads(sys.stdin.readline())
    torch.set_num_threads(request["threads"])
    network = TorchNetwork(request["graph"], request["input"], device="cpu").train()
    optimizer = optimizer_of(network, request["optimizer"])
    images = torch.rand(request["input"])
    labels = torch.arange(request["input"][0]) % 10
    for line in sys.stdin:
        start = time.perf_counter()
        for _ in range(int(line)):
            optimizer.zero_grad()
            loss = torch.nn.functional.cross_entropy(network(images), labels)
            loss.backward()
            optimizer.step()
            loss.item()
        print(time.perf_counter() - start, flush=True)
    # Linux counts in KiB, macOS in bytes.
    unit = 1 if sys.platform == "darwin" else 1024
    print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit, flush=True)


# torchvision looks for a module of this file's name.
if __name__ == "__main__":
    main()
