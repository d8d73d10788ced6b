import type { EpochResult } from '../../../train/recipe.ts';

const three = (value: number) => value.toFixed(3);

/** The book's two last lines: `loss 0.179, train acc 0.933, test acc 0.913`, `721.5 examples/sec on webgpu (Apple M3)`. */
export function finalLines(last: EpochResult, examplesPerSec: number, where: string): string {
  return [
    `loss ${three(last.loss)}, train acc ${three(last.trainAcc)}, test acc ${three(last.testAcc)}`,
    `${examplesPerSec.toFixed(1)} examples/sec on ${where}`,
    '',
  ].join('\n');
}
