import fc from 'fast-check';
import { chmodSync, renameSync, statSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { CheckResult } from '../../src/check/check-result.ts';
import { LOCK, project, small } from './project.ts';

describe('one layer of a spec changes', () => {
  test('the gate names it first, with its line, and by how much', async () => {
    const at = small();
    expect((await at.check(['--update'])).code).toBe(0);
    expect(await at.check()).toMatchObject({ code: 0, stderr: '' });
    at.edit('net.yaml', 'out_channels: 4, kernel_size: 3', 'out_channels: 4, kernel_size: 1');
    const { code, stdout } = await at.check();
    expect(code).toBe(1);
    const named = [...stdout.matchAll(/^ {5}(\w+): (.*)$/gm)];
    // conv1 and relu1 did not change; what follows has other shapes.
    expect(named.map(([, path]) => path)).toEqual(['conv2', 'flatten1', 'fc1', 'totals']);
    expect(stdout).toMatch(/conv2: outputShape 1x4x24x24 → 1x4x26x26, params 292 → 36 \(−256\)/);
    expect(stdout).toMatch(/^ {7}net\.yaml:6:5$/m);
    expect(stdout).toMatch(/^1 model passes, 1 fails; checked against vgg-inspect\.lock\.yaml$/m);
    for (const line of stdout.split('\n')) expect(line.length).toBeLessThanOrEqual(80);
  });

  test('one whose shape stays is the only layer named', async () => {
    const at = small();
    await at.check(['--update']);
    at.edit('net.yaml', 'conv2d: {out_channels: 4,', 'conv2d: {bias: false, out_channels: 4,');
    const { models, passed } = JSON.parse((await at.check(['--json'])).stdout);
    expect(passed).toBe(false);
    const [, tiny] = models;
    const layers = tiny.changes.filter(({ part }: { part: string }) => part === 'layer');
    expect(layers).toEqual([
      {
        part: 'layer',
        path: 'conv2',
        how: 'changed',
        fields: [{ field: 'params', locked: 292, now: 288 }],
        at: { file: 'net.yaml', line: 6, column: 5 },
      },
    ]);
  });

  test('one that only sees further is named, and so are those that see through it', async () => {
    const at = project({
      'vgg-inspect.yaml': 'models: [{arch: net.yaml}]',
      'net.yaml':
        'input: [1, 28, 28]\nlayers:\n  - conv2d: {out_channels: 2, kernel_size: 3, padding: 1}\n' +
        '  - conv2d: {out_channels: 2, kernel_size: 3, padding: 1}\n  - relu\n',
    });
    await at.check(['--update']);
    at.edit('net.yaml', /padding: 1\}\n {2}- relu/, 'padding: 2, dilation: 2}\n  - relu');
    const { models } = JSON.parse((await at.check(['--json'])).stdout) as CheckResult;
    const [first, ...rest] = models[0]!.changes;
    expect(first).toMatchObject({
      path: 'conv2',
      fields: [{ field: 'receptiveField', locked: '5x5', now: '7x7' }],
      at: { line: 4 },
    });
    expect(rest.map(({ part, path }) => path || part)).toEqual(['relu1', 'totals']);
  });

  test.each([
    ['a layer more', /^ {2}- flatten/m, '  - relu\n  - flatten', 'relu2', 'added'],
    ['a layer less', '  - relu\n', '', 'relu1', 'removed'],
  ])('%s', async (_, from, to, path, how) => {
    const at = small();
    await at.check(['--update']);
    at.edit('net.yaml', from, to);
    const { models } = JSON.parse((await at.check(['--json'])).stdout) as CheckResult;
    const layers = models[1]!.changes.filter(({ part }) => part === 'layer');
    expect(layers).toContainEqual(expect.objectContaining({ path, how }));
    // What it keeps for the backward pass is all that changes of a layer beside it.
    const others = layers.filter((change) => change.path !== path).flatMap(({ fields }) => fields);
    expect(new Set(others.map(({ field }) => field))).toEqual(new Set(['savedBytes']));
  });
});

test('a field that only the lock has, or lacks, is said to be so', async () => {
  const at = small();
  await at.check(['--update']);
  at.edit(LOCK, ', receptiveField: 3x3}', ', color: 5}');
  const { code, stdout } = await at.check();
  expect(code).toBe(1);
  expect(stdout.replace(/\s+/g, ' ')).toContain(
    'conv1: receptiveField 3x3 (not in the lock), color 5 (only in the lock)',
  );
});

test.each([
  ['a layer', ', receptiveField: 3x3}', ', optimizer: adam}', "the lock of m has no key 'optimizer'"],
  ['inference', 'inference: {peakBytes: ', 'inference: {optimizer: adam, peakBytes: ', "no key 'optimizer'"],
  [
    'training',
    'training: {optimizer: sgd',
    'training: {optimizer: sgd, weightLayers: 2',
    "no key 'weightLayers'",
  ],
])('a field of another part in %s is refused', async (_, from, to, words) => {
  const at = small();
  await at.check(['--update']);
  at.edit(LOCK, from, to);
  const { code, stderr } = await at.check();
  expect(code).toBe(2);
  expect(stderr).toContain(words.replace('the lock of m has', 'has'));
});

test('another optimizer, type or batch changes the memory, and says so', async () => {
  const at = project({ 'vgg-inspect.yaml': 'models: [{name: m, arch: lenet}]' });
  await at.check(['--update']);
  at.write('vgg-inspect.yaml', 'models: [{name: m, arch: lenet, optimizer: adam}]');
  const { code, stdout } = await at.check();
  expect(code).toBe(1);
  expect(stdout).toContain('memory of training: optimizer sgd → adam');
});

describe('the text of the lock', () => {
  test('holds every total and every layer, one a line', async () => {
    const at = small();
    await at.check(['--update']);
    const text = at.read(LOCK);
    expect(text).toMatch(/^schemaVersion: 1$/m);
    expect(text).toMatch(/^ {6}params: 61706$/m);
    for (const path of ['conv1', 'relu1', 'conv2', 'flatten1', 'fc1']) {
      expect(text).toMatch(
        new RegExp(`^ {6}${path}: \\{kind: \\w+, outputShape: [\\dx]+, params: \\d+,`, 'm'),
      );
    }
  });

  test('comments, order and layout stay when numbers are written again', async () => {
    const at = small();
    at.edit('vgg-inspect.yaml', /^ {2}- arch: lenet\n.*\n/m, '');
    await at.check(['--update']);
    at.edit(LOCK, /^models:$/m, '# Ask Ada before you change these.\nmodels:');
    at.edit(LOCK, /^ {2}tiny:$/m, '\n  # the small one\n  tiny:');
    at.edit(LOCK, /^( {6}conv2: .*)$/m, '      # grew in March\n$1 # reviewed');
    // A reader's own order: the layers before the totals.
    const [totals] = /^ {4}totals:\n(?: {6}.*\n)*/m.exec(at.read(LOCK))!;
    at.edit(LOCK, totals, '');
    at.edit(LOCK, /$(?![^])/, totals);
    expect((await at.check()).code).toBe(0);
    const before = at.read(LOCK);
    expect((await at.check(['--update'])).stdout).toContain('holds these numbers already');
    expect(at.read(LOCK)).toBe(before);

    at.edit('net.yaml', 'out_channels: 4, kernel_size: 3', 'out_channels: 4, kernel_size: 1');
    expect((await at.check(['--update'])).stdout).toContain(`${LOCK} written`);
    const [was, is] = [before.split('\n'), at.read(LOCK).split('\n')];
    expect(is).toHaveLength(was.length);
    const changed = is.filter((line, i) => line !== was[i]).map((line) => line.trim().split(':')[0]);
    expect(changed.slice(0, 5)).toEqual(['inference', 'training', 'conv2', 'flatten1', 'fc1']);
    expect(changed.slice(5)).toEqual([
      'params',
      'trainableParams',
      'macs',
      'flops',
      'backwardMacs',
      'activations',
      'receptiveField',
    ]);
    expect(at.read(LOCK)).toMatch(/^ {6}# grew in March\n {6}conv2: .*params: 36,.* # reviewed$/m);
    expect(at.read(LOCK)).toMatch(/^# Ask Ada before you change these\.\nmodels:$/m);
    expect((await at.check()).code).toBe(0);
  });

  test('any comment on any line survives', async () => {
    const at = small();
    await at.check(['--update']);
    const plain = at.read(LOCK).trimEnd().split('\n');
    at.edit('net.yaml', 'out_features: 10', 'out_features: 11');
    const places = fc.uniqueArray(fc.nat({ max: plain.length - 1 }), { minLength: 1, maxLength: 6 });
    await fc.assert(
      fc.asyncProperty(places, fc.boolean(), async (lines, own) => {
        const text = plain.flatMap((line, i) => {
          if (!lines.includes(i) || line === '') return [line];
          const indent = /^ */.exec(line)![0];
          return own ? [`${indent}# note ${i}`, line] : [`${line} # note ${i}`];
        });
        at.write(LOCK, `${text.join('\n')}\n`);
        expect((await at.check(['--update'])).code).toBe(0);
        const after = at.read(LOCK);
        for (const i of lines) if (plain[i] !== '') expect(after).toMatch(new RegExp(`# note ${i}$`, 'm'));
        expect((await at.check()).code).toBe(0);
      }),
      { numRuns: 25 },
    );
  });

  test('new models come where they stand in the budgets, and those that are gone go', async () => {
    const at = small();
    await at.check(['--update']);
    at.edit(LOCK, /^ {2}tiny:$/m, '  # small\n  tiny:');
    at.write(
      'vgg-inspect.yaml',
      'models: [{arch: alexnet}, {arch: net.yaml, name: tiny}, {arch: lenet, batch: 8}]\n',
    );
    const { code, stdout } = await at.check();
    expect(code).toBe(1);
    expect(stdout).toContain('is not in the lock; --update records it');
    expect(stdout.replace(/\s+/g, ' ')).toContain('only the lock has lenet, which --update removes');
    await at.check(['--update']);
    const names = [...at.read(LOCK).matchAll(/^ {2}(\S.*):$/gm)].map(([, name]) => name);
    expect(names).toEqual(['alexnet', 'tiny', 'lenet --batch 8']);
    expect(at.read(LOCK)).toMatch(/^ {2}# small\n {2}tiny:$/m);
    expect((await at.check()).code).toBe(0);
  });

  test('names that YAML would read as something else are found again', async () => {
    const names = ['1', 'true', 'null', 'a: b # c', '- x', '{', '*a', '__proto__', "it's", 'é 漢', '"'];
    const models = names.map((name) => ({ name, arch: 'lenet' }));
    const at = project({ 'b.json': JSON.stringify({ models }) });
    expect((await at.check(['b.json', '--update'])).code).toBe(0);
    expect(at.names()).toEqual(['b.json', 'b.lock.yaml']);
    expect((await at.check(['b.json'])).code).toBe(0);
  });
});

describe('where the lock lies', () => {
  test('beside the budgets, or where they or the command line say', async () => {
    const at = project({ 'ci/budgets.yaml': 'models: [{arch: lenet}]' });
    await at.check(['ci/budgets.yaml', '--update']);
    expect(at.read('ci/budgets.lock.yaml')).toContain('lenet:');
    at.write('ci/budgets.yaml', '{lock: numbers.yaml, models: [{arch: lenet}]}');
    await at.check(['ci/budgets.yaml', '--update']);
    expect(at.read('ci/numbers.yaml')).toContain('lenet:');
    const elsewhere = join(at.cwd, 'other.yaml');
    await at.check(['ci/budgets.yaml', '--update', '--lock', elsewhere]);
    expect(at.read('other.yaml')).toContain('lenet:');
    at.write('ci/budgets.yaml', JSON.stringify({ lock: elsewhere, models: [{ arch: 'lenet' }] }));
    expect((await at.check(['ci/budgets.yaml'])).stdout.replace(/\s+/g, ' ')).toContain(
      `checked against ${elsewhere}`,
    );
  });

  test('one that is named must be there', async () => {
    const at = project({ 'vgg-inspect.yaml': '{lock: numbers.yaml, models: [{arch: lenet}]}' });
    const expected = { code: 2, stdout: '' };
    expect(await at.check()).toMatchObject({
      ...expected,
      stderr: 'error: numbers.yaml: the lock file does not exist (--update records one)\n',
    });
    expect(await at.check(['--lock', 'other.yaml'])).toMatchObject(expected);
    expect((await at.check(['--update'])).code).toBe(0);
    expect((await at.check()).code).toBe(0);
  });
});

describe('--update is atomic', () => {
  test('a new file takes the place of the old one, which keeps its mode, and nothing else is left', async () => {
    const at = small();
    await at.check(['--update']);
    const path = join(at.cwd, LOCK);
    chmodSync(path, 0o640);
    const before = statSync(path).ino;
    at.edit('net.yaml', 'out_features: 10', 'out_features: 11');
    await at.check(['--update']);
    expect(statSync(path).ino).not.toBe(before);
    expect(statSync(path).mode & 0o777).toBe(0o640);
    expect(at.names()).toEqual(['net.yaml', LOCK, 'vgg-inspect.yaml']);
  });

  test('one that cannot be written leaves what was there', async () => {
    const at = small();
    await at.check(['--update']);
    const before = at.read(LOCK);
    at.edit('net.yaml', 'out_features: 10', 'out_features: 11');
    // A link is read, but nothing is written through it.
    renameSync(join(at.cwd, LOCK), join(at.cwd, 'theirs.yaml'));
    symlinkSync('theirs.yaml', join(at.cwd, LOCK));
    const { code, stdout, stderr } = await at.check(['--update']);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toMatch(/^error: cannot write vgg-inspect\.lock\.yaml: it is a symbolic link, .*\n$/);
    expect(at.read(LOCK)).toBe(before);
  });
});

test('a budget that fails fails --update too, and the lock has the numbers', async () => {
  const at = project({ 'vgg-inspect.yaml': 'models: [{arch: lenet, assert: params==1}]' });
  const { code, stdout } = await at.check(['--update']);
  expect(code).toBe(1);
  expect(stdout).toContain('budget params==1 (expected == 1, actual 61706, difference +61705)');
  expect(at.read(LOCK)).toContain('params: 61706');
});

test('a model may be counted by another convention', async () => {
  const at = project({
    'vgg-inspect.yaml':
      'models: [{arch: vgg11, input: 3x224x224, convention: hand, assert: counted.params==111982272}]',
  });
  expect((await at.check()).code).toBe(0);
});
