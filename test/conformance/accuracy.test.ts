import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import {
  compareLadders,
  compareMemory,
  compareTimes,
  type ComparedRow,
  type MeasuredRow,
  type MeasuredRows,
} from '../../conformance/accuracy/predict.mjs';
import {
  accuracy,
  counted,
  coverage,
  groupBy,
  quantile,
  withOneFactor,
  type Accuracy,
} from '../../conformance/accuracy/statistics.mjs';
import { parseDevice } from '../../src/analysis/devices/parse-device.ts';
import { analyzeTraining } from '../../src/analysis/memory/analyze-memory.ts';
import { levelsByBatch } from '../../src/analysis/memory/by-batch.ts';
import { timeModel } from '../../src/analysis/time/roofline.ts';
import { buildArchitecture } from '../../src/arch/architecture.ts';
import { architecture } from '../../src/arch/catalog.ts';
import type { Graph } from '../../src/graph/graph.ts';
import { resolve, resolveBatch } from '../../src/graph/resolve.ts';

const own = { analyzeTraining, levelsByBatch, timeModel, parseDevice, resolve, resolveBatch };
const read = <T>(file: string) => JSON.parse(readFileSync(`fixtures/measured/${file}.json`, 'utf8')) as T;

const graphs = new Map<string, Graph>();
function graphOf({ network }: MeasuredRow): Graph | undefined {
  if (network === undefined) return undefined;
  const known = graphs.get(network) ?? buildArchitecture(architecture(network));
  graphs.set(network, known);
  return known;
}

/** What `node conformance/accuracy.mjs` found when the constants were fitted. */
const { ladders: heldLadders, ...held } = read<
  Record<string, Accuracy> & { readonly ladders: { readonly rows: number; readonly right: number } }
>('medians');

/** A tenth of a percentage point, so that a change that moves single bytes is none. */
const SLACK = 0.001;

describe('the errors of likely memory and time do not grow', () => {
  const memory = read<MeasuredRows>('memory');
  const compared = groupBy(
    [...compareMemory(own, memory, graphOf), ...compareTimes(own, read<MeasuredRows>('time'), graphOf)],
    ({ source }) => source,
  );

  test('of any source', () => {
    expect([...compared.keys()].toSorted()).toEqual(Object.keys(held).toSorted());
  });

  test.each(Object.entries(held as Record<string, Accuracy>))('%s', (source, { rows, median, ninety }) => {
    const found = accuracy(counted(compared.get(source)!), ({ likely }) => likely);
    expect(found.rows).toBe(rows);
    expect(found.median).toBeLessThanOrEqual(median + SLACK);
    expect(found.ninety).toBeLessThanOrEqual(ninety + SLACK);
  });

  test('and the ranges of reserved memory hold 19 of 20 rows', () => {
    const { inside, width } = coverage(counted(compared.get('xmem')!));
    expect(inside).toBeGreaterThanOrEqual(0.95);
    expect(width).toBeLessThanOrEqual(0.35);
  });

  test('nor does fit miss more ladders of batches', () => {
    const ladders = compareLadders(own, memory, graphOf);
    expect(ladders).toHaveLength(heldLadders.rows);
    expect(ladders.filter(({ right }) => right).length).toBeGreaterThanOrEqual(heldLadders.right);
  });
});

describe('the statistics', () => {
  const row = (measured: number, likely: number, more: Partial<ComparedRow> = {}) =>
    ({ measured, likely, bound: likely / 2, low: 90, high: 110, ...more }) as ComparedRow;

  test('lie between neighbors', () => {
    expect(quantile([4, 1, 3, 2], 0.5)).toBe(2.5);
    expect(quantile([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11], 0.9)).toBe(10);
  });

  test('are relative to what was measured, and leave out what is flagged', () => {
    const rows = counted([row(100, 90), row(100, 130), row(100, 100), row(1, 100, { flag: 'oom' })]);
    expect(accuracy(rows, ({ likely }) => likely)).toMatchObject({ rows: 3, median: expect.closeTo(0.1) });
    expect(withOneFactor([row(100, 100), row(50, 50)]).worst).toBeCloseTo(0);
    expect(coverage([row(100, 1), row(120, 1)])).toEqual({ inside: 0.5, width: (20 / 100 + 20 / 120) / 2 });
  });
});
