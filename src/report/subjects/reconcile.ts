import type { ExplainedLine, Explanation, Reconciliation } from '../../analysis/reconcile/reconcile.ts';
import { grouped } from '../../core/numbers.ts';
import { recordsOf, type Report } from '../sheet/report.ts';
import type { Row, Sheet, Table } from '../sheet/sheet.ts';

/** How a reconciliation is shown. */
export interface Shown {
  /** Explanations listed; the simplest ones where left out. */
  readonly limit?: number | undefined;
  /** The explanation whose sum is written out layer by layer; from 1. The first, if it is short, where left out. */
  readonly lines?: number | undefined;
}

/** The ways in which the number comes about, simplest first, and the sum of one of them line by line. */
export function reconcileReport(result: Reconciliation, shown: Shown): Report {
  const sheets = () => reconcileSheets(result, shown);
  return { sheets, records: () => recordsOf(sheets()), data: () => result };
}

function reconcileSheets(result: Reconciliation, { limit, lines }: Shown): Sheet[] {
  const { model, what, number, explanations, nearest } = result;
  const title = `${model} · ${what} · ${number}`;
  if (explanations.length === 0) {
    return [
      {
        title: `${title} · no explanation`,
        parts: [listing('nearest', nearest)],
        notes: [
          {
            label: 'searched',
            text: `${searched(result)}: ${what === 'memory' ? MEMORY : COUNTS}; none gives the number`,
          },
        ],
      },
    ];
  }
  const listed = explanations.slice(0, limit ?? simplest(explanations));
  const shown = explanations[Math.min(lines ?? 1, explanations.length) - 1]!;
  const written = lines !== undefined || shown.lines.length <= LONGEST_SUM;
  const more = explanations.length - listed.length;
  return [
    {
      title: `${title} · ${found(explanations.length)}`,
      parts: [listing('explanations', listed)],
      notes: [
        ...(more > 0 ? [{ label: 'more', text: `${moreWords(more)}; --limit lists them` }] : []),
        ...(written
          ? []
          : [{ label: 'sum', text: `${shown.lines.length} layers; --lines 1 writes it out layer by layer` }]),
        { label: 'searched', text: searched(result) },
      ],
    },
    ...(written
      ? [
          {
            title: `${explanations.indexOf(shown) + 1}. ${inWords(shown)}`,
            parts: [writtenOut(shown)],
            notes: [{ label: 'sum', text: byCause(shown) }],
          },
        ]
      : []),
  ];
}

/** Explanations listed unless `--limit` says how many. */
const MOST = 10;

/** Rows of a sum that fit beneath the list; longer ones are for `--lines`. */
const LONGEST_SUM = 40;

/** How many are as simple as the first. */
const simplest = ([first, ...others]: readonly Explanation[]): number =>
  Math.min(MOST, 1 + others.filter(({ cost }) => cost === first!.cost).length);

const found = (count: number) => `${count} explanation${count === 1 ? '' : 's'}`;

const moreWords = (count: number) =>
  count === 1
    ? '1 more explanation, with more deviations or by chance'
    : `${count} more explanations, with more deviations or by chance`;

const COUNTS =
  'conventions, single layers and blocks, input channels, classes, biases, norms, buffers, head layers, passes, ' +
  'batches, and one layer left out or counted twice';
const MEMORY = 'peaks and their parts, types, optimizers and batches';

const searched = ({ tried, narrowed }: Reconciliation) =>
  `${grouped(tried)} sums${narrowed ? ', not every combination because the network has so many layers' : ''}`;

function listing(name: string, explanations: readonly Explanation[]): Table {
  const misses = explanations.some(({ difference }) => difference !== 0);
  return {
    name,
    columns: [
      { head: '', right: true },
      { head: 'number', right: true },
      ...(misses ? [{ head: 'difference', right: true, signed: true }] : []),
      { head: 'counted', wraps: 19 },
    ],
    rows: explanations.map((explanation, i): Row => ({
      cells: [
        i + 1,
        explanation.total,
        ...(misses ? [explanation.difference] : []),
        `${inWords(explanation)} = ${byCause(explanation)}`,
      ],
    })),
  };
}

/** `parameters as hand counts, 1×3×224×224, block1.conv1 left out` */
function inWords(explanation: Explanation): string {
  const { conventions, calls, deviations, alike = [], rounding, difference, lines } = explanation;
  const changed = lines.find(({ change }) => change !== undefined);
  const by =
    conventions.length === 0 ? '' : ` as ${listed(conventions)} count${conventions.length === 1 ? 's' : ''}`;
  const said = deviations.map((words) =>
    changed && words === `${changed.path} ${changed.change}` ? `${words} (${amounts(changed)})` : words,
  );
  const printed = rounding === '' || difference !== 0 ? [] : [rounding];
  return `${[`${calls}${by}`, ...said].join(', ')}${alikeWords(alike)}${printed.map((words) => `, ${words}`).join('')}`;
}

/** ` (also block2.conv1, block3.conv1 and 4 others)` */
const alikeWords = (paths: readonly string[]) => (paths.length === 0 ? '' : ` (also ${listed(paths)})`);

/** `576; 1,728 with 3 input channels` */
const amounts = ({ unchanged = 0, otherwise = [] }: ExplainedLine): string =>
  [
    grouped(unchanged),
    ...otherwise.map(({ count, deviations }) => `${grouped(count)} with ${deviations.join(' and ')}`),
  ].join('; ');

/** The first few are enough to tell; JSON has all. */
const listed = (names: readonly string[]) =>
  names.length > 3 ? `${names.slice(0, 2).join(', ')} and ${names.length - 2} others` : names.join(', ');

const byCause = ({ causes }: Explanation) =>
  causes.map(({ cause, count }) => `${grouped(count)} ${cause}`).join(' + ');

function writtenOut({ lines, total }: Explanation): Table {
  const weights = lines.some((line) => line.weights !== '');
  const changed = lines.some(({ change }) => change !== undefined);
  return {
    name: 'sum',
    columns: [
      { head: 'layer', shortest: 12 },
      { head: 'kind', optional: true },
      ...(weights ? [{ head: 'weights', right: true, optional: true }] : []),
      { head: 'number', right: true },
      ...(changed ? [{ head: '', wraps: 19 }] : []),
    ],
    rows: lines.map((line): Row => ({
      cells: [
        line.path,
        line.kind,
        ...(weights ? [line.weights] : []),
        line.count,
        ...(changed ? [line.change === undefined ? '' : `${line.change}: ${amounts(line)}`] : []),
      ],
    })),
    total: ['total', '', ...(weights ? [''] : []), total, ...(changed ? [''] : [])],
  };
}
