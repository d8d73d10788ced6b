import { readFileSync } from 'node:fs';
import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { commandLine, compile, copyWith } from './copy.ts';
import { touched, toys } from './toys.ts';

const page = readFileSync(new URL('../../CONTRIBUTING.md', import.meta.url), 'utf8');

/** The files of the numbered list below a heading of the page. */
function listed(heading: string): string[] {
  const section = page.split(/^#+ /m).find((part) => part.startsWith(`${heading}\n`));
  return [...(section ?? '').matchAll(/^\d+\. `([^`]+)`/gm)].map(([, path]) => path!);
}

/** At most so many files are touched by hand. */
const most = {
  kind: 3,
  architecture: 3,
  convention: 3,
  device: 1,
  reportFormat: 2,
  exportFormat: 2,
  engine: 2,
  optimizer: 2,
} satisfies Record<keyof typeof toys, number>;

describe.each(Object.entries(toys))('a toy %s', (which, toy) => {
  test('touches the files that CONTRIBUTING.md lists, and no other', () => {
    expect(touched(toy).map((path) => path.replace(toy.name, 'NAME'))).toEqual(listed(toy.heading));
  });

  test('touches few', () => {
    expect(touched(toy).length).toBeLessThanOrEqual(most[which as keyof typeof toys]);
  });
});

describe('a copy of the sources with all toys', () => {
  let folder: string;
  let errors: string;
  let run: Awaited<ReturnType<typeof commandLine>>;
  const json = async (...argv: string[]) => {
    const { code, stdout, stderr } = await run([...argv, '--json']);
    expect(stderr).not.toContain('error');
    expect(code).toBe(0);
    return JSON.parse(stdout);
  };

  beforeAll(async () => {
    folder = await copyWith(Object.values(toys));
    errors = await compile(folder);
    run = await commandLine(folder);
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  test('compiles', () => expect(errors).toBe(''));

  test('reads the kind in a spec, and counts it by every convention', async () => {
    const spec = 'input: [6, 4, 4]\nlayers:\n  - channel_gain\n  - flatten\n  - linear: {out_features: 2}\n';
    const { code, stdout } = await run(['-', '--batch', '2', '--convention', 'all', '--json'], spec);
    expect(code).toBe(0);
    const { layers, totals, ledger } = JSON.parse(stdout);
    expect(layers[0]).toMatchObject({
      path: 'gain1',
      kind: 'channel_gain',
      outputShape: [2, 6, 4, 4],
      params: 6,
      flops: 192,
      // Its input, 768 bytes in blocks of 512; the gain is a parameter.
      savedBytes: 1024,
    });
    expect(totals).toMatchObject({ params: 6 + 96 * 2 + 2, macs: 2 * 96 * 2 });
    const params = (convention: string) =>
      ledger.find((row: { convention: string; quantity: string }) => row.convention === convention)?.total;
    expect([params('torchvision'), params('thop'), params('tensors')]).toEqual([200, 194, 3]);
  });

  test('builds the architecture, and lists it', async () => {
    const { model, totals } = await json('toynet');
    expect(model).toMatchObject({ name: 'toynet', source: 'd2l', weightLayers: 1 });
    expect(totals.params).toBe(650);
    expect((await run(['list', 'architectures'])).stdout).toMatch(/^ *toynet .*one matrix$/m);
  });

  test('counts by the convention', async () => {
    const { counted } = await json('lenet', '--convention', 'tensors');
    expect(counted).toMatchObject({ convention: 'tensors', params: 10 });
  });

  test('fits a batch to the device', async () => {
    const { devices } = await json('fit', 'vgg11', '--device', 'abacus');
    expect(devices).toEqual([expect.objectContaining({ name: 'abacus', memoryBytes: 6 * 2 ** 30 })]);
  });

  test('writes the report format', async () => {
    const { code, stdout } = await run(['lenet', '--format', 'tsv']);
    expect(code).toBe(0);
    expect(stdout.split('\n').filter((line) => line.includes('\t')).length).toBeGreaterThan(5);
    expect(stdout).not.toContain(',');
  });

  test('writes the export format', async () => {
    const { code, stderr } = await run(['export', 'toynet', '--to', 'paths']);
    expect([code, stderr]).toEqual([0, 'wrote toynet.txt: 2 paths\n']);
    expect(await readFile(join(folder, 'toynet.txt'), 'utf8')).toBe('flatten\nfc\n');
  });

  test('keeps the states of the optimizer in memory', async () => {
    const state = async (optimizer: string) =>
      (await json('lenet', '--optimizer', optimizer)).memory.training.optimizerState as number;
    expect(await state('average')).toBe(await state('momentum'));
    expect(await state('average')).toBeGreaterThan(await state('sgd'));
  });

  test('trains with the engine and the optimizer', async () => {
    const recipe = ['--data', 'synthetic', '--limit', '32', '--batch', '8', '--epochs', '1'];
    const engine = ['--engine', 'slow', '--optimizer', 'average'];
    const report = await json('train', 'toynet', ...engine, ...recipe);
    expect(report).toMatchObject({ engine: 'slow', recipe: { optimizer: { name: 'average', lr: 0.01 } } });
    expect(report.checks.passed).toBe(true);
    // The weights and a state like each of them.
    expect(report.checks.memory.weights).toEqual({ predicted: 8 * 650, observed: 8 * 650 });
    expect((await run(['train', '--help'])).stdout).toMatch(/--engine <name> .*slow/);
  });
});
