"""timm's networks on the meta device: parameters, buffers and MACs of a sample over all of its modules."""

import random
import sysconfig
import warnings

import torch
from torch.nn.attention import SDPBackend, sdpa_kernel
from torch.utils.flop_counter import FlopCounterMode

import torchvision_models  # noqa: F401  (its operators come before timm's import of it)
import timm  # noqa: E402
from protocol import answer

warnings.filterwarnings("ignore")


def facts(name):
    with torch.device("meta"):
        model = timm.create_model(name).eval()
    size = [1, *model.pretrained_cfg.get("input_size", (3, 224, 224))]
    # Fused attention would hide its products.
    with FlopCounterMode(display=False) as counter, torch.no_grad(), sdpa_kernel(SDPBackend.MATH):
        model(torch.zeros(size, device="meta"))
    # After it: some make their tables of positions when they first run.
    return {
        "name": name,
        "input": size,
        "params": sum(p.numel() for p in model.parameters()),
        "buffers": sum(b.numel() for b in model.buffers()),
        "macs": counter.get_total_flops() // 2,
    }


def sample(each, seed):
    numbers = random.Random(seed)
    modules = {}
    for name in timm.list_models():
        modules.setdefault(timm.models._registry._model_to_module[name], []).append(name)
    return [name for names in modules.values() for name in numbers.sample(names, min(each, len(names)))]


def handle(request):
    names = sample(request["each"], request["seed"])
    random.Random(request["seed"]).shuffle(names)
    found = []
    for name in names:
        if len(found) == request["count"]:
            break
        try:
            found.append(facts(name))
        except (AssertionError, RuntimeError, NotImplementedError):
            # A few do not run without data, or under the counter.
            pass
    return {"networks": found, "packages": sysconfig.get_paths()["purelib"]}


if __name__ == "__main__":
    answer(handle)
