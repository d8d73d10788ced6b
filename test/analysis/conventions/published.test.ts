import { describe, expect, test } from 'vitest';
import { analyze } from '../../../src/analysis/analyze.ts';
import { countLayers } from '../../../src/analysis/counts/count-layers.ts';
import type { NetworkVariant } from '../../../src/analysis/reconcile/counts.ts';
import { reconcile, type Explanation, type Space } from '../../../src/analysis/reconcile/reconcile.ts';
import { buildArchitecture } from '../../../src/arch/architecture.ts';
import { architecture } from '../../../src/arch/catalog.ts';
import { publishedFigures, type PublishedFigure } from '../../../src/cli/commands/list/published.ts';
import { resolve } from '../../../src/graph/resolve.ts';
import type { Shape } from '../../../src/core/shape.ts';
import { json, runFake } from '../../cli/fake-io.ts';
import { everyNetwork } from '../../networks.ts';

const rows = await publishedFigures();
const COLOUR = '3 input channels';

function explanations(row: PublishedFigure): readonly Explanation[] {
  const { network, auxLogits, input, what, figure, deviations = [] } = row;
  const space = spaceOf(network, auxLogits, input, what, deviations.includes(COLOUR));
  return reconcile(network, figure, space).explanations;
}

const spaces = new Map<string, Space>();

/** The network as the row gives it and, where it says so, for color images. */
function spaceOf(
  network: string,
  auxLogits: boolean | undefined,
  size: string | undefined,
  what: PublishedFigure['what'],
  color: boolean,
): Space {
  const key = JSON.stringify([network, auxLogits, size, what, color]);
  const known = spaces.get(key);
  if (known) return known;
  const graph = buildArchitecture(architecture(network), auxLogits === undefined ? {} : { auxLogits });
  const input = size?.split('x').map(Number) ?? [1, ...graph.inputs[0].shape];
  const layersAt = (shape: Shape) => countLayers(resolve(graph, shape));
  const given: NetworkVariant = { deviations: [], input, layers: layersAt(input) };
  const colored = [input[0]!, 3, ...input.slice(2)];
  const space: Space =
    what === 'memory'
      ? { what, variants: [{ ...given, memory: analyze(graph, { input }).memory }] }
      : {
          what,
          variants: [
            given,
            ...(color ? [{ deviations: [COLOUR], input: colored, layers: layersAt(colored) }] : []),
          ],
        };
  spaces.set(key, space);
  return space;
}

/** The explanation that the row gives. */
const named = (row: PublishedFigure) => (explanation: Explanation) =>
  (row.calls === undefined
    ? explanation.conventions.includes(row.convention)
    : explanation.calls === row.calls) && explanation.deviations.join() === (row.deviations ?? []).join();

/** A search of a long network takes its time: of those that differ in numbers alone some are looked up, and of each source one. */
const first = new Map(rows.toReversed().map((row) => [row.source, row]));
const looked = rows.filter((row) => everyNetwork.includes(row.network) || first.get(row.source) === row);

describe.each(
  looked.map((row, i) => [i, row.network, row.what, row.printed ?? row.figure, row.source] as const),
)('row %i: %s, %s %s, %s', (i) => {
  const row = looked[i]!;

  test(row.why === undefined ? 'is hit by its convention' : 'is not hit, and says why', () => {
    const found = explanations(row).find(named(row));
    if (row.why === undefined) expect(found).toMatchObject({ difference: 0, rounding: row.rounding });
    else {
      // A figure may be hit by chance when digits are cut off; rounded as it is printed it must not be.
      expect(found?.rounding ?? 'cut off').toBe('cut off');
      expect(row.why.length).toBeGreaterThan(40);
      expect(row.rounding).toBeUndefined();
    }
    expect(row.url).toMatch(/^https:\/\//);
  });
});

test('the table has what the field reads: papers, torchvision, Keras, the book and the tools', () => {
  for (const part of [
    'discuss.d2l.ai',
    'arxiv.org',
    'docs.pytorch.org',
    'keras.io',
    'OpCounter',
    'calflops',
    'torchinfo',
  ]) {
    expect(rows.filter(({ url }) => url.includes(part)).length, part).toBeGreaterThan(1);
  }
  expect(rows.filter(({ why }) => why).length).toBeLessThan(rows.length / 10);
});

test('list published has every row, and the other lists do not wait for it', async () => {
  const listed = await json(['list', 'published']);
  expect(listed.published).toHaveLength(rows.length);
  const { code, stdout } = await runFake(['list', 'published']);
  expect(code).toBe(0);
  expect(stdout).toMatch(
    /\nhttps:\/\/discuss\.d2l\.ai\/t\/78\nalexnet +29964320 +params +hand, 3 input channels\nvgg11 +111980544 /,
  );
  expect(stdout.match(/^calflops 0\.3\.2, README$/gm)).toHaveLength(1);
  // An address stays whole.
  for (const line of stdout.split('\n').filter((text) => !/https:|github\.com/.test(text))) {
    expect(line.length, line).toBeLessThanOrEqual(80);
  }
  expect(Object.keys(await json(['list']))).not.toContain('published');
  const { conventions } = await json(['list', 'conventions']);
  expect(conventions).toContainEqual({
    name: 'hand',
    counts: 'params',
    summary: 'tallies on paper, as in the discussion of the VGG chapter (discuss.d2l.ai/t/78)',
  });
});
