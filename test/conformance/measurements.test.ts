import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { compareMeasurements, lineText, readMeasurements } from '../../conformance/gpu/measurements.mjs';
import { estimate, asPredicted } from './measured.ts';

describe('estimates against measurements', () => {
  const offIn = (change?: Parameters<typeof asPredicted>[0]) =>
    compareMeasurements(asPredicted(change), estimate)
      .filter(({ holds }) => !holds)
      .map(({ figure }) => figure);

  test('hold where the GPU took what was predicted', () => {
    const lines = compareMeasurements(asPredicted(), estimate);
    expect(lines).toHaveLength(6);
    expect(lines.map(({ error }) => error)).toEqual(lines.map(() => 0));
  });

  test.each([
    [1.01, []],
    [0.99, []],
    [1.03, ['first step, tensors', 'training, tensors']],
    [0.97, ['training, tensors', 'first step, tensors']],
  ])('of tensors %f times as large', (factor, figures) => {
    const scaled = offIn(({ requestedBytes, scratchBytes }) => ({
      requestedBytes: Math.round((requestedBytes - scratchBytes) * factor) + scratchBytes,
    }));
    expect(scaled.toSorted()).toEqual(figures.toSorted());
  });

  test('of a total are off only outside the range, beyond a tenth', () => {
    const { training } = estimate(asPredicted().records[0]!);
    const [low, high] = training!.deviceBytes.workspace.map((bytes) => training!.peakBytes + bytes);
    const measured = (allocatedBytes: number) => {
      const made = structuredClone(asPredicted());
      Object.assign(made.records[0]!.training!.steady, { allocatedBytes: Math.round(allocatedBytes) });
      return compareMeasurements(made, estimate).find(({ figure }) => figure === 'training, total')!;
    };
    expect([measured(low!), measured((low! + high!) / 2), measured(high!)].map(({ error }) => error)).toEqual(
      [0, 0, 0],
    );
    expect(measured(high! * 1.05)).toMatchObject({ holds: true });
    expect(measured(high! * 1.2)).toMatchObject({ holds: false });
    expect(measured(low! * 0.8)).toMatchObject({ holds: false });
  });

  test('are off where something ran out of memory that was promised to fit', () => {
    const made = structuredClone(asPredicted());
    Object.assign(made.machine, { totalBytes: 2 ** 50 });
    const [worst] = compareMeasurements(made, estimate);
    expect(worst).toMatchObject({ figure: 'out of memory', holds: false });
  });

  test('come worst first', () => {
    const errors = compareMeasurements(
      asPredicted(() => ({ requestedBytes: 10_000_000 })),
      estimate,
    ).map(({ error }) => Math.abs(error));
    expect(errors).toEqual(errors.toSorted((a, b) => b - a));
    expect(errors[0]).toBeGreaterThan(errors.at(-1)!);
  });
});

describe('a file of measurements', () => {
  test('is read back as it was written', () => {
    const made = asPredicted();
    expect(readMeasurements('gpu.json', JSON.stringify(made))).toEqual(made);
  });

  test.each<[string, (made: any) => void]>([
    ['gpu.json: machine.driver is missing', (made) => delete made.machine.driver],
    ['gpu.json: machine.device is wrong: "tpu"', (made) => (made.machine.device = 'tpu')],
    ['gpu.json: settings.cudnnTf32 is wrong: "yes"', (made) => (made.settings.cudnnTf32 = 'yes')],
    ['gpu.json: records is empty', (made) => (made.records = [])],
    ['gpu.json: records[0].dtype is wrong: "float8"', (made) => (made.records[0].dtype = 'float8')],
    ['gpu.json: records[0].input is wrong: [1,28,28]', (made) => (made.records[0].input = [1, 28, 28])],
    [
      'gpu.json: records[0].training.steady.requestedBytes is wrong: -1',
      (made) => (made.records[0].training.steady.requestedBytes = -1),
    ],
    ['gpu.json: records[0].inference is missing', (made) => delete made.records[0].inference],
    ['gpu.json: records[1].note is unknown', (made) => (made.records[1].note = '')],
  ])('%s', (line, spoil) => {
    const made = structuredClone(asPredicted());
    spoil(made);
    expect(() => readMeasurements('gpu.json', JSON.stringify(made))).toThrow(line);
  });

  test('that is no JSON is named', () => {
    expect(() => readMeasurements('gpu.json', '{')).toThrow('gpu.json is no JSON');
  });
});

/** Where GPUs were measured, their files; there may be none. */
const folder = 'fixtures/gpu';
const files = existsSync(folder) ? readdirSync(folder).filter((file) => file.endsWith('.json')) : [];

/**
 * What nobody has explained yet: how many figures are off by more than their bounds, and by how much at most. Training
 * transformers in half precision with eight images takes more than the model says (docs/memory.md).
 */
const UNEXPLAINED: Readonly<Record<string, { readonly figures: number; readonly worst: number }>> = {
  'h100-transformers.json': { figures: 12, worst: 0.0394 },
};

for (const file of files) {
  test(`${folder}/${file} agrees with the estimates`, () => {
    const measurements = readMeasurements(`${folder}/${file}`, readFileSync(`${folder}/${file}`, 'utf8'));
    expect(measurements.machine.device, 'only a GPU has these counters').toBe('cuda');
    const lines = compareMeasurements(measurements, estimate);
    console.log(lines.map(lineText).join('\n'));
    const { figures, worst } = UNEXPLAINED[file] ?? { figures: 0, worst: 0 };
    const off = lines.filter(({ holds, error }) => !holds && Math.abs(error) > worst + 5e-5);
    expect(off.map(lineText)).toEqual([]);
    expect(lines.filter(({ holds }) => !holds)).toHaveLength(figures);
  });
}
