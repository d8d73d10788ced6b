import { analyzeMemory } from '../../dist/analysis/memory/analyze-memory.js';
import { buildArchitecture } from '../../dist/arch/architecture.js';
import { architecture } from '../../dist/arch/catalog.js';
import { resolve } from '../../dist/graph/resolve.js';
import { thin } from '../../dist/graph/thin.js';

/** The network of a record. */
export const graphOf = ({ network, ratio }) => thin(buildArchitecture(architecture(network)), ratio);

/** The memory that we say a record's network and options take. */
export function estimate(record) {
  const { input, dtype, optimizer, weightDecay, foreach } = record;
  const resolved = resolve(graphOf(record), input);
  return analyzeMemory(resolved, dtype, { optimizer, weightDecay, foreach }).memory;
}
