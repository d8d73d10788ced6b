import { describe, expect, test } from 'vitest';
import { VggError } from '../../src/core/errors/error.ts';
import { GraphBuilder } from '../../src/graph/builder.ts';
import { onlyInput, type Graph } from '../../src/graph/graph.ts';
import { resolve } from '../../src/graph/resolve.ts';
import { thin } from '../../src/graph/thin.ts';
import { layerKind } from '../../src/layers/registry.ts';

type Layer = readonly [kind: string, attributes: object];

function chain(layers: readonly Layer[], classesAt?: number): Graph {
  const net = new GraphBuilder();
  layers.forEach(([kind, attributes], i) =>
    net.add(`layer${i}`, layerKind(kind), attributes, { givesClasses: i === classesAt }),
  );
  return net.build({ name: 'chain', source: 'spec', inputs: onlyInput([3, 8, 8]) });
}

const shapes = (graph: Graph) => resolve(graph, [1, 3, 8, 8]).nodes.map(({ output }) => output.slice(1));
const weights = (graph: Graph) =>
  resolve(graph, [1, 3, 8, 8]).nodes.map((node) => node.weights.map(({ shape }) => shape));

const conv: Layer = ['conv2d', { out_channels: 64, kernel_size: 3, padding: 1 }];

/** Layers behind a convolution of 64 channels, once with their widths declared and once without. */
const declared: readonly (readonly [name: string, declared: readonly Layer[], left: readonly Layer[]])[] = [
  [
    'conv2d',
    [['conv2d', { in_channels: 64, out_channels: 32, kernel_size: 1 }]],
    [['conv2d', { out_channels: 32, kernel_size: 1 }]],
  ],
  [
    'a depthwise conv2d',
    [['conv2d', { in_channels: 64, out_channels: 64, kernel_size: 3, groups: 64 }]],
    [['conv2d', { out_channels: 64, kernel_size: 3, groups: 64 }]],
  ],
  [
    'convtranspose2d',
    [['convtranspose2d', { in_channels: 64, out_channels: 16, kernel_size: 2, stride: 2 }]],
    [['convtranspose2d', { out_channels: 16, kernel_size: 2, stride: 2 }]],
  ],
  ['batchnorm2d', [['batchnorm2d', { num_features: 64 }]], [['batchnorm2d', {}]]],
  ['groupnorm', [['groupnorm', { num_groups: 8, num_channels: 64 }]], [['groupnorm', { num_groups: 8 }]]],
  [
    'layernorm of H and W',
    [['layernorm', { normalized_shape: [8, 8] }]],
    [['layernorm', { normalized_shape: [8, 8] }]],
  ],
  [
    'linear',
    [
      ['flatten', {}],
      ['linear', { in_features: 4096, out_features: 10 }],
    ],
    [
      ['flatten', {}],
      ['linear', { out_features: 10 }],
    ],
  ],
  [
    'layernorm of features',
    [
      ['flatten', {}],
      ['layernorm', { normalized_shape: 4096 }],
    ],
    [
      ['flatten', {}],
      ['layernorm', {}],
    ],
  ],
  ['reshape', [['reshape', { shape: [64, 64] }]], [['reshape', { shape: [-1, 64] }]]],
  [
    'activations, pools, dropout and joins between them',
    [
      ['silu', {}],
      ['maxpool2d', { kernel_size: 2 }],
      ['dropout', {}],
      ['channel_shuffle', { groups: 4 }],
      ['zeropad2d', { padding: 1 }],
      ['upsample', { scale_factor: 2 }],
      ['conv2d', { in_channels: 64, out_channels: 4, kernel_size: 1 }],
    ],
    [
      ['silu', {}],
      ['maxpool2d', { kernel_size: 2 }],
      ['dropout', {}],
      ['channel_shuffle', { groups: 4 }],
      ['zeropad2d', { padding: 1 }],
      ['upsample', { scale_factor: 2 }],
      ['conv2d', { out_channels: 4, kernel_size: 1 }],
    ],
  ],
];

describe('in a network divided by four', () => {
  test.each(declared)('a declared width follows what comes in: %s', (_, given, left) => {
    const thinned = thin(chain([conv, ...given]), 4);
    expect(weights(thinned)).toEqual(weights(thin(chain([conv, ...left]), 4)));
    expect(shapes(thinned)[0]).toEqual([16, 8, 8]);
  });

  test.each([
    ['conv2d', [16, 3, 1, 1]],
    ['convtranspose2d', [3, 16, 1, 1]],
  ])('the width that %s declares for the image itself stays', (kind, weight) => {
    const first: Layer = [kind, { in_channels: 3, out_channels: 64, kernel_size: 1, bias: false }];
    expect(weights(thin(chain([first]), 4))).toEqual([[weight]]);
  });

  test('layernorm over C×H×W is divided in its channels alone', () => {
    const thinned = thin(chain([conv, ['layernorm', { normalized_shape: [64, 8, 8] }]]), 4);
    expect(weights(thinned)[1]).toEqual([
      [16, 8, 8],
      [16, 8, 8],
    ]);
  });

  test('batch norm and group norm of the image stay', () => {
    const norms: Layer[] = [
      ['batchnorm2d', { num_features: 3 }],
      ['groupnorm', { num_groups: 3, num_channels: 3 }],
      ['layernorm', { normalized_shape: [3, 8, 8] }],
    ];
    expect(weights(thin(chain(norms), 4))).toEqual(weights(chain(norms)));
  });

  test.each(['conv2d', 'convtranspose2d'])('class scores of %s stay', (kind) => {
    const scores: Layer = [kind, { out_channels: 10, kernel_size: 1 }];
    expect(shapes(thin(chain([conv, scores], 1), 4)).at(-1)).toEqual([10, 8, 8]);
  });

  test.each([
    ['conv2d', 'out_channels'],
    ['convtranspose2d', 'out_channels'],
  ])('%s with %s that four does not divide is an error with its path', (kind, argument) => {
    expect(() => thin(chain([[kind, { [argument]: 6, kernel_size: 1 }]]), 4)).toThrowError(VggError);
    try {
      thin(chain([[kind, { [argument]: 6, kernel_size: 1 }]]), 4);
    } catch (error) {
      expect((error as VggError).line).toBe(
        'layer0: --ratio 4 does not divide 6 channels (choose a ratio that divides the channels of every convolution)',
      );
    }
  });
});
