import * as ort from 'onnxruntime-node';
import { describe, expect, test } from 'vitest';
import { resolve } from '../../../src/graph/resolve.ts';
import { encodeModel } from '../../../src/onnx/encode.ts';
import type { OnnxModel } from '../../../src/onnx/model.ts';
import { writeInference } from '../../../src/train/onnx/forward-graphs.ts';
import { Random } from '../../../src/train/random.ts';
import { initialWeights } from '../../../src/train/weights.ts';
import { cases, resolveCase } from './cases.ts';

async function scores(model: OnnxModel, images: Float32Array, shape: readonly number[]) {
  const session = await ort.InferenceSession.create(encodeModel(model), { logSeverityLevel: 4 });
  const { scores: found } = await session.run({ images: new ort.Tensor('float32', images, shape) });
  await session.release();
  return found!;
}

describe('an ONNX file', () => {
  test('is refused where its weights are more than a protocol buffer holds', () => {
    const network = resolveCase(cases.find(({ name }) => name.startsWith('linear'))!);
    const model = writeInference(network, initialWeights(network, 1));
    const huge = { ...model.initializers[0]!, bytes: { byteLength: 2 ** 31 } as Uint8Array };
    expect(() => encodeModel({ ...model, initializers: [huge] })).toThrow(/up to 2 GiB, not of 2147483648/);
  });
});

describe('the graph that is saved', () => {
  test.each(cases.map((one) => [one.name, one] as const))('takes any batch: %s', async (_, one) => {
    const [, ...image] = one.input;
    const written = resolveCase(one);
    const weights = initialWeights(written, 1);
    const saved = writeInference(resolve(written.graph, [1, ...image]), weights);
    for (const batch of [1, 3]) {
      const shape = [batch, ...image];
      const fixed = { ...writeInference(resolve(written.graph, shape), weights) };
      const images = new Random(2, one.name).uniform(
        shape.reduce((a, b) => a * b),
        1,
      );
      const [open, closed] = [await scores(saved, images, shape), await scores(fixed, images, shape)];
      expect(open.dims).toEqual(closed.dims);
      expect(open.data).toEqual(closed.data);
    }
  });

  test.each(cases.map((one) => [one.name, one] as const))('has standard operators only: %s', (_, one) => {
    const written = resolveCase(one);
    const { nodes } = writeInference(written, initialWeights(written, 1));
    expect(nodes.filter(({ domain }) => domain !== '')).toEqual([]);
  });
});
