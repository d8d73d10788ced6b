import type { Match } from '../../check/weights/match.ts';
import type { WeightsSummary } from '../../check/weights/summary.ts';
import { elements } from '../../core/arithmetic.ts';
import { readable } from '../../core/bytes.ts';
import { grouped } from '../../core/numbers.ts';
import { formatShape } from '../../core/shape.ts';
import type { StoredTensor } from '../../core/stored-tensor.ts';
import type { Records, Report } from '../sheet/report.ts';
import type { Note, Part, Row, Sheet, Table } from '../sheet/sheet.ts';

/** A file of weights; `depth` folds tensors into the modules of that level. */
export const weightsReport = (summary: WeightsSummary, depth?: number): Report => ({
  sheets: () => [weightsSheet(summary, depth)],
  records: () => [tensorRecords(summary)],
  data: () => summary,
});

function weightsSheet(summary: WeightsSummary, depth: number | undefined): Sheet {
  const { file, format, totals, match, nearest = false } = summary;
  return {
    title: [file, format, count(totals.tensors, 'tensor')].join(' · '),
    parts: [tensorTable(summary, depth), ...(match ? matchParts(match, nearest) : [])],
    notes: notes(summary),
  };
}

const count = (number: number, thing: string): string =>
  `${grouped(number)} ${thing}${number === 1 ? '' : 's'}`;

const shapeText = (shape: StoredTensor['shape']): string =>
  shape.length === 0 ? 'scalar' : formatShape(shape);

function tensorTable({ tensors, totals }: WeightsSummary, depth: number | undefined): Table {
  const rows = depth === undefined ? tensors.map(tensorRow) : moduleRows(tensors, depth);
  const right = true;
  return {
    name: '',
    columns: [
      { head: depth === undefined ? 'tensor' : 'module', verbatim: true, shortest: 16, longest: 60 },
      { head: depth === undefined ? 'shape' : 'tensors', right },
      { head: 'type' },
      { head: 'scalars', right },
      { head: 'bytes', right },
    ],
    rows,
    total: [
      'total',
      '',
      Object.keys(totals.bytesByDtype).join(', '),
      totals.params + totals.buffers,
      totals.bytes,
    ],
  };
}

/** A tensor with another one's values takes nothing of its own. */
const tensorRow = ({ name, shape, dtype, bytes, sameAs }: StoredTensor): Row => ({
  cells: [
    name,
    shapeText(shape),
    dtype,
    sameAs === undefined ? elements(shape) : 0,
    sameAs === undefined ? bytes : 0,
  ],
});

/** Tensors summed up by the first so many parts of their names. */
function moduleRows(tensors: readonly StoredTensor[], depth: number): Row[] {
  const modules = new Map<string, StoredTensor[]>();
  for (const tensor of tensors) {
    const parts = tensor.name.split('.');
    // The last part is the tensor's own name.
    const module = parts.slice(0, Math.max(1, Math.min(depth, parts.length - 1))).join('.');
    const known = modules.get(module);
    if (known) known.push(tensor);
    else modules.set(module, [tensor]);
  }
  return [...modules].map(([module, inside]) => {
    const own = inside.filter(({ sameAs }) => sameAs === undefined);
    return {
      cells: [
        module,
        inside.length,
        [...new Set(inside.map(({ dtype }) => dtype))].join(', '),
        own.reduce((sum, { shape }) => sum + elements(shape), 0),
        own.reduce((sum, { bytes }) => sum + bytes, 0),
      ],
    };
  });
}

/** What is not as the network has it. */
function matchParts(match: Match, nearest: boolean): Part[] {
  const { fits, matched, expected, prefix } = match;
  const model = nearest ? `the nearest network, ${match.model}` : match.model;
  const behind = prefix === undefined ? '' : `, each behind the prefix '${prefix}'`;
  if (fits)
    return [
      { text: `${model}: every tensor is there and of the right shape (${grouped(matched)})${behind}` },
    ];
  const parts: Part[] = [
    {
      text: `${model}: ${grouped(matched)} of ${grouped(expected)} tensors are there and of the right shape${behind}`,
    },
  ];
  const list = (heading: string, items: readonly string[]): void => {
    if (items.length > 0) parts.push({ heading: { text: heading, style: 'strong' }, items });
  };
  const renamed = new Map(match.renamed.map((pair) => [pair.expected, pair.stored]));
  const found = new Set(match.renamed.map(({ stored }) => stored));
  list('missing:', match.missing.filter(({ name }) => !renamed.has(name)).map(shaped));
  list('unexpected:', match.unexpected.filter(({ name }) => !found.has(name)).map(shaped));
  list(
    'of another shape:',
    match.reshaped.map(
      ({ name, stored, expected: wanted, transposed }) =>
        `${name}: ${shapeText(stored)}, not ${shapeText(wanted)}${transposed ? ' (transposed)' : ''}`,
    ),
  );
  list(
    'under another name, as their shapes and order tell:',
    match.renamed.map(({ stored, expected: wanted }) => `${stored} for ${wanted}`),
  );
  return parts;
}

const shaped = ({ name, shape }: Pick<StoredTensor, 'name' | 'shape'>): string =>
  `${name} ${shapeText(shape)}`;

function notes({ at, beside = [], totals, tensors, networks }: WeightsSummary): Note[] {
  const { params, buffers, bytes } = totals;
  const tied = tensors.filter(({ sameAs }) => sameAs !== undefined);
  return [
    {
      label: 'holds',
      text: `${count(params, 'parameter')}${buffers > 0 ? `, ${count(buffers, 'scalar')} in buffers` : ''}; ${readable(bytes)}`,
    },
    ...(networks.length > 0
      ? [
          {
            label: 'fits',
            text: networks.map(({ name, options }) => [name, ...flags(options)].join(' ')).join('; '),
          },
        ]
      : []),
    ...(at === undefined
      ? []
      : [
          {
            label: 'taken',
            text: `from '${at}'${beside.length > 0 ? `; beside it: ${beside.join(', ')}` : ''}`,
          },
        ]),
    ...(tied.length > 0
      ? [{ label: 'tied', text: tied.map(({ name, sameAs }) => `${name} is ${sameAs}`).join(', ') }]
      : []),
  ];
}

/** As they are typed: `--classes 10`. */
const flags = (options: object): string[] =>
  Object.entries(options).map(([name, value]) => {
    const option = `--${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
    if (value === true) return option;
    return value === false ? option.replace('--', '--no-') : `${option} ${value}`;
  });

const tensorRecords = ({ tensors }: WeightsSummary): Records => ({
  head: ['tensor', 'shape', 'dtype', 'scalars', 'bytes', 'same_as'],
  rows: tensors.map(({ name, shape, dtype, bytes, sameAs }) => [
    name,
    shape.join('x'),
    dtype,
    elements(shape),
    bytes,
    sameAs ?? '',
  ]),
});
