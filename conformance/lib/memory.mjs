import { VggError } from '../../dist/core/errors/error.js';
import { simulateInference, simulateTraining } from '../../dist/analysis/memory/step.js';
import { memoryOptimizerNames } from '../../dist/optimizers/registry.js';
import { collect } from './outcome.mjs';
import { present } from './present.mjs';

/**
 * @import { Note, PythonCall, TraceCase, TracedTraining } from './types.ts'
 * @import { ResolvedGraph } from '../../dist/graph/resolve.js'
 */

/**
 * One figure of one case, `error` relative to theirs.
 * @typedef {{ name: string, ours: number, theirs: number, error: number }} TraceError
 */

/** The model's bound: 0.5 % of what PyTorch's own tracker says. */
const BOUND = 0.005;

/** Every optimizer, with and without weight decay, on all tensors at once and on one after the other. */
const TRAININGS = memoryOptimizerNames.flatMap((optimizer) =>
  [true, false].flatMap((foreach) =>
    [false, true].map((weightDecay) => ({ optimizer, foreach, weightDecay, accumulate: 1 })),
  ),
);

/**
 * One of them after the other.
 * @param {number} turn
 */
export const trainingInTurn = (turn) => present(TRAININGS[turn % TRAININGS.length], 'way of training');

/**
 * A resolved graph as `memory_network.py` builds it.
 * @param {ResolvedGraph} resolved
 */
export function graphRequest({ graph, nodes }) {
  return {
    graph: {
      inputs: graph.inputs.map(({ name, type }) => ({ name, type })),
      nodes: graph.nodes,
      outputs: graph.outputs,
    },
    shapes: Object.fromEntries(nodes.map(({ node, inputs }) => [node.path, inputs])),
    results: Object.fromEntries(nodes.map(({ node, outputs }) => [node.path, outputs.length])),
  };
}

/**
 * What `memory_trace.py` answers, from the model.
 * @param {ResolvedGraph} resolved
 * @param {TraceCase} options
 */
function simulated(resolved, { dtype, training, inference }) {
  return {
    training: training.map(({ optimizer: name, foreach, weightDecay, ...loop }) => {
      const options = { dtype, optimizer: { name, foreach, weightDecay }, ...loop };
      const { first, steady } = simulateTraining(resolved, options);
      return {
        firstStepPeakBytes: first.peak.bytes,
        peakBytes: steady.peak.bytes,
        endOfForwardBytes: steady.endOfForward,
      };
    }),
    inference: inference ? { peakBytes: simulateInference(resolved, dtype).peak.bytes } : null,
  };
}

/**
 * Traces cases `{ name, resolved, network, dtype, training, inference }` and compares each figure with the model.
 * @param {readonly TraceCase[]} cases
 * @param {{ python: PythonCall, note: Note, script?: string, shown?: number }} options
 */
export async function compareTraces(cases, { python, note, script = 'memory_trace.py', shown = 10 }) {
  const answers = await python(
    script,
    cases.map(({ resolved, network, dtype, training, inference }) => ({
      network,
      inputs: resolved.inputs,
      dtype,
      training,
      inference,
    })),
  );
  /** @type {TraceError[]} */
  const errors = [];
  const outcomes = cases.map((one, i) => compareCase(one, answers[i], errors));
  report(errors, note, shown);
  return outcomes;
}

/**
 * What PyTorch says where we refuse to train a network.
 * @type {Readonly<Record<string, RegExp>>}
 */
const REFUSALS = {
  'overwritten-in-place': /modified by an inplace operation/,
  'nothing-to-learn': /does not require grad|empty parameter list/,
  'one-value-to-normalize': /more than 1 (value|spatial element)/,
};

/**
 * The simulation, or the code of what refuses it.
 * @param {TraceCase} one
 * @returns {Partial<ReturnType<typeof simulated>> & { refused?: string }}
 */
function attempted(one) {
  try {
    return simulated(one.resolved, one);
  } catch (error) {
    if (error instanceof VggError && error.code in REFUSALS) return { refused: error.code };
    throw error;
  }
}

/**
 * @param {TraceCase} one
 * @param {any} answer
 * @param {TraceError[]} errors
 */
function compareCase(one, answer, errors) {
  const outcome = collect(one.name);
  const ours = attempted(one);
  const refused = ours.refused === undefined ? undefined : REFUSALS[ours.refused];
  if (refused?.test(answer.error ?? '')) {
    // Both refuse to train it, for one reason.
  } else if (answer.error !== undefined) {
    outcome.problem(`torch: ${answer.error}`);
  } else if (!ours.training) {
    outcome.problem(`we refuse to train it: ${ours.refused}`);
  } else {
    /**
     * @param {string} label
     * @param {Readonly<Record<string, number>> | null | undefined} mine
     * @param {Readonly<Record<string, number>>} theirs
     */
    const compare = (label, mine, theirs) => {
      for (const [figure, bytes] of Object.entries(theirs)) {
        const our = mine?.[figure] ?? NaN;
        const error = (our - bytes) / bytes;
        errors.push({ name: `${one.name}, ${label}, ${figure}`, ours: our, theirs: bytes, error });
        if (!(Math.abs(error) <= BOUND)) {
          outcome.problem(`${label}, ${figure}: ours ${our}, theirs ${bytes} (${percent(error)})`);
        }
      }
    };
    one.training.forEach((options, k) => compare(labelOf(options), ours.training?.[k], answer.training[k]));
    if (one.inference) compare('inference', ours.inference, answer.inference);
  }
  const { name, problems } = outcome.outcome();
  if (problems.length === 0 || one.network.graph === undefined) return { name, problems };
  const { inputs, graph } = one.resolved;
  return { name, problems: [...problems, `inputs ${inputs.join('; ')}; ${JSON.stringify(graph.nodes)}`] };
}

/** @param {TracedTraining} training */
const labelOf = ({ optimizer, foreach, weightDecay, accumulate }) =>
  [optimizer + (weightDecay ? '+wd' : ''), foreach ? 'foreach' : 'one by one', `${accumulate} passes`].join(
    ' ',
  );

/** @param {number} error */
const percent = (error) => `${(100 * error).toFixed(4)} %`;

/**
 * How many figures agree to the byte, and the others, worst first, as many as are to be shown.
 * @param {TraceError[]} errors
 * @param {Note} note
 * @param {number} shown
 */
function report(errors, note, shown) {
  const exact = errors.filter(({ error }) => error === 0).length;
  note(`${exact} of ${errors.length} figures agree to the byte`);
  const wrong = errors.filter(({ error }) => error !== 0);
  // All of a table's lines are wanted, right ones too.
  const lines = shown === Infinity ? errors : wrong;
  lines.sort((a, b) => Math.abs(b.error) - Math.abs(a.error));
  for (const { name, ours, theirs, error } of lines.slice(0, shown)) {
    note(`  ${percent(error)}  ours ${ours}, theirs ${theirs}: ${name}`);
  }
}
