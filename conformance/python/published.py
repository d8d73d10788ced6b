"""What the sources of published figures say themselves, as far as they can be installed.

The request: `{"weights": [name], "readmes": [{"package", "version", "folder" or null}], "keras": [class name]}`.
The answer: `{"weights": [{"params", "macs"}], "readmes": [text], "keras": [count]}`; a folder holds a release that is
not in this environment.
"""

import contextlib
import importlib.metadata
import os
import pathlib
import sys

os.environ["KERAS_BACKEND"] = "torch"

import torchvision_models  # noqa: F401  (makes torchvision load)
from protocol import answer
from torchvision.models import get_weight


def published(name):
    meta = get_weight(name).meta
    return {"params": str(meta["num_params"]), "macs": f"{meta['_ops']}G"}


def readme(package, version, folder):
    """The project's description of a release."""
    if folder is None:
        distribution = importlib.metadata.distribution(package)
    else:
        distribution = next(importlib.metadata.distributions(name=package, path=[folder]))
    found = distribution.version.replace("-", ".post")
    if found != version:
        raise ValueError(f"{package} is {found}, not {version}")
    metadata = distribution.metadata
    return metadata.get_payload() or metadata["Description"]


def count_params(name):
    import keras

    # Shapes are enough.
    with keras.device("meta"):
        return getattr(keras.applications, name)(weights=None).count_params()


def handle(request):
    with contextlib.redirect_stdout(sys.stderr):
        return {
            "weights": [published(name) for name in request["weights"]],
            "readmes": [readme(**asked) for asked in request["readmes"]],
            "keras": [count_params(name) for name in request["keras"]],
        }


if __name__ == "__main__":
    answer(handle)
