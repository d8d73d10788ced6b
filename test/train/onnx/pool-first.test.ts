import { onlyInput } from '../../../src/graph/graph.ts';
import { describe, expect, test } from 'vitest';
import { GraphBuilder } from '../../../src/graph/builder.ts';
import { resolve } from '../../../src/graph/resolve.ts';
import { layerKind } from '../../../src/layers/registry.ts';
import { poolFirst } from '../../../src/train/onnx/pool-first.ts';

/** Path, kind, arguments, and the producers where not the layer before. */
type Line = readonly [path: string, kind: string, attributes?: object, from?: readonly string[]];

const HALF = { kernel_size: 2 };

function network(lines: readonly Line[], outputs?: readonly string[]) {
  const net = new GraphBuilder();
  for (const [path, kind, attributes = {}, from] of lines) {
    net.add(path, layerKind(kind), attributes, from ? { from } : {});
  }
  const graph = net.build({ name: 'case', source: 'spec', inputs: onlyInput([4, 16, 16]) });
  return resolve({ ...graph, ...(outputs && { outputs }) }, [2, 4, 16, 16]);
}

/** `path(inputs) kind shape` in order. */
const shown = (resolved: ReturnType<typeof network>) =>
  poolFirst(resolved).nodes.map(
    ({ node, layer, inputs, output }) =>
      `${node.path}(${node.inputs.join()}) ${layer.kind} ${inputs[0]!.at(-1)} to ${output.at(-1)}`,
  );

describe('max-pools before activations', () => {
  test('moves a pool before the activation that it alone reads, and later layers read the activation', () => {
    const lines: Line[] = [
      ['conv', 'conv2d', { out_channels: 4, kernel_size: 1 }],
      ['relu', 'relu'],
      ['pool', 'maxpool2d', HALF],
      ['left', 'conv2d', { out_channels: 4, kernel_size: 1 }],
      ['sum', 'add', {}, ['left', 'pool']],
    ];
    expect(shown(network(lines))).toEqual([
      'conv(@input) conv2d 16 to 16',
      'pool(conv) maxpool2d 16 to 8',
      'relu(pool) relu 8 to 8',
      'left(relu) conv2d 8 to 8',
      'sum(left,relu) add 8 to 8',
    ]);
  });

  test('moves each of several pools in a row, and adaptive ones', () => {
    const lines: Line[] = [
      ['relu', 'relu6'],
      ['first', 'maxpool2d', HALF],
      ['second', 'maxpool2d', HALF],
      ['third', 'adaptive_maxpool2d', { output_size: 1 }],
      ['end', 'flatten'],
    ];
    expect(shown(network(lines))).toEqual([
      'first(@input) maxpool2d 16 to 8',
      'second(first) maxpool2d 8 to 4',
      'third(second) adaptive_maxpool2d 4 to 1',
      'relu(third) relu6 1 to 1',
      'end(relu) flatten 1 to 4',
    ]);
  });

  test('moves no second pool where a third layer reads the first', () => {
    const lines: Line[] = [
      ['relu', 'relu'],
      ['first', 'maxpool2d', HALF],
      ['second', 'maxpool2d', HALF],
      ['wide', 'upsample', { scale_factor: 2 }],
      ['sum', 'add', {}, ['wide', 'first']],
    ];
    expect(shown(network(lines))).toEqual([
      'first(@input) maxpool2d 16 to 8',
      'relu(first) relu 8 to 8',
      'second(relu) maxpool2d 8 to 4',
      'wide(second) upsample 4 to 8',
      'sum(wide,relu) add 8 to 8',
    ]);
  });

  test.each<[string, Line[], string[]?]>([
    [
      'another layer reads the activation',
      [
        ['relu', 'relu'],
        ['pool', 'maxpool2d', HALF],
        ['also', 'maxpool2d', HALF, ['relu']],
        ['sum', 'add', {}, ['pool', 'also']],
      ],
    ],
    [
      'the activation is an output',
      [
        ['relu', 'relu'],
        ['pool', 'maxpool2d', HALF],
      ],
      ['relu', 'pool'],
    ],
    [
      'the pool is an output',
      [
        ['relu', 'relu'],
        ['pool', 'maxpool2d', HALF],
      ],
      ['pool'],
    ],
    [
      'the function decreases somewhere',
      [
        ['silu', 'silu'],
        ['pool', 'maxpool2d', HALF],
        ['end', 'identity'],
      ],
    ],
    [
      'the pool averages',
      [
        ['relu', 'relu'],
        ['pool', 'avgpool2d', HALF],
        ['end', 'identity'],
      ],
    ],
  ])('leaves a pool where it is if %s', (_, lines, outputs) => {
    const given = network(lines, outputs);
    expect(poolFirst(given).nodes.map(({ node }) => node)).toEqual(given.nodes.map(({ node }) => node));
  });
});
