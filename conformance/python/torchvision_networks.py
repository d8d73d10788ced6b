"""Describes torchvision networks by name; the request lists `{model, auxLogits, input}`, or `{cfg, batchNorm, input}`."""

import torch
from facts import describe
from protocol import answer
from torchvision_models import models


def build(request):
    if "cfg" in request:
        return models.VGG(models.vgg.make_layers(request["cfg"], request["batchNorm"]), init_weights=False)
    name = request["model"]
    if hasattr(models.segmentation, name):
        aux = {} if request["auxLogits"] is None else {"aux_loss": request["auxLogits"]}
        return getattr(models.segmentation, name)(weights_backbone=None, **aux)
    constructor = getattr(models, name)
    # Its weights are for larger images than the constructor builds for unless told.
    options = {"image_size": 518} if name == "vit_h_14" else {}
    if request["auxLogits"] is not None:
        options["aux_logits"] = request["auxLogits"]
        options["init_weights"] = False
    return constructor(**options)


def handle(requests):
    with torch.device("meta"):
        return [describe(build(request), request["input"], request.get("byModules", False)) for request in requests]


if __name__ == "__main__":
    answer(handle)
