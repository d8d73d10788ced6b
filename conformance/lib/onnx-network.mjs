import { encodeModel } from '../../dist/onnx/encode.js';
import { writeBackward, writeForward } from '../../dist/train/onnx/differentiate.js';
import { cpu } from '../../dist/train/onnx/targets/cpu.js';
import { OnnxWriter } from '../../dist/onnx/writer.js';
import { elements } from '../../dist/core/arithmetic.js';
import * as ort from 'onnxruntime-node';

const { InferenceSession, Tensor } = ort.default ?? ort;

/** Runs an ONNX model of ours on onnxruntime's CPU provider; float32 values by name, in and out. */
export async function runModel(model, feeds) {
  const session = await InferenceSession.create(encodeModel(model), { logSeverityLevel: 3 });
  try {
    const types = new Map(model.inputs.map((input) => [input.name, input]));
    const inputs = Object.fromEntries(
      [...types].map(([name, { type, shape }]) => [name, new Tensor(type, feeds.get(name), shape)]),
    );
    const outputs = await session.run(inputs);
    return new Map(Object.entries(outputs).map(([name, { data }]) => [name, data]));
  } finally {
    await session.release();
  }
}

/** Learnable weights and floating-point buffers of a resolved graph, by name. */
function weightsOf({ nodes }) {
  return nodes
    .filter(({ node, ownsWeights }) => ownsWeights && !node.trainingOnly)
    .flatMap(({ node, weights }) =>
      weights
        .filter(({ integer }) => !integer)
        .map((spec) => ({ ...spec, name: `${node.path}.${spec.name}`, short: spec.name })),
    );
}

/**
 * The network in training mode with the gradients of weights and input for a given gradient of its main output.
 * Returns the model and the noise that it takes.
 */
export function gradientModel(resolved, target = cpu) {
  const g = new OnnxWriter({ training: true, dialect: target });
  const images = g.input('images', resolved.input);
  const path = resolved.graph.outputs[0];
  const weights = new Map(weightsOf(resolved).map(({ name, shape }) => [name, g.input(name, shape)]));
  const forward = writeForward(g, resolved, images, weights);
  const scores = forward.values.get(path);
  const cotangent = g.input('cotangent', scores.shape);
  const backward = writeBackward(g, forward, path, cotangent, { ofInput: true });
  const outputs = [g.output(scores, 'output')];
  if (backward.input) outputs.push(g.output(backward.input, 'gradient/images'));
  for (const [name, parts] of backward.weights) {
    const values = parts.map((part) =>
      'transposed' in part
        ? g.run('Gemm', [part.transposed, part.by], weights.get(name).shape, { transA: 1 })
        : part,
    );
    const sum = values.length === 1 ? values[0] : g.run('Sum', values, values[0].shape);
    outputs.push(g.output(sum, `gradient/${name}`));
  }
  for (const [name, value] of forward.buffers) outputs.push(g.output(value, `next/${name}`));
  return { model: g.model({ name: resolved.graph.name, about: 'gradients' }, outputs), noises: g.noises };
}

/** Values that keep a deep network's activations of order one: filters by their fan-in, scales near 1. */
export function randomWeights(resolved, rng) {
  const weights = new Map();
  for (const { name, short, shape } of weightsOf(resolved)) {
    const count = elements(shape);
    const fanIn = shape.slice(1).reduce((a, b) => a * b, 1);
    const bound = shape.length > 1 ? Math.sqrt(6 / fanIn) : 0.2;
    const centre = shape.length === 1 && (short === 'weight' || short === 'running_var') ? 1 : 0;
    weights.set(
      name,
      Float32Array.from({ length: count }, () => centre + bound * (2 * rng.next() - 1)),
    );
  }
  return weights;
}

export const randomValues = (shape, rng) =>
  Float32Array.from({ length: elements(shape) }, () => 2 * rng.next() - 1);

/** 0 with probability `p`, 1 / (1 − p) otherwise. */
export const randomNoise = ({ tensor, p }, rng) =>
  Float32Array.from({ length: elements(tensor.shape) }, () => (rng.next() < p ? 0 : 1 / (1 - p)));

export const toBase64 = ({ buffer, byteOffset, byteLength }) =>
  Buffer.from(buffer, byteOffset, byteLength).toString('base64');

export function fromBase64(text) {
  const bytes = Uint8Array.from(Buffer.from(text, 'base64'));
  return new Float64Array(bytes.buffer);
}

/** The graph for torch_network.py; what our ONNX graph writes anew is not overwritten there either. */
export function graphAsJson({ graph }) {
  const nodes = graph.nodes.filter(({ trainingOnly }) => !trainingOnly);
  return {
    nodes: nodes.map(({ path, kind, attributes, inputs, sharesWeightsOf }) => ({
      path,
      kind,
      attributes: withoutInplace(attributes),
      inputs,
      ...(sharesWeightsOf && { sharesWeightsOf }),
    })),
    outputs: [graph.outputs[0]],
  };
}

const withoutInplace = (attributes) =>
  'inplace' in attributes ? { ...attributes, inplace: false } : attributes;

const HIDDEN = 64;

/** Thinning leaves the width of hidden linear layers, which would be nearly all of the weights. */
export function narrow(graph) {
  const nodes = graph.nodes.map((node) => {
    if (node.kind !== 'linear') return node;
    const { in_features: _, ...attributes } = node.attributes;
    const out_features = node.givesClasses
      ? attributes.out_features
      : Math.min(attributes.out_features, HIDDEN);
    return { ...node, attributes: { ...attributes, out_features } };
  });
  return { ...graph, nodes };
}
