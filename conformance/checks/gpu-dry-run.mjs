import { analyze } from '../../dist/analysis/analyze.js';
import { BYTES, inBlocks } from '../../dist/analysis/memory/storage.js';
import { estimate, graphOf } from '../gpu/estimate.mjs';
import { gridRequest, smallGrid } from '../gpu/grid.mjs';
import { compareMeasurements, lineText, readMeasurements } from '../gpu/measurements.mjs';
import { collect } from '../lib/outcome.mjs';

/** @import { ComparedFigure, Figures, MeasuredRecord } from '../gpu/measurements.mjs' */

export const title = 'the GPU script, on the processor: its steps, the form of its answer, its tensors';

/**
 * The profiler stands in for the allocator's counters, so that what was requested and borrowed is known here too.
 * @type {import('../lib/types.ts').Check['run']}
 */
export async function run({ python, note }) {
  const request = gridRequest('cpu', smallGrid());
  const answer = await python('../gpu/measure.py', request);
  const records = answer.records.map(withCountedSteps);
  const measurements = readMeasurements('the answer', JSON.stringify({ ...answer, records }));
  const lines = compareMeasurements(measurements, estimate).filter(({ figure }) =>
    figure.endsWith('tensors'),
  );
  for (const line of lines.slice(0, 10)) note(lineText(line));
  const names = new Set(lines.map(({ name }) => name));
  const every = collect('every entry');
  every.equal('number of answers', names.size, request.entries.length);
  return [every.outcome(), ...[...names].map((name) => ({ name, problems: problemsOf(name, lines) }))];
}

/**
 * Adam counts its steps in a scalar for each weight on the host, which here is the device.
 * @param {MeasuredRecord} record
 * @returns {MeasuredRecord}
 */
function withCountedSteps(record) {
  const { network, ratio, input, optimizer, training } = record;
  if (!optimizer.startsWith('adam') || training === undefined) return record;
  const scalars = analyze(graphOf({ network, ratio }), { input }).layers.flatMap(({ weights }) =>
    weights.filter(({ buffer }) => !buffer),
  );
  const bytes = inBlocks(BYTES.float32) * scalars.length;
  /** @param {Figures} figures */
  const counted = (figures) => ({ ...figures, scratchBytes: figures.scratchBytes + bytes });
  return {
    ...record,
    training: { firstStep: counted(training.firstStep), steady: counted(training.steady) },
  };
}

/**
 * @param {string} name
 * @param {readonly ComparedFigure[]} lines
 */
const problemsOf = (name, lines) => lines.filter((line) => line.name === name && !line.holds).map(lineText);
