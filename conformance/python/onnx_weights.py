"""What the layers of the light networks that come with the onnx package own and give; the request lists file names.

An answer is `{layers: [{operation, output, weights}]}`: the convolutions, matrix products and batch-norms in order.
Weights that a file holds as `ConstantOfShape` count as any other.
"""

import os

import onnx
from protocol import answer

LIGHT = os.path.join(os.path.dirname(onnx.__file__), "backend", "test", "data", "light")
OWNING = {"Conv", "Gemm", "BatchNormalization"}


def describe(file):
    model = onnx.shape_inference.infer_shapes(onnx.load(os.path.join(LIGHT, file)), data_prop=True)
    graph = model.graph
    shapes = {
        value.name: [dimension.dim_value for dimension in value.type.tensor_type.shape.dim]
        for value in [*graph.input, *graph.value_info, *graph.output]
    }
    shapes |= {tensor.name: list(tensor.dims) for tensor in graph.initializer}
    return {
        "layers": [
            {
                "operation": node.op_type,
                "output": shapes[node.output[0]],
                "weights": [shapes[name] for name in node.input[1:]],
            }
            for node in graph.node
            if node.op_type in OWNING
        ]
    }


if __name__ == "__main__":
    answer(lambda files: [describe(file) for file in files])
