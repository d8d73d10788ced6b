// Measures memory on this machine's GPU and compares it with the estimates: conformance/gpu/grid.mjs says what.
// Usage: node conformance/gpu/measure.mjs [-o FILE]
// FILE belongs into fixtures/gpu/, where the tests compare it again; without it the measurements go to stdout.

import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { parseArgs } from 'node:util';
import { ensureEnvironment, python } from '../lib/environment.mjs';
import { gpuGrid, gridRequest } from './grid.mjs';
import { estimate } from './estimate.mjs';
import { compareMeasurements, lineText, readMeasurements } from './measurements.mjs';
import { messageOf } from '../lib/message.mjs';

const note = (/** @type {string} */ text) => process.stderr.write(`measure: ${text}\n`);

const { output } = options();
try {
  process.exitCode = await measure();
} catch (error) {
  note(messageOf(error));
  process.exitCode = 2;
}

function options() {
  try {
    return parseArgs({ options: { output: { type: 'string', short: 'o' } } }).values;
  } catch (error) {
    note(`${messageOf(error)} (usage: node conformance/gpu/measure.mjs [-o FILE])`);
    process.exit(2);
  }
}

/** Exit code: 0 fine, 1 an estimate is off by more than its bound, 2 nothing could be measured. */
async function measure() {
  await ensureEnvironment(note);
  const answer = await python('./measure.py', gridRequest('cuda', gpuGrid()));
  if (answer.unavailable) {
    note(`nothing was measured: ${answer.unavailable}`);
    return 2;
  }
  const content = `${JSON.stringify(answer, null, 1)}\n`;
  if (output === undefined) {
    process.stdout.write(content);
  } else {
    mkdirSync(dirname(output), { recursive: true });
    writeFileSync(output, content);
  }
  const lines = compareMeasurements(readMeasurements(output ?? 'the measurements', content), estimate);
  for (const line of lines) note(lineText(line));
  const off = lines.filter(({ holds }) => !holds);
  note(`${lines.length - off.length} of ${lines.length} figures within their bounds`);
  return off.length === 0 ? 0 : 1;
}
