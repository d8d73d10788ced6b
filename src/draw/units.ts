import type { Analysis, LayerAnalysis, NamedTensor } from '../analysis/analysis.ts';
import { inputReference, producerOf } from '../graph/graph.ts';

/** What a figure draws as one: a layer, a block of layers, or equal blocks one after the other. */
export interface Unit {
  readonly id: string;
  /** Path of the layer or of the block. */
  readonly name: string;
  /** In topological order; of equal blocks those of the first. */
  readonly members: readonly [LayerAnalysis, ...LayerAnalysis[]];
  /** Ids of units, or `@input`; each once. */
  readonly inputs: readonly string[];
  /** How many equal blocks follow each other. */
  readonly times: number;
  /** Path of the last of them. */
  readonly until?: string;
  /** The layers of those after the first, in the order of `members`. */
  readonly equals?: readonly (readonly LayerAnalysis[])[];
}

/** A network as a figure draws it; units in topological order. */
export interface Drawn {
  readonly name: string;
  readonly inputs: readonly (Pick<NamedTensor, 'name' | 'shape'> & { readonly id: string })[];
  readonly units: readonly Unit[];
  /** Ids of the units that give the network's outputs. */
  readonly outputs: readonly string[];
}

export const lastOf = ({ members }: Unit): LayerAnalysis => members.at(-1)!;

const keyAt = (path: string, depth: number) => path.split('.').slice(0, depth).join('.');

/** Paths with more parts than this are a machine's, and not folded any finer. */
const MAX_DEPTH = 24;

/** The most parts that a path has, as far as figures try them. */
export const deepest = ({ layers }: Analysis): number =>
  Math.min(
    layers.reduce((most, { path }) => Math.max(most, path.split('.').length), 1),
    MAX_DEPTH,
  );

/** Layers whose paths agree in their first `depth` parts, as one unit; a unit follows what it reads. */
export function fold(analysis: Analysis, depth: number): Drawn {
  const keys = analysis.layers.map(({ path }) => keyAt(path, depth));
  const whole = unitsBy(analysis, keys);
  // A block that reads what reads it is drawn as the runs of its layers, which read only what is before them.
  const units = inOrder(whole) ?? unitsBy(analysis, runs(keys));
  const unitOf = new Map(units.flatMap(({ id, members }) => members.map(({ path }) => [path, id])));
  return {
    name: analysis.model.name,
    inputs: analysis.inputs.map((input) => ({ ...input, id: inputReference(input) })),
    units,
    outputs: [...new Set(analysis.outputs.map(({ name }) => unitOf.get(producerOf(name))!))],
  };
}

/** `a a b a` as `a a b a#2`, but for names that are taken. */
function runs(keys: readonly string[]): string[] {
  const times = new Map<string, number>();
  const taken = new Set(keys);
  let current = '';
  return keys.map((key, i) => {
    if (key === keys[i - 1]) return current;
    let count = (times.get(key) ?? 0) + 1;
    while (count > 1 && taken.has(`${key}#${count}`)) count++;
    times.set(key, count);
    current = count === 1 ? key : `${key}#${count}`;
    taken.add(current);
    return current;
  });
}

function unitsBy({ layers }: Analysis, keys: readonly string[]): Unit[] {
  const groups = new Map<string, LayerAnalysis[]>();
  const keyOf = new Map<string, string>();
  for (const [i, layer] of layers.entries()) {
    const key = keys[i]!;
    keyOf.set(layer.path, key);
    const group = groups.get(key);
    if (group) group.push(layer);
    else groups.set(key, [layer]);
  }
  return [...groups].map(([id, [first, ...others]]): Unit => {
    const members = [first!, ...others] as const;
    const read = members.flatMap(({ inputs }) =>
      inputs.map((input) => keyOf.get(producerOf(input)) ?? input),
    );
    return {
      id,
      name: others.length === 0 ? first!.path : id,
      members,
      inputs: [...new Set(read)].filter((input) => input !== id),
      times: 1,
    };
  });
}

/** Each after those that it reads, else as they come; undefined where they read each other in a circle. */
function inOrder(units: readonly Unit[]): Unit[] | undefined {
  const done = new Set<string>();
  const ids = new Set(units.map(({ id }) => id));
  const ordered: Unit[] = [];
  let waiting = [...units];
  while (waiting.length > 0) {
    const next: Unit[] = [];
    for (const unit of waiting) {
      if (unit.inputs.every((input) => done.has(input) || !ids.has(input))) {
        done.add(unit.id);
        ordered.push(unit);
      } else {
        next.push(unit);
      }
    }
    if (next.length === waiting.length) return undefined;
    waiting = next;
  }
  return ordered;
}
