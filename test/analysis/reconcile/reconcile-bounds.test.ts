import { readFile } from 'node:fs/promises';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, test } from 'vitest';
import { runFake } from '../../cli/fake-io.ts';
import { everyNetwork } from '../../networks.ts';

const read = async (name: string) =>
  JSON.parse(
    await readFile(new URL(`../../../schema/${name}.schema.json`, import.meta.url), 'utf8'),
  ) as object;
const ajv = new Ajv2020({ strict: true, allErrors: true });
for (const name of ['analysis', 'reconciliation']) ajv.addSchema(await read(name));
const validate = ajv.getSchema('urn:vgg-inspect:reconciliation:1')!;

async function searched(argv: readonly string[], stdin = '') {
  const { stdout } = await runFake(['reconcile', ...argv, '--json'], { stdin });
  const result = JSON.parse(stdout);
  void validate(result);
  expect(validate.errors ?? []).toEqual([]);
  return result;
}

test.each([
  ['vgg11', '111980544'],
  ['torchvision/vgg16', '15.47G', '--what', 'macs'],
  ['torchvision/vgg16', '30.9G', '--what', 'flops', '--batch', '1,2'],
  ['torchvision/vgg16', '527.8MiB', '--what', 'memory'],
  ['vgg11', '12345'],
  ['lenet', '7MiB', '--what', 'memory'],
])('the JSON of %s %s is as the schema says', async (...argv) => {
  await searched(argv);
});

test('the schema refuses what is no reconciliation', async () => {
  const good = await searched(['lenet', '61706']);
  const [first] = good.explanations;
  for (const bad of [
    { ...good, schemaVersion: 2 },
    { ...good, what: 'time' },
    { ...good, explanations: [{ ...first, total: 0.5 }] },
    { ...good, explanations: [{ ...first, lines: [{ ...first.lines[0], change: 'halved' }] }] },
  ]) {
    expect(validate(bad)).toBe(false);
  }
});

describe('the search is bounded', () => {
  /** Networks × conventions × deviations at a time × lines left out or doubled. */
  const MOST = 1_000_000;

  test.each(['torchvision/densenet201', 'torchvision/inception_v3', 'torchvision/resnet152'])(
    '%s, every quantity that no sum gives',
    async (name) => {
      for (const what of ['params', 'macs', 'flops']) {
        const { tried, narrowed, explanations } = await searched([name, '1', '--what', what]);
        expect({ explanations, narrowed }).toEqual({ explanations: [], narrowed: false });
        expect(tried).toBeLessThan(MOST);
      }
    },
  );

  const layers = (count: number) =>
    `name: long\ninput: [4, 1, 1]\nlayers: [{repeat: {times: ${count}, layers: [{conv2d: {out_channels: 4, kernel_size: 1}}]}}]\n`;

  test('a network of very many layers is searched less widely, and the result says so', async () => {
    const [long, longer] = [
      await searched(['-', '1'], layers(2000)),
      await searched(['-', '1'], layers(2001)),
    ];
    expect([long.narrowed, longer.narrowed]).toEqual([false, true]);
    expect(longer.tried).toBeLessThan(long.tried);
    // What deviates little is still found.
    const { explanations } = await searched(['-', String(2001 * 16)], layers(2001));
    expect(explanations[0]).toMatchObject({ deviations: ['biases left out'], total: 2001 * 16 });
    const memory = await searched(['-', '1', '--what', 'memory'], layers(2001));
    expect(memory.narrowed).toBe(true);
  });

  test('in words', async () => {
    const { stdout } = await runFake(['reconcile', '-', '1'], { stdin: layers(2001) });
    expect(stdout.replace(/\s+/g, ' ')).toContain(
      'not every combination because the network has so many layers',
    );
  });
});

test('what misses is not said to be rounded, and memory has words of its own', async () => {
  const { code, stdout } = await runFake(['reconcile', 'vgg11', '5MiB', '--what', 'memory']);
  expect(code).toBe(1);
  expect(stdout).not.toMatch(/cut off|rounded/);
  expect(stdout.replace(/\s+/g, ' ')).toContain(
    'sums: peaks and their parts, types, optimizers and batches; none',
  );
});

test.each(everyNetwork)('%s is explained by its own parameters', async (name) => {
  const params = JSON.parse((await runFake([name, '--json'])).stdout).totals.params;
  const { explanations } = await searched([name, String(params)]);
  expect(explanations[0]).toMatchObject({ deviations: [], total: params });
  expect(explanations[0].conventions).toContain('default');
});
