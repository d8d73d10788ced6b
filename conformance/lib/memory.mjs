import { simulateInference, simulateTraining } from '../../dist/analysis/memory/step.js';
import { optimizerNames } from '../../dist/optimizers/registry.js';
import { collect } from './outcome.mjs';

/** The model's bound: 0.5 % of what PyTorch's own tracker says. */
const BOUND = 0.005;

/** Every optimizer, with and without weight decay, on all tensors at once and on one after the other. */
export const TRAININGS = optimizerNames.flatMap((optimizer) =>
  [true, false].flatMap((foreach) =>
    [false, true].map((weightDecay) => ({ optimizer, foreach, weightDecay, accumulate: 1 })),
  ),
);

/** A resolved graph as `memory_network.py` builds it. */
export function graphRequest({ graph, nodes }) {
  return {
    graph: { nodes: graph.nodes, outputs: graph.outputs },
    shapes: Object.fromEntries(nodes.map(({ node, inputs }) => [node.path, inputs])),
  };
}

/** What `memory_trace.py` answers, from the model. */
function simulated(resolved, { dtype, training, inference }) {
  return {
    training: training.map(({ optimizer: name, foreach, weightDecay, accumulate }) => {
      const options = { dtype, optimizer: { name, foreach, weightDecay }, accumulate };
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

/** Traces cases `{ name, resolved, network, dtype, training, inference }` and compares each figure with the model. */
export async function compareTraces(cases, { python, note, script = 'memory_trace.py', shown = 10 }) {
  const answers = await python(
    script,
    cases.map(({ resolved, network, dtype, training, inference }) => ({
      network,
      input: resolved.input,
      dtype,
      training,
      inference,
    })),
  );
  const errors = [];
  const outcomes = cases.map((one, i) => compareCase(one, answers[i], errors));
  report(errors, note, shown);
  return outcomes;
}

function compareCase(one, answer, errors) {
  const outcome = collect(one.name);
  if (answer.error !== undefined) outcome.problem(`torch: ${answer.error}`);
  else {
    const ours = simulated(one.resolved, one);
    const compare = (label, mine, theirs) => {
      for (const [figure, bytes] of Object.entries(theirs)) {
        const error = (mine[figure] - bytes) / bytes;
        errors.push({ name: `${one.name}, ${label}, ${figure}`, ours: mine[figure], theirs: bytes, error });
        if (!(Math.abs(error) <= BOUND)) {
          outcome.problem(`${label}, ${figure}: ours ${mine[figure]}, theirs ${bytes} (${percent(error)})`);
        }
      }
    };
    one.training.forEach((options, k) => compare(labelOf(options), ours.training[k], answer.training[k]));
    if (one.inference) compare('inference', ours.inference, answer.inference);
  }
  const { name, problems } = outcome.outcome();
  if (problems.length === 0 || one.network.graph === undefined) return { name, problems };
  const { input, graph } = one.resolved;
  return { name, problems: [...problems, `input ${input}; ${JSON.stringify(graph.nodes)}`] };
}

const labelOf = ({ optimizer, foreach, weightDecay, accumulate }) =>
  [optimizer + (weightDecay ? '+wd' : ''), foreach ? 'foreach' : 'one by one', `${accumulate} passes`].join(
    ' ',
  );

const percent = (error) => `${(100 * error).toFixed(4)} %`;

/** How many figures agree to the byte, and the others, worst first, as many as are to be shown. */
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
