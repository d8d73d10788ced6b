import { onlyInput } from '../../dist/graph/graph.js';
import { readFileSync } from 'node:fs';
import { GraphBuilder } from '../../dist/graph/builder.js';
import { resolve } from '../../dist/graph/resolve.js';
import { layerKind } from '../../dist/layers/registry.js';
import { fromBase64, gradientModel, graphAsJson, toBase64 } from '../lib/onnx-network.mjs';
import { collect } from '../lib/outcome.mjs';

/** @import { GradientFixture } from '../lib/types.ts' */

export const title = 'the recorded gradients of every layer kind';

export const file = new URL('../../fixtures/onnx/gradients.json', import.meta.url);
/** The file holds nine digits. */
const TOLERANCE = 1e-8;

/**
 * The tests hold our ONNX graphs to this file; here the file is held to PyTorch.
 * @type {import('../lib/types.ts').Check['run']}
 */
export async function run({ python }) {
  /** @type {GradientFixture[]} */
  const cases = JSON.parse(readFileSync(file, 'utf8'));
  const answers = await python('onnx_gradients.py', cases.map(requestOf));
  return cases.map((one, i) => compare(one, answers[i]));
}

/**
 * The graph of a case at its input.
 * @param {GradientFixture} fixture
 */
export function resolvedCase({ name, input, steps }) {
  const net = new GraphBuilder();
  steps.forEach(([kind, attributes, from], i) => {
    const inputs = from?.map((place) =>
      place === 0 ? '@input' : typeof place === 'string' ? place : `layer${place}`,
    );
    net.add(`layer${i + 1}`, layerKind(kind), attributes, inputs ? { from: inputs } : {});
  });
  return resolve(net.build({ name, source: 'spec', inputs: onlyInput([1, 1, 1]) }), input);
}

/**
 * A case with its values, as `onnx_gradients.py` takes it.
 * @param {GradientFixture} one
 */
export function requestOf(one) {
  const { input, given } = one;
  const resolved = resolvedCase(one);
  const { model, noises } = gradientModel(resolved);
  const encoded = (key) => toBase64(Float32Array.from(given[key] ?? []));
  const weights = model.inputs.map((tensor) => tensor.name).filter((key) => key.startsWith('layer'));
  return {
    graph: graphAsJson(resolved),
    input,
    images: encoded('images'),
    cotangent: encoded('cotangent'),
    weights: Object.fromEntries(weights.map((key) => [key, encoded(key)])),
    noises: Object.fromEntries(
      noises.map(({ path, tensor }) => [path, { shape: tensor.shape, values: encoded(tensor.name) }]),
    ),
  };
}

/**
 * @param {GradientFixture} fixture
 * @param {{ output?: string, gradients?: Record<string, string>, buffers?: Record<string, string>, error?: string }} answer
 */
function compare({ name, expected }, { output, gradients = {}, buffers = {}, error }) {
  const report = collect(name);
  if (error !== undefined) report.problem(error);
  /** @type {Map<string, string>} */
  const theirs = new Map();
  if (output !== undefined) theirs.set('output', output);
  for (const [key, text] of Object.entries(gradients)) theirs.set(`gradient/${key}`, text);
  for (const [key, text] of Object.entries(buffers)) theirs.set(`next/${key}`, text);
  report.equal('what is recorded', Object.keys(expected).sort(), [...theirs.keys()].sort());
  for (const [key, values] of Object.entries(expected)) {
    const text = theirs.get(key);
    if (text === undefined) continue;
    const actual = fromBase64(text);
    const scale = Math.max(...values.map(Math.abs), Number.MIN_VALUE);
    const off = Math.max(...values.map((value, i) => Math.abs(value - (actual[i] ?? NaN)))) / scale;
    if (!(off <= TOLERANCE)) report.problem(`${key}: off by ${off.toExponential(1)}`);
  }
  return report.outcome();
}
