import { onlyInput } from '../../../src/graph/graph.ts';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { analyze } from '../../../src/analysis/analyze.ts';
import { receptiveFields } from '../../../src/analysis/counts/receptive-field.ts';
import { VggError } from '../../../src/core/errors/error.ts';
import { GraphBuilder } from '../../../src/graph/builder.ts';
import { resolve } from '../../../src/graph/resolve.ts';
import type { LayerKind } from '../../../src/layers/layer.ts';
import { adaptive_avgpool2d } from '../../../src/layers/adaptive_avgpool.ts';
import { add } from '../../../src/layers/add.ts';
import { avgpool2d } from '../../../src/layers/avgpool.ts';
import { conv1d, conv2d, conv3d } from '../../../src/layers/conv.ts';
import { convtranspose2d } from '../../../src/layers/convtranspose.ts';
import { flatten } from '../../../src/layers/flatten.ts';
import { maxpool1d, maxpool2d } from '../../../src/layers/maxpool.ts';
import { mul } from '../../../src/layers/mul.ts';
import { upsample } from '../../../src/layers/upsample.ts';

/** One layer along one side: which elements before it each output element is computed from, by its definition. */
interface Step {
  readonly layer: LayerKind;
  readonly attributes: object;
  readonly sources: (output: number) => number[];
}

/** In words, for a failing chain. */
const described = ({ layer, attributes }: Omit<Step, 'sources'>) =>
  `${layer.kind} ${JSON.stringify(attributes)}`;

const taps = (kernel: number) => Array.from({ length: kernel }, (_, tap) => tap);
const upTo = (max: number, min = 1) => fc.integer({ min, max });

const sliding = fc
  .record({
    layer: fc.constantFrom('conv', 'max', 'avg'),
    kernel: upTo(4),
    stride: upTo(3),
    dilation: upTo(3),
  })
  .map(({ layer, kernel, stride, dilation: wanted }): Step => {
    const dilation = layer === 'avg' ? 1 : wanted;
    const window = { kernel_size: kernel, stride, ...(layer !== 'avg' && { dilation }) };
    return {
      layer: { conv: conv2d, max: maxpool2d, avg: avgpool2d }[layer]!,
      attributes: layer === 'conv' ? { ...window, out_channels: 1 } : window,
      sources: (output) => taps(kernel).map((tap) => output * stride + tap * dilation),
    };
  });

const transposed = fc
  .record({ kernel: upTo(5), stride: upTo(3) })
  // Shorter kernels leave holes between the inputs, which belong to no input at all.
  .filter(({ kernel, stride }) => kernel >= stride)
  .map(({ kernel, stride }): Step => ({
    layer: convtranspose2d,
    attributes: { out_channels: 1, kernel_size: kernel, stride },
    sources: (output) =>
      taps(kernel)
        .map((tap) => (output - tap) / stride)
        .filter((input) => Number.isInteger(input)),
  }));

const nearest = upTo(4).map((scale_factor): Step => ({
  layer: upsample,
  attributes: { scale_factor },
  sources: (output) => [Math.floor(output / scale_factor)],
}));

const INPUT = 4000;

/** The widest stretch of input elements that an output element in the middle depends on. */
function widest(steps: readonly Step[], outputs: number): number {
  let most = 0;
  const middle = Math.floor(outputs / 2);
  for (let output = middle - 40; output < middle + 40; output++) {
    let [low, high] = [output, output];
    for (const { sources } of steps.toReversed()) {
      // Both ends suffice: sources grow with the output.
      low = Math.min(...sources(low));
      high = Math.max(...sources(high));
    }
    most = Math.max(most, high - low + 1);
  }
  return most;
}

function fieldOf(steps: readonly Step[]): { field: number | undefined; outputs: number } | undefined {
  const net = new GraphBuilder();
  steps.forEach(({ layer, attributes }, i) => net.add(`layer${i}`, layer, attributes));
  const graph = net.build({ name: 'chain', source: 'spec', inputs: onlyInput([1, INPUT, INPUT]) });
  try {
    const resolved = resolve(graph, [1, 1, INPUT, INPUT]);
    return {
      field: receptiveFields(resolved).get(net.last)?.[0],
      outputs: resolved.nodes.at(-1)!.output[2]!,
    };
  } catch (error) {
    if (error instanceof VggError) return undefined;
    throw error;
  }
}

describe('the receptive field of a chain', () => {
  test('of sliding windows is the stretch that one output is computed from', () => {
    fc.assert(
      fc.property(fc.array(sliding, { minLength: 1, maxLength: 6 }), (steps) => {
        const found = fieldOf(steps);
        fc.pre(found !== undefined && found.outputs >= 80);
        expect(found?.field).toBe(widest(steps, found!.outputs));
      }),
    );
  });

  test('with one layer that enlarges is the widest stretch that any output is computed from', () => {
    const enlarging = fc.oneof(transposed, nearest);
    const chain = fc.tuple(
      fc.array(sliding, { maxLength: 2 }),
      enlarging,
      fc.array(sliding, { maxLength: 3 }),
    );
    fc.assert(
      fc.property(chain, ([before, larger, after]) => {
        const steps = [...before, larger, ...after];
        const found = fieldOf(steps);
        fc.pre(found !== undefined && found.outputs >= 80);
        const exact = widest(steps, found!.outputs);
        // Where the strides behind share a factor with the enlargement, only some alignments occur.
        expect(found!.field, steps.map(described).join(', ')).toBeGreaterThanOrEqual(exact);
        const strides = after.some(({ attributes }) => (attributes as { stride: number }).stride > 1);
        if (!strides) expect(found!.field, steps.map(described).join(', ')).toBe(exact);
      }),
      { numRuns: 300 },
    );
  });
});

describe('what one output of an upsampling sees', () => {
  test.each([
    ['nearest', [1, 1]],
    ['bilinear', [2, 2]],
    ['bicubic', [4, 4]],
  ] as const)('%s', (mode, expected) => {
    const net = new GraphBuilder();
    net.add('up', upsample, { scale_factor: [2, 3], mode });
    net.add('conv', conv2d, { out_channels: 1, kernel_size: [1, 2] });
    const graph = net.build({ name: 'up', source: 'spec', inputs: onlyInput([1, 8, 8]) });
    const fields = receptiveFields(resolve(graph, [1, 1, 8, 8]));
    expect(fields.get('up')).toEqual(expected);
    expect(fields.get('conv')).toEqual([expected[0], expected[1] + 1]);
  });
});

test('a join sees as far as its farthest branch, and nothing is left to see after a global layer', () => {
  const net = new GraphBuilder();
  net.add('wide', conv2d, { out_channels: 1, kernel_size: 5, padding: 2 });
  net.add('narrow', conv2d, { out_channels: 1, kernel_size: [1, 7], padding: [0, 3] }, { from: '@input' });
  net.add('sum', add, {}, { from: ['wide', 'narrow'] });
  net.add('mean', adaptive_avgpool2d, { output_size: 1 });
  net.add('scaled', mul, {}, { from: ['sum', 'mean'] });
  const graph = net.build({ name: 'joined', source: 'spec', inputs: onlyInput([1, 9, 9]) });
  const fields = receptiveFields(resolve(graph, [1, 1, 9, 9]));
  expect(fields.get('sum')).toEqual([5, 7]);
  expect(fields.get('mean')).toBeNull();
  expect(fields.get('scaled')).toBeNull();
});

describe('a field has a side for each axis of the input', () => {
  const fieldsOf = (input: readonly number[], layers: readonly (readonly [LayerKind, object])[]) => {
    const net = new GraphBuilder();
    layers.forEach(([layer, attributes], i) => net.add(`layer${i}`, layer, attributes));
    const graph = net.build({ name: 'axes', source: 'spec', inputs: onlyInput([1, 1, 1]) });
    return receptiveFields(resolve(graph, input)).get(net.last);
  };
  const window = { out_channels: 1, kernel_size: 3, stride: 2 };

  test('of sequences', () => {
    const layers = [
      [conv1d, window],
      [maxpool1d, { kernel_size: 2 }],
    ] as const;
    expect(fieldsOf([1, 1, 20], layers)).toEqual([5]);
  });

  test('of volumes', () => {
    const layers = [
      [conv3d, window],
      [conv3d, { out_channels: 1, kernel_size: [1, 2, 3] }],
    ] as const;
    expect(fieldsOf([1, 1, 9, 9, 9], layers)).toEqual([3, 5, 7]);
  });

  test('and none where a window slides over other axes than the input has', () => {
    const layers = [
      [flatten, { start_dim: 2 }],
      [conv1d, window],
    ] as const;
    expect(fieldsOf([1, 1, 9, 9], layers)).toBeNull();
    expect(fieldsOf([1, 1, 9, 9], layers.slice(0, 1))).toEqual([1, 1]);
  });
});

test('of a network whose branches join before the whole image is seen is that of the widest, whatever their order', () => {
  const branches = [
    { kernel_size: 1 },
    { kernel_size: 3, padding: 12, dilation: 12 },
    { kernel_size: [3, 1], padding: [36, 0], dilation: [36, 1] },
  ] as const;
  for (const order of [branches, branches.toReversed()]) {
    const net = new GraphBuilder();
    const input = net.last;
    const pooled = net.add('pool', adaptive_avgpool2d, { output_size: 1 });
    const parts = order.map((window, i) =>
      net.add(`branch${i}`, conv2d, { out_channels: 4, ...window }, { from: input }),
    );
    net.add('sum', add, {}, { from: [parts[0]!, pooled, ...parts.slice(1)] });
    net.add('head', conv2d, { out_channels: 2, kernel_size: 1 });
    const graph = net.build({ name: 'branches', source: 'spec', inputs: onlyInput([4, 65, 65]) });
    expect(analyze(graph).totals.receptiveField).toEqual([73, 25]);
  }
});
