import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { layerKinds } from '../../../src/layers/registry.ts';
import type { OnnxModel } from '../../../src/onnx/model.ts';
import type { Target } from '../../../src/train/onnx/targets/target.ts';
import { webgpu } from '../../../src/train/onnx/targets/webgpu.ts';
import { cases, resolveCase, type Case } from './cases.ts';
import { writeGradients } from './gradient-graph.ts';

/** Output, gradients of weights and input, and running statistics, from onnxruntime. */
async function run(one: Case, target?: Target) {
  const graph = writeGradients(resolveCase(one), target);
  if (target?.wide === false) expect(lacking(graph.model)).toEqual([]);
  const given = Object.entries(one.given).map(([name, values]) => [name, Float32Array.from(values)]);
  const results = await graph.run(Object.fromEntries(given));
  await graph.release();
  return new Map(Object.entries(results));
}

/** Operators that compute with 64-bit numbers, or that WebGPU lacks. */
const lacking = ({ nodes, tensors }: OnnxModel) =>
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
  test.each(cases.map((one) => [one.name, one] as const))("%s: PyTorch's in float64", async (_, one) => {
    const actual = await run(one);
    expect([...actual.keys()].sort()).toEqual(Object.keys(one.expected).sort());
    for (const [name, expected] of Object.entries(one.expected)) {
      expect(actual.get(name), name).toHaveLength(expected.length);
      expect(error(actual.get(name)!, expected), name).toBeLessThan(1e-5);
    }
  });

  test.each(cases.map((one) => [one.name, one] as const))(
    '%s: the same in operators for WebGPU',
    async (_, one) => {
      const actual = await run(one, webgpu);
      for (const [name, expected] of Object.entries(one.expected)) {
        expect(error(actual.get(name)!, expected), name).toBeLessThan(1e-5);
      }
    },
  );

  test('leaves no kind out', () => {
    const covered = new Set(cases.flatMap(({ steps }) => steps.map(([kind]) => kind)));
    const left = [...layerKinds.values()].filter(({ kind }) => !covered.has(kind));
    expect(left.filter(({ onnx }) => onnx).map(({ kind }) => kind)).toEqual([]);
    // What the engine does not train is said where its users look.
    const docs = readFileSync(new URL('../../../docs/training.md', import.meta.url), 'utf8');
    const [, told = ''] = /trains every kind of layer but ([^.]+)\./.exec(docs) ?? [];
    expect([...told.matchAll(/`(\w+)`/g)].map(([, kind]) => kind)).toEqual(left.map(({ kind }) => kind));
  });
});
