import type { Analysis, LayerAnalysis } from '../../analysis/analysis.ts';
import type { Counted } from '../../analysis/conventions/counted.ts';
import type { TallyLine } from '../../analysis/conventions/count.ts';
import { sum } from '../../core/arithmetic.ts';
import { layerFilter } from './inspect/filter.ts';
import { headline } from './inspect/notes.ts';
import { grouped, ratio } from '../../core/numbers.ts';
import type { ReportOptions } from '../options.ts';
import type { Cell, Column, Note, Row, Sheet, Table } from '../sheet/sheet.ts';

type Shown = Pick<ReportOptions, 'only' | 'depth'>;

const SHORTEST_NAME = 12;

/** A network whose `counted` is there. */
type CountedAnalysis = Analysis & { readonly counted: Counted };

/** Whether a network was counted by another convention, or by all of them. */
export const isTallied = ({ counted, ledger }: Analysis): boolean =>
  counted !== undefined || ledger !== undefined;

/** Networks that were counted by another convention, or by all of them. */
export function tallies(analyses: readonly Analysis[], shown: Shown): Sheet[] {
  const counted = analyses.flatMap((analysis) =>
    analysis.counted ? [{ ...analysis, counted: analysis.counted }] : [],
  );
  return counted.length > 0 ? tallySheets(counted, shown) : ledgerSheets(analyses);
}

/** What a convention counts, layer by layer; with several networks, their totals side by side at the end. */
function tallySheets(analyses: readonly CountedAnalysis[], shown: Shown): Sheet[] {
  const sheets = analyses.map((analysis) => tallySheet(analysis, shown));
  return analyses.length > 1 ? [...sheets, totalsSheet(analyses)] : sheets;
}

function tallySheet(analysis: CountedAnalysis, shown: Shown): Sheet {
  const { counted } = analysis;
  const { table, hidden } = tallyTable(analysis, shown);
  const notes: (Note | false)[] = [
    hidden > 0 && {
      label: 'shown',
      text: `--only ${shown.only?.join(',')} hides ${hidden} layer${hidden === 1 ? '' : 's'} that the total counts`,
    },
    ...counted.tallies.map(({ calls, counts }) => ({ label: calls, text: counts })),
    { label: 'source', text: counted.source },
  ];
  return {
    title: `${headline(analysis)} · counted as ${counted.convention}`,
    parts: [table],
    notes: notes.filter((note) => note !== false),
  };
}

/** A row a layer that counts something, or a block where `depth` folds them. */
function tallyTable({ model, layers, counted }: CountedAnalysis, { only, depth = Infinity }: Shown) {
  const wanted = layerFilter(only);
  const lines = counted.tallies.map(({ lines }) => new Map(lines.map((line) => [line.path, line])));
  const counting = layers.filter(({ path }) => lines.some((tally) => tally.has(path)));
  const rows = folded(counting.filter(wanted), depth).map(({ path, kind, members }): Row => {
    const tallied = lines.map((tally) => members.flatMap((member) => tally.get(member.path) ?? []));
    const one = members.length === 1 ? tallied[0]![0] : undefined;
    const totals = tallied.map((found) => sum(found.map(({ count }) => count)));
    return { cells: [path, kind, one ? written(one) : '', ...totals] };
  });
  const columns: Column[] = [
    { head: 'layer', shortest: SHORTEST_NAME },
    { head: 'kind', optional: true },
    { head: 'weights', right: true, optional: true },
    ...counted.tallies.map(({ calls }) => ({ head: calls, right: true })),
  ];
  const total: Cell[] = ['total', '', '', ...counted.tallies.map((tally) => tally.total)];
  const table: Table = { name: model.name, columns, rows, total };
  return { table, hidden: counting.length - counting.filter(wanted).length };
}

interface Folded {
  readonly path: string;
  readonly kind: string;
  readonly members: readonly LayerAnalysis[];
}

/** Neighbors whose paths agree in their first `depth` parts, as one. */
function folded(layers: readonly LayerAnalysis[], depth: number): Folded[] {
  const blocks = new Map<string, LayerAnalysis[]>();
  for (const layer of layers) {
    const parts = layer.path.split('.');
    const key = parts.slice(0, depth).join('.');
    const members = blocks.get(key);
    if (members) members.push(layer);
    else blocks.set(key, [layer]);
  }
  return [...blocks].map(([path, members]) => ({
    path,
    kind: members.length === 1 && members[0]!.path === path ? members[0]!.kind : 'block',
    members,
  }));
}

/** `64×3×3×3 + 64`: the tensors that a line is the size of. */
function written({ terms }: TallyLine): string {
  return terms.flatMap(({ shape }) => (shape && shape.length > 0 ? [shape.join('×')] : [])).join(' + ');
}

function totalsSheet(analyses: readonly CountedAnalysis[]): Sheet {
  const [first] = analyses;
  const columns: Column[] = [
    { head: '', shortest: SHORTEST_NAME },
    ...analyses.flatMap(({ model }, i) => [
      { head: model.name, right: true },
      ...(i === 0 ? [] : [{ head: 'ratio', right: true, optional: true }]),
    ]),
  ];
  const rows = first!.counted.tallies.map(({ calls, total }, row): Row => ({
    cells: [
      calls,
      ...analyses.flatMap(({ counted }, i) => {
        const value = counted.tallies[row]!.total;
        return i === 0 ? [value] : [value, ratio(value, total)];
      }),
    ],
  }));
  return {
    title: `totals as ${first!.counted.convention} counts`,
    parts: [{ name: 'totals', columns, rows }],
    notes: [],
  };
}

/** A row a convention: its number, and what makes the difference from the default's, a line a cause. */
function ledgerSheets(analyses: readonly Analysis[]): Sheet[] {
  return analyses.map((analysis) => {
    const rows = analysis.ledger ?? [];
    const columns: Column[] = [
      { head: 'convention', shortest: SHORTEST_NAME },
      { head: 'unit', optional: true },
      { head: 'number', right: true },
      { head: 'difference', right: true, signed: true },
      { head: 'cause', wraps: 19 },
    ];
    const table = (name: string, params: boolean): Table => ({
      name: analyses.length > 1 ? `${analysis.model.name}: ${name}` : name,
      columns,
      merged: 3,
      rows: rows
        .filter(({ quantity }) => (quantity === 'params') === params)
        .flatMap(({ convention, calls, total, differences }) => {
          const cells = [convention, calls, total];
          return differences.length === 0
            ? [{ cells: [...cells, '', ''] }]
            : differences.map(({ cause, count }) => ({ cells: [...cells, count, cause] }));
        }),
    });
    const [params, macs] = [true, false].map((wanted) =>
      rows.find(({ quantity }) => (quantity === 'params') === wanted),
    );
    return {
      title: `${headline(analysis)} · every convention`,
      parts: [table('parameters', true), table('operations', false)],
      notes: [
        {
          label: 'difference',
          text:
            `from the default's ${grouped(params?.baseline ?? 0)} parameters and ` +
            `${grouped(macs?.baseline ?? 0)} MACs, by cause; the causes add up`,
        },
        { label: 'sources', text: 'docs/conventions.md, and --convention NAME for one of them' },
      ],
    };
  });
}
