"""What other tools count: runs each of them on each network.

The request: `{"networks": [{"input", "model", "auxLogits"} or {"input", "graph"}], "tools": [name]}`. The answer: for
each network `{tool: {"params", "macs", "flops"}}` with the numbers that the tool has.
"""

import contextlib
import os
import sys

os.environ["KERAS_BACKEND"] = "torch"
# DeepSpeed otherwise looks for a GPU and its driver.
os.environ["DS_ACCELERATOR"] = "cpu"

import torch
from protocol import answer
from torch_network import TorchNetwork
from torchvision_networks import build


def torchinfo(model, x):
    from torchinfo import summary

    result = summary(model, input_data=x, verbose=0, device=x.device, mode="eval")
    return {"params": result.total_params, "macs": result.total_mult_adds}


def fvcore(model, x):
    from fvcore.nn import FlopCountAnalysis, parameter_count

    analysis = FlopCountAnalysis(model, x).unsupported_ops_warnings(False).uncalled_modules_warnings(False)
    return {"params": parameter_count(model)[""], "macs": analysis.total()}


def thop(model, x):
    from thop import profile

    macs, params = profile(model, inputs=(x,), verbose=False)
    return {"params": params, "macs": macs}


def ptflops(model, x, **options):
    from ptflops import get_model_complexity_info

    macs, params = get_model_complexity_info(
        model, tuple(x.shape[1:]), as_strings=False, print_per_layer_stat=False, **options
    )
    return {"params": params, "macs": macs}


def ptflops_modules(model, x):
    return ptflops(model, x, backend="pytorch", backend_specific_config={"count_functional": False})


def deepspeed(model, x):
    from deepspeed.profiling.flops_profiler import get_model_profile

    flops, macs, params = get_model_profile(
        model, args=[x], print_profile=False, detailed=False, warm_up=0, as_string=False
    )
    return {"params": params, "macs": macs, "flops": flops}


def flop_counter(model, x):
    from torch.utils.flop_counter import FlopCounterMode

    with FlopCounterMode(display=False) as counter:
        model(x)
    return {"flops": counter.get_total_flops()}


# Most tools are content with shapes. Those that wrap functions would also count what the shapes are worked out with,
# and tracing wants numbers.
META, CPU = "meta", "cpu"
TOOLS = {
    "torch": (flop_counter, META),
    "fvcore": (fvcore, CPU),
    "torchinfo": (torchinfo, META),
    "thop": (thop, META),
    "ptflops": (lambda model, x: ptflops(model, x, backend="pytorch"), CPU),
    "ptflops-modules": (ptflops_modules, META),
    "ptflops-aten": (lambda model, x: ptflops(model, x, backend="aten"), META),
    "deepspeed": (deepspeed, CPU),
}


def whole(numbers):
    """Some tools give floats; none of these is too large to be exact."""
    result = {name: int(value) for name, value in numbers.items()}
    if any(result[name] != value for name, value in numbers.items()):
        raise ValueError(f"not whole: {numbers}")
    return result


def undotted(graph):
    """The same graph with paths that are plain names, because fvcore looks modules up by the names in a trace."""

    def name(path):
        return path.replace(".", "_")

    def node(before):
        after = before | {"path": name(before["path"]), "inputs": [name(path) for path in before["inputs"]]}
        if "sharesWeightsOf" in before:
            after["sharesWeightsOf"] = name(before["sharesWeightsOf"])
        return after

    return {"nodes": [node(before) for before in graph["nodes"]], "outputs": [name(path) for path in graph["outputs"]]}


def network(request):
    if "graph" in request:
        return TorchNetwork(undotted(request["graph"]), request["input"])
    with torch.device(META):
        return build(request)


def run(name, request):
    if name == "keras":
        from keras_network import count_params

        return {"params": count_params(request["graph"], request["input"])}
    tool, device = TOOLS[name]
    # Each tool gets a model of its own, because some leave hooks and buffers behind. Its weights are never written.
    model = network(request).eval().to_empty(device=device)
    with torch.no_grad():
        return whole(tool(model, torch.zeros(request["input"], device=device)))


def handle(request):
    with contextlib.redirect_stdout(sys.stderr):
        return [
            {name: run(name, asked) for name in request["tools"] if name != "keras" or "graph" in asked}
            for asked in request["networks"]
        ]


if __name__ == "__main__":
    answer(handle)
