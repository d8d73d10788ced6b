"""Builds a vgg-inspect graph out of real Keras layers, for the number that Keras calls the total parameters.

Keras has no padding arguments: borders are layers of their own, and pools that round up get a wider border.
"""

import math

import keras
from keras import layers

FORMAT = {"data_format": "channels_first"}


def _pair(value):
    return [value, value] if isinstance(value, int) else list(value)


def _padded(x, before, after):
    if not any(before) and not any(after):
        return x
    return layers.ZeroPadding2D(tuple(zip(before, after)), **FORMAT)(x)


def _window(x, attributes, kernel, stride):
    """The input with the borders that PyTorch's arguments mean."""
    padding = attributes.get("padding", 0)
    dilation = _pair(attributes.get("dilation", 1))
    if padding == "same":
        total = [d * (k - 1) for d, k in zip(dilation, kernel)]
        return _padded(x, [t // 2 for t in total], [t - t // 2 for t in total])
    before = [0, 0] if padding == "valid" else _pair(padding)
    after = list(before)
    if attributes.get("ceil_mode"):
        for axis in (0, 1):
            size = x.shape[2 + axis]
            reach = dilation[axis] * (kernel[axis] - 1) + 1
            span = size + 2 * before[axis] - reach
            windows = math.ceil(span / stride[axis]) + 1
            # The last window must start inside the input or its left border.
            if (windows - 1) * stride[axis] >= size + before[axis]:
                windows -= 1
            after[axis] += max(0, (windows - 1) * stride[axis] - span)
    return _padded(x, before, after)


def _conv2d(x, a):
    kernel, stride = _pair(a["kernel_size"]), _pair(a.get("stride", 1))
    return layers.Conv2D(
        a["out_channels"],
        kernel,
        stride,
        groups=a.get("groups", 1),
        dilation_rate=_pair(a.get("dilation", 1)),
        use_bias=a.get("bias", True),
        **FORMAT,
    )(_window(x, a, kernel, stride))


def _pool(layer):
    def build(x, a):
        kernel = _pair(a["kernel_size"])
        stride = _pair(a.get("stride") or kernel)
        return layer(kernel, stride, **FORMAT)(_window(x, a, kernel, stride))

    return build


def _adaptive(x, a):
    size = _pair(a["output_size"])
    if list(x.shape[2:]) == size:
        return x
    if size == [1, 1]:
        return layers.GlobalAveragePooling2D(keepdims=True, **FORMAT)(x)
    raise ValueError(f"no Keras layer pools {x.shape} to {size}")


def _batchnorm(x, a):
    if not a.get("track_running_stats", True):
        raise ValueError("Keras always keeps statistics")
    return layers.BatchNormalization(axis=1, center=a.get("affine", True), scale=a.get("affine", True))(x)


def _flatten(x, a):
    return layers.Flatten(**FORMAT)(x) if len(x.shape) > 2 else x


def _same(x, a):
    return x


ONE = {
    "conv2d": _conv2d,
    "linear": lambda x, a: layers.Dense(a["out_features"], use_bias=a.get("bias", True))(x),
    "maxpool2d": _pool(layers.MaxPooling2D),
    "avgpool2d": _pool(layers.AveragePooling2D),
    "adaptive_avgpool2d": _adaptive,
    "batchnorm2d": _batchnorm,
    "flatten": _flatten,
    "dropout": lambda x, a: layers.Dropout(a.get("p", 0.5))(x),
    # Without weights, and the shape stays.
    **{kind: _same for kind in ("relu", "relu6", "silu", "sigmoid", "tanh", "local_response_norm", "stochastic_depth")},
}
MANY = {
    "add": lambda xs, a: layers.Add()(xs),
    "mul": lambda xs, a: layers.Multiply()(xs),
    "concat": lambda xs, a: layers.Concatenate(axis=a.get("dim", 1))(xs),
}


def count_params(graph, input_shape):
    start = keras.Input(tuple(input_shape[1:]))
    values = {"@input": start}
    for node in graph["nodes"]:
        inputs = [values[path] for path in node["inputs"]]
        kind, attributes = node["kind"], node["attributes"]
        values[node["path"]] = (
            MANY[kind](inputs, attributes) if kind in MANY else ONE[kind](inputs[0], attributes)
        )
    return keras.Model(start, [values[path] for path in graph["outputs"]]).count_params()
