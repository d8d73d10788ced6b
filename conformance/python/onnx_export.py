"""Training with an exported step graph in Python's onnxruntime, as docs/onnx-training.md tells.

The request lists `{step, init, learningRate, steps}`: two files and what each step is given, tensors as base64 of
float32. An answer holds the mean loss of each step, or `error`.
"""

import numpy
import onnx
import onnxruntime
from onnx_gradients import decode
from protocol import answer


def session(path):
    onnx.checker.check_model(path, full_check=True)
    options = onnxruntime.SessionOptions()
    options.log_severity_level = 3
    return onnxruntime.InferenceSession(path, options, providers=["CPUExecutionProvider"])


def train(request):
    start = session(request["init"])
    state = dict(zip([value.name for value in start.get_outputs()], start.run(None, {})))
    step = session(request["step"])
    shapes = {value.name: value.shape for value in step.get_inputs()}
    names = [value.name for value in step.get_outputs()]
    losses = []
    for number, given in enumerate(request["steps"], 1):
        feeds = dict(state)
        feeds["images"] = decode(given["images"], shapes["images"]).numpy()
        feeds["labels"] = numpy.array(given["labels"], numpy.int64)
        for path, noise in given["noises"].items():
            feeds[f"noise/{path}"] = decode(noise["values"], noise["shape"]).numpy()
        if "learning_rate" in shapes:
            feeds["learning_rate"] = numpy.array([request["learningRate"]], numpy.float32)
        if "step" in shapes:
            feeds["step"] = numpy.array([number], numpy.int64)
        outputs = dict(zip(names, step.run(names, feeds)))
        state |= {name.removesuffix("/next"): value for name, value in outputs.items() if name.endswith("/next")}
        losses.append(float(outputs["loss_sum"]) / len(given["labels"]))
    return {"losses": losses}


def attempt(request):
    try:
        return train(request)
    except Exception as error:  # onnxruntime raises classes of its own
        return {"error": f"{type(error).__name__}: {error}"[:300]}


if __name__ == "__main__":
    answer(lambda requests: [attempt(request) for request in requests])
