import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { describeAll } from '../../src/cli/commands/completion/describe.ts';
import { commands } from '../../src/cli/commands/registry.ts';
import type { Io } from '../../src/cli/io/io.ts';
import { runFake } from './fake-io.ts';

const nowhere: Io = {
  stdout: { write: async () => {}, isTTY: false, columns: undefined },
  stderr: { write: async () => {}, isTTY: false, columns: undefined },
  stdin: (async function* () {})(),
  env: {},
  cwd: process.cwd(),
  onInterrupt: () => () => {},
};
const described = await describeAll(commands, nowhere);

test('every command is described, with its options and at least three examples', () => {
  expect(described.map(({ name }) => name)).toEqual([...commands.keys()]);
  for (const { name, options, examples } of described) {
    expect(
      options.map(({ long }) => long),
      name,
    ).toEqual(expect.arrayContaining(['--help', '--quiet']));
    expect(examples.length, name).toBeGreaterThanOrEqual(3);
    for (const line of examples) expect(line).toMatch(/^vgg-inspect /);
  }
});

/** What is between the program and a redirection, as a shell splits it. */
const wordsOf = (line: string) =>
  [...line.replace(/ > .*$/, '').matchAll(/"([^"]*)"|(\S+)/g)].slice(1).map(([, a, b]) => a ?? b!);

/** Those that read no file, write none, and train nothing. */
const runnable = described
  .filter(({ name }) => !['check', 'train', 'export', 'diff', 'draw', 'report'].includes(name))
  .flatMap(({ examples }) => examples)
  .filter((line) => !/\.py|\.yaml|\.onnx/.test(line));

test.each(runnable)('%s', async (line) => {
  const { code, stdout } = await runFake(wordsOf(line));
  expect(code).toBe(0);
  expect(stdout).not.toBe('');
});

test('the options of the other examples are known', () => {
  for (const { name, examples, options } of described) {
    const known = options.flatMap(({ flags }) => flags.split(/[ ,]+/));
    for (const line of examples)
      for (const word of wordsOf(line))
        if (/^--?[a-z]/.test(word)) expect(known, `${name}: ${line}`).toContain(word);
  }
});

describe('bash', async () => {
  const { stdout: script } = await runFake(['completion', 'bash']);
  const complete = (...line: string[]) => {
    const asked = `${script}\nCOMP_WORDS=(${line.map((word) => `'${word}'`).join(' ')}); COMP_CWORD=${line.length - 1}; _vgg_inspect; printf '%s\\n' "\${COMPREPLY[@]}"`;
    return execFileSync('bash', ['-c', asked], { encoding: 'utf8', cwd: '/' }).split('\n');
  };

  test.each<[string[], string[]]>([
    [['vgg-inspect', 'recon'], ['reconcile']],
    [['vgg-inspect', 'torchvision/resnet5'], ['torchvision/resnet50']],
    [['vgg-inspect', 'fit', 'vgg11', '--device', 'rtx409'], ['rtx4090']],
    [
      ['vgg-inspect', 'vgg11', '--optimizer', 'ad'],
      ['adam', 'adamw', 'adagrad'],
    ],
    [['vgg-inspect', 'compare', '--colu'], ['--columns']],
    [['vgg-inspect', 'vgg11', '--convention', 'thop-2020-'], ['thop-2020-01']],
  ])('%j', (line, words) => {
    expect(complete(...line)).toEqual([...words, '']);
  });
});

test.each(['zsh', 'fish'])('%s knows commands, options, networks and devices', async (shell) => {
  const { stdout } = await runFake(['completion', shell]);
  for (const { name, options } of described) {
    expect(stdout).toContain(name);
    for (const { long } of options) expect(stdout).toContain(shell === 'fish' ? `-l ${long.slice(2)}` : long);
  }
  for (const word of ['torchvision/resnet50', 'rtx4090', 'adamw']) expect(stdout).toContain(word);
});

test('the manual page has every option, and ships with the package', async () => {
  const { stdout } = await runFake(['completion', 'man']);
  expect(stdout).toMatch(/^\.TH VGG\\-INSPECT 1 /);
  for (const { options } of described)
    for (const { flags } of options) expect(stdout).toContain(`.B ${flags.replaceAll('-', '\\-')}`);
  const root = new URL('../../', import.meta.url);
  const { man } = JSON.parse(readFileSync(new URL('package.json', root), 'utf8')) as { man: string };
  expect(readFileSync(new URL(man, root), 'utf8')).toBe(stdout);
});

test.each([
  [[], /the shell is missing/],
  [['csh'], /the shell must be bash, zsh, fish or man, not 'csh'/],
])('completion %j is refused', async (argv, words) => {
  const { code, stderr } = await runFake(['completion', ...argv]);
  expect(code).toBe(2);
  expect(stderr).toMatch(words);
});
