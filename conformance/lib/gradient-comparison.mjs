import { elements } from '../../dist/core/arithmetic.js';
import { collect } from './outcome.mjs';
import {
  fromBase64,
  gradientModel,
  graphAsJson,
  randomNoise,
  randomValues,
  randomWeights,
  runModel,
  toBase64,
} from './onnx-network.mjs';
import { messageOf } from './message.mjs';
import { present } from './present.mjs';

/**
 * @import { ResolvedGraph } from '../../dist/graph/resolve.js'
 * @import { OnnxModel } from '../../dist/onnx/model.js'
 * @import { RandomNumbers } from './types.ts'
 */

/**
 * One precision of torch's answer, tensors as base64 of float64.
 * @typedef {object} OneSide
 * @property {string} output
 * @property {Record<string, string>} gradients
 * @property {Record<string, string>} buffers
 */

/** Relative error of a tensor that counts as the same. */
const TOLERANCE = 1e-5;
/** Networks in which torch's own float32 is further than that from its float64: no further than this many times. */
const OVER_FLOAT32 = 8;

/**
 * A network at one input with weights, noise and a gradient of its output, ready for both sides. `coarse` makes the
 * images multiples of one half, so that pools meet ties.
 * @param {string} name
 * @param {ResolvedGraph} resolved
 * @param {RandomNumbers} rng
 * @param {{ coarse?: boolean }} [options]
 */
export function gradientCase(name, resolved, rng, { coarse = false } = {}) {
  const { model, noises } = gradientModel(resolved);
  const weights = randomWeights(resolved, rng);
  const fine = randomValues(resolved.input, rng);
  const images = coarse ? fine.map((value) => Math.round(2 * value) / 2) : fine;
  const output = present(resolved.byPath.get(resolved.graph.outputs[0] ?? ''), 'output').output;
  const cotangent = randomValues(output, rng);
  const drawn = noises.map((noise) => ({ noise, values: randomNoise(noise, rng) }));
  const feeds = new Map(weights).set('images', images).set('cotangent', cotangent);
  for (const { noise, values } of drawn) feeds.set(noise.tensor.name, values);
  const encoded = [...weights].map(([weight, values]) => [weight, toBase64(values)]);
  return {
    name,
    model,
    feeds,
    request: {
      graph: graphAsJson(resolved),
      input: resolved.input,
      images: toBase64(images),
      cotangent: toBase64(cotangent),
      weights: Object.fromEntries(encoded),
      noises: Object.fromEntries(
        drawn.map(({ noise, values }) => [
          noise.path,
          { shape: noise.tensor.shape, values: toBase64(values) },
        ]),
      ),
    },
  };
}

/**
 * Whether torch's answer holds numbers alone: a logarithm of what is below 0 is none, nor is anything after it.
 * @param {OneSide & { error?: string }} answer
 */
export const isFinite = (answer) =>
  answer.error !== undefined ||
  groupsOf(answer)
    .flat()
    .every(([, tensor]) => tensor.every(Number.isFinite));

/**
 * Compares output, gradients and running statistics with torch's answer.
 * @param {{ name: string, model: OnnxModel, feeds: ReadonlyMap<string, Float32Array> }} given
 * @param {OneSide & { float32: OneSide, error?: string }} answer
 */
export async function compareGradients({ name, model, feeds }, answer) {
  const report = collect(name);
  if (answer.error !== undefined) {
    report.problem(`torch refuses it: ${answer.error}`);
    return report.outcome();
  }
  let ours;
  try {
    ours = await runModel(model, feeds);
  } catch (error) {
    report.problem(`onnxruntime: ${messageOf(error).slice(0, 300)}`);
    return report.outcome();
  }
  const { float32, ...float64 } = answer;
  const single = new Map(groupsOf(float32).flat());
  for (const tensors of groupsOf(float64)) {
    const whole = Math.sqrt(tensors.reduce((sum, [, tensor]) => sum + squares(tensor), 0));
    for (const [key, expected] of tensors) {
      // A buffer that no step changes is not given out.
      const actual = ours.get(key) ?? feeds.get(key.replace(/^next\//, ''));
      if (actual === undefined) {
        report.problem(`${key}: missing`);
        continue;
      }
      const error = distance(actual, expected, whole);
      const theirs = distance(present(single.get(key), `${key} in float32`), expected, whole);
      if (!(error <= Math.max(TOLERANCE, OVER_FLOAT32 * theirs))) {
        report.problem(
          `${key} [${elements([expected.length])}]: off by ${error.toExponential(1)}, torch's float32 by ${theirs.toExponential(1)}`,
        );
      }
    }
  }
  return report.outcome();
}

/**
 * Tensors that are measured together, by name.
 * @param {OneSide} side
 */
const groupsOf = ({ output, gradients, buffers }) => [
  decoded('', { output }),
  decoded('gradient/', gradients),
  decoded('next/', buffers),
];

/**
 * @param {string} prefix
 * @param {Readonly<Record<string, string>>} texts
 * @returns {[string, Float64Array][]}
 */
const decoded = (prefix, texts) =>
  Object.entries(texts).map(([key, text]) => [`${prefix}${key}`, fromBase64(text)]);

/** @typedef {Float32Array | Float64Array} Values */

/** @param {Values} tensor */
const squares = (tensor) => {
  let sum = 0;
  for (const value of tensor) sum += value * value;
  return sum;
};

/**
 * A tensor of next to nothing (a bias before batch-norm) is held to a thousandth of the whole.
 * @param {Values} actual
 * @param {Float64Array} expected
 * @param {number} whole
 */
function distance(actual, expected, whole) {
  const difference = expected.reduce((sum, value, i) => sum + ((actual[i] ?? NaN) - value) ** 2, 0);
  const size = Math.max(Math.sqrt(squares(expected)), whole / 1000);
  return size === 0 ? Math.sqrt(difference) : Math.sqrt(difference) / size;
}
