import { elements } from '../../core/arithmetic.ts';
import type { LayerFacts } from '../counts/layer-facts.ts';
import type { QuantityName, Term } from '../conventions/counting.ts';
import { multiplies, outputElements } from '../conventions/facts.ts';
import { biases } from '../conventions/terms.ts';
import { lineOf, type Candidate, type Line } from './candidate.ts';

/** A change of what is counted; undefined where it changes nothing. */
type Toggle = (
  lines: readonly Line[],
  network: Network,
  quantity: QuantityName,
) => readonly Line[] | undefined;

interface Network {
  readonly byPath: ReadonlyMap<string, LayerFacts>;
  readonly layers: readonly LayerFacts[];
}

/** Lines with some terms left out. */
const without = (wanted: (term: Term, line: Line) => boolean): Toggle => {
  return (lines) => {
    const left = lines.flatMap(
      (line) =>
        lineOf(
          line.path,
          line.kind,
          line.terms.filter((term) => wanted(term, line)),
        ) ?? [],
    );
    return total(left) === total(lines) ? undefined : left;
  };
};

const total = (lines: readonly Line[]) => lines.reduce((sum, { count }) => sum + count, 0);

const isBias = ({ cause }: Term) => cause.of === 'layer' && cause.part === 'bias';

const isNorm = ({ cause }: Term) => cause.of === 'layer' && cause.family === 'norm';

const withBiases: Toggle = (lines, { byPath }, quantity) => {
  const more = lines.map((line) => {
    const layer = byPath.get(line.path)!;
    if (!multiplies(layer) || line.terms.some(isBias)) return line;
    const size = quantity === 'params' ? channels(layer) : outputElements(layer);
    return lineOf(line.path, line.kind, [...line.terms, biases(layer, size)])!;
  });
  return total(more) === total(lines) ? undefined : more;
};

/** Channels of images, features of everything else. */
const channels = ({ outputShape }: LayerFacts) =>
  outputShape.length === 4 ? outputShape[1]! : outputShape.at(-1)!;

const withBuffers: Toggle = (lines, { layers }, quantity) => {
  if (quantity !== 'params') return undefined;
  const byPath = new Map(lines.map((line) => [line.path, line]));
  const more = layers.flatMap((layer) => {
    const line = byPath.get(layer.path);
    const counted = line?.terms.some(({ cause }) => cause.of === 'statistics');
    const buffers =
      counted || layer.sharesWeightsOf !== undefined ? [] : layer.weights.filter((w) => w.buffer);
    const terms = buffers.map(({ shape }) => ({
      cause: { of: 'buffers' } as const,
      count: elements(shape),
      shape,
    }));
    return lineOf(layer.path, layer.kind, [...(line?.terms ?? []), ...terms]) ?? [];
  });
  return total(more) === total(lines) ? undefined : more;
};

/** Linear layers that the tally has, in order. */
const head = (lines: readonly Line[], { byPath }: Network) =>
  lines.filter(({ path }) => byPath.get(path)!.family === 'linear').map(({ path }) => path);

const withoutHead: Toggle = (lines, network) => {
  const dropped = new Set(head(lines, network));
  return dropped.size === 0 ? undefined : lines.filter(({ path }) => !dropped.has(path));
};

const firstOfHead: Toggle = (lines, network) => {
  const dropped = new Set(head(lines, network).slice(1));
  return dropped.size === 0 ? undefined : lines.filter(({ path }) => !dropped.has(path));
};

/** One of each group at a time; every one is a deviation. */
const groups: readonly (readonly (readonly [words: string, toggle: Toggle])[])[] = [
  [
    ['biases left out', without((term) => !isBias(term))],
    ['a bias in every layer that multiplies', withBiases],
  ],
  [['normalization left out', without((term) => !isNorm(term))]],
  [['all buffers in', withBuffers]],
  [
    ['the linear layers left out', withoutHead],
    ['of the linear layers only the first', firstOfHead],
  ],
];

/** A candidate, and all that comes of it by counting biases, norms, buffers and the head otherwise. */
export function toggled(
  candidate: Candidate,
  layers: readonly LayerFacts[],
  quantity: QuantityName,
  mostCost: number,
): Candidate[] {
  const network = { layers, byPath: new Map(layers.map((layer) => [layer.path, layer])) };
  return groups.reduce<Candidate[]>(
    (found, group) => [
      ...found,
      ...found
        .filter(({ cost }) => cost < mostCost)
        .flatMap((before) =>
          group.flatMap(([words, toggle]) => {
            const lines = toggle(before.lines, network, quantity);
            const deviations = [...before.deviations, words];
            return lines ? [{ ...before, deviations, lines, cost: before.cost + 1 }] : [];
          }),
        ),
    ],
    [candidate],
  );
}
