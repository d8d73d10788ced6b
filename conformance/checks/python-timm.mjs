import { analyze } from '../../dist/analysis/analyze.js';
import { pythonFiles } from '../../dist/cli/io/python-files.js';
import { VggError } from '../../dist/core/errors/error.js';
import { readPython } from '../../dist/read/torch/read.js';
import { collect } from '../lib/outcome.mjs';
import { pythonParser } from '../lib/python-parser.mjs';

export const title = "PyTorch source: timm's own files against timm";

/** Of the sample as many must be read; what stops the others is an error with a place, never another number. */
const LEAST_READ = 0.7;

/** @type {import('../lib/types.ts').Check['run']} */
export async function run({ python, sampled, seed = 7, note }) {
  const parser = await pythonParser();
  const request = sampled({ each: 4, count: 300, seed }, { each: 1, count: 30, seed });
  const { networks, packages } = await python('timm_models.py', request);
  const { find, list } = pythonFiles('net.py', packages, [packages], () => {});
  /** @type {string[]} */
  const stopped = [];
  const outcomes = networks.map((/** @type {any} */ { name, input: sizes, ...facts }) => {
    const report = collect(`timm/${name}`);
    const text = `import timm\nnet = timm.create_model('${name}')\n`;
    try {
      const input = [{ text: sizes.join('x'), sizes }];
      const { totals } = analyze(readPython({ parser, text, file: 'net.py', find, list, input }), {
        input: sizes,
      });
      for (const key of /** @type {const} */ (['params', 'buffers', 'macs']))
        report.equal(key, totals[key], facts[key]);
    } catch (error) {
      if (!(error instanceof VggError)) throw error;
      stopped.push(`${name}: ${error.line}`);
    }
    return report.outcome();
  });
  const read = collect(`${networks.length - stopped.length} of ${networks.length} are read`);
  for (const line of stopped) note(line.slice(0, 160));
  if (stopped.length > networks.length * (1 - LEAST_READ)) read.problem(stopped.join('; '));
  return [...outcomes, read.outcome()];
}
