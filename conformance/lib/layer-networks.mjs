import { onlyInput } from '../../dist/graph/graph.js';
import { GraphBuilder } from '../../dist/graph/builder.js';
import { resolve } from '../../dist/graph/resolve.js';
import { layerKind, layerKinds } from '../../dist/layers/registry.js';
import { KEEPS_RESULT } from './random-trainable.mjs';
import { only } from './only.mjs';
import { present } from './present.mjs';

/**
 * @import { AddOptions } from '../../dist/graph/builder.js'
 */

/**
 * Adds a layer and returns its path: after the one before it, unless `from` names others.
 * @typedef {object} Net
 * @property {(path: string, kind: string, attributes: object, from?: readonly string[], options?: AddOptions) => string} add
 */

/**
 * A layer's kind and attributes, or what draws several after the one called `x`.
 * @typedef {[kind: string, attributes: object] | ((net: Net, x: string) => unknown)} Middle
 */

/** Sizes that are no multiples of each other or of a block, so that no two tensors are easily mistaken. */
const IMAGE = /** @type {const} */ ([5, 14, 11]);
const INPUTS = { 1: [3, 5, 150], 2: [3, ...IMAGE], 3: [3, 5, 6, 7, 5] };
const CHANNELS = 8;

/** @typedef {1 | 2 | 3} Rank */

/**
 * What stands in the middle of a small network, after a convolution that gives 3×8×14×11.
 * @type {Readonly<Record<string, Middle>>}
 */
const MIDDLES = {
  conv2d: ['conv2d', { out_channels: 12, kernel_size: 3 }],
  'conv2d without bias, strided, grouped': [
    'conv2d',
    { out_channels: 12, kernel_size: 3, stride: 2, groups: 4, bias: false },
  ],
  'conv2d, padded unevenly': ['conv2d', { out_channels: 7, kernel_size: [2, 4], padding: 'same' }],
  'conv2d with shared weights': (net) => {
    const first = net.add('a', 'conv2d', { out_channels: CHANNELS, kernel_size: 3, padding: 1 });
    net.add('b', 'conv2d', { out_channels: CHANNELS, kernel_size: 3, padding: 1 }, [first], {
      sharesWeightsOf: first,
    });
  },
  convtranspose2d: ['convtranspose2d', { out_channels: 6, kernel_size: 2, stride: 2 }],
  'convtranspose2d without bias': ['convtranspose2d', { out_channels: 6, kernel_size: 3, bias: false }],
  'linear of an image': ['linear', { out_features: 13 }],
  'linear of an image without bias': ['linear', { out_features: 13, bias: false }],
  'linear of features': (net) => {
    net.add('flat', 'flatten', {});
    net.add('wide', 'linear', { out_features: 200 });
  },
  'linear of features without bias': (net) => {
    net.add('flat', 'flatten', {});
    net.add('wide', 'linear', { out_features: 200, bias: false });
  },
  'linear of rows': (net) => {
    net.add('flat', 'flatten', { start_dim: 2 });
    net.add('wide', 'linear', { out_features: 60 });
  },
  ...activations(),
  'relu in place on what another branch reads': (net, x) =>
    net.add('sum', 'add', {}, [conv(net, net.add('act', 'relu', { inplace: true })), x]),
  'sum in place onto features': (net, x) => {
    const flat = net.add('flat', 'flatten', {});
    const other = net.add('other', 'flatten', {}, [net.add('a', 'tanh', {}, [x])]);
    net.add('sum', 'add', { inplace: true }, [flat, other]);
  },
  'product in place onto features': (net, x) => {
    const flat = net.add('flat', 'flatten', {});
    const other = net.add('other', 'flatten', {}, [net.add('a', 'upsample', { size: [14, 11] }, [x])]);
    net.add('product', 'mul', { inplace: true }, [flat, other]);
  },
  ...Object.fromEntries(
    ['exp', 'log', 'sqrt', 'rsqrt', 'reciprocal', 'sin', 'cos', 'erf', 'abs', 'neg'].map((kind) => [
      kind,
      /** @type {Middle} */ ([kind, {}]),
    ]),
  ),
  'pow, the square': ['pow', { exponent: 2 }],
  'pow, one over the root': ['pow', { exponent: -0.5 }],
  'pow of nothing': ['pow', { exponent: 0 }],
  rsub: ['rsub', { other: 1 }],
  clamp: ['clamp', { min: -0.5, max: 0.5 }],
  'clamp, from above': ['clamp', { max: 0.5 }],
  ...Object.fromEntries(
    ['add', 'mul', 'sub', 'div'].map((kind) => [
      `${kind} of a number`,
      /** @type {Middle} */ ([kind, { other: 3 }]),
    ]),
  ),
  where: (net, x) =>
    net.add('chosen', 'where', {}, [
      net.add('mask', 'constant', { shape: [14, 11], dtype: 'bool', values: everyThird(14 * 11) }, []),
      net.add('a', 'tanh', {}, [x]),
      x,
    ]),
  'where, both stretched': (net, x) => {
    const mask = net.add('mask', 'buffer', { shape: [CHANNELS, 1, 11], dtype: 'bool' }, []);
    const row = net.add('row', 'adaptive_avgpool2d', { output_size: [1, 11] }, [x]);
    const all = net.add('all', 'parameter', { shape: [14, 1], std: 1 }, []);
    net.add('chosen', 'where', {}, [mask, row, all]);
  },
  masked_fill: (net, x) => {
    const mask = net.add(
      'mask',
      'buffer',
      { shape: [14, 11], dtype: 'bool', values: everyThird(14 * 11) },
      [],
    );
    net.add('filled', 'masked_fill', { value: -1 }, [x, mask]);
  },
  'masked_fill, stretched': (net, x) => {
    const mask = net.add('mask', 'constant', { shape: [14, 11], dtype: 'bool' }, []);
    const row = net.add('row', 'adaptive_avgpool2d', { output_size: [1, 11] }, [x]);
    net.add('filled', 'masked_fill', { value: 0.5 }, [row, mask]);
  },
  'add of a number in place': (net, x) => net.add('sum', 'add', { other: 2, inplace: true }, [conv(net, x)]),
  'mul of a number in place': (net, x) =>
    net.add('product', 'mul', { other: 2, inplace: true }, [conv(net, x)]),
  'mul of a number, permuted': (net) => {
    net.add('last', 'permute', { dims: [0, 2, 3, 1] });
    net.add('product', 'mul', { other: 2 });
  },
  matmul: (net, x) => net.add('m', 'matmul', {}, [x, net.add('t', 'transpose', { dim0: 2, dim1: 3 }, [x])]),
  'matmul by a parameter': (net, x) =>
    net.add('m', 'matmul', {}, [x, net.add('p', 'parameter', { shape: [11, 9], std: 1 }, [])]),
  'matmul of a parameter': (net, x) =>
    net.add('m', 'matmul', {}, [net.add('p', 'parameter', { shape: [9, 14], std: 1 }, []), x]),
  'matmul of rows that lie apart by a parameter': (net, x) => {
    const turned = net.add('t', 'transpose', { dim0: 1, dim1: 3 }, [x]);
    net.add('m', 'matmul', {}, [turned, net.add('p', 'parameter', { shape: [CHANNELS, 9], std: 1 }, [])]);
  },
  'matmul by a matrix for each image': (net, x) => {
    const mean = net.add('mean', 'mean', { dim: 1, keepdim: true }, [x]);
    net.add('m', 'matmul', {}, [x, net.add('t', 'transpose', { dim0: 2, dim1: 3 }, [mean])]);
  },
  'matmul by a vector': (net, x) =>
    net.add('m', 'matmul', {}, [x, net.add('p', 'parameter', { shape: [11], std: 1 }, [])]),
  'matmul of heads': (net, x) => {
    const parts = net.add('rows', 'reshape', { shape: [2, 4, 154] }, [x]);
    const q = net.add('q', 'mul', { other: 0.5 }, [
      net.add('qt', 'transpose', { dim0: 2, dim1: 3 }, [parts]),
    ]);
    const products = net.add('qk', 'matmul', {}, [q, net.add('k', 'tanh', {}, [parts])]);
    const soft = net.add('soft', 'softmax', { dim: -1 }, [products]);
    const v = net.add('v', 'transpose', { dim0: 2, dim1: 3 }, [parts]);
    const mixed = net.add('sv', 'matmul', {}, [soft, v]);
    net.add('back', 'transpose', { dim0: 1, dim1: 2 }, [mixed]);
    net.add('flat', 'reshape', { shape: [154, CHANNELS] });
    net.add('out', 'linear', { out_features: 6 });
  },
  'einsum of heads': (net, x) => {
    const rows = net.add('rows', 'reshape', { shape: [154, 2, 4] }, [x]);
    const products = net.add('products', 'einsum', { equation: 'bqhc,bkhc->bhqk' }, [
      rows,
      net.add('keys', 'tanh', {}, [rows]),
    ]);
    const soft = net.add('soft', 'softmax', { dim: -1 }, [products]);
    net.add('mixed', 'einsum', { equation: 'bhqk,bkhc->bqhc' }, [soft, rows]);
  },
  'einsum by a parameter': (net, x) =>
    net.add('mixed', 'einsum', { equation: 'bchw,oc->bohw' }, [
      x,
      net.add('p', 'parameter', { shape: [9, CHANNELS], std: 1 }, []),
    ]),
  'einsum by a parameter in front': (net, x) =>
    net.add('mixed', 'einsum', { equation: 'co,bchw->bohw' }, [
      net.add('p', 'parameter', { shape: [CHANNELS, 9], std: 1 }, []),
      x,
    ]),
  'einsum with a matrix for each row': (net, x) =>
    net.add('mixed', 'einsum', { equation: 'bchw,hwk->bhck' }, [
      x,
      net.add('p', 'parameter', { shape: [14, 11, 5], std: 1 }, []),
    ]),
  'einsum without a sum': (net, x) =>
    net.add('outer', 'einsum', { equation: 'bchw,h->bhcw' }, [
      x,
      net.add('p', 'parameter', { shape: [14], std: 1 }, []),
    ]),
  'einsum that adds up first': (net, x) =>
    net.add('mixed', 'einsum', { equation: 'bchw,kc->bkh' }, [
      x,
      net.add('p', 'parameter', { shape: [6, CHANNELS], std: 1 }, []),
    ]),
  'einsum of one': ['einsum', { equation: 'bchw->bhc' }],
  'einsum that permutes': ['einsum', { equation: 'bchw->bwch' }],
  shifted_window_attention: (net) => {
    net.add('last', 'permute', { dims: [0, 2, 3, 1] });
    net.add('norm', 'layernorm', {});
    net.add('attend', 'shifted_window_attention', { window_size: [7, 11], shift_size: [0, 0], num_heads: 2 });
  },
  'shifted_window_attention that shifts and pads': (net, x) => {
    const image = net.add('last', 'permute', { dims: [0, 2, 3, 1] }, [x]);
    net.add('norm', 'layernorm', {});
    const windows = { window_size: [4, 4], shift_size: [2, 2], num_heads: 2 };
    const attended = net.add('attend', 'shifted_window_attention', windows);
    net.add('sum', 'add', {}, [
      image,
      net.add('drop', 'stochastic_depth', { p: 0.1, mode: 'row' }, [attended]),
    ]);
  },
  'shifted_window_attention with dropouts and without biases': (net) => {
    net.add('last', 'permute', { dims: [0, 2, 3, 1] });
    net.add('attend', 'shifted_window_attention', {
      window_size: [7, 6],
      shift_size: [3, 0],
      num_heads: 4,
      qkv_bias: false,
      proj_bias: false,
      attention_dropout: 0.1,
      dropout: 0.2,
    });
  },
  shifted_window_attention_v2: (net) => {
    net.add('last', 'permute', { dims: [0, 2, 3, 1] });
    const image = net.add('norm', 'layernorm', {});
    const coords = net.add('coords', 'buffer', { shape: [1, 7, 7, 2] }, []);
    net.add('wide', 'linear', { out_features: 20 }, [coords]);
    net.add('act', 'relu', { inplace: true });
    const positions = net.add('narrow', 'linear', { out_features: 2, bias: false });
    const windows = { window_size: [4, 4], shift_size: [2, 2], num_heads: 2 };
    net.add('attend', 'shifted_window_attention_v2', windows, [image, positions]);
  },
  'shifted_window_attention_v2 without biases': (net) => {
    const image = net.add('last', 'permute', { dims: [0, 2, 3, 1] });
    const positions = net.add('p', 'parameter', { shape: [1, 13, 21, 4], std: 1 }, []);
    const windows = { window_size: [7, 11], shift_size: [0, 0], num_heads: 4, qkv_bias: false, dropout: 0.1 };
    net.add('attend', 'shifted_window_attention_v2', windows, [image, positions]);
  },
  patch_merging_pad: (net) => {
    net.add('last', 'permute', { dims: [0, 2, 3, 1] });
    net.add('merge', 'patch_merging_pad', {});
    net.add('norm', 'layernorm', {});
    net.add('reduction', 'linear', { out_features: 10, bias: false });
  },
  contiguous: ['contiguous', {}],
  'contiguous, permuted': (net) => {
    net.add('last', 'permute', { dims: [0, 2, 3, 1] });
    net.add('laid', 'contiguous', {});
  },
  roll: ['roll', { shifts: 3, dims: 2 }],
  'roll of two dimensions': ['roll', { shifts: [-3, 2], dims: [2, 3] }],
  'roll, permuted': (net) => {
    net.add('last', 'permute', { dims: [0, 2, 3, 1] });
    net.add('roll', 'roll', { shifts: [-3, 2], dims: [1, 2] });
  },
  flip: ['flip', { dims: [1, -1] }],
  'flip, permuted': (net) => {
    net.add('last', 'permute', { dims: [0, 2, 3, 1] });
    net.add('flip', 'flip', { dims: [1] });
  },
  tile: ['tile', { dims: [1, 1, 2, 3] }],
  'tile of nothing': ['tile', { dims: [1, 1, 1, 1] }],
  'tile along a new dimension': ['tile', { dims: [2, 1, 1, 1, 1] }],
  'tile along a new dimension and others': ['tile', { dims: [2, 1, 2, 1, 3] }],
  'tile of a token': (net, x) => {
    const token = net.add('token', 'parameter', { shape: [1, CHANNELS, 1, 11], std: 1 }, []);
    net.add('all', 'concat', { dim: 2 }, [net.add('each', 'tile', { dims: [3, 1, 1, 1] }, [token]), x]);
  },
  pad: ['pad', { pad: [1, 2, 0, 3, 1, 1] }],
  'pad of nothing': ['pad', { pad: [0, 0] }],
  'pad, permuted': (net) => {
    net.add('last', 'permute', { dims: [0, 2, 3, 1] });
    net.add('pad', 'pad', { pad: [0, 0, 0, 3, 0, 2] });
  },
  'index of a table': (net, x) => {
    const table = net.add('table', 'parameter', { shape: [20, CHANNELS], std: 1 }, []);
    const places = Array.from({ length: 14 * 11 }, (_, i) => (7 * i) % 20);
    const where = net.add('where', 'buffer', { shape: [14, 11], dtype: 'int64', values: places }, []);
    const taken = net.add('taken', 'index', {}, [table, where]);
    const bias = net.add('bias', 'permute', { dims: [2, 0, 1] }, [taken]);
    net.add('sum', 'add', {}, [x, bias]);
  },
  'constant and buffer': (net, x) => {
    const values = Array.from({ length: 14 * 11 }, (_, i) => i / 50);
    const scaled = net.add('scaled', 'mul', {}, [
      x,
      net.add('mask', 'constant', { shape: [14, 11], values }, []),
    ]);
    net.add('sum', 'add', {}, [scaled, net.add('kept', 'buffer', { shape: [14, 11], values }, [])]);
  },
  ...Object.fromEntries(
    ['sub', 'div', 'maximum', 'minimum'].flatMap((kind) => [
      [kind, pair(kind, (_, x) => x)],
      [`${kind} of one by itself`, /** @type {Middle} */ ((net, x) => net.add('pair', kind, {}, [x, x]))],
      [
        `${kind}, the second stretched`,
        pair(kind, (net, x) => net.add('p', 'adaptive_avgpool2d', { output_size: 1 }, [x])),
      ],
      [
        `${kind}, the first stretched`,
        /** @type {Middle} */ (
          (net, x) => net.add('pair', kind, {}, [net.add('p', 'adaptive_avgpool2d', { output_size: 1 }), x])
        ),
      ],
    ]),
  ),
  'prelu of each channel': ['prelu', { num_parameters: CHANNELS }],
  'prelu of features': (net) => {
    net.add('flat', 'flatten', {});
    net.add('act', 'prelu', {});
  },
  'glu of channels': ['glu', { dim: 1 }],
  'log_softmax over channels': ['log_softmax', { dim: 1 }],
  'softmax over channels': ['softmax', { dim: 1 }],
  'softmax, implicit dimension': ['softmax', {}],
  maxpool2d: ['maxpool2d', { kernel_size: 3, stride: 2, padding: 1 }],
  avgpool2d: ['avgpool2d', { kernel_size: 2, ceil_mode: true }],
  adaptive_maxpool2d: ['adaptive_maxpool2d', { output_size: [3, 5] }],
  adaptive_avgpool2d: ['adaptive_avgpool2d', { output_size: [3, 5] }],
  'adaptive_avgpool2d to one pixel': ['adaptive_avgpool2d', { output_size: 1 }],
  'adaptive_avgpool2d that keeps the size': ['adaptive_avgpool2d', { output_size: [null, null] }],
  batchnorm2d: ['batchnorm2d', {}],
  'batchnorm2d without weights': ['batchnorm2d', { affine: false }],
  'batchnorm2d without bias': ['batchnorm2d', { bias: false }],
  'batchnorm2d without running statistics': ['batchnorm2d', { track_running_stats: false }],
  groupnorm: ['groupnorm', { num_groups: 4 }],
  'groupnorm without weights': ['groupnorm', { num_groups: 2, affine: false }],
  'groupnorm without bias': ['groupnorm', { num_groups: 2, bias: false }],
  'layernorm of rows': ['layernorm', { normalized_shape: [11] }],
  'layernorm of images': ['layernorm', { normalized_shape: [8, 14, 11] }],
  'layernorm without weights': ['layernorm', { normalized_shape: [14, 11], elementwise_affine: false }],
  'layernorm without bias': ['layernorm', { normalized_shape: [14, 11], bias: false }],
  'rms_norm of rows': ['rms_norm', {}],
  'rms_norm of images': ['rms_norm', { normalized_shape: [8, 14, 11], eps: 1e-5 }],
  'rms_norm without weights': ['rms_norm', { normalized_shape: [14, 11], elementwise_affine: false }],
  'rms_norm of channels last': (net) => {
    net.add('last', 'permute', { dims: [0, 2, 3, 1] });
    net.add('norm', 'rms_norm', {});
    net.add('mix', 'linear', { out_features: 9, bias: false });
  },
  local_response_norm: ['local_response_norm', { size: 5 }],
  'local_response_norm of even size': ['local_response_norm', { size: 2 }],
  'local_response_norm of one channel': ['local_response_norm', { size: 1 }],
  'local_response_norm of rows': (net) => {
    net.add('flat', 'flatten', { start_dim: 2 });
    net.add('norm', 'local_response_norm', { size: 3 });
  },
  dropout: ['dropout', {}],
  'dropout in place': ['dropout', { inplace: true }],
  'dropout of nothing': ['dropout', { p: 0 }],
  'dropout of everything': ['dropout', { p: 1 }],
  'dropout of everything in place': ['dropout', { p: 1, inplace: true }],
  'dropout of features in place': (net) => {
    net.add('flat', 'flatten', {});
    net.add('drop', 'dropout', { inplace: true });
  },
  'stochastic_depth of images': ['stochastic_depth', { p: 0.3, mode: 'row' }],
  'stochastic_depth of the batch': ['stochastic_depth', { p: 0.3, mode: 'batch' }],
  'stochastic_depth of nothing': ['stochastic_depth', { p: 0, mode: 'row' }],
  flatten: ['flatten', { start_dim: 2 }],
  'flatten twice': (net) => {
    net.add('one', 'flatten', {});
    net.add('two', 'flatten', {});
  },
  reshape: ['reshape', { shape: [4, 28, 11] }],
  permute: ['permute', { dims: [0, 2, 3, 1] }],
  'permute, then linear': (net) => {
    net.add('last', 'permute', { dims: [0, 2, 3, 1] });
    net.add('mix', 'linear', { out_features: 9 });
  },
  'permute, then linear without bias': (net) => {
    net.add('last', 'permute', { dims: [0, 2, 3, 1] });
    net.add('mix', 'linear', { out_features: 9, bias: false });
  },
  'channels last through a norm and back': (net) => {
    net.add('last', 'permute', { dims: [0, 2, 3, 1] });
    net.add('norm', 'layernorm', {});
    net.add('wide', 'linear', { out_features: 20 });
    net.add('act', 'gelu', {});
    net.add('narrow', 'linear', { out_features: CHANNELS });
    net.add('first', 'permute', { dims: [0, 3, 1, 2] });
    net.add('conv', 'conv2d', { out_channels: 6, kernel_size: 3 });
    net.add('bn', 'batchnorm2d', {});
    net.add('pool', 'maxpool2d', { kernel_size: 2 });
  },
  'a block of channels last with a scale beside it': (net, x) => {
    net.add('last', 'permute', { dims: [0, 2, 3, 1] });
    net.add('norm', 'layernorm', {});
    net.add('wide', 'linear', { out_features: CHANNELS });
    const first = net.add('first', 'permute', { dims: [0, 3, 1, 2] });
    const scale = net.add('scale', 'parameter', { shape: [CHANNELS, 1, 1], value: 0.1 }, []);
    const scaled = net.add('scaled', 'mul', {}, [scale, first]);
    const sum = net.add('sum', 'add', {}, [scaled, x]);
    net.add('conv', 'conv2d', { out_channels: 6, kernel_size: 3 }, [sum]);
    net.add('again', 'permute', { dims: [0, 2, 3, 1] });
    net.add('norm2', 'layernorm', {});
  },
  multihead_attention: (net) => {
    rows(net);
    net.add('attend', 'multihead_attention', { ...HEADS, need_weights: false });
  },
  'multihead_attention that is asked for its weights': (net) => {
    rows(net);
    const attend = net.add('attend', 'multihead_attention', { ...HEADS, dropout: 0.1 });
    joinFlat(net, attend, `${attend}:1`);
  },
  'multihead_attention whose weights nobody reads': (net) => {
    rows(net);
    net.add('attend', 'multihead_attention', HEADS);
  },
  'multihead_attention to another sequence': (net) => {
    const own = rows(net);
    const other = net.add('other', 'slice', { dim: 1, end: 40 }, [own]);
    net.add('attend', 'multihead_attention', { ...HEADS, need_weights: false }, [own, other]);
  },
  'multihead_attention of three sequences': (net) => {
    const own = rows(net);
    const key = net.add('key', 'linear', { out_features: 4 }, [own]);
    const value = net.add('value', 'linear', { out_features: 6 }, [own]);
    const separate = { ...HEADS, need_weights: false, kdim: 4, vdim: 6 };
    net.add('attend', 'multihead_attention', separate, [own, key, value]);
  },
  'encoder block': (net) => {
    const input = rows(net);
    net.add('norm1', 'layernorm', {}, [input]);
    net.add('attend', 'multihead_attention', { ...HEADS, need_weights: false, dropout: 0.1 });
    const attended = net.add('drop', 'dropout', {});
    const sum = net.add('sum', 'add', {}, [attended, input]);
    net.add('norm2', 'layernorm', {}, [sum]);
    net.add('wide', 'linear', { out_features: 30 });
    net.add('act', 'gelu', {});
    net.add('all', 'add', {}, [sum, net.add('narrow', 'linear', { out_features: CHANNELS })]);
  },
  scaled_dot_product_attention: (net, x) => {
    const first = net.add('heads', 'chunk', { chunks: 2, dim: 1 }, [x]);
    const value = net.add('value', 'tanh', {}, [first]);
    net.add('attend', 'scaled_dot_product_attention', {}, [first, `${first}:1`, value]);
    net.add('act', 'tanh', {});
  },
  'mean of images': ['mean', { dim: [2, 3] }],
  'mean of channels that stay': (net, x) => {
    const mean = net.add('mean', 'mean', { dim: 1, keepdim: true }, [x]);
    net.add('product', 'mul', {}, [net.add('gate', 'sigmoid', {}, [mean]), x]);
  },
  'mean of rows that lie apart': (net) => {
    net.add('last', 'permute', { dims: [0, 2, 3, 1] });
    net.add('act', 'tanh', {});
    net.add('mean', 'mean', { dim: 1 });
    net.add('again', 'tanh', {});
  },
  ...Object.fromEntries(
    ['amax', 'amin', 'var', 'std', 'norm'].flatMap((kind) => [
      [`${kind} of images`, /** @type {Middle} */ ([kind, { dim: [2, 3] }])],
      [
        `${kind} of channels that stay`,
        /** @type {Middle} */ (
          (net, x) => {
            const found = net.add('found', kind, { dim: 1, keepdim: true }, [x]);
            net.add('product', 'mul', {}, [found, x]);
          }
        ),
      ],
      [`${kind} of rows`, /** @type {Middle} */ ([kind, { dim: -1 }])],
    ]),
  ),
  'norm of sizes': ['norm', { dim: 1, p: 1 }],
  'std without correction': ['std', { dim: [1, 3], correction: 0 }],
  max: ['max', { dim: 2 }],
  'max of channels that stay': ['max', { dim: 1, keepdim: true }],
  'min, whose places are read': (net, x) => {
    const smallest = net.add('smallest', 'min', { dim: 1 }, [x]);
    const table = net.add('table', 'parameter', { shape: [CHANNELS], std: 1 }, []);
    net.add('sum', 'add', {}, [smallest, net.add('taken', 'index', {}, [table, `${smallest}:1`])]);
  },
  argmax: (net, x) => {
    const table = net.add('table', 'parameter', { shape: [CHANNELS, 3], std: 1 }, []);
    net.add('taken', 'index', {}, [table, net.add('places', 'argmax', { dim: 1 }, [x])]);
  },
  topk: ['topk', { k: 4, dim: 1 }],
  'topk of the smallest': ['topk', { k: 9, largest: false }],
  cumsum: ['cumsum', { dim: 1 }],
  'cumsum of a single row': (net) => {
    net.add('pool', 'adaptive_avgpool2d', { output_size: [1, 11] });
    net.add('sum', 'cumsum', { dim: 2 });
  },
  normalize: ['normalize', {}],
  'normalize of rows by sizes': ['normalize', { p: 1, dim: -1, eps: 1e-6 }],
  'normalize, permuted': (net) => {
    net.add('last', 'permute', { dims: [0, 2, 3, 1] });
    net.add('normalize', 'normalize', { dim: -1 });
  },
  grid_sample: (net, x) => {
    net.add('two', 'conv2d', { out_channels: 2, kernel_size: 3, stride: 2 }, [x]);
    net.add('last', 'permute', { dims: [0, 2, 3, 1] });
    net.add('sampled', 'grid_sample', {}, [x, net.add('grid', 'tanh', {})]);
  },
  'grid_sample at constants': (net, x) =>
    net.add('sampled', 'grid_sample', { mode: 'nearest', padding_mode: 'border' }, [
      x,
      net.add('grid', 'buffer', { shape: [3, 5, 4, 2] }, []),
    ]),
  'sum of images': ['sum', { dim: [2, 3] }],
  'sum of rows, then a product': (net, x) => {
    const total = net.add('total', 'sum', { dim: -1, keepdim: true }, [x]);
    net.add('share', 'mul', {}, [total, x]);
  },
  'sum of a view': (net) => {
    net.add('last', 'permute', { dims: [0, 2, 3, 1] });
    net.add('sum', 'sum', { dim: 2 });
  },
  expand: (net, x) => {
    const token = net.add('token', 'parameter', { shape: [1, CHANNELS, 1, 11] }, []);
    const each = net.add('each', 'expand', { size: [-1, -1, -1, -1] }, [token, x]);
    net.add('all', 'concat', { dim: 2 }, [each, x]);
  },
  'expand of what was computed': (net, x) => {
    const rows = net.add('rows', 'adaptive_avgpool2d', { output_size: [1, 11] }, [x]);
    const wide = net.add('wide', 'expand', { size: [2, -1, -1, 14, -1] }, [rows]);
    net.add('act', 'silu', {}, [wide]);
    net.add('first', 'select', { dim: 0, index: 0 });
  },
  select: ['select', { dim: 2, index: 3 }],
  'select of the first of rows': (net) => {
    net.add('flat', 'flatten', { start_dim: 2 });
    net.add('turn', 'transpose', { dim0: 1, dim1: 2 });
    net.add('norm', 'layernorm', {});
    net.add('first', 'select', { dim: 1, index: 0 });
    net.add('mix', 'linear', { out_features: 9 });
  },
  slice: ['slice', { dim: 3, start: 1, end: -1 }],
  'slices that are laid side by side': (net, x) => {
    const even = net.add('even', 'slice', { dim: 2, step: 2 }, [x]);
    const odd = net.add('odd', 'slice', { dim: 2, start: 1, step: 2 }, [x]);
    net.add('all', 'concat', {}, [even, odd]);
  },
  squeeze: (net) => {
    net.add('pool', 'adaptive_avgpool2d', { output_size: [1, 11] });
    net.add('rows', 'squeeze', { dim: 2 });
    net.add('act', 'sigmoid', {});
  },
  unsqueeze: (net, x) => {
    const volume = net.add('volume', 'unsqueeze', { dim: 2 }, [x]);
    net.add('conv', 'conv3d', { out_channels: 5, kernel_size: [1, 3, 3] }, [volume]);
  },
  stack: (net, x) => net.add('all', 'stack', { dim: 1 }, [net.add('a', 'tanh', {}, [x]), x]),
  'stack of one and of rows': (net, x) => {
    net.add('one', 'stack', { dim: -1 }, [x]);
    net.add('act', 'tanh', {});
  },
  'reshape of all dimensions': (net) => {
    net.add('flat', 'reshape', { shape: [-1, 11], start_dim: 0 });
    net.add('mix', 'linear', { out_features: 7 });
    net.add('back', 'reshape', { shape: [3, -1, 7], start_dim: 0 });
  },
  'upsample to the size of another': (net, x) => {
    const small = net.add('small', 'maxpool2d', { kernel_size: 2 }, [x]);
    const large = net.add('large', 'upsample', { mode: 'bilinear' }, [small, x]);
    net.add('sum', 'add', {}, [large, x]);
  },
  transpose: ['transpose', { dim0: 1, dim1: 3 }],
  'transpose of rows, then an activation': (net) => {
    net.add('flat', 'flatten', { start_dim: 2 });
    net.add('turn', 'transpose', { dim0: 1, dim1: 2 });
    net.add('act', 'tanh', {});
    net.add('mix', 'linear', { out_features: 5 });
    net.add('back', 'transpose', { dim0: -1, dim1: 1 });
  },
  chunk: (net) => {
    const [a, b] = halves(net);
    net.add('all', 'concat', {}, [b, net.add('act', 'sigmoid', {}, [a])]);
  },
  'chunk of which one part is read': (net) => net.add('act', 'sigmoid', {}, [halves(net)[1]]),
  split: (net) => {
    net.add('parts', 'split', { split_size_or_sections: [1, 3, 4], dim: 1 });
    const last = net.add('act', 'relu', {}, ['parts:2']);
    net.add('all', 'concat', {}, ['parts:1', last, 'parts']);
  },
  parameter: (net, x) => {
    const bias = net.add('bias', 'parameter', { shape: [CHANNELS, 14, 11] }, []);
    net.add('sum', 'add', {}, [x, bias]);
  },
  'parameter read twice': (net, x) => {
    const gain = net.add('gain', 'parameter', { shape: [1, CHANNELS, 1, 1], value: 1 }, []);
    const once = net.add('once', 'mul', {}, [x, gain]);
    net.add('twice', 'mul', {}, [gain, net.add('act', 'tanh', {}, [once])]);
  },
  pixel_shuffle: ['pixel_shuffle', { upscale_factor: 2 }],
  pixel_unshuffle: (net) => {
    net.add('even', 'slice', { dim: 3, end: 10 });
    net.add('shuffle', 'pixel_unshuffle', { downscale_factor: 2 });
  },
  unfold: ['unfold', { kernel_size: [3, 2], padding: [1, 0], stride: 2, dilation: [2, 1] }],
  'unfold, then fold': (net) => {
    net.add('columns', 'unfold', { kernel_size: 3, padding: 1 });
    net.add('act', 'tanh', {});
    net.add('image', 'fold', { output_size: [14, 11], kernel_size: 3, padding: 1 });
  },
  fold: (net) => {
    net.add('columns', 'unfold', { kernel_size: 2, stride: 2 });
    net.add('image', 'fold', { output_size: [14, 11], kernel_size: 2, stride: 2 });
  },
  channel_shuffle: ['channel_shuffle', { groups: 2 }],
  'channel_shuffle of one group': ['channel_shuffle', { groups: 1 }],
  'channel_shuffle of single channels': ['channel_shuffle', { groups: CHANNELS }],
  identity: ['identity', {}],
  add: (net, x) => net.add('sum', 'add', {}, [net.add('a', 'tanh', {}), x]),
  'add in place': (net, x) => net.add('sum', 'add', { inplace: true }, [conv(net), x]),
  'add of three': (net, x) => net.add('sum', 'add', {}, [net.add('a', 'tanh', {}, [x]), conv(net, x), x]),
  'add of three in place': (net, x) =>
    net.add('sum', 'add', { inplace: true }, [conv(net), net.add('a', 'tanh', {}, [x]), x]),
  'add of one to itself': (net, x) => net.add('sum', 'add', {}, [x, x]),
  'add, stretched': (net, x) =>
    net.add('sum', 'add', {}, [net.add('p', 'adaptive_avgpool2d', { output_size: 1 }), x]),
  'add, stretched in place': (net, x) =>
    net.add('sum', 'add', { inplace: true }, [x, net.add('p', 'adaptive_avgpool2d', { output_size: 1 })]),
  mul: (net, x) => net.add('product', 'mul', {}, [net.add('a', 'tanh', {}), x]),
  'mul in place': (net, x) => net.add('product', 'mul', { inplace: true }, [conv(net), x]),
  'mul of three': (net, x) => net.add('product', 'mul', {}, [net.add('a', 'tanh', {}, [x]), conv(net, x), x]),
  'mul of one by itself': (net, x) => net.add('product', 'mul', {}, [x, x]),
  'mul, stretched': (net, x) =>
    net.add('product', 'mul', {}, [net.add('p', 'adaptive_avgpool2d', { output_size: 1 }), x]),
  'mul, stretched in place': (net, x) =>
    net.add('product', 'mul', { inplace: true }, [x, net.add('p', 'adaptive_avgpool2d', { output_size: 1 })]),
  'batchnorm1d of features': (net) => {
    net.add('flat', 'flatten', {});
    net.add('norm', 'batchnorm1d', {});
  },
  concat: (net, x) => net.add('all', 'concat', {}, [net.add('a', 'tanh', {}), x]),
  'concat of rows': (net, x) => net.add('all', 'concat', { dim: 2 }, [net.add('a', 'tanh', {}), x, x]),
  'concats of concats': (net, x) => {
    const a = conv(net, x);
    const one = net.add('one', 'concat', {}, [x, a]);
    const b = conv(net, one, 'b');
    const two = net.add('two', 'concat', {}, [x, a, b]);
    net.add('three', 'concat', {}, [two, one, x]);
  },
  'concat of reshaped rows': (net, x) => {
    const a = net.add('a', 'reshape', { shape: [CHANNELS, 11, 14] }, [x]);
    const b = net.add('b', 'reshape', { shape: [CHANNELS, 11, 14] }, [net.add('t', 'tanh', {}, [x])]);
    net.add('all', 'concat', { dim: 2 }, [a, b]);
  },
  'upsample, nearest': ['upsample', { scale_factor: 2 }],
  'upsample, nearest-exact': ['upsample', { size: [20, 9], mode: 'nearest-exact' }],
  'upsample, bilinear': ['upsample', { scale_factor: 1.5, mode: 'bilinear' }],
  'upsample, bicubic': ['upsample', { scale_factor: [2, 1], mode: 'bicubic', align_corners: true }],
  zeropad2d: ['zeropad2d', { padding: [1, 2, 0, 3] }],
  'zeropad2d that cuts away': ['zeropad2d', { padding: [-1, -2, -1, 0] }],
  'zeropad2d of nothing': ['zeropad2d', { padding: 0 }],
  'two views of one tensor': (net, x) => {
    const a = net.add('a', 'reshape', { shape: [4, 28, 11] }, [x]);
    const b = net.add('b', 'reshape', { shape: [4, 28, 11] }, [x]);
    net.add('all', 'concat', {}, [a, net.add('c', 'tanh', {}, [a]), b]);
  },
  'squeeze and excitation': (net, x) => {
    net.add('pool', 'adaptive_avgpool2d', { output_size: 1 });
    net.add('narrow', 'conv2d', { out_channels: 3, kernel_size: 1 });
    net.add('act', 'relu', {});
    net.add('wide', 'conv2d', { out_channels: CHANNELS, kernel_size: 1 });
    net.add('product', 'mul', {}, [net.add('gate', 'sigmoid', {}), x]);
  },
};

/**
 * The same where the network has a second input: integers 3×7 from 0, `@ids`.
 * @type {Readonly<Record<string, (net: Net, x: string) => unknown>>}
 */
const WITH_IDS = {
  embedding: (net, x) => {
    const rows = net.add('rows', 'embedding', { num_embeddings: 20, embedding_dim: 12 }, ['@ids']);
    const mixed = net.add('mixed', 'linear', { out_features: 10 }, [rows]);
    joinFlat(net, x, mixed);
  },
  one_hot: (net, x) => {
    const marks = net.add('marks', 'one_hot', { num_classes: 6 }, ['@ids']);
    const rows = net.add('rows', 'embedding', { num_embeddings: 20, embedding_dim: 12 }, [marks]);
    joinFlat(net, x, rows);
  },
  'embedding read twice, with padding': (net, x) => {
    const table = { num_embeddings: 50, embedding_dim: 30, padding_idx: 0 };
    const rows = net.add('rows', 'embedding', table, ['@ids']);
    const again = net.add('again', 'embedding', table, ['@ids'], { sharesWeightsOf: rows });
    joinFlat(net, x, net.add('sum', 'add', {}, [rows, net.add('act', 'tanh', {}, [again])]));
  },
};

/**
 * @param {Net} net
 * @param {string} image
 * @param {string} rows
 */
function joinFlat(net, image, rows) {
  const flat = net.add('flat_image', 'flatten', {}, [image]);
  net.add('joined', 'concat', {}, [flat, net.add('flat_rows', 'flatten', {}, [rows])]);
}

/**
 * @param {number} count
 * @returns {number[]}
 */
const everyThird = (count) => Array.from({ length: count }, (_, i) => (i % 3 === 0 ? 1 : 0));

/** One call of cuDNN each, of whose reserve only a GPU tells the size: neither the CPU nor the meta device has it. */
const RESERVING = new Set(['rnn', 'lstm', 'gru']);

/**
 * Whether attention runs in one kernel, which CUDA has and the CPU has another of.
 * @param {{ graph: import('../../dist/graph/graph.js').Graph }} network
 */
export const fusesAttention = ({ graph }) =>
  graph.nodes.some(
    ({ kind, attributes }) =>
      kind === 'scaled_dot_product_attention' ||
      (kind === 'multihead_attention' &&
        /** @type {{ need_weights: boolean }} */ (attributes).need_weights === false),
  );

/** Of sequences of 8 features. */
const HEADS = { embed_dim: CHANNELS, num_heads: 2, batch_first: true };

/**
 * The pixels one behind the other, 3×154×8.
 * @param {Net} net
 */
function rows(net) {
  net.add('flat', 'flatten', { start_dim: 2 });
  return net.add('turn', 'permute', { dims: [0, 2, 1] });
}

/**
 * The two halves of the channels.
 * @param {Net} net
 * @returns {[string, string]}
 */
function halves(net) {
  const first = net.add('halves', 'chunk', { chunks: 2, dim: 1 });
  return [first, `${first}:1`];
}

/**
 * @param {Net} net
 * @param {string} [from]
 * @param {string} [path]
 */
const conv = (net, from, path = 'conv') =>
  net.add(
    path,
    'conv2d',
    { out_channels: CHANNELS, kernel_size: 3, padding: 1 },
    from === undefined ? from : [from],
  );

/**
 * A layer with its defaults.
 * @param {string} kind
 * @returns {[kind: string, attributes: object]}
 */
function withDefaults(kind) {
  return [kind, {}];
}

/** Each activation out of place, in place, and in place on a view. */
function activations() {
  /** @type {[kind: string, attributes: object][]} */
  const inplace = [
    ...['relu', 'relu6', 'leaky_relu', 'silu', 'hardswish', 'hardsigmoid'].map(withDefaults),
    ...['elu', 'selu', 'celu', 'mish', 'hardtanh', 'rrelu'].map(withDefaults),
    ['threshold', { threshold: 0.1, value: 0.2 }],
  ];
  const others = ['sigmoid', 'tanh', 'prelu', 'softplus', 'softsign', 'logsigmoid', 'log_softmax'];
  /** @type {Record<string, Middle>} */
  const middles = {
    gelu: ['gelu', {}],
    'gelu, tanh': ['gelu', { approximate: 'tanh' }],
    ...Object.fromEntries(others.map((kind) => [kind, withDefaults(kind)])),
  };
  for (const [kind, attributes] of inplace) {
    middles[kind] = [kind, attributes];
    middles[`${kind} in place`] = [kind, { ...attributes, inplace: true }];
    middles[`${kind} in place on a view`] = (net) => {
      net.add('flat', 'flatten', {});
      net.add('act', kind, { ...attributes, inplace: true });
    };
  }
  return middles;
}

/**
 * Kinds of one, two and three dimensions.
 * @param {Rank} rank
 */
function ofRank(rank) {
  /**
   * As many of these as there are axes.
   * @param {number[]} sizes
   */
  const axes = (...sizes) => sizes.slice(0, rank);
  /** @type {Record<string, [kind: string, attributes: object]>} */
  const middles = {
    conv: ['conv', { out_channels: 12, kernel_size: 3, stride: 2, bias: false }],
    'conv, padded unevenly': ['conv', { out_channels: 7, kernel_size: axes(2, 4, 2), padding: 'same' }],
    'conv within a mirrored border': [
      'conv',
      { out_channels: 7, kernel_size: 3, padding: 1, padding_mode: 'reflect' },
    ],
    'conv within the last pixels': [
      'conv',
      { out_channels: 7, kernel_size: 3, padding: 2, padding_mode: 'replicate' },
    ],
    'conv in a circle': ['conv', { out_channels: 7, kernel_size: 3, padding: 1, padding_mode: 'circular' }],
    convtranspose: ['convtranspose', { out_channels: 6, kernel_size: 2, stride: 2 }],
    maxpool: ['maxpool', { kernel_size: 3, stride: 2, padding: 1 }],
    avgpool: ['avgpool', { kernel_size: 2, ceil_mode: true }],
    adaptive_maxpool: ['adaptive_maxpool', { output_size: axes(3, 5, 2) }],
    adaptive_avgpool: ['adaptive_avgpool', { output_size: axes(3, 5, 2) }],
    'adaptive_avgpool to one pixel': ['adaptive_avgpool', { output_size: 1 }],
    batchnorm: ['batchnorm', {}],
    instancenorm: ['instancenorm', {}],
    'instancenorm with weights': ['instancenorm', { affine: true }],
    'instancenorm with running statistics': ['instancenorm', { affine: true, track_running_stats: true }],
    dropout: ['dropout', {}],
    'dropout in place': ['dropout', { inplace: true }],
    'dropout of everything': ['dropout', { p: 1 }],
    zeropad: ['zeropad', { padding: 1 }],
    constantpad: ['constantpad', { padding: 1, value: 2 }],
    reflectionpad: ['reflectionpad', { padding: 1 }],
    replicationpad: ['replicationpad', { padding: 1 }],
    circularpad: ['circularpad', { padding: 1 }],
    'circularpad on one side': ['circularpad', { padding: [0, 1, 0, 2, 0, 1].slice(0, 2 * rank) }],
  };
  const modes = { 1: 'linear', 2: 'bilinear', 3: 'trilinear' };
  /** @type {Record<string, Middle>} */
  const named = {
    [`upsample of rank ${rank}, nearest`]: ['upsample', { scale_factor: 2 }],
    [`upsample of rank ${rank}, ${modes[rank]}`]: ['upsample', { scale_factor: 1.5, mode: modes[rank] }],
  };
  for (const [name, [kind, attributes]] of Object.entries(middles)) {
    named[name.replace(kind, `${kind}${rank}d`)] = [`${kind}${rank}d`, attributes];
  }
  return named;
}

/**
 * Small networks around every layer kind: `{ name, graph, resolved }`. Throws when a kind is left out. With `refused`
 * also those that PyTorch refuses to train, because what a layer keeps is overwritten.
 * @param {{ refused?: boolean }} [options]
 */
export function layerNetworks({ refused = false } = {}) {
  const wanted = [
    ...Object.entries(MIDDLES).map(([name, middle]) => ({ name, middle, rank: /** @type {Rank} */ (2) })),
    .../** @type {const} */ ([1, 2, 3]).flatMap((rank) =>
      Object.entries(ofRank(rank)).map(([name, middle]) => ({ name, middle, rank })),
    ),
    ...Object.entries(WITH_IDS).map(([name, middle]) => ({
      name,
      middle,
      rank: /** @type {Rank} */ (2),
      ids: true,
    })),
  ];
  const asked = only(wanted);
  const networks = asked.flatMap(({ name, middle, rank, ...more }) => {
    const ids = 'ids' in more;
    const plain = layerNetwork(name, middle, { overwrite: false, rank, ids });
    const last = present(plain.graph.nodes.at(-3), 'middle');
    const overwritable = refused || !KEEPS_RESULT.has(last.kind);
    return overwritable
      ? [plain, layerNetwork(`${name}, then overwritten`, middle, { overwrite: true, rank, ids })]
      : [plain];
  });
  const used = new Set(networks.flatMap(({ graph }) => graph.nodes.map(({ kind }) => kind)));
  const missing = [...layerKinds.keys()].filter((kind) => !used.has(kind) && !RESERVING.has(kind));
  if (asked.length === wanted.length && missing.length > 0)
    throw new Error(`no small network holds ${missing.join(', ')}`);
  return networks;
}

/**
 * @param {string} name
 * @param {Middle} middle
 * @param {{ overwrite: boolean, rank: Rank, ids: boolean }} options
 */
function layerNetwork(name, middle, { overwrite, rank, ids }) {
  const builder = new GraphBuilder(ids ? ['input', 'ids'] : ['input']);
  /** @type {Net} */
  const net = {
    add: (path, kind, attributes, from, options = {}) =>
      builder.add(path, layerKind(kind), attributes, { ...(from && { from }), ...options }),
  };
  const x = net.add('stem', `conv${rank}d`, { out_channels: CHANNELS, kernel_size: 3, padding: 1 });
  if (typeof middle === 'function') middle(net, x);
  else net.add('middle', ...middle);
  if (overwrite) net.add('over', 'silu', { inplace: true });
  net.add('head.flatten', 'flatten', {});
  net.add('head.fc', 'linear', { out_features: 6 });
  /** @type {import('../../dist/graph/graph.js').Graph['inputs']} */
  const inputs = ids ? [...onlyInput(IMAGE), { name: 'ids', shape: [7], type: 'int64' }] : onlyInput(IMAGE);
  const graph = builder.build({ name, source: 'spec', inputs });
  return { name, graph, resolved: resolve(graph, INPUTS[rank]) };
}

/**
 * Two inputs: the hyperbolic tangent of what comes in, and another.
 * @param {string} kind
 * @param {(net: Net, x: string) => string} other
 * @returns {Middle}
 */
function pair(kind, other) {
  return (net, x) => {
    const first = net.add('a', 'tanh', {}, [x]);
    net.add('pair', kind, {}, [first, other(net, x)]);
  };
}
