"""What calflops counts. The request: `{"folder", "networks"}`, the folder being where its release lies.

The package's first file brings in Hugging Face's hub, for models that are fetched by name; counting needs none of it.
"""

import contextlib
import importlib.machinery
import pathlib
import sys
import types

import torch
from conventions import network, whole
from protocol import answer


def load(folder):
    """calflops without its first file."""
    package = types.ModuleType("calflops")
    package.__path__ = [str(pathlib.Path(folder) / "calflops")]
    package.__spec__ = importlib.machinery.ModuleSpec("calflops", None, is_package=True)
    sys.modules["calflops"] = package
    from calflops.flops_counter import calculate_flops

    return calculate_flops


def handle(request):
    calculate_flops = load(request["folder"])
    results = []
    for asked in request["networks"]:
        model = network(asked).eval().to_empty(device="cpu")
        with torch.no_grad(), contextlib.redirect_stdout(sys.stderr):
            flops, macs, params = calculate_flops(
                model, args=[torch.zeros(asked["input"])], output_as_string=False, print_results=False
            )
        results.append(whole({"params": params, "macs": macs, "flops": flops}))
    return results


if __name__ == "__main__":
    answer(handle)
