import { readFileSync } from 'node:fs';
import { buildArchitecture } from '../../dist/arch/architecture.js';
import { architecture } from '../../dist/arch/catalog.js';
import { resolve } from '../../dist/graph/resolve.js';
import { thin } from '../../dist/graph/thin.js';
import { compareTraces, graphRequest } from '../lib/memory.mjs';

export const title = 'memory of the sixty recorded steps, traced again';

const file = new URL('../../fixtures/memory/torch-memory.json', import.meta.url);

/** The tests hold our simulation to this file; here both are held to PyTorch, and every error is printed. */
export async function run({ python, note }) {
  const goldens = JSON.parse(readFileSync(file, 'utf8'));
  const answers = [];
  const traced = async (...request) => {
    answers.push(...(await python(...request)));
    return answers;
  };
  const outcomes = await compareTraces(goldens.map(caseOf), { python: traced, note, shown: Infinity });
  return outcomes.map(({ name, problems }, i) => ({
    name,
    problems: [...problems, ...differing(goldens[i], answers[i])],
  }));
}

/** `vgg11 --ratio 4`, `vgg11 @96` and the like. */
function caseOf({ model, batch, mode, optimizer = 'sgd' }) {
  const [, name, ratio = '1', pixels] = /^(\S+?)(?: --ratio (\d+))?(?: @(\d+))?$/.exec(model);
  const graph = thin(buildArchitecture(architecture(name)), Number(ratio));
  const [channels, height, width] = graph.defaultInput;
  const resolved = resolve(graph, [batch, channels, Number(pixels ?? height), Number(pixels ?? width)]);
  const [rule, decay] = optimizer.split('+');
  const training = { optimizer: rule, weightDecay: decay === 'wd', foreach: true, accumulate: 1 };
  return {
    name: `${model}, batch ${batch}, ${mode} ${mode === 'training' ? optimizer : ''}`.trim(),
    resolved,
    network: graphRequest(resolved),
    dtype: 'float32',
    training: mode === 'training' ? [training] : [],
    inference: mode === 'inference',
  };
}

function differing(golden, answer) {
  const theirs = golden.mode === 'training' ? answer.training?.[0] : answer.inference;
  return Object.entries(theirs ?? {})
    .filter(([figure, bytes]) => Math.abs(bytes / golden[figure] - 1) > RECORDED_BOUND)
    .map(([figure, bytes]) => `${figure}: recorded ${golden[figure]}, traced ${bytes}`);
}

/** The recorded traces made room for batch-norm's statistics at inference, which no GPU does. */
const RECORDED_BOUND = 1e-5;
