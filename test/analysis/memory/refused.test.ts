import { describe, expect, test } from 'vitest';
import { analyze } from '../../../src/analysis/analyze.ts';
import { fit } from '../../../src/analysis/fit/fit.ts';
import { parseDevice } from '../../../src/analysis/devices/parse-device.ts';
import { buildArchitecture } from '../../../src/arch/architecture.ts';
import { architecture } from '../../../src/arch/catalog.ts';
import { memoryNotes } from '../../../src/report/subjects/inspect/memory-notes.ts';
import { resolveCase } from '../../train/onnx/cases.ts';

const inplace = { inplace: true };
const stack = (first: string, second: string) =>
  analyze(
    resolveCase({
      name: `${first}, then ${second}`,
      input: [2, 3, 8, 8],
      steps: [
        ['conv2d', { out_channels: 4, kernel_size: 3 }],
        [first, {}],
        [second, inplace],
        ['flatten', {}],
        ['linear', { out_features: 10 }],
      ],
    }).graph,
    { input: [2, 3, 8, 8] },
  );

describe('training memory is refused where PyTorch refuses to train', () => {
  // Each was tried in PyTorch 2.13.
  test.each([
    ['relu', 'relu'],
    ['sigmoid', 'relu'],
    ['tanh', 'relu'],
    ['softmax', 'dropout'],
    ['relu', 'dropout'],
    ['relu', 'hardswish'],
  ])('%s, then an in-place %s: what the first keeps is overwritten', (first, second) => {
    const { memory } = stack(first, second);
    expect(memory.training).toBeUndefined();
    expect(memory.trainingRefused).toEqual({
      code: 'overwritten-in-place',
      message:
        'layer3 overwrites in place what the backward pass of layer2 needs (set inplace to false at layer3)',
    });
    expect(memory.inference.peakBytes).toBeGreaterThan(0);
  });

  test.each(['identity', 'silu', 'batchnorm2d'])('but not where %s keeps something else', (first) => {
    const { memory } = stack(first, 'relu');
    expect(memory.trainingRefused).toBeUndefined();
    expect(memory.training!.peakBytes).toBeGreaterThan(0);
  });

  test('the layer is named that overwrote last, not one that did so before', () => {
    const graph = resolveCase({
      name: 'overwritten twice',
      input: [2, 3, 8, 8],
      steps: [
        ['conv2d', { out_channels: 4, kernel_size: 3 }],
        ['relu', inplace],
        ['conv2d', { out_channels: 4, kernel_size: 3, padding: 1 }],
        ['sigmoid', {}],
        ['mul', {}, [2, 4]],
        ['add', inplace, [4, 2]],
        ['add', {}, [5, 6]],
        ['flatten', {}],
        ['linear', { out_features: 10 }],
      ],
    }).graph;
    const { trainingRefused } = analyze(graph, { input: [2, 3, 8, 8] }).memory;
    expect(trainingRefused?.message).toMatch(
      /^layer6 overwrites in place what the backward pass of layer[45] needs/,
    );
  });

  const resnet = buildArchitecture(architecture('torchvision/resnet18'));

  test('a batch-norm over one value a channel: a larger batch trains', () => {
    const { memory } = analyze(resnet, { input: [1, 3, 32, 32] });
    expect(memory.trainingRefused?.code).toBe('one-value-to-normalize');
    expect(memory.trainingRefused?.message).toContain('layer4.0.bn1');
    const devices = [parseDevice('t4')];
    const [time] = analyze(resnet, { input: [1, 3, 32, 32], devices }).time!;
    expect(Object.keys(time!)).toEqual(['device', 'inference']);
    expect(analyze(resnet, { input: [2, 3, 32, 32] }).memory.trainingRefused).toBeUndefined();
    expect(analyze(resnet, { input: [1, 3, 64, 64] }).memory.trainingRefused).toBeUndefined();
  });

  test('the report gives inference, and why there is no training', () => {
    const notes = memoryNotes(analyze(resnet, { input: [1, 3, 32, 32] }));
    expect(notes.map(({ label }) => label)).toEqual(['training', 'inference']);
    expect(notes[0]!.text).toMatch(/^refused by PyTorch: layer4\.0\.bn1: /);
  });

  test('fit begins at the smallest batch that trains', () => {
    const options = { dtype: 'float32', memory: {}, examples: 100, batch: [1, 8] } as const;
    const devices = [parseDevice('t4')];
    const small = fit(resnet, { ...options, devices, image: [3, 32, 32] });
    expect(small.batch).toEqual({ from: 2, to: 8 });
    expect(small.memory[0]!.batch).toBe(2);
    expect(fit(resnet, { ...options, devices, image: [3, 64, 64] }).batch.from).toBe(1);
  });
});
