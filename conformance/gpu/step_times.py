"""Measures how long training steps and inference of torchvision's networks take on a GPU, and what of the GPU they use.

Usage: python conformance/gpu/step_times.py [--device cuda] [--seconds 1.2] [--only NETWORK] > fixtures/gpu-time/NAME.json

Every network in float32 and under autocast to float16, with its tensors in NCHW and NHWC, at three batch sizes: steps of
momentum with synthetic images that are on the GPU already. A time is the median of at least five after three that warm up,
each with `torch.cuda.synchronize()` behind it, in seconds. `usedBytes` is what the GPU no longer has free: allocator, context
and the driver's own. The answer is `{machine, settings, records}`; NAME is the device's in `vgg-inspect list devices`.
"""

import argparse
import gc
import json
import pathlib
import random
import statistics
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "python"))

import torch
from measure import machine, settings
from torchvision_models import models

NETWORKS = (
    "alexnet convnext_tiny densenet121 efficientnet_b0 mobilenet_v2 regnet_y_1_6gf resnet18 resnet50 resnext50_32x4d "
    "shufflenet_v2_x1_0 swin_t vgg16 vit_b_16"
).split()
BATCHES = (1, 16, 128)
DTYPES = ("float32", "amp")
LAYOUTS = ("nchw", "nhwc")
PIXELS = 224


def measure(device, seconds, network, batch, dtype, layout):
    """The record of one network in one way."""
    torch.manual_seed(0)
    model = getattr(models, network)(weights=None).to(device)
    images = torch.randn(batch, 3, PIXELS, PIXELS, device=device)
    labels = torch.zeros(batch, dtype=torch.int64, device=device)
    if layout == "nhwc":
        model = model.to(memory_format=torch.channels_last)
        images = images.to(memory_format=torch.channels_last)
    optimizer = torch.optim.SGD(model.parameters(), lr=1e-3, momentum=0.9)

    def precision():
        return torch.autocast(device, dtype=torch.float16, enabled=dtype == "amp")

    def train():
        optimizer.zero_grad()
        with precision():
            loss = torch.nn.functional.cross_entropy(model(images), labels)
        loss.backward()
        optimizer.step()

    def infer():
        with torch.no_grad(), precision():
            model(images)

    model.train()
    training = timed(train, device, seconds)
    model.eval()
    return {
        "network": f"torchvision/{network}",
        "input": [batch, 3, PIXELS, PIXELS],
        "dtype": dtype,
        "layout": layout,
        "optimizer": "momentum",
        "training": training,
        "inference": timed(infer, device, seconds),
    }


def timed(run, device, seconds):
    """Seconds of a run, and the peaks of the allocator and of the GPU with it; on the processor there are no peaks."""
    cuda = device == "cuda"
    for _ in range(3):
        run()
    if cuda:
        torch.cuda.synchronize()
        torch.cuda.reset_peak_memory_stats()
    durations = []
    end = time.perf_counter() + seconds
    while len(durations) < 5 or (time.perf_counter() < end and len(durations) < 30):
        start = time.perf_counter()
        run()
        if cuda:
            torch.cuda.synchronize()
        durations.append(time.perf_counter() - start)
    times = {"steps": len(durations), "medianSeconds": statistics.median(durations), "leastSeconds": min(durations)}
    if not cuda:
        return times
    statistic = torch.cuda.memory_stats()
    free, total = torch.cuda.mem_get_info()
    return {
        **times,
        "reservedBytes": statistic["reserved_bytes.all.peak"],
        "allocatedBytes": statistic["allocated_bytes.all.peak"],
        "usedBytes": total - free,
    }


def main():
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--device", default="cuda")
    parser.add_argument("--seconds", type=float, default=1.2)
    parser.add_argument("--only", choices=NETWORKS)
    chosen = parser.parse_args()
    names = [chosen.only] if chosen.only else NETWORKS
    ways = [(n, b, d, l) for n in names for b in BATCHES for d in DTYPES for l in LAYOUTS]
    # In no order, so that a machine that slows down or is lost does not do so to one network.
    random.Random(0).shuffle(ways)
    records = []
    for i, way in enumerate(ways):
        print(f"{i + 1} of {len(ways)}: {way}", file=sys.stderr, flush=True)
        gc.collect()
        if chosen.device == "cuda":
            torch.cuda.empty_cache()
        records.append(measure(chosen.device, chosen.seconds, *way))
    answer = {"machine": machine(chosen.device), "settings": settings(), "records": records}
    json.dump(answer, sys.stdout, indent=1)
    print()


if __name__ == "__main__":
    main()
