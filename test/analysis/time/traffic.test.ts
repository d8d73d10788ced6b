import { onlyInput } from '../../../src/graph/graph.ts';
import { describe, expect, test } from 'vitest';
import { parseDevice } from '../../../src/analysis/devices/parse-device.ts';
import { gradientFlow } from '../../../src/analysis/counts/gradient-flow.ts';
import { LAUNCH_SECONDS, timeModel } from '../../../src/analysis/time/roofline.ts';
import { workOf } from '../../../src/analysis/time/traffic.ts';
import { buildArchitecture } from '../../../src/arch/architecture.ts';
import { architecture as architectureNamed } from '../../../src/arch/catalog.ts';
import { GraphBuilder } from '../../../src/graph/builder.ts';
import { resolve } from '../../../src/graph/resolve.ts';
import { conv2d } from '../../../src/layers/conv.ts';
import { flatten } from '../../../src/layers/flatten.ts';
import { linear } from '../../../src/layers/linear.ts';
import { maxpool2d } from '../../../src/layers/maxpool.ts';
import { relu } from '../../../src/layers/relu.ts';
import { everyNetwork } from '../../networks.ts';

/** 1×2×4×4 → conv 3 (3×3, padding 1) → relu → pool 2 → flatten → linear 5. */
const net = new GraphBuilder();
net.add('conv', conv2d, { out_channels: 3, kernel_size: 3, padding: 1 });
net.add('relu', relu, {});
net.add('pool', maxpool2d, { kernel_size: 2 });
net.add('flatten', flatten, {});
net.add('fc', linear, { out_features: 5 });
const graph = net.build({ name: 'tiny', source: 'test', inputs: onlyInput([2, 4, 4]) });

describe('the traffic of a tiny network, by hand', () => {
  const resolved = resolve(graph, [1, 2, 4, 4]);
  const traffic = Object.fromEntries(
    workOf(resolved, 'float32', gradientFlow(resolved)).map(({ node, traffic }) => [node.node.path, traffic]),
  );
  const image = 2 * 16 * 4;
  const map = 3 * 16 * 4;
  const pooled = 3 * 4 * 4;
  const weight = 3 * 2 * 9 * 4;
  const bias = 3 * 4;

  test('reads inputs and weights and writes the result once', () => {
    expect(traffic['conv']).toMatchObject({ forwardBytes: image + weight + bias + map, forwardKernels: 1 });
    expect(traffic['relu']).toMatchObject({ forwardBytes: 2 * map, forwardKernels: 1 });
    expect(traffic['pool']).toMatchObject({ forwardBytes: map + pooled + 3 * 4 * 8, forwardKernels: 1 });
    expect(traffic['flatten']).toMatchObject({ forwardBytes: 0, forwardKernels: 0, backwardKernels: 0 });
  });

  test('gives the first convolution no input gradient', () => {
    // Weight: incoming and image read, gradient written; bias: the same with all that was kept.
    expect(traffic['conv']!.backwardKernels).toBe(2);
    expect(traffic['fc']!.backwardKernels).toBe(3);
    expect(traffic['relu']).toMatchObject({ backwardBytes: 3 * map, backwardKernels: 1 });
  });
});

describe('the roofline', () => {
  test('is the larger of arithmetic and traffic of each layer, and the launches', () => {
    const speed = { tflops: { float32: 1e-6 }, bandwidth: 1e9 };
    const model = timeModel(graph, [[2, 4, 4]], 'float32', 'sgd');
    // At 10^6 operations and 10^18 bytes a second only the arithmetic of the two weight layers counts.
    const macs = 16 * 3 * 2 * 9 + 12 * 5;
    const arithmetic = (2 * macs) / 1e6;
    const launches = 4 * LAUNCH_SECONDS;
    expect(model.inference(1, speed).seconds).toBeCloseTo(arithmetic + launches, 9);
    expect(model.inference(1, speed).limit).toBe('compute');
  });

  test('of every architecture grows linearly, as two batch sizes predict', () => {
    const speed = parseDevice('t4').speed!;
    for (const architecture of everyNetwork.map(architectureNamed)) {
      const built = buildArchitecture(architecture);
      const work = (batch: number) => {
        const resolved = resolve(built, [batch, ...built.inputs[0].shape]);
        return workOf(resolved, 'float32', gradientFlow(resolved));
      };
      const [two, three, five] = [work(2), work(3), work(5)];
      five.forEach(({ traffic, macs }, i) => {
        const predicted = (of: (work: (typeof two)[number]) => number) => 3 * of(three[i]!) - 2 * of(two[i]!);
        expect(macs).toBe(predicted((w) => w.macs));
        expect(traffic.forwardBytes).toBe(predicted((w) => w.traffic.forwardBytes));
        expect(traffic.backwardBytes).toBe(predicted((w) => w.traffic.backwardBytes));
      });
      const time = timeModel(built, [built.inputs[0].shape], 'float32', 'adam').training(8, speed);
      expect(time.examplesPerSecond * time.seconds).toBeCloseTo(8, 9);
    }
  });
});
