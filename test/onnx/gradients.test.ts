import * as ort from 'onnxruntime-node';
import { describe, expect, it } from 'vitest';
import { layerKinds } from '../../src/layers/registry.ts';
import { encodeModel } from '../../src/train/onnx/encode.ts';
import { writeBackward, writeForward } from '../../src/train/onnx/differentiate.ts';
import type { OnnxModel } from '../../src/train/onnx/model.ts';
import { OnnxWriter } from '../../src/train/onnx/writer.ts';
import { cpu } from '../../src/train/onnx/targets/cpu.ts';
import type { Target } from '../../src/train/onnx/targets/target.ts';
import { webgpu } from '../../src/train/onnx/targets/webgpu.ts';
import { gradientValue } from '../../src/train/onnx/update.ts';
import type { ResolvedGraph } from '../../src/graph/resolve.ts';
import type { Tensor } from '../../src/layers/onnx/graph.ts';
import { weightSpecs } from '../../src/train/weights.ts';
import { cases, resolveCase } from './cases.ts';

/** Output, gradients of weights and input, and running statistics, from onnxruntime. */
async function run(
  resolved: ResolvedGraph,
  given: Readonly<Record<string, readonly number[]>>,
  target: Target = cpu,
) {
  const g = new OnnxWriter({ training: true, target });
  const images = g.input('images', resolved.input);
  const weights = new Map(weightSpecs(resolved).map(({ name, spec }) => [name, g.input(name, spec.shape)]));
  const forward = writeForward(g, resolved, images, weights);
  const path = resolved.graph.outputs[0]!;
  const output = forward.values.get(path)!;
  const cotangent = g.input('cotangent', output.shape);
  const backward = writeBackward(g, forward, path, cotangent, { ofInput: true });
  const wanted: [string, Tensor][] = [
    ['output', output],
    ['gradient/images', backward.input!],
    ...[...backward.weights].map(([name, [first]]): [string, Tensor] => [
      `gradient/${name}`,
      gradientValue(g, first!),
    ]),
    ...[...forward.buffers].map(([name, value]): [string, Tensor] => [`next/${name}`, value]),
  ];
  const outputs = wanted.map(([name, value]) => g.output(value, name));
  const model = g.model({ name: 'case', about: 'gradients' }, outputs);
  if (!target.wide) expect(wideOperators(model)).toEqual([]);
  const session = await ort.InferenceSession.create(encodeModel(model), { logSeverityLevel: 4 });
  const feeds = model.inputs.map(
    ({ name, shape }) => [name, new ort.Tensor('float32', Float32Array.from(given[name]!), shape)] as const,
  );
  const results = await session.run(Object.fromEntries(feeds));
  await session.release();
  return new Map(Object.entries(results).map(([name, { data }]) => [name, data as Float32Array]));
}

/** Operators that compute with 64-bit numbers, or that WebGPU lacks. */
const wideOperators = ({ nodes, tensors }: OnnxModel) =>
  nodes
    .filter(
      ({ operator, domain, outputs }) =>
        (domain === '' ? operator : `${domain}.${operator}`) in webgpu.substitutes ||
        operator === 'MaxUnpool' ||
        outputs.some((name) => tensors.get(name)!.type.endsWith('64')),
    )
    .map(({ name }) => name);

/** Distance over length. */
function error(actual: Float32Array, expected: readonly number[]): number {
  const length = Math.hypot(...expected);
  return Math.hypot(...expected.map((value, i) => value - actual[i]!)) / (length === 0 ? 1 : length);
}

describe('gradients of every layer kind', () => {
  it.each(cases.map((one) => [one.name, one] as const))("%s: PyTorch's in float64", async (_, one) => {
    const actual = await run(resolveCase(one), one.given);
    expect([...actual.keys()].sort()).toEqual(Object.keys(one.expected).sort());
    for (const [name, expected] of Object.entries(one.expected)) {
      expect(actual.get(name), name).toHaveLength(expected.length);
      expect(error(actual.get(name)!, expected), name).toBeLessThan(1e-5);
    }
  });

  it.each(cases.map((one) => [one.name, one] as const))(
    '%s: the same in operators for WebGPU',
    async (_, one) => {
      const actual = await run(resolveCase(one), one.given, webgpu);
      for (const [name, expected] of Object.entries(one.expected)) {
        expect(error(actual.get(name)!, expected), name).toBeLessThan(1e-5);
      }
    },
  );

  it('leaves no kind out', () => {
    const covered = new Set(cases.flatMap(({ steps }) => steps.map(([kind]) => kind)));
    expect([...layerKinds.keys()].filter((kind) => !covered.has(kind))).toEqual([]);
  });
});
