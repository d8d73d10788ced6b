import type { Analysis } from '../../../analysis/analysis.ts';
import { readable } from '../../../core/bytes.ts';
import { grouped } from '../../../core/numbers.ts';
import type { ReportOptions } from '../../options.ts';
import type { Drawing, Styled } from '../../sheet/sheet.ts';
import { columnsOf, tail, widest } from '../../sheet/width.ts';
import { isBlock } from '../inspect/blocks.ts';
import { rowsOf } from '../inspect/rows.ts';
import { bar } from './bar.ts';

const LONGEST_NAME = 32;
/** Before the numbers that the longest bars are for. */
const LONGEST = 'longest bar';
/** Between the bars. */
const GAP = 2;

/** Bars of parameters, MACs and what is kept for the backward pass, a line a layer or a folded block. */
export function layerBars(analysis: Analysis, shown: Pick<ReportOptions, 'only' | 'depth'>): Drawing {
  const lines = rowsOf(analysis, shown)
    .rows.filter(({ item, collapsed }) => collapsed || !isBlock(item))
    .map(({ item: { path, params, macs, savedBytes } }): Line => ({
      path,
      values: [params, macs, savedBytes],
    }))
    .filter(({ values }) => values.some((value) => value > 0));
  return { only: 'terminal', draw: (width) => drawn(lines, width) };
}

interface Line {
  readonly path: string;
  /** Parameters, MACs and bytes kept for the backward pass. */
  readonly values: readonly [number, number, number];
}

function drawn(lines: readonly Line[], width: number): Styled[] {
  if (lines.length === 0) return [];
  const names = lines.map(({ path }) => tail(path, Math.min(LONGEST_NAME, Math.floor(width / 3))));
  const room = Math.min(widest([...names, LONGEST]), Math.floor(width / 3));
  const each = Math.max(Math.floor((width - room) / 3) - GAP, 1);
  const most = ([0, 1, 2] as const).map((i) =>
    lines.reduce((largest, { values }) => Math.max(largest, values[i]), 0),
  );
  const cells = (name: string, texts: readonly string[]): Styled => ({
    text: [name, ...texts]
      .map((text, i) => text + ' '.repeat(Math.max((i === 0 ? room : each) - columnsOf(text), 0)))
      .join(' '.repeat(GAP))
      .trimEnd(),
  });
  const heads = ['parameters', 'MACs', 'kept for backward'].map((text) => text.slice(0, each));
  const scale = [grouped(most[0]!), grouped(most[1]!), readable(most[2]!)].map((text) => text.slice(0, each));
  return [
    { ...cells('', heads), style: 'strong' },
    { ...cells(LONGEST.slice(0, room), scale), style: 'faint' },
    ...lines.map(({ values }, i) =>
      cells(
        names[i]!,
        values.map((value, k) => bar(value, most[k]!, each)),
      ),
    ),
  ];
}
