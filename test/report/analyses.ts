import { analyze } from '../../src/analysis/analyze.ts';
import type { Analysis } from '../../src/analysis/analysis.ts';
import { buildArchitecture } from '../../src/arch/architecture.ts';
import { architecture } from '../../src/arch/catalog.ts';
import type { ReportOptions } from '../../src/report/options.ts';

/** A built-in network at its default size. */
export function analysisOf(name: string, batch = 1): Analysis {
  const graph = buildArchitecture(architecture(name));
  return analyze(graph, { input: [batch, ...graph.inputs[0].shape] });
}

export const plain = (options: Partial<ReportOptions> = {}): ReportOptions => ({
  format: 'table',
  width: 80,
  color: false,
  ...options,
});
