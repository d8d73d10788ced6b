import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { json, runFake } from '../cli/fake-io.ts';

const SMALL = 'fixtures/train/small-relu.yaml';
const quick = [SMALL, '--data', 'synthetic', '--limit', '40', '--batch', '16', '--engine', 'wasm'];
const folder = mkdtempSync(join(tmpdir(), 'vgg-train-'));
afterAll(() => rmSync(folder, { recursive: true }));

describe('vgg-inspect train', () => {
  test('ends with the lines of the book', async () => {
    const { code, stdout, stderr } = await runFake(['train', ...quick, '--epochs', '2']);
    expect(code).toBe(0);
    const lines = stdout.trimEnd().split('\n');
    expect(lines.at(-2)).toMatch(/^loss \d\.\d{3}, train acc [01]\.\d{3}, test acc [01]\.\d{3}$/);
    expect(lines.at(-1)).toMatch(/^\d+\.\d examples\/sec on wasm \(.+\)$/);
    expect(stdout).toContain('parameters   105,866, as predicted');
    expect(stdout).toContain('loss, 6 steps');
    expect(stderr).toMatch(
      /^training on wasm: TensorFlow.js 4.22.0 wasm, .*\nepoch 1\/2: loss .*\nepoch 2\/2: loss .*\n$/,
    );
  });

  test('is the same as --train', async () => {
    const trained = await json([...quick, '--train', '--epochs', '1']);
    const command = await json(['train', ...quick, '--epochs', '1']);
    expect(trained.epochs).toEqual(command.epochs);
  });

  test('gives the result as JSON', async () => {
    const result = await json(['train', ...quick, '--epochs', '2']);
    expect(result).toMatchObject({
      engine: 'wasm',
      device: expect.any(String),
      examplesPerSec: expect.any(Number),
      epochs: [
        { epoch: 1, loss: expect.any(Number), trainAcc: expect.any(Number), testAcc: expect.any(Number) },
        { epoch: 2 },
      ],
      checks: {
        passed: true,
        params: { predicted: 105866, observed: 105866 },
        shapes: { layers: 10, mismatches: [] },
        memory: { microBatch: 16, weights: { predicted: 423464, observed: 423464 } },
      },
    });
    expect(Math.abs(result.checks.initialLoss.observed - Math.log(10))).toBeLessThan(0.3);
  });

  test('only checks with no epochs, and needs no data for it', async () => {
    const result = await json([
      'train',
      'vgg11',
      '--ratio',
      '16',
      '--resize',
      '64',
      '--epochs',
      '0',
      '--batch',
      '2',
    ]);
    expect(result.epochs).toEqual([]);
    expect(result.checks.passed).toBe(true);
    expect(result.data).toMatchObject({ name: 'synthetic' });
    const { code, stdout } = await runFake(['train', SMALL, '--epochs', '0', '--engine', 'wasm']);
    expect(code).toBe(0);
    expect(stdout).not.toContain('examples/sec');
  });

  test('draws a bar on a terminal only', async () => {
    const { stderr } = await runFake(['train', ...quick, '--epochs', '1'], { isTTY: true, columns: 60 });
    for (const part of stderr.split(/[\r\n]/)) expect([...part].length).toBeLessThan(200);
    const plain = await runFake(['train', ...quick, '--epochs', '1'], { isTTY: true, env: { TERM: 'dumb' } });
    expect(plain.stderr).not.toContain('\u001b');
  });

  test('saves a network that can be evaluated, and loaded by TensorFlow.js alone', async () => {
    const saved = join(folder, 'saved');
    const result = await json(['train', ...quick, '--epochs', '3', '--save', saved]);
    expect(readdirSync(saved).sort()).toEqual(['model.json', 'weights.bin']);
    const evaluated = await json(['train', ...quick, '--evaluate', saved]);
    expect(evaluated.testAcc).toBe(result.epochs[2].testAcc);
    const { stdout, stderr } = await runFake(['train', ...quick, '--evaluate', saved]);
    expect(stdout).toMatch(/^test loss \d\.\d{3}, test acc [01]\.\d{3}\n$/);
    expect(stderr).toMatch(/^evaluating on wasm: .*\n$/);
    const wrong = await runFake([
      'train',
      'vgg11',
      '--ratio',
      '16',
      '--resize',
      '32',
      ...quick.slice(1),
      '--evaluate',
      saved,
    ]);
    expect(wrong).toMatchObject({ code: 2, stderr: expect.stringContaining('has no block1.conv1.weight') });
    writeFileSync(join(saved, 'weights.bin'), 'cut');
    expect((await runFake(['train', ...quick, '--evaluate', saved])).code).toBe(2);
  });

  test('writes its metrics as JSON lines', async () => {
    const log = join(folder, 'log.jsonl');
    await runFake(['train', ...quick, '--epochs', '2', '--log', log]);
    const entries = readFileSync(log, 'utf8')
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(entries.map(({ event }) => event)).toEqual([
      'start',
      'step',
      'step',
      'step',
      'epoch',
      'step',
      'step',
      'step',
      'epoch',
    ]);
    expect(entries[0]).toMatchObject({ engine: 'wasm', batch: 16, seed: 0 });
  });

  test('goes on with --resume, and with more epochs', async () => {
    const checkpoint = join(folder, 'checkpoint');
    const whole = await json(['train', ...quick, '--epochs', '3', '--dropout', '0.3']);
    await json(['train', ...quick, '--epochs', '2', '--dropout', '0.3', '--checkpoint', checkpoint]);
    const resumed = await json([
      'train',
      ...quick,
      '--epochs',
      '3',
      '--dropout',
      '0.3',
      '--checkpoint',
      checkpoint,
      '--resume',
    ]);
    expect(resumed.epochs).toEqual(whole.epochs);
    const other = await runFake(['train', ...quick, '--lr', '0.01', '--checkpoint', checkpoint, '--resume']);
    expect(other).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('was saved with lr 0.05; this run uses 0.01'),
    });
  });

  test.each<[string, string[], RegExp]>([
    ['an unknown engine', ['--engine', 'cuda'], /--engine/],
    [
      'an engine that is not installed',
      ['--engine', 'tensorflow'],
      /tfjs-node.*npm install|npm install.*tfjs-node/,
    ],
    ['--resume without a folder', ['--resume'], /--checkpoint/],
    ['a folder without data', ['--data', 'src'], /holds neither/],
    ['two sizes', ['--input', '1x32x32', '--resize', '32'], /--resize/],
    ['momentum for Adam', ['--optimizer', 'adam', '--momentum', '0.9'], /momentum/],
    ['a share above one', ['--dropout', '1.5'], /--dropout/],
    ['a negative seed', ['--seed', '-1'], /--seed/],
    ['an image too small', ['--resize', '2'], /window/],
    ['fewer classes than the data', ['--data', 'mnist', '--classes', '3'], /classes/],
  ])('ends with exit code 2 and one line on %s', async (_, options, words) => {
    const { code, stdout, stderr } = await runFake([
      'train',
      'vgg11',
      '--ratio',
      '16',
      '--epochs',
      '1',
      ...options,
    ]);
    expect(code).toBe(2);
    expect(stdout).toBe('');
    const errors = stderr.split('\n').filter((line) => line !== '' && !line.startsWith('training on'));
    expect(errors).toHaveLength(1);
    expect(errors[0]).toMatch(words);
  });
});
