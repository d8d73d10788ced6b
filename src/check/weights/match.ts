import type { Shape } from '../../core/shape.ts';
import type { StoredTensor } from '../../core/stored-tensor.ts';
import { isCounter, type ExpectedTensor } from './state-dict.ts';

/** A tensor of both, of another shape in the file. */
export interface Reshaped {
  readonly name: string;
  readonly stored: Shape;
  readonly expected: Shape;
  /** The sizes are the same in another order. */
  readonly transposed: boolean;
}

/** A file of weights against a network, name by name. */
export interface Match {
  readonly model: string;
  /** Nothing is missing, unexpected or of another shape. */
  readonly fits: boolean;
  /** Tensors of the network that the file has, of the right shape. */
  readonly matched: number;
  readonly expected: number;
  /** What every name in the file begins with beyond the network's: `module.` of `DataParallel`. */
  readonly prefix?: string;
  readonly missing: readonly ExpectedTensor[];
  /** Names in the file of what the network saves but does not learn. */
  readonly buffers: readonly string[];
  readonly unexpected: readonly StoredTensor[];
  readonly reshaped: readonly Reshaped[];
  /** Of the missing and unexpected ones: what could be the same tensor under another name, by shape and order. */
  readonly renamed: readonly { readonly stored: string; readonly expected: string }[];
}

/** Compares as `load_state_dict` does: a counter of batches may be missing, a tied tensor may have several names. */
export function match(
  stored: readonly StoredTensor[],
  model: string,
  expected: readonly ExpectedTensor[],
): Match {
  const prefix = commonPrefix(stored, expected);
  const byName = new Map(stored.map((tensor) => [tensor.name.slice(prefix.length), tensor]));
  const missing: ExpectedTensor[] = [];
  const reshaped: Reshaped[] = [];
  let matched = 0;
  for (const tensor of expected) {
    const found = byName.get(tensor.name);
    byName.delete(tensor.name);
    if (!found) missing.push(tensor);
    else if (sameShape(found.shape, tensor.shape)) matched++;
    else reshaped.push(reshapedFrom(tensor, found.shape));
  }
  const known = new Set(expected.map(({ name }) => prefix + name));
  const unexpected = [...byName.values()].filter(({ sameAs }) => sameAs === undefined || !known.has(sameAs));
  const needed = missing.filter(({ name }) => !isCounter(name));
  return {
    model,
    fits: needed.length === 0 && unexpected.length === 0 && reshaped.length === 0,
    matched,
    expected: expected.length - (missing.length - needed.length),
    ...(prefix !== '' && { prefix }),
    missing: needed,
    buffers: expected.filter(({ buffer }) => buffer).map(({ name }) => prefix + name),
    unexpected,
    reshaped,
    renamed: renamed(unexpected, needed),
  };
}

const sameShape = (a: Shape, b: Shape): boolean =>
  a.length === b.length && a.every((size, i) => size === b[i]);

function reshapedFrom({ name, shape: expected }: ExpectedTensor, stored: Shape): Reshaped {
  const sorted = (shape: Shape) => [...shape].sort((a, b) => a - b);
  return { name, stored, expected, transposed: sameShape(sorted(stored), sorted(expected)) };
}

/** What stands before every name of the file and makes more of them the network's when it is taken off. */
function commonPrefix(stored: readonly StoredTensor[], expected: readonly ExpectedTensor[]): string {
  const names = new Set(expected.map(({ name }) => name));
  const known = (prefix: string): number =>
    stored.filter(({ name }) => names.has(name.slice(prefix.length))).length;
  const first = stored[0]?.name ?? '';
  let best = '';
  for (let dot = first.indexOf('.'); dot >= 0; dot = first.indexOf('.', dot + 1)) {
    const prefix = first.slice(0, dot + 1);
    if (!stored.every(({ name }) => name.startsWith(prefix))) break;
    if (known(prefix) > known(best)) best = prefix;
  }
  return best;
}

/** Tensors of one shape are paired in order where the file and the network have equally many of them left. */
function renamed(stored: readonly StoredTensor[], expected: readonly ExpectedTensor[]): Match['renamed'] {
  const byShape = <T extends { readonly shape: Shape }>(tensors: readonly T[]): Map<string, T[]> => {
    const groups = new Map<string, T[]>();
    for (const tensor of tensors) {
      const key = tensor.shape.join('x');
      groups.set(key, [...(groups.get(key) ?? []), tensor]);
    }
    return groups;
  };
  const left = byShape(stored);
  const names = new Map<string, string>();
  for (const [shape, group] of byShape(expected)) {
    const candidates = left.get(shape) ?? [];
    if (candidates.length !== group.length) continue;
    for (const [i, { name }] of group.entries()) names.set(name, candidates[i]!.name);
  }
  return expected.flatMap(({ name }) => {
    const other = names.get(name);
    return other === undefined ? [] : [{ stored: other, expected: name }];
  });
}
