import { readFileSync } from 'node:fs';
import { buildArchitecture } from '../../dist/arch/architecture.js';
import { architecture } from '../../dist/arch/catalog.js';
import { resolve } from '../../dist/graph/resolve.js';
import { thin } from '../../dist/graph/thin.js';
import { compareTraces, graphRequest } from '../lib/memory.mjs';
import { present } from '../lib/present.mjs';

/** @import { PythonCall, TraceCase } from '../lib/types.ts' */
/** @import { OptimizerName } from '../../dist/optimizers/registry.js' */

/**
 * A recorded step: what was run, and its figures in bytes by name.
 * @typedef {{ model: string, batch: number, mode: 'training' | 'inference', optimizer?: string }
 *   & Readonly<Record<string, unknown>>} Golden
 */

export const title = 'memory of the sixty recorded steps, traced again';

const file = new URL('../../fixtures/memory/torch-memory.json', import.meta.url);

/**
 * The tests hold our simulation to this file; here both are held to PyTorch, and every error is printed.
 * @type {import('../lib/types.ts').Check['run']}
 */
export async function run({ python, note }) {
  /** @type {Golden[]} */
  const goldens = JSON.parse(readFileSync(file, 'utf8'));
  /** @type {any[]} */
  const answers = [];
  /** @type {PythonCall} */
  const traced = async (script, request) => {
    answers.push(...(await python(script, request)));
    return answers;
  };
  const outcomes = await compareTraces(goldens.map(caseOf), { python: traced, note, shown: Infinity });
  return goldens.map((golden, i) => {
    const { name, problems } = present(outcomes[i], 'outcome');
    return { name, problems: [...problems, ...differing(golden, answers[i])] };
  });
}

/**
 * `vgg11 --ratio 4`, `vgg11 @96` and the like.
 * @param {Golden} golden
 * @returns {TraceCase}
 */
function caseOf({ model, batch, mode, optimizer = 'sgd' }) {
  const [, name = '', ratio = '1', pixels] = /^(\S+?)(?: --ratio (\d+))?(?: @(\d+))?$/.exec(model) ?? [];
  const graph = thin(buildArchitecture(architecture(name)), Number(ratio));
  const [channels = 1, height = 1, width = 1] = graph.inputs[0].shape;
  const resolved = resolve(graph, [batch, channels, Number(pixels ?? height), Number(pixels ?? width)]);
  const [rule, decay] = optimizer.split('+');
  const training = {
    optimizer: /** @type {OptimizerName} */ (rule),
    weightDecay: decay === 'wd',
    foreach: true,
    accumulate: 1,
  };
  return {
    name: `${model}, batch ${batch}, ${mode} ${mode === 'training' ? optimizer : ''}`.trim(),
    resolved,
    network: graphRequest(resolved),
    dtype: 'float32',
    training: mode === 'training' ? [training] : [],
    inference: mode === 'inference',
  };
}

/**
 * @param {Golden} golden
 * @param {any} answer
 */
function differing(golden, answer) {
  const theirs = golden.mode === 'training' ? answer.training?.[0] : answer.inference;
  return Object.entries(theirs ?? {})
    .filter(([figure, bytes]) => Math.abs(bytes / Number(golden[figure]) - 1) > RECORDED_BOUND)
    .map(([figure, bytes]) => `${figure}: recorded ${golden[figure]}, traced ${bytes}`);
}

/** The recorded traces made room for batch-norm's statistics at inference, which no GPU does. */
const RECORDED_BOUND = 1e-5;
