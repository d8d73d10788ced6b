// Where the time of the onnx engine's step goes, by operator and by the layer that it was written for:
//   node bench/train/operators.mjs [part of a case's name ...]
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { encodeModel } from '../../dist/onnx/encode.js';
import { loadRuntime } from '../../dist/train/onnx/runtime.js';
import { cpu } from '../../dist/train/onnx/targets/cpu.js';
import { writeStep } from '../../dist/train/onnx/step.js';
import { cases, nameOf, networkOf, optimizerOf } from './cases.mjs';

/**
 * @import { Case } from './cases.mjs'
 * @import { TensorType } from '../../dist/onnx/graph.js'
 */

/**
 * An entry of onnxruntime's profile, microseconds.
 * @typedef {{ name: string, cat: string, ts: number, dur: number, args: { op_name?: string } }} ProfileEvent
 */

const { InferenceSession, Tensor } = loadRuntime(cpu).runtime;
const STEPS = 4;
const SHOWN = 12;
const parts = process.argv.slice(2);
for (const one of cases.filter((each) => parts.every((part) => nameOf(each).includes(part))))
  await profile(one);

/** @param {Case} one */
async function profile(one) {
  const { model } = writeStep(networkOf(one), { optimizer: optimizerOf(one) });
  const folder = mkdtempSync(join(tmpdir(), 'vgg-inspect-profile-'));
  try {
    const session = await InferenceSession.create(encodeModel(model), {
      enableMemPattern: false,
      enableProfiling: true,
      profileFilePrefix: join(folder, 'step'),
      logSeverityLevel: 4,
    });
    const feeds = Object.fromEntries(model.inputs.map((input) => [input.name, tensorFor(input)]));
    for (let step = 0; step <= STEPS; step++) await session.run(feeds);
    session.endProfiling();
    await session.release();
    const events = readdirSync(folder).flatMap((file) =>
      JSON.parse(readFileSync(join(folder, file), 'utf8')),
    );
    show(one, events);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/**
 * Small values of no meaning: what a step costs does not depend on them.
 * @param {TensorType} input
 */
function tensorFor({ type, shape }) {
  const count = shape.reduce((a, b) => a * b, 1);
  if (type === 'int64') return new Tensor('int64', new BigInt64Array(count).fill(1n), shape);
  return new Tensor(
    'float32',
    Float32Array.from({ length: count }, (_, i) => ((i * 37) % 101) / 5e3),
    shape,
  );
}

/**
 * @param {Case} one
 * @param {ProfileEvent[]} events
 */
function show(one, events) {
  const runs = events.filter(({ name }) => name === 'model_run').map(({ ts }) => ts);
  const second = runs.toSorted((a, b) => a - b)[1] ?? Infinity;
  // The first run allocates and is left out.
  const nodes = events.filter(({ cat, ts, args }) => cat === 'Node' && args.op_name && ts >= second);
  const total = nodes.reduce((sum, { dur }) => sum + dur, 0);
  console.log(`${nameOf(one)}: ${(total / STEPS / 1000).toFixed(1)} ms a step in operators`);
  table(total, nodes, ({ args }) => String(args.op_name));
  table(
    total,
    nodes,
    ({ args, name }) => `${args.op_name} ${name.replace(/_kernel_time$/, '').replace(/[^/]*$/, '')}`,
  );
}

/**
 * @param {number} total
 * @param {ProfileEvent[]} nodes
 * @param {(event: ProfileEvent) => string} keyOf
 */
function table(total, nodes, keyOf) {
  /** @type {Map<string, number>} */
  const sums = new Map();
  for (const node of nodes) sums.set(keyOf(node), (sums.get(keyOf(node)) ?? 0) + node.dur);
  const rows = [...sums].toSorted(([, a], [, b]) => b - a).slice(0, SHOWN);
  for (const [key, time] of rows) {
    console.log(
      `  ${((100 * time) / total).toFixed(1).padStart(5)} %  ${(time / STEPS / 1000).toFixed(2).padStart(9)} ms  ${key}`,
    );
  }
  console.log();
}
