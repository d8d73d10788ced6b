import type { Analysis } from '../../analysis/analysis.ts';
import { countBy } from '../../analysis/conventions/counted.ts';
import { ledger } from '../../analysis/conventions/ledger.ts';
import { convention } from '../../analysis/conventions/registry.ts';

/** What `--convention` adds to an analysis: another way of counting, or `all` of them. Throws `unknown-convention`. */
export function countingBy(name: string): (analysis: Analysis) => Analysis {
  if (name === 'all') return (analysis) => ({ ...analysis, ledger: ledger(analysis.layers) });
  const found = convention(name);
  return (analysis) => ({ ...analysis, counted: countBy(analysis.layers, found) });
}
