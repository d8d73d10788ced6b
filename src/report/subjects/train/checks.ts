import { differences, type Checks } from '../../../train/checks.ts';

const mebibytes = (bytes: number) => `${(bytes / 2 ** 20).toFixed(1)} MiB`;
const grouped = (count: number) => count.toLocaleString('en-US');

/** What was predicted beside what was observed, for people. */
export function checkLines(checks: Checks): string {
  const { params, shapes, initialLoss, memory } = checks;
  const verdict = (same: boolean) => (same ? 'as predicted' : 'NOT AS PREDICTED');
  const bytes = ({ predicted, observed }: { predicted: number; observed: number }) =>
    `${mebibytes(observed)} (predicted ${mebibytes(predicted)})`;
  return [
    `parameters   ${grouped(params.observed)}, ${verdict(params.predicted === params.observed)}`,
    `shapes       ${shapes.layers} layers, ${verdict(shapes.mismatches.length === 0)}`,
    `first loss   ${initialLoss.observed.toFixed(3)} (ln of the classes is ${initialLoss.predicted.toFixed(3)})`,
    `memory       weights ${bytes(memory.weights)}`,
    `             after forward ${bytes(memory.endOfForward)}`,
    `             peak ${bytes(memory.peak)}, ${memory.microBatch} at a time`,
    `             model: ${memory.model}`,
    '',
  ].join('\n');
}

/** One line for each difference. */
export const differenceLines = (checks: Checks): readonly string[] =>
  differences(checks).map((text) => `check failed: ${text}`);
