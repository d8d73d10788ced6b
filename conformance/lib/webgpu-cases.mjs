// Gradients of every layer kind on onnxruntime's WebGPU provider, as JSON on stdout: a program of its own, so that the
// driver is chosen by its environment and nothing of it stays.
import { readFileSync } from 'node:fs';
import { loadRuntime, openSession } from '../../dist/train/onnx/runtime.js';
import { webgpu } from '../../dist/train/onnx/targets/webgpu.js';
import { OnnxWriter } from '../../dist/onnx/writer.js';
import { resolvedCase } from '../checks/onnx-fixtures.mjs';
import { gradientModel } from './onnx-network.mjs';
import { messageOf } from './message.mjs';
import { only } from './only.mjs';

/** @import { GradientFixture } from './types.ts' */

/** @type {GradientFixture[]} */
const recorded = JSON.parse(
  readFileSync(new URL('../../fixtures/onnx/gradients.json', import.meta.url), 'utf8'),
);
/** Of volumes the provider lacks the grouped and transposed convolutions that gradients need (docs/training.md). */
const VOLUMES = 5;
const cases = only(recorded).filter(({ input }) => input.length < VOLUMES);
const loaded = loadRuntime(webgpu);
const { Tensor } = loaded.runtime;

/**
 * Relative errors of a case's tensors, or why it does not run.
 * @param {GradientFixture} fixture
 */
async function errorsOf(fixture) {
  const { given, expected } = fixture;
  const resolved = resolvedCase(fixture);
  const { model } = gradientModel(resolved, webgpu);
  const session = await openSession(loaded, model);
  const feeds = model.inputs.map((one) => [
    one.name,
    new Tensor('float32', Float32Array.from(given[one.name] ?? []), one.shape),
  ]);
  const results = await session.run(Object.fromEntries(feeds), {}, Object.keys(expected));
  await session.release();
  return Object.entries(expected).map(([tensor, values]) => {
    const data = results[tensor]?.data;
    if (!(data instanceof Float32Array)) throw new Error(`${tensor} did not come as float32`);
    const distance = Math.hypot(...values.map((value, i) => value - (data[i] ?? NaN)));
    return [tensor, distance / (Math.hypot(...values) || 1)];
  });
}

/** What is said of an operator that the provider lacks. */
async function missing() {
  const g = new OnnxWriter({ training: true, dialect: webgpu });
  g.scope = 'block1.odd';
  const x = g.input('x', [2, 3]);
  const y = g.output(g.run('Hardmax', [g.run('Relu', [x], [2, 3])], [2, 3]), 'y');
  try {
    await openSession(loaded, g.model({ name: 'odd', about: '' }, [y]));
    return 'it opens';
  } catch (error) {
    return messageOf(error);
  }
}

const answers = [];
for (const one of cases) {
  answers.push(
    await errorsOf(one).then(
      (errors) => ({ name: one.name, errors }),
      (error) => ({ name: one.name, failure: messageOf(error) }),
    ),
  );
}
console.log(JSON.stringify({ cases: answers, missing: await missing() }));
