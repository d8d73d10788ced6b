import type { ExplainedLine, Explanation, Reconciliation } from '../../analysis/reconcile/reconcile.ts';
import { grouped } from '../../core/numbers.ts';
import { recordsOf, type Report } from '../sheet/report.ts';
import type { Row, Sheet, Table } from '../sheet/sheet.ts';

/** How a reconciliation is shown. */
export interface Shown {
  /** Explanations listed. */
  readonly limit: number;
  /** The explanation whose sum is written out layer by layer; from 1. */
  readonly lines: number;
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
  const shown = explanations[Math.min(lines, explanations.length) - 1]!;
  const notes = [
    ...(explanations.length > limit
      ? [{ label: 'more', text: `${explanations.length - limit} further explanations; --limit shows them` }]
      : []),
    {
      label: 'searched',
      text: `${searched(result)}; what is further down deviates more and may be chance`,
    },
  ];
  return [
    {
      title: `${title} · ${explanations.length} explanation${explanations.length === 1 ? '' : 's'}`,
      parts: [listing('explanations', explanations.slice(0, limit))],
      notes,
    },
    {
      title: `${explanations.indexOf(shown) + 1}. ${inWords(shown)}`,
      parts: [writtenOut(shown)],
      notes: [{ label: 'sum', text: byCause(shown) }],
    },
  ];
}

const COUNTS =
  'conventions, input channels, classes, biases, norms, buffers, head layers, passes, batches, and one layer left ' +
  'out or counted twice';
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
function inWords({ conventions, calls, deviations, rounding, difference, lines }: Explanation): string {
  const changed = lines.find(({ change }) => change !== undefined);
  const by =
    conventions.length === 0 ? '' : ` as ${listed(conventions)} count${conventions.length === 1 ? 's' : ''}`;
  const words = [`${calls}${by}`, ...deviations].join(', ');
  const amount = changed ? ` (${amounts(changed)})` : '';
  return `${words}${amount}${rounding === '' || difference !== 0 ? '' : `, ${rounding}`}`;
}

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
