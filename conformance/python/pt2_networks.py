"""Exports torchvision's classifiers on the meta device with an open batch, in training: `{name: path}`."""

import json
import pathlib
import sys
import tempfile

import torch

import pt2_fixtures
import torchvision_models

request = json.load(sys.stdin)
folder = pathlib.Path(tempfile.mkdtemp(prefix="pt2-"))
paths = {}
for name, given in request["networks"].items():
    with torch.device("meta"):
        network = getattr(torchvision_models.models, name)(weights=None, **given["arguments"]).train()
        batch = torch.empty(2, *given["input"])
        program = torch.export.export(network, (batch,), dynamic_shapes=({0: torch.export.Dim.DYNAMIC},))
    paths[name] = str(folder / f"{name}.pt2")
    torch.export.save(program, paths[name])
json.dump({"paths": paths, "fixtures": pt2_fixtures.all_recorded()}, sys.stdout)
