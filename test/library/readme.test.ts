import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, test } from 'vitest';
import { fences as fencesOf, filled, pages } from '../../docs/outputs.mjs';

const root = fileURLToPath(new URL('../..', import.meta.url));
const readme = await readFile(join(root, 'README.md'), 'utf8');
const questions = await readFile(join(root, 'docs/vgg-questions.md'), 'utf8');

interface Outcome {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a command line as a shell would, `vgg-inspect` being the one that was built here. */
async function run(command: string): Promise<Outcome> {
  const bin = `${process.execPath} ${join(root, 'bin', 'vgg-inspect.js')}`;
  const line = command.replace(/^(COLUMNS=\d+ )?vgg-inspect/, `$1${bin}`);
  const { FORCE_COLOR: _, NO_COLOR: __, ...env } = process.env;
  return promisify(execFile)('sh', ['-c', line], { cwd: root, env }).then(
    ({ stdout, stderr }) => ({ code: 0, stdout, stderr }),
    ({ code, stdout, stderr }: Outcome) => ({ code, stdout, stderr }),
  );
}

const shellOf = (page: string) =>
  fencesOf(page)
    .filter(({ language }) => language === 'sh')
    .flatMap(({ text }) => text.trim().split('\n'));
const shell = shellOf(readme);

test('the two commands to start with set themselves up and then do what they say', async () => {
  const first = shell.filter((line) => line.startsWith('npm '));
  expect(first).toEqual([
    'npm ci && node bin/vgg-inspect.js vgg11 --input 1x1x224x224',
    'npm ci && npm test',
  ]);
  // What `npm ci` does has been done for these tests; doing it again would take their ground away.
  const { code, stdout } = await run(first[0]!.replace('npm ci && ', ''));
  expect(code).toBe(0);
  expect(stdout).toMatch(/^vgg11 · d2l · 11 weight layers · input 1×1×224×224/);
  expect(stdout).toMatch(/^total +128,806,154 +100 +7,547,232,256 +100$/m);
  const { scripts } = JSON.parse(await readFile(join(root, 'package.json'), 'utf8')) as {
    scripts: Record<string, string>;
  };
  expect(scripts['prepare']).toContain('build');
  expect(scripts['test']).toContain('vitest run');
});

const commands = [...shell, ...shellOf(questions)].filter((line) => line.startsWith('vgg-inspect '));

test('the questions have their commands', () => {
  const asked = [...questions.matchAll(/^(?:\$ )?vgg-inspect /gm)];
  expect(asked.length).toBeGreaterThanOrEqual(12);
});

/** A training by the book takes hours: two of its steps are made, on made-up images. */
const shortened = (command: string) =>
  command.includes('--train') && !command.includes('--epochs')
    ? `${command} --epochs 1 --data synthetic --limit 4 --batch 2`
    : command;

test.each(commands)('%s', async (command) => {
  const { code, stdout, stderr } = await run(shortened(command));
  // The book's literal head at another size is the one that is meant to fail.
  if (command.includes('--head fixed')) {
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toContain('expects 25088 input features, the layers before it give 4608');
  } else {
    expect(stderr).not.toContain('error');
    expect(code).toBe(0);
    expect(stdout.split('\n').length).toBeGreaterThan(10);
    if (command.includes('--train')) expect(stdout).toMatch(/^loss .*\n[\d.]+ examples\/sec on .+\n$/m);
  }
});

// `node docs/outputs.mjs` writes them again.
test.each(pages)('the outputs in %s are what is printed', async (page) => {
  const text = await readFile(join(root, page), 'utf8');
  expect(fencesOf(text).some(({ language }) => language === 'console')).toBe(true);
  expect(text).toBe(filled(text));
});

describe('the Chinese README has what the English one has', async () => {
  const chinese = await readFile(join(root, 'README.zh-CN.md'), 'utf8');

  test('commands and outputs', () => {
    expect(fencesOf(chinese)).toEqual(fencesOf(readme));
  });

  test.each<[string, RegExp]>([
    ['headings', /^#+ /gm],
    ['rows of tables', /^\|/gm],
    ['paragraphs', /\n\n/g],
  ])('%s', (_, sign) => {
    expect([...chinese.matchAll(sign)]).toHaveLength([...readme.matchAll(sign)].length);
  });

  test('links', () => {
    const links = (text: string) =>
      [...text.matchAll(/\]\(([^)]+)\)/g)]
        .map(([, target]) => target!)
        .filter((target) => !target.startsWith('README'));
    expect(links(chinese)).toEqual(links(readme));
  });

  test('every figure', () => {
    const figures = (text: string) =>
      [...text.replace(/```.*?```/gs, '').matchAll(/\d+(?:\.\d+)?/g)].map(String).sort();
    const words = (text: string) => figures(text).filter((figure) => figure.length > 1);
    expect(words(chinese)).toEqual(words(readme));
  });
});

test('the picture shows what is printed', async () => {
  const svg = await readFile(join(root, 'docs', 'vgg11.svg'), 'utf8');
  const words = [...svg.matchAll(/<text [^>]*>([^<]*)<\/text>/g)].map(([, word]) =>
    word!.replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&amp;', '&'),
  );
  const command = 'vgg-inspect vgg11 --input 1x1x224x224';
  // `node docs/picture.mjs` draws it again.
  expect(words.join(' ')).toBe(
    `$ ${command} ${(await run(`COLUMNS=84 ${command}`)).stdout.trim().split(/\s+/).join(' ')}`,
  );
});

test('every file that the README and the docs point to is there', async () => {
  for (const page of [
    'README.md',
    'README.zh-CN.md',
    'docs/vgg-questions.md',
    'docs/library.md',
    'docs/json.md',
    'docs/memory.md',
    'docs/training.md',
    'docs/spec.md',
    'docs/architectures.md',
    'docs/conventions.md',
    'docs/check.md',
  ]) {
    const text = await readFile(join(root, page), 'utf8');
    for (const [, target] of text.matchAll(/\]\((?!https?:|#)([^)#]+)/g)) {
      await expect(readFile(join(root, page, '..', target!)), `${target} in ${page}`).resolves.toBeDefined();
    }
  }
});
