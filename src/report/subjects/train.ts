import type { Checks } from '../../train/checks.ts';
import type { EpochResult } from '../../train/recipe.ts';
import type { Report } from '../sheet/report.ts';
import type { Drawing, Styled } from '../sheet/sheet.ts';
import { checkTable } from './train/checks.ts';
import { lossCurve } from './train/curve.ts';
import { finalLines } from './train/final.ts';

/** What came of a training. */
export interface Training {
  readonly checks: Checks;
  /** Of every step of this run. */
  readonly losses: readonly number[];
  /** Undefined where nothing was trained. */
  readonly last: EpochResult | undefined;
  readonly examplesPerSec: number;
  /** `webgpu (Apple M3)` */
  readonly where: string;
}

/** Columns that the curve leaves beside it. */
const CURVE_MARGIN = 20;

/** The checks, the curve of the losses and the book's lines; or `data`, which has all of it. */
export const trainReport = (training: Training, data: unknown): Report => ({
  sheets: () => [{ title: '', parts: [checkTable(training.checks), ...drawings(training)], notes: [] }],
  data: () => data,
});

function drawings({ losses, last, examplesPerSec, where }: Training): Drawing[] {
  const caption = `loss, ${losses.length} steps`;
  return [
    drawing((width) => lossCurve(losses, width - CURVE_MARGIN, caption)),
    ...(last ? [drawing(() => finalLines(last, examplesPerSec, where))] : []),
  ];
}

/** The saved weights on the test images. */
export const evaluationReport = (testLoss: number, testAcc: number, data: unknown): Report => ({
  sheets: () => [
    {
      title: '',
      parts: [drawing(() => `test loss ${testLoss.toFixed(3)}, test acc ${testAcc.toFixed(3)}\n`)],
      notes: [],
    },
  ],
  data: () => data,
});

/** Lines that each end with a line end. */
const drawing = (text: (width: number) => string): Drawing => ({
  only: 'terminal',
  draw: (width) =>
    text(width)
      .split('\n')
      .slice(0, -1)
      .map((line): Styled => ({ text: line })),
});
