import { producerOf, resultReference, type GraphNode } from '../../graph/graph.ts';

/**
 * For each node, the values that nothing holds any more once it has run. The network's outputs never die. `results`
 * says how many each node gives.
 *
 * A value lives until its last reader has run, and, as in Python, until the module that it was handed to returns:
 * the caller's variable still holds a module's argument while the module runs. A module is a run of neighboring
 * nodes that share a dotted prefix, `layer1` or `layer1.0`. Where a node says so, a variable holds its value longer.
 */
export function deaths(
  nodes: readonly GraphNode[],
  results: readonly number[],
  inputs: readonly string[],
  outputs: readonly string[],
): string[][] {
  const index = new Map(nodes.map(({ path }, i) => [path, i]));
  const lastUse = new Map<string, number>(inputs.map((input) => [input, 0]));
  const modules = modulesAround(nodes);
  for (let i = nodes.length - 1; i >= 0; i--) {
    const { path, inputs: read, heldUntil } = nodes[i]!;
    for (const input of read) {
      const until = returnsAt(index.get(producerOf(input)) ?? -1, modules[i]!, i);
      lastUse.set(input, Math.max(lastUse.get(input) ?? 0, until));
    }
    const held = heldUntil === undefined ? i : (index.get(heldUntil) ?? i);
    for (let k = 0; k < results[i]!; k++) {
      const result = resultReference(path, k);
      lastUse.set(result, Math.max(lastUse.get(result) ?? 0, held));
    }
  }
  const result: string[][] = nodes.map(() => []);
  const lasting = new Set(outputs);
  for (const [path, last] of lastUse) if (!lasting.has(path)) result[last]?.push(path);
  return result;
}

/** A module that a node lies in: the indices of its first and last node. */
interface Module {
  readonly first: number;
  last: number;
}

/** They are the same at every size of the input, for which a plan runs a network again and again. */
const known = new WeakMap<readonly GraphNode[], Module[][]>();

/** For each node, the modules around it, outermost first. */
function modulesAround(nodes: readonly GraphNode[]): Module[][] {
  const modules = known.get(nodes) ?? findModules(nodes);
  known.set(nodes, modules);
  return modules;
}

function findModules(nodes: readonly GraphNode[]): Module[][] {
  let open: { name: string; module: Module }[] = [];
  return nodes.map(({ path }, i) => {
    const names = path.split('.').slice(0, -1);
    let shared = 0;
    while (shared < names.length && open[shared]?.name === names[shared]) shared++;
    open = [
      ...open.slice(0, shared),
      ...names.slice(shared).map((name) => ({ name, module: { first: i, last: i } })),
    ];
    for (const { module } of open) module.last = i;
    return open.map(({ module }) => module);
  });
}

/** When the outermost module that node `reader` lies in and `producer` does not returns; `reader` itself without one. */
function returnsAt(producer: number, modules: readonly Module[], reader: number): number {
  return modules.find(({ first }) => producer < first)?.last ?? reader;
}
