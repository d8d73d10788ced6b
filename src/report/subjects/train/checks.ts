import { grouped } from '../../../core/numbers.ts';
import { differences, type Checks } from '../../../train/checks.ts';
import type { Row, Table } from '../../sheet/sheet.ts';

const mebibytes = (bytes: number) => `${(bytes / 2 ** 20).toFixed(1)} MiB`;

/** What was predicted beside what was observed. */
export function checkTable(checks: Checks): Table {
  const { params, shapes, initialLoss, memory } = checks;
  const verdict = (same: boolean) => (same ? 'as predicted' : 'NOT AS PREDICTED');
  const bytes = ({ predicted, observed }: { predicted: number; observed: number }) =>
    `${mebibytes(observed)} (predicted ${mebibytes(predicted)})`;
  const row = (label: string, text: string): Row => ({ cells: [label, text] });
  return {
    name: '',
    gap: 3,
    columns: [{ head: '' }, { head: '' }],
    rows: [
      row('parameters', `${grouped(params.observed)}, ${verdict(params.predicted === params.observed)}`),
      row('shapes', `${shapes.layers} layers, ${verdict(shapes.mismatches.length === 0)}`),
      row(
        'first loss',
        `${initialLoss.observed.toFixed(3)} (ln of the classes is ${initialLoss.predicted.toFixed(3)})`,
      ),
      row('memory', `weights ${bytes(memory.weights)}`),
      row('', `after forward ${bytes(memory.endOfForward)}`),
      row('', `peak ${bytes(memory.peak)}, ${memory.microBatch} at a time`),
      row('', `model: ${memory.model}`),
    ],
  };
}

/** One line for each difference. */
export const differenceLines = (checks: Checks): readonly string[] =>
  differences(checks).map((text) => `check failed: ${text}`);
