import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { fences } from '../../docs/outputs.mjs';
import { describeAll } from '../../src/cli/commands/completion/describe.ts';
import { commands } from '../../src/cli/commands/registry.ts';
import type { Io } from '../../src/cli/io/io.ts';
import { runFake } from '../cli/fake-io.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));
const nowhere: Io = {
  stdout: { write: async () => {}, isTTY: false, columns: undefined },
  stderr: { write: async () => {}, isTTY: false, columns: undefined },
  stdin: (async function* () {})(),
  env: {},
  cwd: root,
  onInterrupt: () => () => {},
};
const described = new Map((await describeAll(commands, nowhere)).map((one) => [one.name, one]));

/** The words of a command line as a shell splits it, up to a comment, a pipe or a redirection. */
function wordsOf(line: string): string[] {
  const found = [...line.matchAll(/"([^"]*)"|'([^']*)'|(\S+)/g)].map(([, a, b, c]) => a ?? b ?? c!);
  const end = found.findIndex((word) => /^(?:#|\||\|\||&&|>|2>)/.test(word));
  return found.slice(0, end === -1 ? undefined : end);
}

const lines = readdirSync(`${root}docs`)
  .filter((file) => file.endsWith('.md'))
  .flatMap((file) =>
    fences(readFileSync(`${root}docs/${file}`, 'utf8'))
      .filter(({ language }) => language === '' || language === 'sh')
      .flatMap(({ text }) => text.split('\n'))
      .filter((line) => line.startsWith('vgg-inspect '))
      .map((line) => [file, line] as const),
  );

test('the pages have commands', () => {
  expect(lines.length).toBeGreaterThan(30);
});

const trains = (words: readonly string[]) => words[0] === 'train' || words.includes('--train');

/** The command, and what of the line belongs to it. */
function chosen(words: readonly string[]) {
  const [first = '', ...rest] = words;
  if (trains(words))
    return { command: 'train', rest: words.filter((word) => word !== '--train' && word !== 'train') };
  return commands.has(first) ? { command: first, rest } : { command: 'inspect', rest: words };
}

test.each(lines)('%s: %s', async (_, line) => {
  const words = wordsOf(line).slice(1);
  const { command, rest } = chosen(words);
  const known = described.get(command)!.options.flatMap(({ flags }) => flags.split(/[ ,]+/));
  for (const word of rest) if (/^--?[a-z]/.test(word)) expect(known).toContain(word.split('=', 1)[0]);
  // What reads files of the reader's, writes some, or trains is not run.
  const own = rest.filter((word) =>
    /\.(?:ya?ml|json|py|onnx|h5|keras|pt2|pth|safetensors|svg|html|txt|md|csv|xml)\b|^-$|[A-Z]{4}/.test(word),
  );
  const runs =
    !trains(words) &&
    own.every((word) => existsSync(root + word)) &&
    !['export', 'check', 'verify', 'web', 'measure'].includes(command);
  if (!runs || words.includes('-o') || words.includes('--output')) return;
  const { code, stderr } = await runFake(words, { cwd: root });
  // `diff` ends with 1 where there are differences.
  const fine = command === 'diff' ? 1 : 0;
  expect({ code, stderr: stderr.startsWith('error') ? stderr : '' }).toEqual({ code: fine, stderr: '' });
});
