import { analyze } from '../../dist/analysis/analyze.js';
import { tally } from '../../dist/analysis/conventions/count.js';
import { convention } from '../../dist/analysis/conventions/registry.js';

/**
 * @import { QuantityName } from '../../dist/analysis/conventions/counting.js'
 * @import { Graph } from '../../dist/graph/graph.js'
 * @import { Shape } from '../../dist/core/shape.js'
 */

/**
 * The convention of a tool, and the one of what it misses of layers called as functions.
 * @typedef {{ convention: string, functions?: { missed: string } }} Tool
 */

/**
 * What a tool must say of a network: our number by its convention, less what it does not see of layers that are
 * called as functions. `tool` is an entry of `fixtures/tools.json`, where that defect has its link.
 * @param {Graph} graph
 * @param {Shape} input
 * @param {readonly string[]} functions
 * @param {Tool} tool
 */
export function expectedNumbers(graph, input, functions, tool) {
  const { layers } = analyze(graph, { input });
  /**
   * @param {string} name
   * @param {QuantityName} quantity
   */
  const count = (name, quantity) => tally(layers, convention(name), quantity);
  const called = new Set(functions);
  return (/** @type {QuantityName} */ quantity) => {
    const ours = count(tool.convention, quantity);
    if (!ours || !tool.functions || quantity === 'params') return ours?.total;
    const unseen = (count(tool.functions.missed, quantity)?.lines ?? []).filter(({ path }) =>
      called.has(path),
    );
    return unseen.reduce((total, line) => total - line.count, ours.total);
  };
}

/**
 * The quantities that a tool tells of a network.
 * @param {Partial<Record<QuantityName, number>>} numbers
 */
export const entriesOf = (numbers) => /** @type {[QuantityName, number][]} */ (Object.entries(numbers));
