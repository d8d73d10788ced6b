"""Records small networks as `torch.export` programs, and what PyTorch counts of them.

Weights have no numbers (the meta device): of an archive only its program is recorded, as JSON.
"""

import io
import json
import pathlib
import sys
import zipfile

import torch
from torch import nn


class Residual(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv1 = nn.Conv2d(3, 8, 3, padding=1, bias=False)
        self.bn1 = nn.BatchNorm2d(8)
        self.relu = nn.ReLU(inplace=True)
        self.conv2 = nn.Conv2d(8, 8, 3, padding=1, groups=2)
        self.pool = nn.MaxPool2d(2)
        self.drop = nn.Dropout(0.1)
        self.fc = nn.Linear(8 * 4 * 4, 10)

    def forward(self, x):
        x = self.relu(self.bn1(self.conv1(x)))
        x = self.pool(self.relu(x + self.conv2(x)))
        return self.fc(self.drop(torch.flatten(x, 1)))


class Attention(nn.Module):
    def __init__(self):
        super().__init__()
        self.qkv = nn.Linear(16, 48)
        self.norm = nn.LayerNorm(16)
        self.out = nn.Linear(16, 16)

    def forward(self, x):
        b, n, c = x.shape
        q, k, v = self.qkv(self.norm(x)).reshape(b, n, 3, 4, c // 4).permute(2, 0, 3, 1, 4).unbind(0)
        y = nn.functional.scaled_dot_product_attention(q, k, v)
        return self.out(y.transpose(1, 2).reshape(b, n, c))[:, 1:]


NETWORKS = {"residual": (Residual, (3, 8, 8)), "attention": (Attention, (6, 16))}


def record(make, shape, open_batch, training):
    with torch.device("meta"):
        module = make().train(training)
        sizes = {0: torch.export.Dim.DYNAMIC} if open_batch else None
        program = torch.export.export(module, (torch.empty(2, *shape),), dynamic_shapes=(sizes,))
    buffer = io.BytesIO()
    torch.export.save(program, buffer)
    with zipfile.ZipFile(buffer) as archive:
        (entry,) = [name for name in archive.namelist() if name.endswith("models/model.json")]
        model = json.loads(archive.read(entry))
    for node in model["graph_module"]["graph"]["nodes"]:
        node["metadata"].pop("stack_trace", None)
    return {
        "model": model,
        "params": sum(one.numel() for one in module.parameters()),
        "buffers": sum(one.numel() for one in module.buffers()),
        "output": list(module(torch.empty(2, *shape, device="meta")).shape),
    }


def all_recorded():
    return {
        f"{name}-{'open' if open_batch else 'fixed'}-{'train' if training else 'eval'}": record(
            make, shape, open_batch, training
        )
        for name, (make, shape) in NETWORKS.items()
        for open_batch in (True, False)
        for training in (True, False)
    }


if __name__ == "__main__":
    # The names of classes contain that of their module.
    import pt2_fixtures

    for title, recorded in pt2_fixtures.all_recorded().items():
        (pathlib.Path(sys.argv[1]) / f"{title}.json").write_text(json.dumps(recorded) + "\n")
