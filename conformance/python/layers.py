"""What PyTorch makes of every case in fixtures/layers.

A fixture holds cases, which are attributes and input shapes with what PyTorch gives for them (output shape, weights,
counts), and rejected ones, which PyTorch must refuse as well. Shapes and weights come from the meta device, MACs from
PyTorch's own flop counter; small cases run on the CPU too, because the meta device skips some checks.

The request is a list of fixtures, the answer a list of problems for each. To write the expectations again, after
adding cases to a file or a kind:

    python conformance/python/layers.py --write [kind ...]
"""

import json
import math
import sys
import warnings
from pathlib import Path

import torch
from torch.utils.flop_counter import FlopCounterMode

from protocol import answer
from torch_network import KINDS, example, several, weight_name

FOLDER = Path(__file__).resolve().parents[2] / "fixtures" / "layers"

# Beyond this many elements a case runs on the meta device only.
CPU_LIMIT = 1_000_000


def apply(kind, case, device):
    """The module of a case and the shapes that it gives. Raises what PyTorch raises."""
    shapes = case["inputs"]
    attributes = {name: tuple(v) if isinstance(v, list) else v for name, v in case["attributes"].items()}
    with torch.device(device), torch.no_grad():
        module = KINDS[kind](shapes[0] if shapes else None, attributes).eval()
        types = case.get("types", ["float"] * len(shapes))
        tensors = [example({"type": type}, shape) for type, shape in zip(types, shapes, strict=True)]
        results = several(module(*tensors))
        return module, [list(result.shape) for result in results]


def expected(kind, case):
    """The case with PyTorch's answers."""
    with FlopCounterMode(display=False) as counter:
        module, outputs = apply(kind, case, "meta")
    if sum(math.prod(shape) for shape in [*case["inputs"], *outputs]) <= CPU_LIMIT:
        _, on_cpu = apply(kind, case, "cpu")
        if on_cpu != outputs:
            raise AssertionError(f"{outputs} on the meta device, {on_cpu} on the CPU")
    learnable = {name for name, _ in module.named_parameters()}
    return {
        "attributes": case["attributes"],
        "inputs": case["inputs"],
        **({"types": case["types"]} if "types" in case else {}),
        "output": outputs[0],
        **({"others": outputs[1:]} if len(outputs) > 1 else {}),
        "weights": [
            {
                "name": weight_name(name),
                "shape": list(tensor.shape),
                **({} if name in learnable else {"buffer": True}),
                **({} if tensor.is_floating_point() else {"bool": True} if tensor.dtype == torch.bool else {"integer": True}),
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


def problems_of(fixture):
    """Where a fixture differs from PyTorch."""
    kind = fixture["kind"]
    if kind not in KINDS:
        return ["no PyTorch counterpart is known"]
    problems = []
    for case in fixture["cases"]:
        try:
            found = expected(kind, case)
        except Exception as error:
            found = f"{type(error).__name__}: {error}"
        if found != case:
            problems.append(f"ours {json.dumps(case)}, theirs {json.dumps(found)}")
    for case in fixture["rejected"]:
        if not refuses(kind, case):
            problems.append(f"{json.dumps(case)} is no error in PyTorch")
    return problems


def formatted(fixture):
    """One case a line."""

    def lines(cases):
        return ",\n".join("    " + json.dumps(case) for case in cases)

    rejected = f"[\n{lines(fixture['rejected'])}\n  ]" if fixture["rejected"] else "[]"
    return (
        "{\n"
        f'  "kind": {json.dumps(fixture["kind"])},\n'
        f'  "cases": [\n{lines(fixture["cases"])}\n  ],\n'
        f'  "rejected": {rejected}\n'
        "}\n"
    )


def write(kinds):
    """Fills in what PyTorch gives; a new case needs its attributes and input shapes only."""
    warnings.filterwarnings("ignore")
    for kind in kinds or sorted(KINDS):
        path = FOLDER / f"{kind}.json"
        fixture = json.loads(path.read_text())
        fixture["cases"] = [expected(kind, case) for case in fixture["cases"]]
        path.write_text(formatted(fixture))


if __name__ == "__main__":
    if sys.argv[1:2] == ["--write"]:
        write(sys.argv[2:])
    else:
        answer(lambda fixtures: [problems_of(fixture) for fixture in fixtures])
