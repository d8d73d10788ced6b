"""Builds a vgg-inspect graph out of real torch modules.

A graph is JSON: `{"nodes": [{path, kind, attributes, inputs, sharesWeightsOf?, trainingOnly?, frozen?, inEval?}],
"outputs": [path]}`,
nodes in topological order, `@input` the network's input, attributes by PyTorch's argument names.
"""

import functools
import operator
import pathlib
import re
from unittest import mock

import torch
from torch import nn

# Of the graphs that name none.
ONE_INPUT = [{"name": "input", "type": "float"}]


def inputs_of(graph):
    """What the graph reads: `{name, type}` of each input."""
    return graph.get("inputs", ONE_INPUT)


def reference(one):
    return f"@{one['name']}"


def example(one, shape, make=torch.zeros, **options):
    """A tensor for an input: floats as `make` gives them, integers and truth values zero."""
    types = {"int64": torch.int64, "bool": torch.bool}
    return torch.zeros(shape, dtype=types[one["type"]]) if one["type"] in types else make(shape, **options)


class Combine(nn.Module):
    """A function of two or more tensors, folded from the left, or of one and a number; in place it writes over the first."""

    def __init__(self, function, inplace_function, inplace=False, other=None):
        super().__init__()
        self.function = inplace_function if inplace else function
        self.numbers = () if other is None else (other,)

    def forward(self, *inputs):
        if len(inputs) > 1 and self.numbers:
            raise ValueError("a number beside a second tensor")
        if len(inputs) + len(self.numbers) < 2:
            raise ValueError("a sum or product of one tensor")
        return functools.reduce(self.function, (*inputs, *self.numbers))


class Concat(nn.Module):
    def __init__(self, dim=1):
        super().__init__()
        self.dim = dim

    def forward(self, *inputs):
        return torch.cat(inputs, self.dim)


class Reshape(nn.Module):
    """Keeps the batch, as `nn.Unflatten(1, shape)` does after a flatten, unless told from where on."""

    def __init__(self, shape, start_dim=1):
        super().__init__()
        self.shape = shape
        self.start_dim = start_dim

    def forward(self, x):
        if not 0 <= self.start_dim <= x.dim():
            raise IndexError("no such dimension")
        return x.reshape(*x.shape[: self.start_dim], *self.shape)


class Expand(nn.Module):
    """`expand`; with a second tensor, -1 in front is the batch of that."""

    def __init__(self, size):
        super().__init__()
        self.size = size

    def forward(self, x, like=None):
        first, *others = self.size
        return x.expand(like.shape[0] if like is not None and first == -1 else first, *others)


class Slice(nn.Module):
    """Python's slice along one dimension, which must not be empty."""

    def __init__(self, dim=0, start=None, end=None, step=1):
        super().__init__()
        self.dim = dim
        self.range = slice(start, end, step)

    def forward(self, x):
        if not -x.dim() <= self.dim < x.dim():
            raise IndexError("no such dimension")
        part = x[(slice(None),) * (self.dim % x.dim()) + (self.range,)]
        if part.shape[self.dim] == 0:
            raise ValueError("empty")
        return part


class Stack(nn.Module):
    def __init__(self, dim=0):
        super().__init__()
        self.dim = dim

    def forward(self, *inputs):
        return torch.stack(inputs, self.dim)


class Attention(nn.Module):
    """A function that is looked up when it runs, so that a check may put another in its place."""

    def __init__(self, **attributes):
        super().__init__()
        self.attributes = attributes
        # In place of its dropout.
        self.noise = None

    def forward(self, query, key, value):
        if self.noise is None:
            return nn.functional.scaled_dot_product_attention(query, key, value, **self.attributes)
        scale = self.attributes.get("scale")
        products = query @ key.mT * (query.shape[-1] ** -0.5 if scale is None else scale)
        if self.attributes.get("is_causal", False):
            hidden = torch.ones(products.shape[-2:], dtype=torch.bool).triu(1)
            products = products.masked_fill(hidden, -torch.inf)
        return self.noise(products.softmax(-1)) @ value


class MultiheadAttention(nn.MultiheadAttention):
    """`nn.MultiheadAttention` of one to three tensors, of which a missing one is the one before it."""

    def __init__(self, need_weights=True, average_attn_weights=True, **attributes):
        super().__init__(**attributes)
        self.asked = {"need_weights": need_weights, "average_attn_weights": average_attn_weights}
        # In place of its dropout.
        self.noise = None

    def forward(self, query, key=None, value=None):
        key = query if key is None else key
        value = key if value is None else value
        if self.noise is None:
            result, weights = super().forward(query, key, value, **self.asked)
            return result if weights is None else (result, weights)
        drop = lambda x, p, training=True: self.noise(x.unflatten(0, (-1, self.num_heads))).flatten(0, 1)  # noqa: E731
        with mock.patch.object(nn.functional, "dropout", drop):
            result, weights = super().forward(query, key, value, **self.asked | {"need_weights": True})
        return (result, weights) if self.asked["need_weights"] else result


class Resize(nn.Module):
    """To the size of a second tensor."""

    def __init__(self, **attributes):
        super().__init__()
        self.attributes = attributes

    def forward(self, x, like):
        if like.dim() != x.dim():
            raise ValueError("the size is that of the second tensor")
        return nn.functional.interpolate(x, size=like.shape[2:], **self.attributes)


class Function(nn.Module):
    """A function of tensors with its other arguments."""

    def __init__(self, function, **attributes):
        super().__init__()
        self.function = function
        self.attributes = attributes

    def forward(self, *inputs):
        return self.function(*inputs, **self.attributes)


class Parameter(nn.Module):
    """A learnable tensor by itself."""

    def __init__(self, shape, value=0, std=0):
        super().__init__()
        setattr(self, OWN, nn.Parameter(torch.full(shape, float(value))))

    def forward(self):
        return getattr(self, OWN)


TYPES = {"float": torch.float32, "int64": torch.int64, "bool": torch.bool}


def numbers(shape, values, **options):
    """A tensor of these numbers, of zeros where there are none."""
    made = torch.zeros(shape, **options)
    # Written in place: the numbers themselves are no tensor of the network's.
    return made if values is None else made.copy_(torch.tensor(values).reshape(shape))


class Buffer(nn.Module):
    """A tensor by itself that is not learned."""

    def __init__(self, shape, dtype="float", values=None):
        super().__init__()
        self.register_buffer(OWN, numbers(shape, values, dtype=TYPES[dtype]))

    def forward(self):
        return getattr(self, OWN)


class Constant(nn.Module):
    """A tensor that is made anew each time, of the type of the network."""

    def __init__(self, shape, dtype="float", values=None):
        super().__init__()
        self.values = shape, values
        self.like = torch.empty(0, dtype=TYPES[dtype])

    def _apply(self, move, *options):
        self.like = move(self.like)
        return super()._apply(move, *options)

    def forward(self):
        default = torch.get_default_device()
        device = self.like.device if default.type == "cpu" else default
        return numbers(*self.values, dtype=self.like.dtype, device=device)


class Roll(nn.Module):
    """One dimension after the other, as every device runs it; the meta device makes the last result alone."""

    def __init__(self, shifts, dims):
        super().__init__()
        shifts, dims = ((one,) if isinstance(one, int) else one for one in (shifts, dims))
        self.turns = list(zip(shifts, dims, strict=True))

    def forward(self, x):
        for shift, dim in self.turns:
            x = torch.roll(x, shift, dim)
        return x


class Index(nn.Module):
    """Places along a dimension."""

    def __init__(self, dim=0):
        super().__init__()
        self.dim = dim

    def forward(self, x, places):
        if not -x.dim() <= self.dim < x.dim():
            raise IndexError("no such dimension")
        return x[(slice(None),) * (self.dim % x.dim()) + (places,)]


class Einsum(nn.Module):
    """Without an ellipsis, and without sizes of 1 that are stretched."""

    def __init__(self, equation):
        super().__init__()
        self.equation = equation

    def forward(self, *inputs):
        operands = self.equation.replace(" ", "").split("->")[0].split(",")
        sizes = {}
        for letters, one in zip(operands, inputs, strict=True):
            if "." in letters or len(set(letters)) < len(letters):
                raise ValueError("not known here")
            for letter, size in zip(letters, one.shape, strict=True):
                if sizes.setdefault(letter, size) != size:
                    raise ValueError("another size")
        return torch.einsum(self.equation, *inputs)


def extreme(function, dim=None, **attributes):
    """They take an empty list for all dimensions."""
    return Function(function, dim=() if dim is None else dim, **attributes)


class Norm(Function):
    """Exponents other than 1 and 2 are not known here."""

    def __init__(self, p=2, **attributes):
        if p not in (1, 2):
            raise ValueError("another exponent")
        super().__init__(torch.norm, p=p, **attributes)


class Normalize(Norm):
    def __init__(self, **attributes):
        super().__init__(**attributes)
        self.function = nn.functional.normalize


# Modules give their tensors a name; here it is the module's own.
OWN = "own"


def weight_name(name):
    return "" if name == OWN else name


def stochastic_depth(**attributes):
    from torchvision_models import ops

    return ops.StochasticDepth(**attributes)


def swin(name):
    """What torchvision has of that name beside its Swin transformers, looked up when it is called."""

    def call(*arguments, **options):
        from torchvision_models import models

        # Its sizes must be lists.
        listed = {key: list(value) if isinstance(value, tuple) else value for key, value in options.items()}
        return getattr(models.swin_transformer, name)(*arguments, **listed)

    return call


class WindowAttention(nn.Module):
    """torchvision's attention inside windows; its tensors are this module's own, by the same names.

    The second version is given its numbers for the relative positions, which its own layers do not make.
    """

    def __init__(self, name, **options):
        super().__init__()
        if min(options["shift_size"]) < 0 or min(options["window_size"]) < 1:
            raise ValueError("no such windows")
        module = swin(name)(**options)
        self.__dict__["module"] = module
        if hasattr(module, "cpb_mlp"):
            self.positions = [1, *(2 * side - 1 for side in module.window_size), module.num_heads]
            del module.cpb_mlp, module.relative_coords_table
        for kept in ("_parameters", "_buffers", "_modules"):
            self.__dict__[kept] = module.__dict__[kept]
        # In place of its dropouts.
        self.noises = []

    def train(self, mode=True):
        self.module.train(mode)
        return super().train(mode)

    def forward(self, x, positions=None):
        if positions is None:
            return self.attend(x)
        if list(positions.shape) != self.positions:
            raise ValueError("other positions")
        self.module.cpb_mlp = lambda _: positions
        self.module.relative_coords_table = None
        try:
            return self.attend(x)
        finally:
            del self.module.cpb_mlp, self.module.relative_coords_table

    def attend(self, x):
        if not self.noises:
            return self.module(x)
        noises = iter(self.noises)
        drop = lambda y, p, training=True: next(noises)(y) if p > 0 else y  # noqa: E731
        with mock.patch.object(nn.functional, "dropout", drop):
            return self.module(x)


def sequences_only(module):
    """Sequences come in batches."""

    def make(**attributes):
        made = module(**attributes)
        made.register_forward_pre_hook(_refuse_other_than_batches)
        return made

    return make


def _refuse_other_than_batches(_, inputs):
    if inputs[0].dim() != 3:
        raise ValueError("no batch of sequences")


def _derived(module, **from_shape):
    """A constructor that fills in what the graph leaves out, from the shape that comes in."""
    return lambda shape, attributes: module(**{k: f(shape) for k, f in from_shape.items()} | attributes)


def _plain(module):
    return lambda shape, attributes: module(**attributes)


def channels(shape):
    return shape[1]


def features(shape):
    return shape[-1]


def _documented():
    """The class or function that docs/layers.md gives for each kind: `| `relu` | `nn.ReLU` | …`; kinds of a row in its order."""
    docs = pathlib.Path(__file__).parents[2] / "docs" / "layers.md"
    rows = re.findall(r"^\| ((?:`\w+`,? )+)\| ((?:`(?:nn|torch)\.\w+`,? )+)\|", docs.read_text(), re.MULTILINE)
    return {
        kind: _plain(getattr(nn, name) if room == "nn" else functools.partial(Function, getattr(torch, name)))
        for kinds, names in rows
        for kind, (room, name) in zip(re.findall(r"\w+", kinds), re.findall(r"(nn|torch)\.(\w+)", names), strict=True)
    }


def _each_rank(kind, name, **from_shape):
    """A kind of one, two and three dimensions."""
    return {f"{kind}{rank}d": _derived(getattr(nn, f"{name}{rank}d"), **from_shape) for rank in (1, 2, 3)}


def upsample(shape, attributes):
    """Two equal numbers stand for one, whatever the number of axes."""

    def simple(value):
        return value[0] if isinstance(value, tuple) and len(set(value)) == 1 else value

    given = {name: simple(value) for name, value in attributes.items() if value is not None}
    # The module itself, which tools know by its class.
    return (nn.Upsample if {"size", "scale_factor"} & given.keys() else Resize)(**given)


# Every layer kind: (shape of the first input, attributes) -> module. Named here are those for which PyTorch needs more
# than the arguments that the graph gives.
KINDS = {
    **_documented(),
    **_each_rank("conv", "Conv", in_channels=channels),
    **_each_rank("convtranspose", "ConvTranspose", in_channels=channels),
    **_each_rank("batchnorm", "BatchNorm", num_features=channels),
    **_each_rank("instancenorm", "InstanceNorm", num_features=channels),
    "upsample": upsample,
    "linear": _derived(nn.Linear, in_features=features),
    **{kind: _derived(sequences_only(getattr(nn, kind.upper())), input_size=features) for kind in ("rnn", "lstm", "gru")},
    "groupnorm": _derived(nn.GroupNorm, num_channels=channels),
    "layernorm": _derived(nn.LayerNorm, normalized_shape=features),
    "rms_norm": _derived(nn.RMSNorm, normalized_shape=features),
    "stochastic_depth": _plain(stochastic_depth),
    "reshape": _plain(Reshape),
    "add": _plain(functools.partial(Combine, operator.add, operator.iadd)),
    "mul": _plain(functools.partial(Combine, operator.mul, operator.imul)),
    "concat": _plain(Concat),
    "stack": _plain(Stack),
    "scaled_dot_product_attention": _plain(Attention),
    "multihead_attention": _plain(MultiheadAttention),
    "expand": _plain(Expand),
    "slice": _plain(Slice),
    "squeeze": lambda shape, attributes: Function(torch.squeeze, **{k: v for k, v in attributes.items() if v is not None}),
    # Without dimensions they take no `keepdim`, unless told that there are none.
    "mean": _plain(functools.partial(Function, torch.mean, **{"dim": None})),
    "sum": _plain(functools.partial(Function, torch.sum, **{"dim": None})),
    "amax": _plain(functools.partial(extreme, torch.amax)),
    "amin": _plain(functools.partial(extreme, torch.amin)),
    "var": _plain(functools.partial(Function, torch.var, **{"dim": None})),
    "std": _plain(functools.partial(Function, torch.std, **{"dim": None})),
    "einsum": _plain(Einsum),
    "norm": _plain(Norm),
    "normalize": _plain(Normalize),
    # Looked up when it runs, so that a check may put another in its place.
    "one_hot": _plain(functools.partial(Function, lambda places, **options: nn.functional.one_hot(places, **options))),
    "parameter": _plain(Parameter),
    "buffer": _plain(Buffer),
    "constant": _plain(Constant),
    "shifted_window_attention": _derived(functools.partial(WindowAttention, "ShiftedWindowAttention"), dim=features),
    "shifted_window_attention_v2": _derived(functools.partial(WindowAttention, "ShiftedWindowAttentionV2"), dim=features),
    "patch_merging_pad": _plain(functools.partial(Function, swin("_patch_merging_pad"))),
    "contiguous": _plain(functools.partial(Function, torch.Tensor.contiguous)),
    "index": _plain(Index),
    "roll": _plain(Roll),
    "masked_fill": lambda _, attributes: Function(torch.masked_fill, value=float(attributes["value"])),
    "grid_sample": _plain(functools.partial(Function, nn.functional.grid_sample)),
    "pad": _plain(functools.partial(Function, nn.functional.pad)),
}


def several(result):
    """All tensors that a layer gives, those of tuples in tuples one after the other."""
    if not isinstance(result, (tuple, list)):
        return (result,)
    return tuple(tensor for one in result for tensor in several(one))


def named_results(path, result):
    """What a layer gives by the names that others know it by: `path`, `path:1`, …"""
    return {f"{path}:{i}" if i else path: one for i, one in enumerate(several(result))}


class Modes(nn.Module):
    """Frozen layers do not learn, and some stay in `eval()` while the network trains."""

    def set_modes(self, nodes, members):
        self.kept_in_eval = {members[node["path"]] for node in nodes if node.get("inEval")}
        for node in nodes:
            if node.get("frozen"):
                members[node["path"]].requires_grad_(False)

    def train(self, mode=True):
        super().train(mode)
        for module in self.kept_in_eval:
            module.eval()
        return self


class TorchNetwork(Modes):
    """The graph as a module. Tensors are let go after their last use, as in code that a person writes."""

    def __init__(self, graph, *input_shapes, device="meta"):
        """Builds and runs layer by layer, so that torch's own shapes decide; raises what torch raises."""
        super().__init__()
        self.graph_nodes = graph["nodes"]
        self.inputs = inputs_of(graph)
        self.outputs = graph["outputs"]
        self.shapes = {}
        self.members = {}
        self._last_use = {path: i for i, node in enumerate(self.graph_nodes) for path in node["inputs"]}
        with torch.device(device), torch.no_grad():
            values = {reference(one): example(one, shape) for one, shape in zip(self.inputs, input_shapes, strict=True)}
            for node in self.graph_nodes:
                inputs = [values[path] for path in node["inputs"]]
                module = self._member(node, inputs[0].shape if inputs else None).eval()
                # In-place layers must not reach a tensor that another branch still reads.
                result = module(*(tensor.clone() for tensor in inputs))
                values.update(named_results(node["path"], result))
                self.shapes[node["path"]] = [list(one.shape) for one in several(result)]
        self.set_modes(self.graph_nodes, self.members)
        self.train()

    def _member(self, node, shape):
        path, owner = node["path"], node.get("sharesWeightsOf")
        if owner is not None:
            self.members[path] = self.members[owner]
        else:
            attributes = {k: tuple(v) if isinstance(v, list) else v for k, v in node["attributes"].items()}
            self.members[path] = KINDS[node["kind"]](shape, attributes)
            # Paths have dots, which module names must not have.
            self.add_module(path.replace(".", "/"), self.members[path])
        return self.members[path]

    def forward(self, *inputs):
        values = dict(zip(map(reference, self.inputs), inputs, strict=True))
        del inputs
        for i, node in enumerate(self.graph_nodes):
            if node.get("trainingOnly") and not self.training:
                continue
            values.update(named_results(node["path"], self.members[node["path"]](*(values[path] for path in node["inputs"]))))
            for path in set(node["inputs"]):
                if self._last_use[path] == i and path not in self.outputs:
                    del values[path]
        results = [values[path] for path in self.outputs if path in values]
        return results[0] if len(results) == 1 else tuple(results)

    def tensor(self, name):
        """A parameter or buffer by its name in the network: the layer's path, and behind a dot its own."""
        if name in self.members:
            return getattr(self.members[name], OWN)
        path = max((path for path in self.members if name.startswith(f"{path}.")), key=len)
        module, own = name[len(path) + 1 :].rpartition(".")[::2]
        return getattr(self.members[path].get_submodule(module), own)

    def weights_of(self, path):
        """Parameters and buffers of one layer: `{name: shape}` of each."""
        module = self.members[path]
        return [
            {weight_name(name): list(tensor.shape) for name, tensor in tensors}
            for tensors in (module.named_parameters(), module.named_buffers())
        ]
