import { formatShape } from '../../dist/core/shape.js';
import { layerKinds } from '../../dist/layers/registry.js';
import { collect } from '../lib/outcome.mjs';
import { randomNetworks } from '../lib/random-graph.mjs';
import { random } from '../lib/random.mjs';
import { present } from '../lib/present.mjs';

/**
 * @import { AcceptedNetwork, RejectedNetwork, Step } from '../lib/types.ts'
 * @import { ResolvedGraph } from '../../dist/graph/resolve.js'
 * @import { Shape } from '../../dist/core/shape.js'
 * @import { VggError } from '../../dist/core/errors/error.js'
 */

export const title = 'random networks over every layer kind';

const ACCEPTED = { whole: 400, sample: 200 };
const REJECTED = { whole: 300, sample: 100 };

/** @type {import('../lib/types.ts').Check['run']} */
export async function run({ python, note, seed = 20260101, sampled }) {
  const { accepted, rejected } = randomNetworks(random(seed), {
    accepted: sampled(ACCEPTED.whole, ACCEPTED.sample),
    rejected: sampled(REJECTED.whole, REJECTED.sample),
    ids: true,
  });
  note(`${accepted.length} that fit and ${rejected.length} that do not, seed ${seed}`);
  const networks = [...accepted, ...rejected];
  const answers = await python(
    'random_specs.py',
    networks.map(({ steps, inputs, ...network }) => ({
      graph: asJson(steps, 'resolved' in network ? network.resolved : undefined),
      inputs,
    })),
  );
  return [
    everyKind(accepted),
    ...accepted.map((network, i) => compareAccepted(`accepted ${i + 1}`, network, answers[i])),
    ...rejected.map((network, i) =>
      compareRejected(`rejected ${i + 1}`, network, answers[accepted.length + i]),
    ),
  ];
}

/**
 * Arguments as written: torch's defaults fill in what was left out, not ours.
 * @param {readonly Step[]} steps
 * @param {ResolvedGraph | undefined} resolved
 */
function asJson(steps, resolved) {
  return {
    nodes: steps.map(({ path, kind, attributes, from, sharesWeightsOf }) => ({
      path,
      kind,
      attributes,
      inputs: from,
      sharesWeightsOf,
    })),
    inputs: [
      { name: 'input', type: 'float' },
      { name: 'ids', type: 'int64' },
    ],
    outputs: resolved?.graph.outputs ?? [present(steps.at(-1), 'layer').path],
  };
}

/** @param {readonly AcceptedNetwork[]} accepted */
function everyKind(accepted) {
  const report = collect('every layer kind occurs');
  const used = new Set(accepted.flatMap(({ steps }) => steps.map(({ kind }) => kind)));
  for (const kind of layerKinds.keys()) if (!used.has(kind)) report.problem(`${kind} does not`);
  return report.outcome();
}

/**
 * @param {string} name
 * @param {AcceptedNetwork} network
 * @param {any} answer
 */
function compareAccepted(name, { steps, inputs, resolved }, answer) {
  const report = collect(name);
  for (const device of ['meta', 'cpu']) {
    const { error, shapes, parameters, buffers, parameterCount } = answer[device];
    if (error !== undefined) {
      report.problem(`${device}: torch refuses it: ${error}`);
      continue;
    }
    let total = 0;
    for (const { node, outputs, weights, ownsWeights } of resolved.nodes) {
      const { path } = node;
      report.equal(`${device}: ${path} (${node.kind}): shapes of its results`, outputs, shapes[path]);
      const named = (wanted) =>
        Object.fromEntries(
          weights
            .filter(({ buffer }) => (buffer ?? false) === wanted)
            .map(({ name: n, shape }) => [n, shape]),
        );
      report.equal(`${device}: ${path} (${node.kind}): parameters`, named(false), parameters[path]);
      report.equal(`${device}: ${path} (${node.kind}): buffers`, named(true), buffers[path]);
      const learned = ownsWeights ? weights.filter(({ buffer }) => !buffer) : [];
      total += learned.reduce((sum, { shape }) => sum + shape.reduce((a, b) => a * b, 1), 0);
    }
    report.equal(`${device}: parameters in all`, total, parameterCount);
  }
  return describe(report, steps, inputs);
}

/**
 * @param {string} name
 * @param {RejectedNetwork} network
 * @param {any} answer
 */
function compareRejected(name, { steps, inputs, error }, answer) {
  const report = collect(name);
  // Shape functions of the meta device skip some of the checks that real operators make.
  if (answer.meta.error === undefined && answer.cpu.error === undefined) {
    const [shape] = answer.cpu.shapes[present(steps.at(-1), 'layer').path];
    if (!stricterOnPurpose(error, shape)) {
      report.problem(`we refuse it (${error.line}), torch gives ${formatShape(shape)}`);
    }
  }
  return describe(report, steps, inputs);
}

/**
 * Where torch computes and we refuse, on purpose.
 * @param {VggError} error
 * @param {Shape} shape
 */
function stricterOnPurpose(error, shape) {
  const { code } = error;
  const args =
    /** @type {{ shape: Shape, shapes: Shape[], argument: string, kind: string, name: string, rank: number, mode: string, value: unknown, query: Shape }} */ (
      error.args
    );
  // A tensor without elements is a result to torch and a mistake to whoever wrote the network.
  if (shape.includes(0)) return true;
  // Pools and borders take C×H×W as one image without a batch. Here a batch always comes first, so that too few
  // dimensions are what a flatten or reshape left. Dropouts and borders of one number take any shape, with a warning.
  if (code === 'not-an-image') {
    return args.shape.length < args.rank + 2 || /^(dropout|zeropad|constantpad)/.test(args.kind);
  }
  // A list of one number stands for all axes in some of PyTorch's operators, and fails in others.
  if (code === 'bad-attribute' && Array.isArray(args.value) && args.value.length === 1)
    return /[23]d$/.test(args.kind);
  // PyTorch's attention takes any number of dimensions in front; here they are batch and heads.
  if (code === 'no-attention') return args.query.length !== 4;
  // PyTorch takes a sequence without a batch, which is one dimension short.
  if (code === 'not-a-sequence') return args.shape.length === 2;
  // PyTorch counts a number as a list of one.
  if (code === 'no-such-dimension') return args.shape.length === 0;
  // torchvision's function takes any number of dimensions in front, or none; here it is the batch.
  if (code === 'not-channels-last') return args.shape.length !== 4;
  // PyTorch divides by it, and gives numbers that are none.
  if (code === 'bad-attribute' && args.kind === 'softplus') return args.name === 'beta';
  // What was cut away PyTorch wraps around as well, though nothing is there.
  if (code === 'border-too-wide') return args.mode === 'circular';
  // A normalization without weights and statistics never looks at the count that it was given.
  if (code === 'channels-mismatch') return ['num_features', 'num_channels'].includes(args.argument);
  // Broadcasting between different ranks would take a batch for channels.
  if (code === 'shapes-do-not-join') return new Set(args.shapes.map(({ length }) => length)).size > 1;
  return code === 'bad-attribute' && NOT_LOOKED_AT.has(`${args.kind}.${args.name}`);
}

/** The same of one, two and three dimensions. */
const eachRank = (/** @type {string} */ kind, /** @type {string} */ argument) =>
  [1, 2, 3].map((rank) => `${kind}${rank}d.${argument}`);

/**
 * Transposed convolutions do not check the dilation, those within a border of their own whether it is below 0, borders
 * how many sides they are given; a scale of 0 is false in
 * Python and counts as left out.
 */
const NOT_LOOKED_AT = new Set([
  ...eachRank('convtranspose', 'dilation'),
  ...eachRank('conv', 'padding'),
  ...['zeropad', 'constantpad', 'reflectionpad', 'replicationpad', 'circularpad'].flatMap((kind) =>
    eachRank(kind, 'padding'),
  ),
  'upsample.scale_factor',
]);

/**
 * Failures come with the network, so that it can be built by hand.
 * @param {ReturnType<typeof collect>} report
 * @param {readonly Step[]} steps
 * @param {readonly Shape[]} inputs
 */
function describe(report, steps, inputs) {
  const { name, problems } = report.outcome();
  if (problems.length === 0) return { name, problems };
  return {
    name,
    problems: [...problems, `inputs ${inputs.map(formatShape).join(', ')}; ${JSON.stringify(steps)}`],
  };
}
