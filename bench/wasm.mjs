// A training step on the wasm engine beside the naive composition of one: the backend's own kernels, and a filter
// gradient, which it lacks, as a convolution with channels and examples exchanged. Two processes take turns. The engine has one thread: its processor time is taken, which other
// programs on the machine do not lengthen as they do the clock's.
// Usage: node bench/wasm.mjs [steps] [batch]
import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { buildArchitecture } from '../dist/arch/architecture.js';
import { architecture } from '../dist/arch/catalog.js';
import { analyze } from '../dist/analysis/analyze.js';
import { resolve } from '../dist/graph/resolve.js';
import { thin } from '../dist/graph/thin.js';
import { loadTensorFlow } from '../dist/train/tfjs/tfjs.js';
import { registerTrainingKernels } from '../dist/train/tfjs/wasm/register.js';
import { TfjsTrainer } from '../dist/train/tfjs/trainer.js';
import { initialWeights } from '../dist/train/weights.js';

/** @import { ChildProcess } from 'node:child_process' */

const NETWORK = 'vgg11';
const RATIO = 4;
const SIDE = 224;
const GOAL = 6;
const graph = thin(buildArchitecture(architecture(NETWORK), { classes: 10 }), RATIO);
const inputOf = (/** @type {number} */ batch) => [batch, 1, SIDE, SIDE];

if (process.send) await answer();
else await compare(Number(process.argv[2] ?? 3), Number(process.argv[3] ?? 16));

/**
 * @param {number} steps
 * @param {number} batch
 */
async function compare(steps, batch) {
  const [ours, naive] = [start('ours', batch), start('naive', batch)];
  /** @type {Record<'ours' | 'naive' | 'convolution', number[]>} */
  const rates = { ours: [], naive: [], convolution: [] };
  for (let step = -1; step < steps; step++) {
    // The naive step takes several times as long: fewer of them do.
    const taken = {
      ours: await ask(ours, 'step'),
      convolution: await ask(ours, 'convolution'),
      naive: step < 1 ? await ask(naive, 'step') : undefined,
    };
    if (step < 0) continue;
    rates.ours.push(taken.ours);
    rates.convolution.push(taken.convolution);
    if (taken.naive !== undefined) rates.naive.push(taken.naive);
  }
  for (const child of [ours, naive]) child.disconnect();
  /** @param {number[]} values */
  const median = (values) => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? NaN;
  const { macs, backwardMacs } = analyze(graph, { input: inputOf(1) }).totals;
  const reached = (median(rates.ours) * 2 * (macs + backwardMacs)) / 1e9;
  const best = Math.max(...rates.ours);
  const share = Math.round((100 * reached) / median(rates.convolution));
  console.log(
    `wasm, ${NETWORK}/${RATIO} at ${SIDE} pixels, batch ${batch}: ${median(rates.ours).toFixed(2)} examples/s (best ${best.toFixed(2)}), ` +
      `naive composition ${median(rates.naive).toFixed(2)}: ${(median(rates.ours) / median(rates.naive)).toFixed(1)} times`,
  );
  console.log(
    `over the whole step ${reached.toFixed(1)} GFLOP/s, ${share} % of the backend's own convolution, ${median(rates.convolution).toFixed(1)}`,
  );
  console.log(
    `goal: at least ${GOAL} examples/s where the naive composition gives 1.6 (Node ${process.version})`,
  );
}

/**
 * @param {'ours' | 'naive'} who
 * @param {number} batch
 */
function start(who, batch) {
  return fork(fileURLToPath(import.meta.url), [who, String(batch)]);
}

/**
 * @param {ChildProcess} child
 * @param {'step' | 'convolution'} what
 * @returns {Promise<number>}
 */
function ask(child, what) {
  return new Promise((resolve, reject) => {
    child.once('message', resolve);
    child.once('exit', () => reject(new Error('the child process ended')));
    child.send(what);
  });
}

/** Answers `step` with examples per second and `convolution` with GFLOP/s. */
async function answer() {
  const [who, batch] = [process.argv[2], Number(process.argv[3])];
  const api = loadTensorFlow('wasm', '@tensorflow/tfjs-backend-wasm');
  await api.tf.setBackend('wasm');
  if (who === 'ours') registerTrainingKernels(api.tf);
  else registerNaiveFilterGradient(api.tf);
  const network = resolve(graph, inputOf(batch));
  const optimizer = { name: /** @type {const} */ ('sgd'), lr: 0.01, momentum: 0, weightDecay: 0 };
  const weights = () => initialWeights(network, 0);
  const trainer = await TfjsTrainer.create(api, network, { weights, optimizer, seed: 0, batch });
  const examples = {
    count: batch,
    images: Float32Array.from({ length: batch * SIDE * SIDE }, (_, i) => ((i * 7919) % 256) / 255),
    labels: Uint8Array.from({ length: batch }, (_, i) => i % 10),
  };
  let number = 0;
  process.on('message', async (what) => {
    if (what === 'convolution') return process.send?.(convolutionRate(api.tf));
    const begun = process.cpuUsage();
    await trainer.step(examples, number++);
    process.send?.(batch / secondsSince(begun));
  });
}

/** @param {NodeJS.CpuUsage} begun */
function secondsSince(begun) {
  const { user, system } = process.cpuUsage(begun);
  return (user + system) / 1e6;
}

/** The backend's 3×3 convolution of 64 to 64 channels at 56 pixels. */
function convolutionRate(tf) {
  const [x, w] = [tf.ones([16, 56, 56, 64]), tf.ones([3, 3, 64, 64])];
  const begun = process.cpuUsage();
  const y = tf.conv2d(x, w, 1, 'same');
  const rate = (2 * 16 * 56 * 56 * 9 * 64 * 64) / (secondsSince(begun) * 1e9);
  tf.dispose([x, w, y]);
  return rate;
}

/** dW[i, j, c, o]: the images, channels as examples, convolved with dy, its examples as input channels. */
function registerNaiveFilterGradient(tf) {
  const kernelFunc = ({ backend, inputs: { x, dy }, attrs: { filterShape, strides, pad } }) => {
    const run = (name, inputs, attrs) => tf.getKernel(name, 'wasm').kernelFunc({ backend, inputs, attrs });
    const { padInfo } = tf.backend_util.computeConv2DInfo(x.shape, filterShape, strides, 1, pad);
    const { top, bottom, left, right } = padInfo;
    const border = [
      [0, 0],
      [top, bottom],
      [left, right],
      [0, 0],
    ];
    const padded = run('PadV2', { x }, { paddings: border, constantValue: 0 });
    const images = run('Transpose', { x: padded }, { perm: [3, 1, 2, 0] });
    const filter = run('Transpose', { x: dy }, { perm: [1, 2, 0, 3] });
    const options = { strides: [1, 1], pad: 'valid', dataFormat: 'NHWC', dilations: [1, 1] };
    const product = run('Conv2D', { x: images, filter }, options);
    const result = run('Transpose', { x: product }, { perm: [1, 2, 0, 3] });
    for (const { dataId } of [padded, images, filter, product]) backend.disposeData(dataId);
    return result;
  };
  tf.registerKernel({ kernelName: 'Conv2DBackpropFilter', backendName: 'wasm', kernelFunc });
}
