import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { loadNetwork } from '../../dist/cli/io/load-network.js';
import { resolve } from '../../dist/graph/resolve.js';
import { thin } from '../../dist/graph/thin.js';
import { initialWeights } from '../../dist/train/weights.js';
import { runProgram } from '../lib/engines.mjs';
import { collect } from '../lib/outcome.mjs';
import { random } from '../lib/random.mjs';
import { lossesOf, randomBatches, stepsAsJson, trainingRequest } from '../lib/training-steps.mjs';
import { present } from '../lib/present.mjs';

/**
 * @import { OptimizerSettings } from '../../dist/optimizers/registry.js'
 */

export const title = "exported step graphs in Python's onnxruntime: our losses, and torch's";

const root = fileURLToPath(new URL('../../', import.meta.url));
const STEPS = 20;
const SEED = 3;
const TORCH_TOLERANCE = 1e-3;
/** Two releases of onnxruntime may order their sums differently. */
const OWN_TOLERANCE = 1e-4;
/** @type {OptimizerSettings} */
const sgd = { name: 'sgd', lr: 0.05, momentum: 0, weightDecay: 0 };
/**
 * @typedef {object} Exported
 * @property {string} name
 * @property {number} [classes]
 * @property {number} [ratio]
 * @property {number[]} input
 * @property {OptimizerSettings} optimizer
 */

/** @type {readonly Exported[]} */
const NETWORKS = [
  { name: 'lenet', input: [8, 1, 28, 28], optimizer: sgd },
  {
    name: join(root, 'fixtures/train/small-relu.yaml'),
    input: [8, 1, 28, 28],
    optimizer: { name: 'momentum', lr: 0.01, momentum: 0.8, weightDecay: 0.01 },
  },
  {
    name: join(root, 'fixtures/train/zoo.yaml'),
    input: [8, 3, 21, 18],
    optimizer: { ...sgd, name: 'adamw', lr: 1e-4, weightDecay: 0.1 },
  },
  {
    name: 'torchvision/squeezenet1_1',
    classes: 10,
    ratio: 8,
    input: [4, 3, 64, 64],
    optimizer: { ...sgd, name: 'adam', lr: 1e-4 },
  },
];

/** @type {import('../lib/types.ts').Check['run']} */
export async function run({ python, note }) {
  const folder = mkdtempSync(join(tmpdir(), 'vgg-export-'));
  try {
    const trainings = [];
    for (const { name, classes, ratio = 1, input, optimizer } of NETWORKS) {
      const graph = await loadNetwork(name, classes ? { classes } : {}, { cwd: root, stdin: process.stdin });
      const resolved = resolve(thin(graph, ratio), input);
      const batches = randomBatches(resolved, STEPS, random(SEED));
      const weights = initialWeights(resolved, SEED);
      trainings.push({ resolved, training: { weights, optimizer, batches, seed: SEED } });
    }
    const files = [];
    for (const [i, one] of NETWORKS.entries()) files.push(await exported(one, join(folder, String(i))));
    const requests = trainings.map(({ resolved, training }, i) => ({
      ...files[i],
      learningRate: training.optimizer.lr,
      steps: stepsAsJson(resolved, training),
    }));
    const theirs = await python('onnx_export.py', requests);
    const torch = await python(
      'onnx_steps.py',
      trainings.map(({ resolved, training }) => trainingRequest(resolved, training)),
    );
    const outcomes = [];
    for (const [i, { resolved, training }] of trainings.entries()) {
      const ours = await lossesOf(resolved, training);
      note(`${resolved.graph.name}: loss ${ours[0]?.toFixed(4)} to ${ours.at(-1)?.toFixed(4)}`);
      outcomes.push(compare(resolved.graph.name, ours, theirs[i], torch[i].float32));
    }
    return outcomes;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/**
 * The files that the command line writes.
 * @param {Exported} network
 * @param {string} stem
 */
async function exported({ name, classes, ratio = 1, input, optimizer }, stem) {
  const [step, init] = [`${stem}.onnx`, `${stem}-init.onnx`];
  const { name: kind, momentum, weightDecay } = optimizer;
  /** @type {(string | number)[]} */
  const args = ['export', name, '--to', 'onnx-training', '--ratio', ratio];
  if (classes) args.push('--classes', classes);
  args.push('--input', input.slice(1).join('x'), '--batch', present(input[0], 'batch'), '--seed', SEED);
  args.push('--optimizer', kind, '--weight-decay', weightDecay, '-o', step, '--init', init);
  if (kind === 'momentum') args.push('--momentum', momentum);
  const { code, stderr } = await runProgram(root, args.map(String));
  if (code !== 0) throw new Error(`exit ${code}: ${stderr}`);
  return { step, init };
}

/**
 * @param {string} name
 * @param {readonly number[]} ours
 * @param {{ losses?: number[], error?: string }} theirs
 * @param {readonly number[]} torch
 */
function compare(name, ours, { losses, error }, torch) {
  const report = collect(name);
  if (error !== undefined) report.problem(error);
  losses?.forEach((loss, step) => {
    if (!(Math.abs(loss - (ours[step] ?? NaN)) <= OWN_TOLERANCE)) {
      report.problem(`step ${step + 1}: exported ${loss}, ours ${ours[step]}`);
    }
    if (!(Math.abs(loss - (torch[step] ?? NaN)) <= TORCH_TOLERANCE)) {
      report.problem(`step ${step + 1}: exported ${loss}, torch ${torch[step]}`);
    }
  });
  return report.outcome();
}
