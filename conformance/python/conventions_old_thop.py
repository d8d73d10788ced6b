"""What old thop counted. The request: `{"tool", "folder", "networks"}`, the folder being where that release lies.

Its sums are float32 by PyTorch's default type, in which large counts lose their last digits; with float64 as the
default the same release gives the numbers that it means.
"""

import collections
import collections.abc
import sys

import torch
from protocol import answer
from torchvision_networks import build

# Python 3.10 took this name away.
collections.Iterable = collections.abc.Iterable


def handle(request):
    sys.path.insert(0, request["folder"])
    from thop import profile

    torch.set_default_dtype(torch.float64)
    results = []
    for asked in request["networks"]:
        with torch.device("meta"):
            model = build(asked).eval()
        with torch.no_grad():
            x = torch.zeros(asked["input"], device="meta")
            macs, params = profile(model, inputs=(x,), verbose=False)
        results.append({request["tool"]: {"params": int(params), "macs": int(macs)}})
    return results


if __name__ == "__main__":
    answer(handle)
