// Runs the commands of the pages and writes beneath each what it prints. In a block
//
//   ```console 12
//   $ vgg-inspect vgg11
//
// all lines are output but those that begin with `$`; of each output the first 12 lines are shown, all where no number
// is given. Usage: npm run build && node docs/outputs.mjs
import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));

/** The pages that show output. */
export const pages = ['README.md', 'README.zh-CN.md', 'docs/vgg-questions.md'];

/** Stands for the lines that are left out. */
const MORE = '…';

/** Blocks of a page with their language, what follows it on the line, and their text. */
export const fences = (/** @type {string} */ page) =>
  [...page.matchAll(/^```(\w*) ?(\d*)\n(.*?)^```$/gms)].map(([, language = '', shown = '', text = '']) => ({
    language,
    shown,
    text,
  }));

/** The page with every output as the program that is built here prints it. */
export const filled = (/** @type {string} */ page) =>
  page.replace(/^```console ?(\d*)\n(.*?)^```$/gms, (_, shown, text) => {
    const commands = text.split('\n').filter((/** @type {string} */ line) => line.startsWith('$ '));
    const parts = commands.map((/** @type {string} */ line) =>
      [line, ...cut(printed(line.slice(2)), shown === '' ? Infinity : Number(shown))].join('\n'),
    );
    return `\`\`\`console${shown === '' ? '' : ` ${shown}`}\n${parts.join('\n\n')}\n\`\`\``;
  });

const cut = (/** @type {string[]} */ lines, /** @type {number} */ most) =>
  lines.length > most ? [...lines.slice(0, most), MORE] : lines;

/** What a command line writes to a terminal of 80 columns, errors and warnings included. */
function printed(/** @type {string} */ command) {
  const bin = `"${process.execPath}" "${join(root, 'bin', 'vgg-inspect.js')}"`;
  const line = command.replace(/^vgg-inspect/, bin);
  const { FORCE_COLOR: _, NO_COLOR: __, ...env } = process.env;
  // A command that is meant to fail says so on its streams.
  const all = execFileSync('sh', ['-c', `${line} 2>&1 || true`], {
    cwd: root,
    env: { ...env, COLUMNS: '80' },
    encoding: 'utf8',
  });
  return all.trimEnd().split('\n');
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  for (const page of pages) {
    const file = join(root, page);
    writeFileSync(file, filled(readFileSync(file, 'utf8')));
  }
}
