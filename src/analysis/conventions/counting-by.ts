import type { Analysis } from '../analysis.ts';
import { countBy } from './counted.ts';
import { ledger } from './ledger.ts';
import { convention } from './registry.ts';

/** What `--convention` adds to an analysis: another way of counting, or `all` of them. Throws `unknown-convention`. */
export function countingBy(name: string): (analysis: Analysis) => Analysis {
  if (name === 'all') return (analysis) => ({ ...analysis, ledger: ledger(analysis.layers) });
  const found = convention(name);
  return (analysis) => ({ ...analysis, counted: countBy(analysis.layers, found) });
}
