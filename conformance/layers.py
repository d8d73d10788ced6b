"""What PyTorch makes of every case in fixtures/layers.

A fixture holds cases (attributes and input shapes) with what PyTorch gives for them: output shape, weights, counts;
and rejected ones, which PyTorch must refuse as well. Without arguments the files are verified, with --write the
expectations are computed anew. Shapes and weights come from the meta device, MACs from PyTorch's own flop counter;
small cases run on the CPU as well, because the meta device skips some checks.

    python conformance/layers.py [--write] [kind ...]
"""

import json
import math
import sys
import warnings
from pathlib import Path

import torch
from torch import nn
from torch.utils.flop_counter import FlopCounterMode

FOLDER = Path(__file__).resolve().parent.parent / "fixtures" / "layers"

# Beyond this many elements a case runs on the meta device only.
CPU_LIMIT = 1_000_000


class Function(nn.Module):
    """A layer that PyTorch has as a function of several tensors."""

    def __init__(self, function):
        super().__init__()
        self.function = function

    def forward(self, *inputs):
        return self.function(*inputs)


def join(function, function_):
    """The function folded over its inputs, in place on the first one if asked."""

    def build(_, inplace=False):
        def fold(first, *rest):
            if not rest:
                raise ValueError("one input")
            for other in rest:
                first = (function_ if inplace else function)(first, other)
            return first

        return Function(fold)

    return build


def reshape(_, shape):
    return nn.Sequential(nn.Flatten(1), nn.Unflatten(1, shape))


def stochastic_depth(_, **arguments):
    from torchvision.ops import StochasticDepth

    return StochasticDepth(**arguments)


def plain(cls):
    return lambda _, **arguments: cls(**arguments)


def sized(cls, argument, of):
    """A class with an argument that PyTorch wants and a spec may leave to the input."""
    return lambda shapes, **arguments: cls(**{argument: of(shapes[0]), **arguments})


def channels(shape):
    return shape[1]


def last(shape):
    return shape[-1]


BUILDERS = {
    "conv2d": sized(nn.Conv2d, "in_channels", channels),
    "convtranspose2d": sized(nn.ConvTranspose2d, "in_channels", channels),
    "linear": sized(nn.Linear, "in_features", last),
    "relu": plain(nn.ReLU),
    "relu6": plain(nn.ReLU6),
    "leaky_relu": plain(nn.LeakyReLU),
    "gelu": plain(nn.GELU),
    "silu": plain(nn.SiLU),
    "sigmoid": plain(nn.Sigmoid),
    "tanh": plain(nn.Tanh),
    "hardswish": plain(nn.Hardswish),
    "hardsigmoid": plain(nn.Hardsigmoid),
    "softmax": plain(nn.Softmax),
    "maxpool2d": plain(nn.MaxPool2d),
    "avgpool2d": plain(nn.AvgPool2d),
    "adaptive_maxpool2d": plain(nn.AdaptiveMaxPool2d),
    "adaptive_avgpool2d": plain(nn.AdaptiveAvgPool2d),
    "batchnorm2d": sized(nn.BatchNorm2d, "num_features", channels),
    "groupnorm": sized(nn.GroupNorm, "num_channels", channels),
    "layernorm": sized(nn.LayerNorm, "normalized_shape", last),
    "local_response_norm": plain(nn.LocalResponseNorm),
    "dropout": plain(nn.Dropout),
    "stochastic_depth": stochastic_depth,
    "flatten": plain(nn.Flatten),
    "reshape": reshape,
    "channel_shuffle": plain(nn.ChannelShuffle),
    "identity": plain(nn.Identity),
    "add": join(torch.add, torch.Tensor.add_),
    "mul": join(torch.mul, torch.Tensor.mul_),
    "concat": lambda _, dim=1: Function(lambda *inputs: torch.cat(inputs, dim)),
    "upsample": plain(nn.Upsample),
    "zeropad2d": plain(nn.ZeroPad2d),
}


def tuples(value):
    """JSON's lists as the tuples that PyTorch wants."""
    return tuple(tuples(entry) for entry in value) if isinstance(value, list) else value


def apply(kind, case, device):
    """The module of a case and the shape that it gives. Raises what PyTorch raises."""
    shapes = case["inputs"]
    with torch.device(device):
        arguments = {name: tuples(value) for name, value in case["attributes"].items()}
        module = BUILDERS[kind](shapes, **arguments).eval()
        with torch.no_grad():
            return module, list(module(*(torch.empty(shape) for shape in shapes)).shape)


def expected(kind, case):
    """The case with PyTorch's answers."""
    with FlopCounterMode(display=False) as counter:
        module, output = apply(kind, case, "meta")
    if sum(math.prod(shape) for shape in [*case["inputs"], output]) <= CPU_LIMIT:
        _, on_cpu = apply(kind, case, "cpu")
        if on_cpu != output:
            raise AssertionError(f"{kind} {case['attributes']}: {output} on meta, {on_cpu} on the CPU")
    learnable = {name for name, _ in module.named_parameters()}
    return {
        "attributes": case["attributes"],
        "inputs": case["inputs"],
        "output": output,
        "weights": [
            {
                "name": name,
                "shape": list(tensor.shape),
                **({} if name in learnable else {"buffer": True}),
                **({} if tensor.is_floating_point() else {"integer": True}),
            }
            for name, tensor in module.state_dict().items()
        ],
        "params": sum(parameter.numel() for parameter in module.parameters()),
        "buffers": sum(buffer.numel() for buffer in module.buffers()),
        "macs": counter.get_total_flops() // 2,
    }


def refuses(kind, case):
    """Whether PyTorch refuses a case that the fixture calls an error."""
    try:
        apply(kind, case, "cpu")
    except Exception:
        return True
    return False


def formatted(fixture):
    """One case a line."""
    def lines(cases):
        return ",\n".join("    " + json.dumps(case) for case in cases)

    return (
        "{\n"
        f'  "kind": {json.dumps(fixture["kind"])},\n'
        f'  "cases": [\n{lines(fixture["cases"])}\n  ],\n'
        f'  "rejected": [\n{lines(fixture["rejected"])}\n  ]\n'
        "}\n"
    )


def main(arguments):
    warnings.simplefilter("ignore")
    write = "--write" in arguments
    kinds = [argument for argument in arguments if argument != "--write"] or sorted(BUILDERS)
    strangers = {path.stem for path in FOLDER.glob("*.json")} - set(BUILDERS)
    problems = [f"fixtures/layers/{name}.json: no PyTorch counterpart is known" for name in sorted(strangers)]
    cases = rejected = 0
    for kind in kinds:
        path = FOLDER / f"{kind}.json"
        fixture = json.loads(path.read_text())
        computed = {**fixture, "cases": [expected(kind, case) for case in fixture["cases"]]}
        cases += len(computed["cases"])
        rejected += len(fixture["rejected"])
        for case in fixture["rejected"]:
            if not refuses(kind, case):
                problems.append(f"{kind} {json.dumps(case)}: PyTorch takes it")
        if write:
            path.write_text(formatted(computed))
        else:
            for stored, found in zip(fixture["cases"], computed["cases"]):
                if stored != found:
                    problems.append(f"{kind}\n  stored  {json.dumps(stored)}\n  PyTorch {json.dumps(found)}")
    for problem in problems:
        print(problem, file=sys.stderr)
    print(f"{len(kinds)} layer kinds, {cases} cases and {rejected} refusals against PyTorch {torch.__version__}")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
