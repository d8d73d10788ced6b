import { cpus } from 'node:os';
import { buildArchitecture } from '../../dist/arch/architecture.js';
import { architecture } from '../../dist/arch/catalog.js';
import { thin } from '../../dist/graph/thin.js';
import { images, otherNode, reportIn, spec, tensorflowFolder, trainIn } from '../lib/engines.mjs';
import { graphAsJson } from '../lib/onnx-network.mjs';
import { resolve } from '../../dist/graph/resolve.js';
import { collect } from '../lib/outcome.mjs';

export const title =
  "the tensorflow engine, on the pip wheel's libraries, trains as wasm does, on two versions of Node";

const RECIPES = {
  'small-relu.yaml': ['--lr', '0.1', '--batch', '32', '--epochs', '2'],
  'zoo.yaml': ['--lr', '0.05', '--batch', '32', '--epochs', '1', '--limit', '160'],
};
const timed = { name: 'vgg11', ratio: 4, input: [16, 1, 224, 224] };

/** @type {import('../lib/types.ts').Check['run']} */
export async function run({ python, note }) {
  if (process.platform !== 'linux') {
    note('skipped: the libraries of the pip wheel are linked for Linux here');
    return [];
  }
  const folder = await tensorflowFolder(note);
  const other = await otherNode(note);
  const report = await reportIn(folder, 'tensorflow-report.mjs', [JSON.stringify(timed)]);
  note(
    `VGG-11/4, batch 16: ${report.speed.toFixed(1)} examples/s; PyTorch ${(await torchSpeed(python)).toFixed(1)}`,
  );
  const outcomes = [
    whatItIs('this Node', report),
    whatItIs('Node 24', await reportIn(folder, 'tensorflow-report.mjs', [], other), { utilIsWhole: false }),
  ];
  for (const [name, recipe] of Object.entries(RECIPES)) {
    /**
     * @param {string} engine
     * @param {string} [node]
     */
    const train = async (engine, node) => {
      const args = [spec(name), '--engine', engine, '--data', images, ...recipe, '--json'];
      const { code, stdout, stderr } = await trainIn(folder, args, {}, node);
      if (code !== 0) throw new Error(`${engine} ended with ${code}: ${stderr}`);
      return JSON.parse(stdout);
    };
    const [native, native24, wasm] = [
      await train('tensorflow'),
      await train('tensorflow', other),
      await train('wasm'),
    ];
    note(
      `${name}: tensorflow ${native.examplesPerSec.toFixed(1)} examples/s; wasm ${wasm.examplesPerSec.toFixed(1)}`,
    );
    outcomes.push(sameLosses(name, native, wasm), sameLosses(`${name} on Node 24`, native24, wasm));
  }
  const auto = collect('auto prefers it to wasm');
  const { stderr } = await trainIn(folder, [spec('lenet.yaml'), '--epochs', '0']);
  if (!/^training on (tensorflow|onnx): /m.test(stderr)) auto.problem(stderr);
  return [...outcomes, auto.outcome()];
}

async function torchSpeed(python) {
  const graph = thin(buildArchitecture(architecture(timed.name), { classes: 10 }), timed.ratio);
  const request = {
    graph: graphAsJson(resolve(graph, timed.input)),
    input: timed.input,
    threads: cpus().length,
  };
  return (await python('train_speed.py', request)).examplesPerSec;
}

/** Backend, version, one product, the gradients. `expected` states more. */
function whatItIs(where, report, expected = {}) {
  const check = collect(
    `${where} (${report.node}): what it is, and its gradients beside the plain JavaScript backend's`,
  );
  for (const [key, value] of Object.entries(expected)) check.equal(key, report[key], value);
  if (!/^TensorFlow 2\.21\.\d+ through tfjs-node 4\.22\.0$/.test(report.backend))
    check.problem(report.backend);
  check.equal('product', report.product, [19, 22, 43, 50]);
  for (const [name, weights] of Object.entries(report.gradients)) {
    for (const [weight, difference] of Object.entries(weights)) {
      if (!(difference < 1e-5)) check.problem(`${name}: ${weight} differs by ${difference} of the largest`);
    }
  }
  return check.outcome();
}

/** Rounding alone parts two trainings: closely at first, and further with every epoch. */
function sameLosses(name, native, wasm) {
  const check = collect(name);
  check.equal('checks passed', native.checks.passed, true);
  native.epochs.forEach(({ epoch, loss }, i) => {
    const other = wasm.epochs[i].loss;
    if (Math.abs(loss / other - 1) > (i === 0 ? 0.01 : 0.03))
      check.problem(`epoch ${epoch}: tensorflow ${loss}, wasm ${other}`);
  });
  const { endOfForward, peak } = native.checks.memory;
  for (const [what, { predicted, observed }] of Object.entries({ endOfForward, peak })) {
    if (Math.abs(predicted / observed - 1) > 0.01)
      check.problem(`memory ${what}: predicted ${predicted}, observed ${observed}`);
  }
  return check.outcome();
}
