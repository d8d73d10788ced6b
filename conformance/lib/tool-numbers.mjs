import { analyse } from '../../dist/analysis/analyse.js';
import { tally } from '../../dist/analysis/conventions/count.js';
import { convention } from '../../dist/analysis/conventions/registry.js';

/**
 * What a tool must say of a network: our number by its convention, less what it does not see of layers that are
 * called as functions. `tool` is an entry of `fixtures/tools.json`, where that defect has its link.
 */
export function expectedNumbers(graph, input, functions, tool) {
  const { layers } = analyse(graph, { input });
  const count = (name, quantity) => tally(layers, convention(name), quantity);
  const called = new Set(functions);
  return (quantity) => {
    const ours = count(tool.convention, quantity);
    if (!ours || !tool.functions || quantity === 'params') return ours?.total;
    const unseen = count(tool.functions.missed, quantity).lines.filter(({ path }) => called.has(path));
    return unseen.reduce((total, line) => total - line.count, ours.total);
  };
}
