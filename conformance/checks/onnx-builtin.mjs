import { architectures } from '../../dist/arch/catalog.js';
import { buildArchitecture } from '../../dist/arch/architecture.js';
import { VggError } from '../../dist/core/errors/error.js';
import { countScalars, ownTensors } from '../../dist/graph/parameters.js';
import { resolve } from '../../dist/graph/resolve.js';
import { thin } from '../../dist/graph/thin.js';
import { compareGradients, gradientCase } from '../lib/gradient-comparison.mjs';
import { narrow } from '../lib/onnx-network.mjs';
import { drawn, random } from '../lib/random.mjs';

export const title = 'gradients of every built-in network, from ONNX and from torch in float64';

const BATCH = 4;
/** Values that a normalization takes a deviation of: fewer make gradients that no float32 gets right. */
const NORMALIZED = 36;
const GROUP = 6;
const DRAWS = 4;
/** Tried in this order: the thinnest network over the smallest image that it takes. */
const RATIOS = [16, 8, 4, 2, 1];
/** JSON with the weights of more would be too long a string. */
const MOST_PARAMETERS = 12_000_000;
/** How many networks a sample has. */
const SAMPLE = 24;
const SIZES = [28, 48, 64, 80, 96, 128, 224];

/** @type {import('../lib/types.ts').Check['run']} */
export async function run({ python, note, sampled, seed = 20260103 }) {
  note(`seed ${seed}`);
  const rng = random(seed);
  const outcomes = [];
  const wanted = sampled(architectures, drawn(rng, architectures, SAMPLE));
  // A few at a time: the weights of all would not fit one request.
  for (let first = 0; first < wanted.length; first += GROUP) {
    const networks = wanted
      .slice(first, first + GROUP)
      .map((found) => ({
        name: found.name,
        resolved: small(buildArchitecture(found, { classes: 10, auxLogits: false })),
      }))
      .flatMap(({ name, resolved }) => {
        if (resolved) return [{ name, resolved }];
        note(`${name} is left out: it normalizes too few values, or takes none of these images`);
        return [];
      })
      .filter(({ name, resolved }) => {
        const fits = countScalars(resolved.nodes.flatMap(ownTensors)).params <= MOST_PARAMETERS;
        if (!fits) note(`${name} is left out: its widths do not divide, and it has too many weights`);
        return fits;
      });
    note(networks.map(({ name }) => name).join(', '));
    outcomes.push(...(await compareSeveral(networks, rng, python)));
  }
  return outcomes;
}

/**
 * A value within rounding of a ReLU's corner, or two of a pool's maximum, may fall on either side, and the gradients
 * with it: what differs is drawn again. What is wrong differs in every draw.
 */
async function compareSeveral(networks, rng, python, draws = DRAWS) {
  const cases = networks.map(({ name, resolved }) =>
    gradientCase(`${name}, ${resolved.input.join('×')}`, resolved, rng),
  );
  const requests = cases.map(({ request }) => request);
  const answers = await python('onnx_gradients.py', requests);
  const outcomes = [];
  for (const [i, one] of cases.entries()) {
    const outcome = await compareGradients(one, answers[i]);
    const again = outcome.problems.length > 0 && draws > 1;
    outcomes.push(...(again ? await compareSeveral([networks[i]], rng, python, draws - 1) : [outcome]));
  }
  return outcomes;
}

function small(graph) {
  const channels = graph.inputs[0].shape[0] ?? 1;
  for (const ratio of RATIOS) {
    for (const size of SIZES) {
      const resolved = fitting(() => resolve(narrow(thin(graph, ratio)), [BATCH, channels, size, size]));
      if (resolved) return resolved;
    }
  }
  return undefined;
}

function enoughToNormalize({ node, output: [n, , ...image] }) {
  if (node.kind !== 'batchnorm2d') return true;
  return image.reduce((a, b) => a * b, n) >= NORMALIZED;
}

function fitting(attempt) {
  try {
    const resolved = attempt();
    return resolved.nodes.every(enoughToNormalize) ? resolved : undefined;
  } catch (error) {
    if (error instanceof VggError) return undefined;
    throw error;
  }
}
