import { GraphBuilder } from '../../dist/graph/builder.js';
import { onlyInput, inputReference, producerOf, resultReference } from '../../dist/graph/graph.js';
import { resolve } from '../../dist/graph/resolve.js';
import { elements } from '../../dist/core/arithmetic.js';
import { sameShape } from '../../dist/core/shape.js';
import { VggError } from '../../dist/core/errors/error.js';
import { joinsBranches } from '../../dist/layers/shared/inputs.js';
import { layerKind, layerKinds } from '../../dist/layers/registry.js';
import { randomAttributes } from './random-attributes.mjs';
import { present } from './present.mjs';

/** What goes in: images, and integers where they are asked for. */
const IMAGES = /** @type {const} */ ({ name: 'input', type: 'float' });
const IDS = /** @type {const} */ ({ name: 'ids', type: 'int64' });

/**
 * @import { ResolvedGraph } from '../../dist/graph/resolve.js'
 * @import { Shape } from '../../dist/core/shape.js'
 * @import { AcceptedNetwork, RandomNumbers, RejectedNetwork, Step } from './types.ts'
 */

/**
 * A network that grows: without layers it is not resolved.
 * @typedef {{ steps: readonly Step[], inputs: Inputs, resolved: ResolvedGraph | undefined }} Growing
 * @typedef {readonly [Shape, ...Shape[]]} Inputs
 * @typedef {{ path: string, shape: Shape, type: string }} Value
 */

const LAYERS = 14;
/** Keeps the CPU's share of the comparison short. */
const MAX_ELEMENTS = 100_000;

/**
 * Random networks of branches and joins, grown layer by layer over every registered kind. A layer that our shape
 * inference refuses is handed out as a network of its own, ending with it, and the growing goes on without it.
 * @param {RandomNumbers} rng
 * @param {{ accepted: number, rejected: number, ids?: boolean }} wanted `ids` adds an input of integers, all 0.
 */
export function randomNetworks(rng, { accepted: wantAccepted, rejected: wantRejected, ids = false }) {
  /** @type {AcceptedNetwork[]} */
  const accepted = [];
  /** @type {RejectedNetwork[]} */
  const rejected = [];
  const uses = new Map([...layerKinds.keys()].map((kind) => [kind, 0]));
  while (accepted.length < wantAccepted || rejected.length < wantRejected) {
    // Sequences, images and volumes.
    const axes = rng.pick([1, 2, 2, 3]);
    const input = [
      rng.integer(1, 3),
      rng.pick([1, 2, 3, 4, 6, 8, 12]),
      ...Array.from({ length: axes }, () => rng.integer(3, axes === 3 ? 11 : 33)),
    ];
    /** @type {Inputs} */
    const inputs = ids ? [input, [present(input[0], 'batch'), rng.integer(1, 9)]] : [input];
    /** @type {Growing} */
    let network = { steps: [], inputs, resolved: undefined };
    const size = rng.integer(3, LAYERS);
    for (let attempt = 0; network.steps.length < size && attempt < 3 * size; attempt++) {
      const step = randomStep(rng, network, uses);
      if (step === undefined) continue;
      const steps = [...network.steps, step];
      try {
        const resolved = resolve(graphOf(steps, ids), ...inputs);
        if (elements(present(resolved.nodes.at(-1), 'layer').output) > MAX_ELEMENTS) continue;
        network = { steps, inputs, resolved };
        uses.set(step.kind, (uses.get(step.kind) ?? 0) + 1);
      } catch (error) {
        if (!(error instanceof VggError)) throw error;
        if (rejected.length < wantRejected) rejected.push({ steps, inputs, error });
      }
    }
    const { steps, resolved } = network;
    if (resolved && accepted.length < wantAccepted) accepted.push({ steps, inputs, resolved });
  }
  return { accepted, rejected };
}

/**
 * The network as our own builder makes it; the last layers that nothing reads are its outputs.
 * @param {readonly Step[]} steps
 * @param {boolean} ids
 */
function graphOf(steps, ids) {
  const net = new GraphBuilder(ids ? [IMAGES.name, IDS.name] : [IMAGES.name]);
  for (const { path, kind, attributes, from, sharesWeightsOf } of steps) {
    net.add(path, layerKind(kind), attributes, { from, ...(sharesWeightsOf && { sharesWeightsOf }) });
  }
  const read = new Set(steps.flatMap(({ from }) => from.map(producerOf)));
  const outputs = steps.map(({ path }) => path).filter((path) => !read.has(path));
  return net.build(
    {
      name: 'random',
      source: 'spec',
      inputs: ids ? [...onlyInput([1, 1, 1]), { ...IDS, shape: [1] }] : onlyInput([1, 1, 1]),
    },
    outputs,
  );
}

/**
 * @param {RandomNumbers} rng
 * @param {Growing} network
 * @param {Map<string, number>} uses
 * @returns {Step | undefined}
 */
function randomStep(rng, { steps, inputs, resolved }, uses) {
  const everything = [
    ...inputs.map((shape, i) => ({
      path: inputReference(i ? IDS : IMAGES),
      shape,
      type: (i ? IDS : IMAGES).type,
    })),
    ...(resolved?.nodes ?? []).flatMap(({ node, outputs, types }) =>
      outputs.map((shape, i) => ({
        path: resultReference(node.path, i),
        shape,
        type: present(types[i], 'type'),
      })),
    ),
  ];
  // Integers that were computed may be places that others do not have.
  const made = new Set(steps.filter(({ from }) => from.length > 0).map((one) => one.path));
  const known = everything.filter(({ path: one, type }) => type !== IDS.type || !made.has(producerOf(one)));
  const tensors = everything.filter(({ type }) => type === IMAGES.type);
  const newest = present(tensors.at(-1), 'tensor');
  const path = `layer${steps.length + 1}`;
  if (resolved && rng.chance(0.08)) return sharedStep(rng, resolved, path, newest);
  const kind = randomKind(rng, uses, newest.shape);
  const layer = layerKind(kind);
  if (layer.takes?.most === 0) {
    return { path, kind, attributes: randomAttributes(layer, newest.shape, rng), from: [] };
  }
  if (joinsBranches(layer)) {
    const attributes = randomAttributes(layer, newest.shape, rng);
    // A number stands for all inputs but the first.
    const from = 'other' in attributes ? [rng.pick(tensors).path] : joined(rng, tensors);
    return { path, kind, attributes, from };
  }
  if (kind === 'shifted_window_attention_v2') return attentionStep(rng, path, newest, tensors);
  const { takesTypes } = layer;
  if (kind === 'fold') return foldStep(rng, path, newest);
  if (kind === 'grid_sample') return sampleStep(rng, path, newest, tensors);
  if (Array.isArray(takesTypes) && takesTypes.includes('bool')) {
    const first = rng.pick(tensors);
    const alike = everything.filter(({ shape }) => sameShape(shape, first.shape));
    const masks = alike.filter(({ type }) => type === 'bool');
    if (masks.length === 0) {
      const attributes = { shape: first.shape, dtype: 'bool' };
      return { path, kind: rng.pick(['buffer', 'constant']), attributes, from: [] };
    }
    const floats = alike.filter(({ type }) => type === IMAGES.type);
    const from = takesTypes.map((type) => rng.pick(type === 'bool' ? masks : floats).path);
    return { path, kind, attributes: randomAttributes(layer, first.shape, rng), from };
  }
  const several = layer.takes?.least ?? 1;
  if (several > 1 && takesTypes?.[1] !== 'int64') {
    const first = rng.pick(tensors);
    const alike = tensors.filter(({ shape }) => sameShape(shape, first.shape));
    const from = Array.from({ length: several }, () => rng.pick(alike).path);
    return { path, kind, attributes: randomAttributes(layer, first.shape, rng), from };
  }
  if (takesTypes && takesTypes !== 'any') {
    const fitting = takesTypes.map((wanted) => known.filter(({ type }) => type === wanted));
    // Where there is none it is another kind's turn.
    uses.set(kind, (uses.get(kind) ?? 0) + 1);
    if (fitting.some(({ length }) => length === 0)) return undefined;
    const from = fitting.map((list) => rng.pick(list));
    return {
      path,
      kind,
      attributes: randomAttributes(layer, present(from[0], 'input').shape, rng),
      from: from.map((one) => one.path),
    };
  }
  const source = rng.chance(0.75) ? newest : rng.pick(tensors);
  const attributes = randomAttributes(layer, source.shape, rng);
  if (layer.takes?.most === 2 && rng.chance(0.5) && !('other' in attributes)) {
    const alike = tensors.filter(({ shape }) => sameShape(shape, source.shape));
    return { path, kind, attributes, from: [source.path, rng.pick(alike).path] };
  }
  return { path, kind, attributes, from: [source.path] };
}

/**
 * Its second input has a number for each relative position in a window: a parameter, drawn when there is none.
 * @param {RandomNumbers} rng
 * @param {string} path
 * @param {Value} newest
 * @param {readonly Value[]} tensors
 * @returns {Step}
 */
function attentionStep(rng, path, newest, tensors) {
  const fits = (/** @type {Value} */ { shape }) => {
    const [one, down = 0, across = 0] = shape;
    return shape.length === 4 && one === 1 && down % 2 === 1 && across % 2 === 1;
  };
  const positions = tensors.find(fits);
  if (!positions || rng.chance(0.5)) {
    const shape = [1, 2 * rng.integer(1, 5) - 1, 2 * rng.integer(1, 5) - 1, rng.pick([1, 1, 2, 3])];
    return { path, kind: 'parameter', attributes: { shape }, from: [] };
  }
  const [, down = 1, across = 1, heads = 1] = positions.shape;
  const attributes = {
    window_size: [(down + 1) / 2, (across + 1) / 2],
    shift_size: [rng.integer(0, 2), rng.integer(0, 2)],
    num_heads: heads,
    qkv_bias: rng.chance(0.7),
  };
  return { path, kind: 'shifted_window_attention_v2', attributes, from: [newest.path, positions.path] };
}

/**
 * What comes in as the patches of an image one row of pixels high: its last dimension counts them.
 * @param {RandomNumbers} rng
 * @param {string} path
 * @param {Value} newest
 * @returns {Step}
 */
function foldStep(rng, path, newest) {
  const [, rows = 1, columns = 1] = newest.shape;
  const kernel = rng.pick([1, 2, 3].filter((side) => rows % side === 0));
  const attributes = { output_size: [1, columns + kernel - 1], kernel_size: [1, kernel] };
  return { path, kind: 'fold', attributes, from: [newest.path] };
}

/**
 * Its second input is a grid with coordinates in its last dimension: a buffer, drawn when there is none.
 * @param {RandomNumbers} rng
 * @param {string} path
 * @param {Value} newest
 * @param {readonly Value[]} tensors
 * @returns {Step}
 */
function sampleStep(rng, path, newest, tensors) {
  const [n = 1, , ...sides] = newest.shape;
  const fits = (/** @type {Value} */ { shape }) =>
    shape.length === newest.shape.length && shape[0] === n && shape.at(-1) === sides.length;
  const grid = tensors.find(fits);
  if (!grid) {
    const shape = [n, ...sides.map(() => rng.integer(1, 6)), Math.max(sides.length, 1)];
    return { path, kind: 'buffer', attributes: { shape }, from: [] };
  }
  const attributes = { mode: rng.pick(['bilinear', 'nearest', 'bicubic']), align_corners: rng.chance(0.5) };
  return { path, kind: 'grid_sample', attributes, from: [newest.path, grid.path] };
}

/** Kinds with the most arguments to get wrong, so they come more often. */
const WINDOWED = ['conv', 'conv', 'conv', 'convtranspose', 'maxpool', 'avgpool'];

/** How often a kind is drawn whatever its dimensions. */
const MISFIT = 0.05;

/**
 * Half the time one of those with windows, otherwise the kind that has come least; of kinds of one, two and three
 * dimensions mostly the one for what comes in.
 * @param {RandomNumbers} rng
 * @param {ReadonlyMap<string, number>} uses
 * @param {Shape} shape
 */
function randomKind(rng, uses, shape) {
  const axes = Math.min(Math.max(shape.length - 2, 1), 3);
  if (rng.chance(0.5)) return `${rng.pick(WINDOWED)}${axes}d`;
  const fitting = (/** @type {string} */ kind) => !/\dd$/.test(kind) || kind.endsWith(`${axes}d`);
  const kinds = rng.chance(MISFIT) ? [...uses.keys()] : [...uses.keys()].filter(fitting);
  const least = Math.min(...kinds.map((kind) => uses.get(kind) ?? 0));
  return rng.pick(kinds.filter((kind) => uses.get(kind) === least));
}

/**
 * Mostly tensors that fit each other.
 * @param {RandomNumbers} rng
 * @param {readonly Value[]} tensors
 */
function joined(rng, tensors) {
  const first = rng.pick(tensors.slice(-3));
  const fitting = tensors.filter(({ shape }) => sameShape(shape, first.shape));
  const others = rng.chance(0.85) ? fitting : tensors;
  return [first, ...Array.from({ length: rng.integer(1, 2) }, () => rng.pick(others))].map(
    ({ path }) => path,
  );
}

/**
 * An earlier layer applied again, with its weights.
 * @param {RandomNumbers} rng
 * @param {ResolvedGraph} resolved
 * @param {string} path
 * @param {Value} newest
 * @returns {Step | undefined}
 */
function sharedStep(rng, { nodes }, path, newest) {
  const owners = nodes.filter(({ weights, ownsWeights }) => weights.length > 0 && ownsWeights);
  if (owners.length === 0) return undefined;
  const { node } = rng.pick(owners);
  const from = rng.chance(0.5) ? node.inputs : [newest.path];
  return { path, kind: node.kind, attributes: node.attributes, from, sharesWeightsOf: node.path };
}
