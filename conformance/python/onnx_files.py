"""Exports torchvision networks to ONNX files and says what torch and onnx know of them.

The request is `{folder, networks: [{name, file, opset, openBatch, input}]}`. The answer's `exported` holds for each the
`parameters`, the `buffers` without the counters of batches, which a file does not have, and the `output` shape; and, of
each node's results, the `shapes` that onnx infers at `input`, by name. Files are written without their weights, as if
these were in a file beside them which is not there: none may be opened. `light` holds `file` and `shapes` of the
networks that come with onnx.
"""

import pathlib

import onnx
import torch
from protocol import answer
from torchvision_models import models

# Tensors of more bytes are taken out of the files.
LARGE = 65536


def build(name):
    """With numbers of its own in every tensor: the exporter makes one of those that are equal."""
    torch.manual_seed(0)
    options = {"aux_logits": True, "init_weights": False} if name in ("googlenet", "inception_v3") else {}
    model = getattr(models, name)(**options)
    with torch.no_grad():
        for tensor in [*model.parameters(), *model.buffers()]:
            if tensor.is_floating_point():
                tensor.copy_(torch.rand_like(tensor) + 0.5)
    return model.eval()


def without_weights(model):
    for tensor in model.graph.initializer:
        if len(tensor.raw_data) <= LARGE:
            continue
        tensor.ClearField("raw_data")
        tensor.data_location = onnx.TensorProto.EXTERNAL
        entry = tensor.external_data.add()
        entry.key, entry.value = "location", "weights-that-are-not-there.bin"
    return model


def shapes(model, batch=None):
    for value in [*model.graph.input, *model.graph.output]:
        size = value.type.tensor_type.shape.dim[0]
        if batch is not None and size.HasField("dim_param"):
            size.dim_value = batch
    inferred = onnx.shape_inference.infer_shapes(model, data_prop=True).graph
    found = {}
    for value in [*inferred.value_info, *inferred.output]:
        tensor = value.type.tensor_type
        sizes = tensor.shape.dim
        if tensor.HasField("shape") and all(size.HasField("dim_value") for size in sizes):
            found[value.name] = [size.dim_value for size in sizes]
    return found


def tensors_of(model):
    """Those that the file can have: heads for training are not in it."""
    heads = ("aux1.", "aux2.", "AuxLogits.")
    parameters = [p for name, p in model.named_parameters() if not name.startswith(heads)]
    buffers = [b for name, b in model.named_buffers() if not name.startswith(heads) and b.dim() > 0]
    return sum(p.numel() for p in parameters), sum(b.numel() for b in buffers if b.is_floating_point())


def export(network, folder):
    model = build(network["name"])
    image = torch.rand(network["input"])
    file = str(pathlib.Path(folder) / network["file"])
    torch.onnx.export(
        model,
        image,
        file,
        dynamo=False,
        opset_version=network["opset"],
        input_names=["image"],
        output_names=["scores"],
        dynamic_axes={"image": {0: "N"}, "scores": {0: "N"}} if network["openBatch"] else None,
        training=torch.onnx.TrainingMode.PRESERVE,
        do_constant_folding=False,
    )
    light = without_weights(onnx.load(file))
    onnx.save(light, file)
    parameters, buffers = tensors_of(model)
    with torch.no_grad():
        output = list(model(image).shape)
    return {"parameters": parameters, "buffers": buffers, "output": output, "shapes": shapes(light, network["input"][0])}


def light_networks():
    folder = pathlib.Path(onnx.__file__).parent / "backend" / "test" / "data" / "light"
    return [{"file": str(file), "shapes": shapes(onnx.load(file))} for file in sorted(folder.glob("*.onnx"))]


def handle(request):
    exported = [export(network, request["folder"]) for network in request["networks"]]
    return {"exported": exported, "light": light_networks()}


if __name__ == "__main__":
    answer(handle)
