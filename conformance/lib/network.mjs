import { analyze } from '../../dist/analysis/analyze.js';
import { collect } from './outcome.mjs';
import { present } from './present.mjs';

/** What torch calls the operation of a layer kind, as a module or as a function. */
const OPERATIONS = {
  conv2d: ['Conv2d'],
  linear: ['Linear'],
  batchnorm2d: ['BatchNorm2d'],
  relu: ['ReLU', 'relu'],
  relu6: ['ReLU6'],
  silu: ['SiLU'],
  sigmoid: ['Sigmoid'],
  hardswish: ['Hardswish'],
  hardsigmoid: ['Hardsigmoid'],
  maxpool2d: ['MaxPool2d', 'max_pool2d'],
  avgpool2d: ['AvgPool2d', 'avg_pool2d'],
  adaptive_avgpool2d: ['AdaptiveAvgPool2d', 'adaptive_avg_pool2d'],
  local_response_norm: ['LocalResponseNorm'],
  dropout: ['Dropout'],
  stochastic_depth: ['stochastic_depth'],
  flatten: ['Flatten', 'flatten'],
  concat: ['cat'],
  add: ['add'],
  mul: ['mul'],
  mean: ['mean'],
};

/** Two images, because batch-norm in training refuses a single value a channel. */
export const BATCH = 2;

/**
 * Compares a graph with what `facts.py` tells of the same network in torch: the layers one by one in the order in
 * which they run, with operation, inputs, arguments and output shape; weights and buffers; MACs of both passes.
 * With `names` the paths of layers and weights must be torch's own as well.
 */
export function compareNetwork(label, graph, facts, { names }) {
  const report = collect(label);
  const analysis = analyze(graph, { input: [BATCH, ...graph.inputs[0].shape] });
  const { layers, totals } = analysis;
  report.equal('number of layers', layers.length, facts.nodes.length);
  const paths = layers.map(({ path }) => path);
  facts.nodes.forEach((theirs, i) => {
    const ours = layers[i];
    if (ours) compareLayer(report, ours, theirs, { names, paths });
  });
  report.equal(
    'outputs',
    graph.outputs.map((path) => paths.indexOf(path)),
    facts.outputs,
  );
  compareWeights(report, layers, facts, names);
  const sums = layers.filter(({ kind, attributes }) => kind === 'add' && asRecord(attributes).inplace).length;
  report.equal('sums in place', sums, facts.inplaceSums);
  report.equal('MACs', totals.macs, facts.macs);
  // torch's counter takes a grouped convolution's weight gradient for that of a full one.
  const grouped = layers.some(({ attributes }) => Number(asRecord(attributes).groups ?? 1) > 1);
  if (!grouped) report.equal('backward MACs', totals.backwardMacs, facts.backwardMacs);
  return report.outcome();
}

/** Whether torch's functions in this network are our layers one by one; else its modules are compared. */
export const tracedAlike = (graph) => graph.nodes.every(({ kind }) => kind in OPERATIONS);

/**
 * Compares a graph with the calls of torch's modules that hold no others, by path, in turn: a layer of that path whose
 * output has the same sizes, though a layer norm of ours may stand between two permutations that theirs holds. Weights
 * and buffers by name, the outputs' shapes, MACs of both passes.
 */
export function compareModules(label, graph, facts) {
  const report = collect(label);
  const { layers, totals } = analyze(graph, { input: [BATCH, ...graph.inputs[0].shape] });
  let at = 0;
  for (const { path, shape } of facts.modules) {
    const found = layers.findIndex((layer, i) => i >= at && sameName(layer.path, path));
    if (found === -1) {
      report.problem(`${path}: no layer of ours stands there`);
      continue;
    }
    at = found + 1;
    report.equal(`${path}: sizes`, sorted(present(layers[found], 'layer').outputShape), sorted(shape));
  }
  const shapeOf = new Map(layers.map((layer) => [layer.path, layer.outputShape]));
  report.equal(
    'outputs',
    graph.outputs.map((path) => shapeOf.get(path)),
    facts.outputShapes,
  );
  compareWeights(report, layers, facts, true);
  report.equal('MACs', totals.macs, facts.macs);
  const grouped = layers.some(({ attributes }) => Number(asRecord(attributes).groups ?? 1) > 1);
  if (!grouped) report.equal('backward MACs', totals.backwardMacs, facts.backwardMacs);
  return report.outcome();
}

const sorted = (sizes) => sizes.toSorted((a, b) => a - b);

function compareLayer(report, ours, theirs, { names, paths }) {
  const { path, kind } = ours;
  if (!OPERATIONS[kind]?.includes(theirs.operation)) {
    report.problem(`${path}: ours ${kind}, theirs ${theirs.operation}`);
  }
  if (names && theirs.path !== null && !sameName(path, theirs.path)) {
    report.problem(`${path}: theirs is called ${theirs.path}`);
  }
  report.equal(`${path}: output shape`, ours.outputShape, theirs.shape);
  report.equal(
    `${path}: inputs`,
    ours.inputs.map((input) => paths.indexOf(input)),
    theirs.inputs,
  );
  for (const [name, value] of Object.entries(ours.attributes)) {
    if (value === undefined || !(name in theirs.attributes)) continue;
    report.equal(`${path}: ${name}`, spelled(value), spelled(theirs.attributes[name]));
  }
}

/** One ReLU module may serve several times; then ours are numbered. */
const sameName = (ours, theirs) => ours === theirs || ours.replace(/\d+$/, '') === theirs;

/** @param {object} attributes */
const asRecord = (attributes) => /** @type {Readonly<Record<string, unknown>>} */ (attributes);

/** torch writes `3` where it means `(3, 3)`. */
const spelled = (value) => (typeof value === 'number' ? [value, value] : value);

function compareWeights(report, layers, { parameters, buffers }, names) {
  for (const [what, theirs, wanted] of [
    ['parameters', parameters, false],
    ['buffers', buffers, true],
  ]) {
    const ours = layers.flatMap(({ path, weights }) =>
      weights
        .filter(({ buffer }) => (buffer ?? false) === wanted)
        .map(({ name, shape }) => [name === '' ? path : `${path}.${name}`, shape]),
    );
    const sorted = (entries) =>
      entries.map(([name, shape]) => `${names ? name : ''} ${shape.join('×')}`).sort();
    const [a, b] = [sorted(ours), sorted(Object.entries(theirs))];
    const missing = b.filter((entry) => !a.includes(entry));
    const extra = a.filter((entry) => !b.includes(entry));
    if (a.length !== b.length || missing.length > 0 || extra.length > 0) {
      report.problem(`${what}: ${a.length} ours, ${b.length} theirs; missing ${missing}; extra ${extra}`);
    }
  }
}
