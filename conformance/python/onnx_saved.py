"""Saved networks in Python's onnxruntime and in torch.

The request lists `{file, graph, input, weights, images}`, tensors as base64 of float32, `input` with the batch of
`images`. An answer holds the scores of the file and torch's, in float64 and in inference mode, as base64 of float64,
and the operators' domains; or `error`.
"""

import onnx
import onnxruntime
import torch
from onnx_gradients import decode, encode
from protocol import answer
from torch_network import TorchNetwork


def torch_scores(request, images):
    network = TorchNetwork(request["graph"], request["input"], device="cpu")
    for name, text in request["weights"].items():
        tensor = network.tensor(name)
        with torch.no_grad():
            tensor.copy_(decode(text, tensor.shape))
    network.double().eval()
    with torch.no_grad():
        return network(images.double())


def handle(request):
    try:
        onnx.checker.check_model(request["file"], full_check=True)
        domains = sorted({node.domain for node in onnx.load(request["file"]).graph.node})
        session = onnxruntime.InferenceSession(request["file"], providers=["CPUExecutionProvider"])
        images = decode(request["images"], request["input"])
        (scores,) = session.run(["scores"], {"images": images.numpy()})
        return {
            "file": encode(torch.from_numpy(scores)),
            "torch": encode(torch_scores(request, images)),
            "domains": domains,
        }
    except Exception as error:  # onnxruntime raises classes of its own
        return {"error": f"{type(error).__name__}: {error}"[:300]}


if __name__ == "__main__":
    answer(lambda requests: [handle(request) for request in requests])
