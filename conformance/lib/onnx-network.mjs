import { encodeModel } from '../../dist/onnx/encode.js';
import { writeBackward, writeForward } from '../../dist/train/onnx/differentiate.js';
import { cpu } from '../../dist/train/onnx/targets/cpu.js';
import { OnnxWriter } from '../../dist/onnx/writer.js';
import { elements } from '../../dist/core/arithmetic.js';
import { weightName } from '../../dist/graph/parameters.js';
import * as ort from 'onnxruntime-node';
import { present } from './present.mjs';

/**
 * @import { Graph } from '../../dist/graph/graph.js'
 * @import { ResolvedGraph } from '../../dist/graph/resolve.js'
 * @import { Shape } from '../../dist/core/shape.js'
 * @import { OnnxModel } from '../../dist/onnx/model.js'
 * @import { Target } from '../../dist/train/onnx/targets/target.js'
 * @import { RandomNumbers } from './types.ts'
 */

const { InferenceSession, Tensor } = ort.default ?? ort;

/**
 * Runs an ONNX model of ours on onnxruntime's CPU provider; float32 values by name, in and out.
 * @param {OnnxModel} model
 * @param {ReadonlyMap<string, Float32Array>} feeds
 */
export async function runModel(model, feeds) {
  const session = await InferenceSession.create(encodeModel(model), {
    logSeverityLevel: 3,
    // As the tool runs it: the border of a pad may be wider than the window that it would be moved into.
    extra: { optimization: { disable_specified_optimizers: 'Pad_Fusion' } },
  });
  try {
    const types = new Map(model.inputs.map((input) => [input.name, input]));
    const inputs = Object.fromEntries(
      [...types].map(([name, { type, shape }]) => [
        name,
        new Tensor(/** @type {'float32'} */ (type), present(feeds.get(name), name), shape),
      ]),
    );
    const outputs = await session.run(inputs);
    /** @type {Map<string, Float32Array>} */
    const values = new Map();
    for (const [name, { data }] of Object.entries(outputs)) {
      if (data instanceof Float32Array) values.set(name, data);
    }
    return values;
  } finally {
    await session.release();
  }
}

/**
 * Learnable weights and floating-point buffers of a resolved graph, by name.
 * @param {ResolvedGraph} resolved
 */
function weightsOf({ nodes }) {
  return nodes
    .filter(({ node, ownsWeights }) => ownsWeights && !node.trainingOnly)
    .flatMap(({ node, weights }) =>
      weights
        .filter(({ integer, bool }) => !integer && !bool)
        .map((spec) => ({ ...spec, name: weightName(node.path, spec.name), short: spec.name })),
    );
}

/**
 * The network in training mode with the gradients of weights and input for a given gradient of its main output.
 * Returns the model and the noise that it takes.
 * @param {ResolvedGraph} resolved
 * @param {Target} [target]
 */
export function gradientModel(resolved, target = cpu) {
  const g = new OnnxWriter({ training: true, dialect: target });
  const images = g.input('images', resolved.input);
  const path = present(resolved.graph.outputs[0], 'output');
  const weights = new Map(weightsOf(resolved).map(({ name, shape }) => [name, g.input(name, shape)]));
  const forward = writeForward(g, resolved, images, weights);
  const scores = present(forward.values.get(path), path);
  const cotangent = g.input('cotangent', scores.shape);
  const backward = writeBackward(g, forward, path, cotangent, { ofInput: true });
  const outputs = [g.output(scores, 'output')];
  if (backward.input) outputs.push(g.output(backward.input, 'gradient/images'));
  for (const [name, parts] of backward.weights) {
    const values = parts.map((part) =>
      'transposed' in part
        ? g.run('Gemm', [part.transposed, part.by], present(weights.get(name), name).shape, { transA: 1 })
        : part,
    );
    const first = present(values[0], name);
    const sum = values.length === 1 ? first : g.run('Sum', values, first.shape);
    outputs.push(g.output(sum, `gradient/${name}`));
  }
  for (const [name, value] of forward.buffers) outputs.push(g.output(value, `next/${name}`));
  return { model: g.model({ name: resolved.graph.name, about: 'gradients' }, outputs), noises: g.noises };
}

/**
 * Values that keep a deep network's activations of order one: filters by their fan-in, scales near 1.
 * @param {ResolvedGraph} resolved
 * @param {RandomNumbers} rng
 * @returns {Map<string, Float32Array>}
 */
export function randomWeights(resolved, rng) {
  const weights = new Map();
  for (const { name, short, shape } of weightsOf(resolved)) {
    const count = elements(shape);
    const fanIn = shape.slice(1).reduce((a, b) => a * b, 1);
    const bound = shape.length > 1 ? Math.sqrt(6 / fanIn) : 0.2;
    const center = shape.length === 1 && (short === 'weight' || short === 'running_var') ? 1 : 0;
    weights.set(
      name,
      Float32Array.from({ length: count }, () => center + bound * (2 * rng.next() - 1)),
    );
  }
  return weights;
}

/**
 * @param {Shape} shape
 * @param {RandomNumbers} rng
 */
export const randomValues = (shape, rng) =>
  Float32Array.from({ length: elements(shape) }, () => 2 * rng.next() - 1);

/**
 * 0 with probability `p`, 1 / (1 − p) otherwise.
 * @param {{ readonly tensor: { readonly shape: Shape }, readonly p: number }} noise
 * @param {RandomNumbers} rng
 */
export const randomNoise = ({ tensor, p }, rng) =>
  Float32Array.from({ length: elements(tensor.shape) }, () => (rng.next() < p ? 0 : 1 / (1 - p)));

/** @param {Float32Array} values */
export const toBase64 = ({ buffer, byteOffset, byteLength }) =>
  Buffer.from(buffer, byteOffset, byteLength).toString('base64');

/** @param {string} text */
export function fromBase64(text) {
  const bytes = Uint8Array.from(Buffer.from(text, 'base64'));
  return new Float64Array(bytes.buffer);
}

/**
 * The graph for torch_network.py; what our ONNX graph writes as new is not overwritten there either.
 * @param {ResolvedGraph} resolved
 */
export function graphAsJson({ graph }) {
  const nodes = graph.nodes.filter(({ trainingOnly }) => !trainingOnly);
  return {
    nodes: nodes.map(({ path, kind, attributes, inputs, sharesWeightsOf, frozen, inEval }) => ({
      path,
      kind,
      attributes: withoutInplace(attributes),
      inputs,
      ...(sharesWeightsOf && { sharesWeightsOf }),
      ...(frozen && { frozen }),
      ...(inEval && { inEval }),
    })),
    outputs: [graph.outputs[0]],
  };
}

/** @param {object} attributes */
const withoutInplace = (attributes) =>
  'inplace' in attributes ? { ...attributes, inplace: false } : attributes;

/** @typedef {{ in_features?: number, out_features: number, bias: boolean }} LinearAttributes */

const HIDDEN = 64;

/**
 * Thinning leaves the width of hidden linear layers, which would be nearly all of the weights.
 * @param {Graph} graph
 * @returns {Graph}
 */
export function narrow(graph) {
  const nodes = graph.nodes.map((node) => {
    if (node.kind !== 'linear') return node;
    const { in_features: _, ...attributes } = /** @type {LinearAttributes} */ (node.attributes);
    const out_features = node.givesClasses
      ? attributes.out_features
      : Math.min(attributes.out_features, HIDDEN);
    return { ...node, attributes: { ...attributes, out_features } };
  });
  return { ...graph, nodes };
}
