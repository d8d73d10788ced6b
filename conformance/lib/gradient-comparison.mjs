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

/** Relative error of a tensor that counts as the same. */
const TOLERANCE = 1e-5;
/** Networks in which torch's own float32 is further than that from its float64: no further than this many times. */
const OVER_FLOAT32 = 8;

/**
 * A network at one input with weights, noise and a gradient of its output, ready for both sides. `coarse` makes the
 * images multiples of one half, so that pools meet ties.
 */
export function gradientCase(name, resolved, rng, { coarse = false } = {}) {
  const { model, noises } = gradientModel(resolved);
  const weights = randomWeights(resolved, rng);
  const fine = randomValues(resolved.input, rng);
  const images = coarse ? fine.map((value) => Math.round(2 * value) / 2) : fine;
  const output = resolved.byPath.get(resolved.graph.outputs[0]).output;
  const cotangent = randomValues(output, rng);
  const drawn = noises.map((noise) => ({ noise, values: randomNoise(noise, rng) }));
  const feeds = new Map([...weights, ['images', images], ['cotangent', cotangent]]);
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

/** Compares output, gradients and running statistics with torch's answer. */
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
    report.problem(`onnxruntime: ${error.message.slice(0, 300)}`);
    return report.outcome();
  }
  const { float32, ...float64 } = answer;
  const groups = (side) => [
    ['output', { output: side.output }],
    ['gradient/', side.gradients],
    ['next/', side.buffers],
  ];
  const single = new Map(groups(float32));
  for (const [prefix, tensors] of groups(float64)) {
    const values = Object.entries(tensors).map(([key, text]) => [key, fromBase64(text)]);
    const whole = Math.sqrt(values.reduce((sum, [, tensor]) => sum + squares(tensor), 0));
    for (const [key, expected] of values) {
      const actual = ours.get(prefix === 'output' ? 'output' : `${prefix}${key}`);
      if (actual === undefined) {
        report.problem(`${prefix}${key}: missing`);
        continue;
      }
      const error = distance(actual, expected, whole);
      const theirs = distance(fromBase64(single.get(prefix)[key]), expected, whole);
      if (!(error <= Math.max(TOLERANCE, OVER_FLOAT32 * theirs))) {
        report.problem(
          `${prefix}${key} [${elements([expected.length])}]: off by ${error.toExponential(1)}, torch's float32 by ${theirs.toExponential(1)}`,
        );
      }
    }
  }
  return report.outcome();
}

const squares = (tensor) => tensor.reduce((sum, value) => sum + value * value, 0);

/** A tensor of next to nothing (a bias before batch-norm) is held to a thousandth of the whole. */
function distance(actual, expected, whole) {
  const difference = expected.reduce((sum, value, i) => sum + (actual[i] - value) ** 2, 0);
  const size = Math.max(Math.sqrt(squares(expected)), whole / 1000);
  return size === 0 ? Math.sqrt(difference) : Math.sqrt(difference) / size;
}
