"""What the layers of ONNX files own and give; the request lists paths.

An answer is `{layers: [{operation, output, weights}]}`: the convolutions, matrix products and batch-norms in order.
Weights that a file holds as `ConstantOfShape` count as any other.
"""

import onnx
from protocol import answer

OWNING = {"Conv", "Gemm", "BatchNormalization"}


def describe(path):
    model = onnx.shape_inference.infer_shapes(onnx.load(path), data_prop=True)
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
    answer(lambda paths: [describe(path) for path in paths])
