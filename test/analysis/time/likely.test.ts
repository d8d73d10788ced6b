import { describe, expect, test } from 'vitest';
import { parseDevice } from '../../../src/analysis/devices/parse-device.ts';
import type { Layout } from '../../../src/analysis/time/likely.ts';
import { kernelsOf } from '../../../src/analysis/time/kernels.ts';
import { timeModel } from '../../../src/analysis/time/roofline.ts';
import { buildArchitecture } from '../../../src/arch/architecture.ts';
import { architecture } from '../../../src/arch/catalog.ts';
import type { Dtype } from '../../../src/core/dtype.ts';
import { resolve } from '../../../src/graph/resolve.ts';
import { everyNetwork } from '../../networks.ts';
import { json } from '../../cli/fake-io.ts';

const speed = parseDevice('rtx3090').speed!;
const modelOf = (name: string, dtype: Dtype = 'amp', layout: Layout = 'nchw') => {
  const graph = buildArchitecture(architecture(name));
  return timeModel(graph, [graph.inputs[0].shape], dtype, 'sgd', layout);
};

describe('the kernels', () => {
  const kernels = (name: string, dtype: Dtype, batch = 2) => {
    const graph = buildArchitecture(architecture(name));
    return kernelsOf(resolve(graph, [batch, ...graph.inputs[0].shape]), dtype);
  };

  test.each(everyNetwork)('%s: multiply what is counted, and grow evenly with the batch', (name) => {
    const flops = (batch: number) =>
      kernels(name, 'float32', batch).reduce((sum, kernel) => sum + kernel.flops, 0);
    const graph = buildArchitecture(architecture(name));
    const { nodes } = resolve(graph, [2, ...graph.inputs[0].shape]);
    const macs = nodes.reduce((sum, node) => sum + (node.layer.macs?.(node) ?? 0), 0);
    const forward = kernels(name, 'float32').filter(({ pass }) => pass === 'forward');
    const multiplied = forward.reduce((sum, kernel) => sum + kernel.flops, 0);
    expect(multiplied / (2 * macs)).toBeCloseTo(1, 9);
    expect(flops(5) / (3 * flops(3) - 2 * flops(2))).toBeCloseTo(1, 9);
  });

  test('of amp cast to and fro where autocast does', () => {
    const [full, amp] = (['float32', 'amp'] as const).map((dtype) =>
      kernels('torchvision/convnext_tiny', dtype),
    );
    expect(amp!.length).toBeGreaterThan(full!.length);
    const half = kernels('torchvision/convnext_tiny', 'float16');
    const moved = (of: typeof half) => of.reduce((sum, { bytes }) => sum + bytes, 0);
    expect(moved(amp!)).toBeGreaterThan(moved(half));
  });
});

describe('the likely time', () => {
  test.each(['vgg11', 'torchvision/resnet50', 'torchvision/mobilenet_v2', 'torchvision/vit_b_16'])(
    '%s: grows with the batch, while each example takes less',
    (name) => {
      const model = modelOf(name);
      const steps = [1, 2, 8, 64, 512].map((batch) => ({
        batch,
        training: model.training(batch, speed).likelySeconds,
        inference: model.inference(batch, speed).likelySeconds,
      }));
      for (const [i, step] of steps.entries()) {
        expect(step.inference).toBeLessThan(step.training);
        const before = steps[i - 1];
        if (!before) continue;
        expect(step.training).toBeGreaterThan(before.training);
        expect(step.training / step.batch).toBeLessThan(before.training / before.batch);
      }
    },
  );

  test('of half precision is shorter where nothing must be transposed for it', () => {
    const [nchw, nhwc] = (['nchw', 'nhwc'] as const).map(
      (layout) => modelOf('torchvision/resnet50', 'amp', layout).inference(128, speed).likelySeconds,
    );
    expect(nhwc).toBeLessThan(nchw!);
  });

  test('is told of the devices that are asked for', async () => {
    const args = ['torchvision/resnet50', '--batch', '64', '--device', 'rtx3090,12GiB', '--dtype', 'amp'];
    const { time } = await json(args);
    const at = modelOf('torchvision/resnet50');
    expect(time).toHaveLength(1);
    expect(time[0].training.likelySeconds).toBeCloseTo(at.training(64, speed).likelySeconds, 9);
    const inNhwc = await json([...args, '--layout', 'nhwc']);
    expect(inNhwc.time[0].inference.likelySeconds).toBeLessThan(time[0].inference.likelySeconds);
  });
});
