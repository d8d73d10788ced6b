"""torchvision's models beside any build of torch.

torchvision's wheel brings compiled operators that load only with the torch they were compiled for. Importing it
without them stops at `operator torchvision::nms does not exist`, because it registers shape functions for operators
that are not there. No classifier uses these operators, so their names are enough.
"""

import functools
import importlib.util
import pathlib

import torch

SCHEMAS = {
    "nms": "(Tensor dets, Tensor scores, float iou_threshold) -> Tensor",
    "qnms": "(Tensor dets, Tensor scores, float iou_threshold) -> Tensor",
}


def _operators_load():
    folder = pathlib.Path(importlib.util.find_spec("torchvision").origin).parent
    for library in folder.glob("_C.*"):
        try:
            torch.ops.load_library(str(library))
            return True
        except OSError:
            pass
    return False


if not _operators_load():
    for name, schema in SCHEMAS.items():
        torch.library.define(f"torchvision::{name}", schema)

import torchvision.models as models  # noqa: E402  (the operators come first)
import torchvision.ops as ops  # noqa: E402


def _on_the_cpu(function):
    """RegNets compute their widths with tensors, which must have numbers when the rest of the network has none."""

    @functools.wraps(function)
    def wrapped(*args, **kwargs):
        with torch.device("cpu"):
            return function(*args, **kwargs)

    return wrapped


models.regnet.BlockParams.from_init_params = _on_the_cpu(models.regnet.BlockParams.from_init_params)

__all__ = ["models", "ops"]
