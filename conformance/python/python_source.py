"""What PyTorch makes of the programs in fixtures/torch: counts, the shape of every leaf module in order, the output."""

import contextlib
import io
import json
import re
import sys
import sysconfig
from pathlib import Path

import torch
from torch import nn
from torch.utils.flop_counter import FlopCounterMode


def facts(path: Path) -> dict:
    # Lines that only a notebook understands, and packages of plots.
    text = re.sub(r"^[ \t]*[!%].*$", "", path.read_text(), flags=re.M)
    text = re.sub(r"^import matplotlib.*$|^plt\..*$", "", text, flags=re.M)
    names = {"__name__": "__main__"}
    printed = io.StringIO()
    fed = []
    hook = nn.modules.module.register_module_forward_pre_hook(lambda m, args: fed.append((m, args)))
    with contextlib.redirect_stdout(printed):
        exec(compile(text, path.name, "exec"), names)
    hook.remove()
    net = names.get("net") or names.get("model") or names["make_net"]()
    own = [args for m, args in fed if m is net]
    inputs = own[0] if own else fed[0][1] if fed else (torch.zeros(1, 3, 64, 64),)
    shapes = []
    for name, module in net.named_modules():
        if not list(module.children()) and name:
            module.register_forward_hook(
                lambda m, _, out, name=name: shapes.append(
                    [name, list((out[0] if isinstance(out, tuple) else out).shape)]
                )
            )
    net.eval()
    batch = [torch.cat([x[:1]] * 2) for x in inputs]
    with torch.no_grad():
        out = net(*batch)
    counts = {
        "params": sum(p.numel() for p in net.parameters()),
        "trainableParams": sum(p.numel() for p in net.parameters() if p.requires_grad),
        "buffers": sum(b.numel() for b in net.buffers()),
    }
    # It loses what parameters are tied.
    meta = net.to("meta")
    with FlopCounterMode(display=False) as counter, torch.no_grad():
        # Fused attention would hide its products.
        with torch.nn.attention.sdpa_kernel(torch.nn.attention.SDPBackend.MATH):
            meta.train()(*[x.to("meta") for x in batch])
    return {
        "input": [list(x.shape) for x in batch],
        **counts,
        "macs": counter.get_total_flops() // 2,
        "output": list(out.shape),
        "leaves": shapes,
        "printed": printed.getvalue(),
    }


if __name__ == "__main__":
    folder = Path(__file__).parents[2] / "fixtures/torch"
    programs = {path.stem: facts(path) for path in sorted(folder.glob("*.py"))}
    if "--write" in sys.argv:
        (folder / "facts.json").write_text(json.dumps(programs, indent=1) + "\n")
    else:
        print(json.dumps({"programs": programs, "packages": sysconfig.get_paths()["purelib"]}))
