import type { LayerFacts } from '../counts/layer-facts.ts';
import type { Family } from '../../layers/layer.ts';
import { causeWords } from '../conventions/cause.ts';
import type { Candidate, Line } from './candidate.ts';

/** Families whose layers people count by themselves. */
const families: readonly (readonly [family: Family, words: string])[] = [
  ['conv', 'the convolutions'],
  ['linear', 'the linear layers'],
  ['norm', 'the normalization layers'],
];

/** The number of one layer, of one block, of all convolutions, of the head: the first thing that people quote. */
export function parts(candidate: Candidate, layers: readonly LayerFacts[]): Candidate[] {
  const { lines } = candidate;
  const familyOf = new Map(layers.map(({ path, family }) => [path, family]));
  const byFamily = families.map(([family, words]): [string, readonly Line[]] => [
    words,
    lines.filter(({ path }) => familyOf.get(path) === family),
  ]);
  return [
    ...alikeLayers(lines).map(([first, ...others]) =>
      alone(
        candidate,
        first!.path,
        [first!],
        others.map(({ path }) => path),
      ),
    ),
    ...[...byFamily, ...blocks(lines)]
      .filter(([, own]) => own.length > 1 && own.length < lines.length)
      .map(([words, own]) => alone(candidate, words, own, [])),
  ];
}

function alone(
  candidate: Candidate,
  words: string,
  lines: readonly Line[],
  alike: readonly string[],
): Candidate {
  return {
    ...candidate,
    deviations: [...candidate.deviations, `${words} alone`],
    cost: candidate.cost + 1,
    lines,
    linesVary: false,
    ...(alike.length > 0 && { alike }),
  };
}

/** Layers that count the same for the same causes are one explanation. */
function alikeLayers(lines: readonly Line[]): (readonly Line[])[] {
  const bySignature = new Map<string, Line[]>();
  for (const line of lines) {
    const causes = line.terms.map(({ cause, count }) => `${causeWords(cause)}=${count}`);
    const key = [line.kind, ...causes].join();
    const found = bySignature.get(key);
    if (found) found.push(line);
    else bySignature.set(key, [line]);
  }
  return [...bySignature.values()];
}

/** The layers below each prefix of the paths. */
function blocks(lines: readonly Line[]): [path: string, lines: readonly Line[]][] {
  const found = new Map<string, Line[]>();
  for (const line of lines) {
    for (let end = line.path.indexOf('.'); end !== -1; end = line.path.indexOf('.', end + 1)) {
      const block = line.path.slice(0, end);
      const own = found.get(block);
      if (own) own.push(line);
      else found.set(block, [line]);
    }
  }
  return [...found];
}
