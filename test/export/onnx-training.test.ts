import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as ort from 'onnxruntime-node';
import { afterAll, describe, expect, test } from 'vitest';
import { json, runFake } from '../cli/fake-io.ts';

const SMALL = 'fixtures/train/small-relu.yaml';
const quick = [SMALL, '--data', 'synthetic', '--limit', '40', '--batch', '16', '--engine', 'onnx'];
const folder = mkdtempSync(join(tmpdir(), 'vgg-onnx-'));
afterAll(() => rmSync(folder, { recursive: true }));

describe('a network saved by --engine onnx', () => {
  const saved = join(folder, 'saved');

  test('is tested by --evaluate as at the end of its training', async () => {
    const trained = await json(['train', ...quick, '--epochs', '3', '--save', saved]);
    const wanted = trained.epochs[2].testAcc;
    for (const path of [saved, join(saved, 'model.onnx')]) {
      expect((await json(['train', ...quick, '--evaluate', path])).testAcc).toBe(wanted);
    }
    const auto = await json(['train', ...quick.slice(0, -2), '--evaluate', saved]);
    expect(auto).toMatchObject({ engine: 'onnx', testAcc: wanted });
  });

  test('is refused with its place and a mend when it is another network, cut off or missing', async () => {
    const file = join(saved, 'model.onnx');
    const lenet = await runFake(['train', 'lenet', ...quick.slice(1), '--evaluate', file]);
    expect(lenet).toMatchObject({ code: 2, stdout: '' });
    expect(lenet.stderr).toContain('model.onnx: it has no conv1.weight of this network (--evaluate takes');
    const cut = join(folder, 'cut.onnx');
    writeFileSync(cut, readFileSync(file).subarray(0, 5000));
    expect(await runFake(['train', ...quick, '--evaluate', cut])).toMatchObject({ code: 2, stdout: '' });
    const nowhere = await runFake(['train', ...quick, '--evaluate', join(folder, 'nowhere')]);
    expect(nowhere).toMatchObject({ code: 2, stderr: expect.stringContaining('there is no such file') });
  });
});

describe('export --to onnx-training', () => {
  const run = (...args: string[]) => runFake(['export', ...args, '--to', 'onnx-training'], { cwd: folder });

  test('writes a step that trains from the initial state, weights in place', async () => {
    const { code, stdout, stderr } = await run(
      'lenet',
      '--batch',
      '8',
      '--optimizer',
      'adam',
      '--init',
      'init.onnx',
    );
    expect({ code, stdout }).toEqual({ code: 0, stdout: '' });
    expect(stderr).toBe(
      'wrote lenet-training.onnx: one training step of lenet, batch 8, adam; 34 inputs, 32 outputs\n' +
        'wrote init.onnx: the state with which a training of lenet by adam starts; 0 inputs, 30 outputs\n',
    );
    const [init, step] = await Promise.all(
      ['init.onnx', 'lenet-training.onnx'].map((file) => ort.InferenceSession.create(join(folder, file))),
    );
    const state = await init!.run({});
    const images = new ort.Tensor(
      'float32',
      Float32Array.from({ length: 8 * 784 }, (_, i) => (i % 251) / 251),
      [8, 1, 28, 28],
    );
    const labels = new ort.Tensor(
      'int64',
      BigInt64Array.from({ length: 8 }, (_, i) => BigInt(i % 2)),
      [8],
    );
    const rate = new ort.Tensor('float32', Float32Array.of(0.01), [1]);
    const into = Object.fromEntries(Object.keys(state).map((name) => [`${name}/next`, state[name]!]));
    const losses: number[] = [];
    for (let t = 1; t <= 30; t++) {
      const number = new ort.Tensor('int64', BigInt64Array.of(BigInt(t)), [1]);
      const feeds = { ...state, images, labels, learning_rate: rate, step: number };
      const { loss_sum } = await step!.run(feeds, { ...into, loss_sum: null, correct: null });
      losses.push(Number(loss_sum!.data[0]) / 8);
    }
    expect(losses[0]).toBeGreaterThan(1.5);
    expect(losses.at(-1)).toBeLessThan(1);
  });

  test('takes the rate, the momentum and the size from the options', async () => {
    const options = ['--lr', '0.1', '--momentum', '0.5', '--input', '1x32x32', '--batch', '2'];
    await run('lenet', ...options, '-o', 'fixed.onnx');
    const session = await ort.InferenceSession.create(join(folder, 'fixed.onnx'));
    expect(session.inputNames).not.toContain('learning_rate');
    expect(session.inputNames).toContain('momentum_buffer/conv1.weight');
    const images = session.inputMetadata.find(({ name }) => name === 'images');
    expect(images).toMatchObject({ shape: [2, 1, 32, 32] });
  });

  test('writes for WebGPU without 64-bit numbers', async () => {
    await run('lenet', '--optimizer', 'adam', '--device', 'webgpu', '-o', 'gpu.onnx');
    const session = await ort.InferenceSession.create(join(folder, 'gpu.onnx'));
    const types = session.inputMetadata.map((input) => input.isTensor && input.type);
    expect(new Set(types)).toEqual(new Set(['float32']));
    expect(session.inputNames).toContain('bias_correction1');
  });

  test.each<[string, string[], RegExp]>([
    ['no format', ['lenet'], /--to onnx-training, is missing/],
    ['another format', ['lenet', '--to', 'word'], /--to must be onnx-training/],
    ['no network', ['--to', 'onnx-training'], /the architecture is missing/],
    ['one file for both', ['lenet', '--to', 'onnx-training', '-o', 'a', '--init', 'a'], /contradict/],
    [
      'momentum for Adam',
      ['lenet', '--to', 'onnx-training', '--optimizer', 'adam', '--momentum', '0.5'],
      /contradict/,
    ],
    [
      'no such folder',
      ['lenet', '--to', 'onnx-training', '-o', 'no/where.onnx'],
      /cannot write no\/where.onnx/,
    ],
  ])('ends with exit code 2 and one line on %s', async (_, args, words) => {
    const { code, stdout, stderr } = await runFake(['export', ...args], { cwd: folder });
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr.trimEnd().split('\n')).toHaveLength(1);
    expect(stderr).toMatch(words);
  });
});

describe('--device', () => {
  test.each<[string, string[], RegExp]>([
    ['without an engine', ['--device', 'webgpu'], /--device has no effect without --engine onnx/],
    [
      'of another engine',
      ['--engine', 'wasm', '--device', 'webgpu'],
      /no effect on --engine wasm.*--engine onnx/,
    ],
    ['that is unknown', ['--engine', 'onnx', '--device', 'tpu'], /--device must be cpu or webgpu/],
  ])('is refused %s', async (_, options, words) => {
    const { code, stderr } = await runFake(['train', SMALL, '--epochs', '0', ...options]);
    expect({ code, stderr }).toEqual({ code: 2, stderr: expect.stringMatching(words) });
  });
});
