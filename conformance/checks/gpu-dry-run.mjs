import { analyse } from '../../dist/analysis/analyse.js';
import { BLOCK } from '../../dist/analysis/memory/storage.js';
import { estimate, graphOf } from '../gpu/estimate.mjs';
import { gridRequest, smallGrid } from '../gpu/grid.mjs';
import { compareMeasurements, lineText, readMeasurements } from '../gpu/measurements.mjs';

export const title = 'the GPU script, on the processor: its steps, the form of its answer, its tensors';

/** The profiler stands in for the allocator's counters, so that what was requested and borrowed is known here too. */
export async function run({ python, note }) {
  const request = gridRequest('cpu', smallGrid());
  const answer = await python('../gpu/measure.py', request);
  for (const record of answer.records) countSteps(record);
  const measurements = readMeasurements('the answer', JSON.stringify(answer));
  const lines = compareMeasurements(measurements, estimate).filter(({ figure }) =>
    figure.endsWith('tensors'),
  );
  for (const line of lines.slice(0, 10)) note(lineText(line));
  const names = new Set(lines.map(({ name }) => name));
  const missing = { name: 'every entry', problems: [] };
  if (names.size !== request.entries.length) {
    missing.problems.push(`${request.entries.length} asked for, ${names.size} answered`);
  }
  return [missing, ...[...names].map((name) => ({ name, problems: problemsOf(name, lines) }))];
}

/** Adam counts its steps in a scalar for each weight on the host, which here is the device. */
function countSteps({ network, ratio, input, optimizer, training }) {
  if (!optimizer.startsWith('adam')) return;
  const scalars = analyse(graphOf({ network, ratio }), { input }).layers.flatMap(({ weights }) =>
    weights.filter(({ buffer }) => !buffer),
  );
  for (const figures of Object.values(training)) figures.scratchBytes += BLOCK * scalars.length;
}

const problemsOf = (name, lines) => lines.filter((line) => line.name === name && !line.holds).map(lineText);
