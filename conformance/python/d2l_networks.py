"""The networks of *Dive into Deep Learning* 0.17 (chapters 6 and 7) as its PyTorch text defines them.

The request lists `{network, input}`; the answer describes each.
"""

import torch
import torch.nn.functional as F
from facts import describe
from protocol import answer
from torch import nn


def lenet():
    return nn.Sequential(
        nn.Conv2d(1, 6, kernel_size=5, padding=2),
        nn.Sigmoid(),
        nn.AvgPool2d(kernel_size=2, stride=2),
        nn.Conv2d(6, 16, kernel_size=5),
        nn.Sigmoid(),
        nn.AvgPool2d(kernel_size=2, stride=2),
        nn.Flatten(),
        nn.Linear(16 * 5 * 5, 120),
        nn.Sigmoid(),
        nn.Linear(120, 84),
        nn.Sigmoid(),
        nn.Linear(84, 10),
    )


def head(features):
    return [
        nn.Flatten(),
        nn.Linear(features, 4096),
        nn.ReLU(),
        nn.Dropout(0.5),
        nn.Linear(4096, 4096),
        nn.ReLU(),
        nn.Dropout(0.5),
        nn.Linear(4096, 10),
    ]


def alexnet():
    return nn.Sequential(
        nn.Conv2d(1, 96, kernel_size=11, stride=4, padding=1),
        nn.ReLU(),
        nn.MaxPool2d(kernel_size=3, stride=2),
        nn.Conv2d(96, 256, kernel_size=5, padding=2),
        nn.ReLU(),
        nn.MaxPool2d(kernel_size=3, stride=2),
        nn.Conv2d(256, 384, kernel_size=3, padding=1),
        nn.ReLU(),
        nn.Conv2d(384, 384, kernel_size=3, padding=1),
        nn.ReLU(),
        nn.Conv2d(384, 256, kernel_size=3, padding=1),
        nn.ReLU(),
        nn.MaxPool2d(kernel_size=3, stride=2),
        *head(6400),
    )


def vgg_block(convs, in_channels, out_channels, pointwise_from):
    layers = []
    for _ in range(convs):
        layers += [nn.Conv2d(in_channels, out_channels, kernel_size=3, padding=1), nn.ReLU()]
        in_channels = out_channels
    if out_channels >= pointwise_from:
        layers += [nn.Conv2d(out_channels, out_channels, kernel_size=1), nn.ReLU()]
    return nn.Sequential(*layers, nn.MaxPool2d(kernel_size=2, stride=2))


def vgg(conv_arch, pointwise_from=float("inf")):
    blocks, in_channels = [], 1
    for convs, out_channels in conv_arch:
        blocks.append(vgg_block(convs, in_channels, out_channels, pointwise_from))
        in_channels = out_channels
    return nn.Sequential(*blocks, *head(in_channels * 7 * 7))


def nin_block(in_channels, out_channels, kernel_size, stride, padding):
    return nn.Sequential(
        nn.Conv2d(in_channels, out_channels, kernel_size, stride, padding),
        nn.ReLU(),
        nn.Conv2d(out_channels, out_channels, kernel_size=1),
        nn.ReLU(),
        nn.Conv2d(out_channels, out_channels, kernel_size=1),
        nn.ReLU(),
    )


def nin():
    return nn.Sequential(
        nin_block(1, 96, 11, 4, 0),
        nn.MaxPool2d(3, stride=2),
        nin_block(96, 256, 5, 1, 2),
        nn.MaxPool2d(3, stride=2),
        nin_block(256, 384, 3, 1, 1),
        nn.MaxPool2d(3, stride=2),
        nn.Dropout(0.5),
        nin_block(384, 10, 3, 1, 1),
        nn.AdaptiveAvgPool2d((1, 1)),
        nn.Flatten(),
    )


class Inception(nn.Module):
    def __init__(self, in_channels, c1, c2, c3, c4):
        super().__init__()
        self.p1_1 = nn.Conv2d(in_channels, c1, kernel_size=1)
        self.p2_1 = nn.Conv2d(in_channels, c2[0], kernel_size=1)
        self.p2_2 = nn.Conv2d(c2[0], c2[1], kernel_size=3, padding=1)
        self.p3_1 = nn.Conv2d(in_channels, c3[0], kernel_size=1)
        self.p3_2 = nn.Conv2d(c3[0], c3[1], kernel_size=5, padding=2)
        self.p4_1 = nn.MaxPool2d(kernel_size=3, stride=1, padding=1)
        self.p4_2 = nn.Conv2d(in_channels, c4, kernel_size=1)

    def forward(self, x):
        p1 = F.relu(self.p1_1(x))
        p2 = F.relu(self.p2_2(F.relu(self.p2_1(x))))
        p3 = F.relu(self.p3_2(F.relu(self.p3_1(x))))
        p4 = F.relu(self.p4_2(self.p4_1(x)))
        return torch.cat((p1, p2, p3, p4), dim=1)


def halving_pool():
    return nn.MaxPool2d(kernel_size=3, stride=2, padding=1)


def googlenet():
    return nn.Sequential(
        nn.Sequential(nn.Conv2d(1, 64, kernel_size=7, stride=2, padding=3), nn.ReLU(), halving_pool()),
        nn.Sequential(
            nn.Conv2d(64, 64, kernel_size=1),
            nn.ReLU(),
            nn.Conv2d(64, 192, kernel_size=3, padding=1),
            nn.ReLU(),
            halving_pool(),
        ),
        nn.Sequential(
            Inception(192, 64, (96, 128), (16, 32), 32),
            Inception(256, 128, (128, 192), (32, 96), 64),
            halving_pool(),
        ),
        nn.Sequential(
            Inception(480, 192, (96, 208), (16, 48), 64),
            Inception(512, 160, (112, 224), (24, 64), 64),
            Inception(512, 128, (128, 256), (24, 64), 64),
            Inception(512, 112, (144, 288), (32, 64), 64),
            Inception(528, 256, (160, 320), (32, 128), 128),
            halving_pool(),
        ),
        nn.Sequential(
            Inception(832, 256, (160, 320), (32, 128), 128),
            Inception(832, 384, (192, 384), (48, 128), 128),
            nn.AdaptiveAvgPool2d((1, 1)),
            nn.Flatten(),
        ),
        nn.Linear(1024, 10),
    )


class Residual(nn.Module):
    def __init__(self, in_channels, channels, use_1x1conv=False, strides=1):
        super().__init__()
        self.conv1 = nn.Conv2d(in_channels, channels, kernel_size=3, padding=1, stride=strides)
        self.conv2 = nn.Conv2d(channels, channels, kernel_size=3, padding=1)
        self.conv3 = nn.Conv2d(in_channels, channels, kernel_size=1, stride=strides) if use_1x1conv else None
        self.bn1 = nn.BatchNorm2d(channels)
        self.bn2 = nn.BatchNorm2d(channels)

    def forward(self, x):
        y = F.relu(self.bn1(self.conv1(x)))
        y = self.bn2(self.conv2(y))
        if self.conv3 is not None:
            x = self.conv3(x)
        y += x
        return F.relu(y)


def stem():
    return [
        nn.Conv2d(1, 64, kernel_size=7, stride=2, padding=3),
        nn.BatchNorm2d(64),
        nn.ReLU(),
        halving_pool(),
    ]


def resnet18():
    blocks = [Residual(64, 64), Residual(64, 64)]
    for channels in (128, 256, 512):
        blocks += [Residual(channels // 2, channels, use_1x1conv=True, strides=2), Residual(channels, channels)]
    return nn.Sequential(*stem(), *blocks, nn.AdaptiveAvgPool2d((1, 1)), nn.Flatten(), nn.Linear(512, 10))


class DenseBlock(nn.Module):
    def __init__(self, convs, in_channels, growth):
        super().__init__()
        self.net = nn.Sequential(
            *(
                nn.Sequential(
                    nn.BatchNorm2d(in_channels + i * growth),
                    nn.ReLU(),
                    nn.Conv2d(in_channels + i * growth, growth, kernel_size=3, padding=1),
                )
                for i in range(convs)
            )
        )

    def forward(self, x):
        for block in self.net:
            x = torch.cat((x, block(x)), dim=1)
        return x


def transition_block(in_channels, out_channels):
    return [
        nn.BatchNorm2d(in_channels),
        nn.ReLU(),
        nn.Conv2d(in_channels, out_channels, kernel_size=1),
        nn.AvgPool2d(kernel_size=2, stride=2),
    ]


def densenet():
    channels, growth, blocks = 64, 32, []
    for i in range(4):
        blocks.append(DenseBlock(4, channels, growth))
        channels += 4 * growth
        if i < 3:
            blocks += transition_block(channels, channels // 2)
            channels //= 2
    return nn.Sequential(
        *stem(),
        *blocks,
        nn.BatchNorm2d(channels),
        nn.ReLU(),
        nn.AdaptiveAvgPool2d((1, 1)),
        nn.Flatten(),
        nn.Linear(channels, 10),
    )


NETWORKS = {
    "lenet": lenet,
    "alexnet": alexnet,
    "vgg11": lambda: vgg([(1, 64), (1, 128), (2, 256), (2, 512), (2, 512)]),
    "vgg13": lambda: vgg([(2, 64), (2, 128), (2, 256), (2, 512), (2, 512)]),
    "vgg16": lambda: vgg([(2, 64), (2, 128), (3, 256), (3, 512), (3, 512)]),
    "vgg19": lambda: vgg([(2, 64), (2, 128), (4, 256), (4, 512), (4, 512)]),
    "vgg16-1x1": lambda: vgg([(2, 64), (2, 128), (2, 256), (2, 512), (2, 512)], pointwise_from=256),
    "vgg11/4": lambda: vgg([(1, 16), (1, 32), (2, 64), (2, 128), (2, 128)]),
    "vgg16-1x1 divided first": lambda: vgg([(2, 16), (2, 32), (2, 64), (2, 128), (2, 128)], pointwise_from=256),
    "nin": nin,
    "googlenet": googlenet,
    "resnet18": resnet18,
    "densenet": densenet,
}


def handle(requests):
    with torch.device("meta"):
        return [describe(NETWORKS[request["network"]](), request["input"]) for request in requests]


if __name__ == "__main__":
    answer(handle)
