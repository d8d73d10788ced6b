// The cases of public questions that lie beside the project, as the command line answers them.
import { execFile } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { collect } from '../lib/outcome.mjs';
import { CASES } from '../lib/cases.mjs';

export const title = 'cases from people who do this job';

const root = fileURLToPath(new URL('../..', import.meta.url));
const folder = process.env['VGG_INSPECT_CASES'] ?? join(root, '..', 'shared', 'cases');

/** @type {import('../lib/types.ts').Check['run']} */
export async function run({ note }) {
  const wanted = CASES.filter(({ file }) => file === undefined || existsSync(join(folder, file)));
  const left = CASES.length - wanted.length;
  if (left > 0) note(`${left} cases left out: their files are not in ${folder}`);
  const outcomes = [];
  for (const { name, file, change, argv, expect } of wanted) {
    const text = change && file !== undefined ? change(readFileSync(join(folder, file), 'utf8')) : undefined;
    const report = collect(name);
    expect(await command(argv, text), report);
    outcomes.push(report.outcome());
  }
  return outcomes;
}

/**
 * One command line in the folder of the cases; `text` goes to its standard input.
 * @param {readonly string[]} argv
 * @param {string | undefined} text
 * @returns {Promise<import('../lib/cases.mjs').Answer>}
 */
function command(argv, text) {
  const bin = join(root, 'bin', 'vgg-inspect.js');
  const cwd = existsSync(folder) ? folder : root;
  return new Promise((resolve) => {
    const child = execFile(
      process.execPath,
      [bin, ...argv],
      { cwd, env: { ...process.env, COLUMNS: '80' }, maxBuffer: 1 << 26 },
      (error, stdout, stderr) => resolve({ code: error ? Number(error.code) : 0, stdout, stderr }),
    );
    child.stdin?.on('error', () => {});
    child.stdin?.end(text ?? '');
  });
}
