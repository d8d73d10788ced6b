import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import {
  check,
  compare,
  fit,
  inspect,
  parseSpec,
  reconcile,
  type InspectOptions,
} from '../../src/library/index.ts';
import { json } from '../cli/fake-io.ts';

describe('the library answers as the commands do', () => {
  test('fit', async () => {
    const ours = fit('vgg11', { ratio: 4, devices: ['rtx4060', '8GiB'], batch: [1, 64], epochs: 10 });
    const argv = [
      'fit',
      'vgg11',
      '--ratio',
      '4',
      '--device',
      'rtx4060,8GiB',
      '--batch',
      '1..64',
      '--epochs',
      '10',
    ];
    expect(structuredClone(ours)).toEqual(await json(argv));
  });

  test('compare', async () => {
    const ours = compare(['alexnet', 'vgg11'], { memory: { optimizer: 'adam' } });
    expect(JSON.parse(JSON.stringify(ours))).toEqual(
      await json(['compare', 'alexnet', 'vgg11', '--optimizer', 'adam']),
    );
  });

  test('reconcile', async () => {
    const ours = reconcile('vgg11', 111_980_544, { input: [1, 3, 224, 224] });
    expect(ours).toEqual(await json(['reconcile', 'vgg11', '111980544', '--input', '1x3x224x224']));
    expect(
      reconcile('torchvision/vgg16', '15.61G', { what: 'macs', batch: [1, 32] }).explanations[0]!.difference,
    ).toBe(0);
  });

  test('check', () => {
    const budgets = "models: [{name: small, arch: vgg11, assert: ['params==128806154', 'macs<=1']}]";
    const { passed, models, newLock, lock } = check(budgets);
    expect([passed, lock.state]).toEqual([false, 'absent']);
    expect(models[0]!.budgets.map(({ holds }) => holds)).toEqual([true, false]);
    const good = budgets.replace(", 'macs<=1'", '');
    expect(check(good, { lock: newLock })).toMatchObject({ passed: true, lock: { state: 'checked' } });
    expect(check(good.replace('arch: vgg11', 'arch: vgg13'), { lock: newLock }).passed).toBe(false);
  });

  test('check of networks that are given', () => {
    const graph = parseSpec('input: [1, 8, 8]\nlayers: [flatten, {linear: {out_features: 2}}]\n', 'net.yaml');
    const { models } = check("models: [{arch: net.yaml, assert: ['params==130']}]", {
      networks: { 'net.yaml': graph },
    });
    expect(models[0]!.passed).toBe(true);
  });
});

describe('what is wrong is said', () => {
  test.each<[string, () => unknown, string]>([
    [
      'an option at the wrong place',
      () => inspect('vgg11', { optimizer: 'adam' } as InspectOptions),
      'write memory: { optimizer: … }',
    ],
    ['an option of no place', () => inspect('vgg11', { ratios: 4 } as InspectOptions), 'did you mean ratio?'],
    [
      'memory with what is no memory',
      () => inspect('vgg11', { memory: { dtype: 'amp' } } as InspectOptions),
      'write { dtype: … }, beside memory',
    ],
    ['one network to compare', () => compare(['vgg11']), 'compare needs two networks'],
    ['an unknown device', () => fit('vgg11', { devices: ['rtx4080x'] }), 'rtx4080x'],
    ['a range that shrinks', () => fit('vgg11', { batch: [8, 1] }), 'the range growing'],
    ['no number', () => reconcile('vgg11', 'many'), "'many' is not a number"],
    ['a batch for parameters', () => reconcile('vgg11', 1, { batch: [1] }), 'batch has no effect on params'],
    ['a wrong budget', () => check('models: [{arch: vgg12}]'), '<budgets>:1'],
  ])('%s', (_, call, words) => {
    let said = '';
    try {
      call();
    } catch (error) {
      said = (error as { line: string }).line;
    }
    expect(said).toContain(words);
  });
});

/** The examples of the page, each run as it stands there; a comment behind a line says what it prints. */
const page = readFileSync(new URL('../../docs/library.md', import.meta.url), 'utf8');
const examples = [...page.matchAll(/^```js\n(.*?)^```/gms)].map(([, code]) => code!);

test('the page has examples of every function', () => {
  for (const name of ['inspect', 'fit', 'compare', 'reconcile', 'check'])
    expect(
      examples.some((code) => code.includes(`import { ${name}`)),
      name,
    ).toBe(true);
});

test.each(examples)('%s', async (code) => {
  const folder = await mkdtemp(join(tmpdir(), 'vgg-inspect-example-'));
  try {
    await mkdir(join(folder, 'node_modules'));
    await symlink(
      fileURLToPath(new URL('../..', import.meta.url)),
      join(folder, 'node_modules', 'vgg-inspect'),
    );
    const shown = code.replaceAll('console.log(', 'show(');
    const show =
      "const show = (...values) => console.log(values.map((value) => (typeof value === 'string' ? value : JSON.stringify(value))).join(' '));\n";
    await writeFile(join(folder, 'example.mjs'), show + shown);
    const { stdout } = await promisify(execFile)(process.execPath, ['example.mjs'], { cwd: folder });
    const said = [...code.matchAll(/console\.log\(.*\/\/ (.*)$/gm)].map(([, words]) => words);
    expect(said.length).toBeGreaterThan(0);
    expect(stdout.trimEnd().split('\n')).toEqual(said);
  } finally {
    await rm(folder, { recursive: true });
  }
});
