"""Writes state dicts of torchvision's networks into a folder and says what they hold.

The request: `folder`, `described` (names that are saved without values, from the device `meta`) and `saved` (names that
are saved as they are, in every form). Answers a list of `{file, name, tensors: {name: [dtype, shape]}, params, buffers}`.
"""

import pathlib

import torch
from protocol import answer
from safetensors.torch import save_file
from torchvision_models import models


def network(name):
    options = {"image_size": 518} if name == "vit_h_14" else {}
    if name in ("googlenet", "inception_v3"):
        options["init_weights"] = False
    if hasattr(models.segmentation, name):
        return getattr(models.segmentation, name)(weights_backbone=None)
    return getattr(models, name)(**options)


def facts(file, name, module):
    return {
        "file": str(file),
        "name": name,
        "tensors": {
            key: [str(value.dtype).removeprefix("torch."), list(value.shape)] for key, value in module.state_dict().items()
        },
        "params": sum(each.numel() for each in module.parameters()),
        "buffers": sum(each.numel() for each in module.buffers()),
    }


def described(folder, name):
    with torch.device("meta"):
        module = network(name)
    file = folder / f"{name}-meta.pth"
    torch.save(module.state_dict(), file)
    return [facts(file, name, module)]


def saved(folder, name):
    module = network(name)
    state = module.state_dict()
    files = {
        "zip.pth": lambda file: torch.save(state, file),
        "legacy.pth": lambda file: torch.save(state, file, _use_new_zipfile_serialization=False),
        "protocol5.pt": lambda file: torch.save(state, file, pickle_protocol=5),
        "checkpoint.ckpt": lambda file: torch.save(
            {
                "epoch": 3,
                "state_dict": {f"module.{key}": value for key, value in state.items()},
                "optimizer": torch.optim.Adam(module.parameters()).state_dict(),
                "args": {"lr": 0.1, "device": torch.device("cpu"), "sizes": torch.Size([1, 2])},
            },
            file,
        ),
        "half.safetensors": lambda file: save_file({key: value.clone() for key, value in module.half().state_dict().items()}, file),
        "parameters.safetensors": lambda file: save_file(
            {key: value.detach().clone() for key, value in module.named_parameters()}, file
        ),
    }
    answers = []
    for ending, write in files.items():
        file = folder / f"{name}-{ending}"
        write(file)
        answers.append(facts(file, name, module))
    return answers


def handle(request):
    folder = pathlib.Path(request["folder"])
    answers = []
    for name in request["described"]:
        answers += described(folder, name)
    for name in request["saved"]:
        answers += saved(folder, name)
    return answers


if __name__ == "__main__":
    answer(handle)
