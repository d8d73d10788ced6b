"""Builds a vgg-inspect graph out of nested torch modules, as a person who writes the same network would nest them.

A dotted path names the modules around a layer: neighboring layers below one prefix are one module, which runs them.
That decides when memory goes: a module lets a value go after its last reader, and whoever calls a module holds its
arguments until it returns.
"""

from torch import nn
from torch_network import KINDS, Modes, inputs_of, reference, several


class Block(nn.Module):
    """Layers and blocks that run one after the other; values go after their last use."""

    def __init__(self, steps, arguments, results):
        super().__init__()
        self.steps = steps
        self.arguments = arguments
        self.results = results

    def forward(self, *arguments):
        values = dict(zip(self.arguments, arguments))
        del arguments
        for step in self.steps:
            step.run(values)
        results = tuple(values[name] for name in self.results)
        return results[0] if len(results) == 1 else results


class Step:
    """One call of a module: what it reads, what it gives, and what nobody needs any more afterwards."""

    def __init__(self, module, reads, gives):
        self.module = module
        self.reads = reads
        self.gives = gives
        self.dead = ()

    def run(self, values):
        result = self.module(*(values[name] for name in self.reads))
        values.update(zip(self.gives, several(result)))
        del result
        for name in self.dead:
            del values[name]


def build(graph, shapes, results):
    """Two modules over the same layers: the network in training, and at inference without training-only layers.

    `shapes` gives the input shapes of each layer by path, `results` how many results it gives. The modules come on the default device.
    """
    layers = {}
    for node in graph["nodes"]:
        owner = node.get("sharesWeightsOf")
        layers[node["path"]] = layers[owner] if owner is not None else _layer(node, next(iter(shapes[node["path"]]), None))
    inference = [node for node in graph["nodes"] if not node.get("trainingOnly")]
    network = Modes()
    # Registered once, in order, for the optimizer.
    network.layers = nn.ModuleList(dict.fromkeys(layers.values()))
    network.set_modes(graph["nodes"], layers)
    arguments = [reference(one) for one in inputs_of(graph)]
    network.training_pass = _block(graph["nodes"], 0, layers, results, arguments, graph["outputs"])
    present = {node["path"] for node in inference}
    network.inference_pass = _block(
        inference, 0, layers, results, arguments, [name for name in graph["outputs"] if _producer(name) in present]
    )
    return network


def _layer(node, shape):
    attributes = {k: tuple(v) if isinstance(v, list) else v for k, v in node["attributes"].items()}
    return KINDS[node["kind"]](shape, attributes)


def _producer(name):
    return name.split(":")[0]


def _results(node, counts):
    """The names of all that a layer gives: `path`, `path:1`, …"""
    return [node["path"], *(f"{node['path']}:{i}" for i in range(1, counts[node["path"]]))]


def _block(nodes, depth, layers, counts, arguments, results):
    groups = _groups(nodes, depth)
    steps = []
    for i, group in enumerate(groups):
        inside = {node["path"] for node in group}
        reads = list(dict.fromkeys(path for node in group for path in node["inputs"] if _producer(path) not in inside))
        if _is_layer(group, depth):
            (node,) = group
            steps.append(Step(layers[node["path"]], node["inputs"], _results(node, counts)))
            continue
        read_later = {path for later in groups[i + 1 :] for node in later for path in node["inputs"]}
        gives = [name for node in group for name in _results(node, counts) if name in read_later or name in results]
        steps.append(Step(_block(group, depth + 1, layers, counts, reads, gives), reads, gives))
    last_use = {}
    for i, step in enumerate(steps):
        last_use.update(dict.fromkeys([*step.gives, *step.reads], i))
    position = {node["path"]: i for i, group in enumerate(groups) for node in group}
    for node in (node for group in groups for node in group if node.get("heldUntil") in position):
        # Blocks inside this one hold what they do not give out.
        for name in _results(node, counts):
            if name in last_use:
                last_use[name] = max(last_use[name], position[node["heldUntil"]])
    for name, i in last_use.items():
        if name not in results:
            steps[i].dead += (name,)
    return Block(steps, arguments, results)


def _groups(nodes, depth):
    """Runs of neighbors that share the name at this depth; a layer that ends here stands alone."""
    groups = []
    for node in nodes:
        name = node["path"].split(".")[depth]
        if groups and not _is_layer(groups[-1], depth) and not _ends(node, depth):
            if groups[-1][0]["path"].split(".")[depth] == name:
                groups[-1].append(node)
                continue
        groups.append([node])
    return groups


def _ends(node, depth):
    return node["path"].count(".") == depth


def _is_layer(group, depth):
    return len(group) == 1 and _ends(group[0], depth)
