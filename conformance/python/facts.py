"""What a torch network is, as plain data: the graph that torch.fx traces, with shapes, weights and operation counts.

Everything runs on the meta device, which has shapes and no numbers.
"""

import inspect

import torch
import torch.nn.functional as F
from torch import fx
from torch.utils._python_dispatch import TorchDispatchMode
from torch.utils.flop_counter import FlopCounterMode

# fx keeps functions that choose another by a flag; their own name says nothing.
FUNCTION_NAMES = {F.max_pool2d: "max_pool2d"}


def describe(model, input_shape, by_modules=False):
    """The traced graph in training mode (auxiliary heads run there), the weights, and the MACs of both passes.

    By modules it is the calls of the modules that hold no others, of networks whose functions are not ours one by one.
    """
    model = model.to("meta")
    return {
        **(_modules if by_modules else _graph)(model.train(), input_shape),
        "parameters": {name: list(tensor.shape) for name, tensor in model.named_parameters()},
        "buffers": {name: list(tensor.shape) for name, tensor in model.named_buffers()},
        "inplaceSums": _inplace_sums(model.eval(), input_shape),
        "macs": _inference_macs(model.eval(), input_shape),
        "backwardMacs": _backward_macs(model.train(), input_shape),
    }


def _graph(model, input_shape):
    traced = fx.symbolic_trace(model)
    shapes = _Shapes(traced)
    shapes.run(torch.empty(input_shape, device="meta"))
    # −1 stands for the network's input.
    index = {node: -1 for node in traced.graph.nodes if node.op == "placeholder"}
    nodes = []
    for node in traced.graph.nodes:
        # What is left out: placeholders, the end, and functions that only wrap several results.
        if not node.op.startswith("call_") or node not in shapes.of:
            continue
        index[node] = len(nodes)
        nodes.append(
            {
                "path": node.target if node.op == "call_module" else None,
                "operation": _operation(traced, node),
                "inputs": [index[n] for n in _tensors(node)],
                "shape": shapes.of[node],
                "attributes": _attributes(traced, node),
            }
        )
    end = next(n for n in traced.graph.nodes if n.op == "output")
    return {"nodes": nodes, "outputs": [index[n] for n in _results(end, index)]}


def _modules(model, input_shape):
    calls = []
    hooks = [
        module.register_forward_hook(lambda _m, _i, output, path=path: calls.append({"path": path, "shape": list(output.shape)}))
        for path, module in model.named_modules()
        if not list(module.children())
    ]
    outputs = _tensors_of(model(torch.empty(input_shape, device="meta")))
    for hook in hooks:
        hook.remove()
    return {"modules": calls, "outputShapes": [list(output.shape) for output in outputs]}


def _tensors_of(outputs):
    """What a network gives: a tensor, a tuple of them or of none, or tensors by name."""
    if isinstance(outputs, torch.Tensor):
        return [outputs]
    values = outputs.values() if isinstance(outputs, dict) else outputs
    return [value for value in values if value is not None]


def _results(node, index):
    return [n for before in _tensors(node) for n in ([before] if before in index else _results(before, index))]


class _Shapes(fx.Interpreter):
    def __init__(self, traced):
        super().__init__(traced)
        self.of = {}

    def run_node(self, n):
        result = super().run_node(n)
        if isinstance(result, torch.Tensor):
            self.of[n] = list(result.shape)
        return result


def _operation(traced, node):
    if node.op == "call_module":
        return type(traced.get_submodule(node.target)).__name__
    if node.op == "call_method":
        return node.target
    return FUNCTION_NAMES.get(node.target, node.target.__name__)


def _tensors(node):
    """The nodes among the arguments in the order written, repeated ones repeated."""
    found = []
    fx.node.map_arg((node.args, node.kwargs), found.append)
    return found


def _plain(value):
    return value is None or isinstance(value, (bool, int, float, str)) or (
        isinstance(value, (tuple, list)) and all(_plain(part) for part in value)
    )


def _attributes(traced, node):
    if node.op != "call_module":
        return {key: value for key, value in _arguments(node).items() if _plain(value)}
    module = traced.get_submodule(node.target)
    attributes = {k: v for k, v in vars(module).items() if not k.startswith("_") and _plain(v)}
    if "bias" in module._parameters:
        attributes["bias"] = module.bias is not None
    return attributes


def _arguments(node):
    """By name where the function tells its names; built-in ones do not."""
    try:
        return inspect.signature(node.target).bind(*node.args, **node.kwargs).arguments
    except (TypeError, ValueError):
        return node.kwargs


def _inference_macs(model, input_shape):
    with FlopCounterMode(display=False) as counter, torch.no_grad():
        model(torch.empty(input_shape, device="meta"))
    return counter.get_total_flops() // 2


class _CountInplaceSums(TorchDispatchMode):
    """`a += b` traces like `a + b`; what runs tells them apart."""

    count = 0

    def __torch_dispatch__(self, function, types, args=(), kwargs=None):
        self.count += function is torch.ops.aten.add_.Tensor
        return function(*args, **(kwargs or {}))


def _inplace_sums(model, input_shape):
    with _CountInplaceSums() as mode, torch.no_grad():
        model(torch.empty(input_shape, device="meta"))
    return mode.count


def _backward_macs(model, input_shape):
    loss = sum(tensor.sum() for tensor in _tensors_of(model(torch.empty(input_shape, device="meta"))))
    with FlopCounterMode(display=False) as counter:
        loss.backward()
    return counter.get_total_flops() // 2

