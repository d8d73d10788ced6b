"""AlexNet and the columns of the VGG paper, written from the papers' tables; the request lists `{network, input}`."""

import torch
from facts import describe
from protocol import answer
from torch import nn


def norm():
    """n = 5, k = 2, beta = 0.75 and alpha = 1e-4, which PyTorch divides by n."""
    return nn.LocalResponseNorm(5, alpha=5e-4, beta=0.75, k=2)


def head(features):
    return [
        nn.Flatten(),
        nn.Linear(features, 4096),
        nn.ReLU(),
        nn.Dropout(0.5),
        nn.Linear(4096, 4096),
        nn.ReLU(),
        nn.Dropout(0.5),
        nn.Linear(4096, 1000),
    ]


def alexnet():
    def pool():
        return nn.MaxPool2d(3, stride=2)

    return nn.Sequential(
        *[nn.Conv2d(3, 96, 11, stride=4), nn.ReLU(), norm(), pool()],
        *[nn.Conv2d(96, 256, 5, padding=2, groups=2), nn.ReLU(), norm(), pool()],
        *[nn.Conv2d(256, 384, 3, padding=1), nn.ReLU()],
        *[nn.Conv2d(384, 384, 3, padding=1, groups=2), nn.ReLU()],
        *[nn.Conv2d(384, 256, 3, padding=1, groups=2), nn.ReLU(), pool()],
        *head(6 * 6 * 256),
    )


def vgg(*blocks):
    """Blocks of `(kernel, channels)`, of which `lrn` may be one."""
    layers, before = [], 3
    for block in blocks:
        for entry in block:
            if entry == "lrn":
                layers.append(norm())
                continue
            kernel, channels = entry
            layers += [nn.Conv2d(before, channels, kernel, padding=kernel // 2), nn.ReLU()]
            before = channels
        layers.append(nn.MaxPool2d(2, stride=2))
    return nn.Sequential(*layers, *head(7 * 7 * 512))


def conv3(channels, times=1):
    return [(3, channels)] * times


NETWORKS = {
    "paper/alexnet": alexnet,
    "paper/vgg-a": lambda: vgg(conv3(64), conv3(128), conv3(256, 2), conv3(512, 2), conv3(512, 2)),
    "paper/vgg-a-lrn": lambda: vgg([*conv3(64), "lrn"], conv3(128), conv3(256, 2), conv3(512, 2), conv3(512, 2)),
    "paper/vgg-b": lambda: vgg(*(conv3(channels, 2) for channels in (64, 128, 256, 512, 512))),
    "paper/vgg-c": lambda: vgg(
        conv3(64, 2), conv3(128, 2), *([*conv3(channels, 2), (1, channels)] for channels in (256, 512, 512))
    ),
    "paper/vgg-d": lambda: vgg(conv3(64, 2), conv3(128, 2), conv3(256, 3), conv3(512, 3), conv3(512, 3)),
    "paper/vgg-e": lambda: vgg(conv3(64, 2), conv3(128, 2), conv3(256, 4), conv3(512, 4), conv3(512, 4)),
}


def handle(requests):
    with torch.device("meta"):
        return [describe(NETWORKS[request["network"]](), request["input"]) for request in requests]


if __name__ == "__main__":
    answer(handle)
