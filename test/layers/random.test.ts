import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { VggError } from '../../src/core/errors/error.ts';
import { parseAttributes } from '../../src/layers/shared/attributes.ts';
import { joinsBranches } from '../../src/layers/shared/inputs.ts';
import { layerKinds } from '../../src/layers/registry.ts';
import type { LayerKind } from '../../src/layers/layer.ts';
import { apply, type Outcome } from './apply.ts';
import { attributesOf, columnsOf, gridOf, positionsOf } from './from-schema.ts';
import { rankOf } from './ranks.ts';

const size = (max: number) =>
  fc.oneof(
    { weight: 20, arbitrary: fc.integer({ min: 1, max }) },
    { weight: 1, arbitrary: fc.constant(2 ** 31 - 1) },
  );
/** Mostly with as many spatial axes as the kind works on. */
const shapeFor = (rank = 2) =>
  fc.oneof(
    { weight: 8, arbitrary: withAxes(rank) },
    { weight: 1, arbitrary: fc.integer({ min: 1, max: 3 }).chain(withAxes) },
    { weight: 1, arbitrary: fc.array(size(12), { minLength: 2, maxLength: 5 }) },
  );
const withAxes = (rank: number) =>
  fc
    .tuple(size(3), size(12), fc.tuple(...Array.from({ length: rank }, () => size(SIDES[rank]!))))
    .map(([n, channels, sides]) => [n, channels, ...sides]);
const SIDES: Readonly<Record<number, number>> = { 1: 40, 2: 16, 3: 12 };

/** Shapes that often join: one shape again and again, now and then with another size or rank. */
const branches = shapeFor().chain((shape) =>
  fc.array(
    fc.oneof(
      { weight: 6, arbitrary: fc.constant(shape) },
      {
        weight: 3,
        arbitrary: fc.tuple(...shape.map((side) => fc.oneof(fc.constant(side), fc.constant(1)))),
      },
      { weight: 1, arbitrary: shapeFor() },
    ),
    { minLength: 1, maxLength: 4 },
  ),
);

const callOf = (layer: LayerKind) =>
  attributesOf(layer).chain((attributes) =>
    inputsOf(layer).map((inputs) => {
      const positions = positionsOf(layer.kind, attributes) ?? gridOf(layer.kind, inputs[0] ?? []);
      const columns = columnsOf(layer.kind, attributes);
      if (columns) return { attributes, inputs: [columns] };
      return { attributes, inputs: positions ? [inputs[0]!, positions] : fitted(attributes, inputs) };
    }),
  );

function inputsOf(layer: LayerKind): fc.Arbitrary<number[][]> {
  if (layer.takes?.most === 0) return fc.constant([]);
  if (joinsBranches(layer)) return branches;
  return shapeFor(rankOf(layer.kind)).map((shape) =>
    Array.from({ length: layer.takes?.least ?? 1 }, () => shape),
  );
}

/** With the features that attention is told of. */
const fitted = (attributes: object, inputs: number[][]): number[][] => {
  const { embed_dim: features } = attributes as { embed_dim?: unknown };
  return typeof features === 'number' ? inputs.map((shape) => [...shape.slice(0, -1), features]) : inputs;
};

function outcome(layer: LayerKind, attributes: object, inputs: readonly number[][]): Outcome | VggError {
  try {
    return apply(layer, attributes, inputs);
  } catch (error) {
    if (error instanceof VggError) return error;
    throw error;
  }
}

const isCount = (value: number) => Number.isSafeInteger(value) && value >= 0;
const isSize = (value: number) => Number.isSafeInteger(value) && value >= 1;

/** Integers after the first input name places and have no batch, nor have numbers for relative positions. */
const hasBatch = ({ kind, takesTypes }: LayerKind, place: number) =>
  place === 0 || (takesTypes?.[place] !== 'int64' && kind !== 'shifted_window_attention_v2');

const batches = (layer: LayerKind, inputs: readonly number[][], factor: number) =>
  inputs.map((shape, i) => (hasBatch(layer, i) ? [factor * shape[0]!, ...shape.slice(1)] : shape));

/** Whether the first size that goes out is the batch that comes in, and not one that happens to be as large. */
function keepsBatch(layer: LayerKind, attributes: object, inputs: readonly number[][]): boolean {
  const [first] = inputs;
  if (first === undefined) return false;
  const shapes = [1, 5].map((factor) => {
    const found = outcome(layer, attributes, batches(layer, inputs, factor));
    return found instanceof VggError || found.output[0] !== factor * first[0]! ? [] : found.output;
  });
  return shapes.every(({ length }) => length > 0 && length === shapes[0]!.length);
}

describe.each([...layerKinds])('%s with random attributes', (_, layer) => {
  test('gives whole, positive sizes and counts, or an error with words', () => {
    let fitting = 0;
    fc.assert(
      fc.property(callOf(layer), ({ attributes, inputs }) => {
        const found = outcome(layer, attributes, inputs);
        if (found instanceof VggError) {
          expect(found.line).toMatch(/^[^\r\n]{10,400}$/);
          expect(found.line).not.toMatch(/NaN|undefined|Infinity|\[object/);
          return;
        }
        fitting++;
        expect(found.output.every(isSize), `output ${found.output}`).toBe(true);
        for (const { name, shape } of found.weights) {
          expect(shape.every(isSize), `${name} ${shape}`).toBe(true);
        }
        expect([found.params, found.buffers, found.macs, found.elementwise].every(isCount)).toBe(true);
        const call = { attributes: found.attributes, inputs };
        const window = layer.window?.(call);
        for (const sides of window ? [window.kernel, window.stride, window.dilation] : []) {
          expect(sides.every(isSize), `window ${sides}`).toBe(true);
        }
        const view = layer.view?.(call);
        for (const sides of view ? [view.reach, view.stride] : []) {
          expect(
            sides.every((side) => Number.isFinite(side) && side > 0),
            `view ${sides}`,
          ).toBe(true);
        }
      }),
      { numRuns: 500 },
    );
    expect(fitting).toBeGreaterThan(0);
  });

  test('parses attributes to what parses to itself', () => {
    fc.assert(
      fc.property(attributesOf(layer), (given) => {
        let once: object;
        try {
          once = parseAttributes(layer, given);
        } catch (error) {
          expect(error).toBeInstanceOf(VggError);
          return;
        }
        expect(parseAttributes(layer, once)).toEqual(once);
        for (const [name, value] of Object.entries(given)) {
          // A pair may be spelled out; nothing else changes.
          const spelled: unknown = (once as Record<string, unknown>)[name];
          if (Array.isArray(spelled) && !Array.isArray(value))
            expect(new Set(spelled)).toEqual(new Set([value]));
          else expect(spelled).toEqual(value);
        }
      }),
    );
  });

  test('does three times the work on three times the batch, with the same weights', () => {
    let compared = 0;
    fc.assert(
      fc.property(callOf(layer), ({ attributes, inputs }) => {
        const batch = inputs[0]?.[0] ?? 1;
        if (inputs.some((shape, i) => hasBatch(layer, i) && shape[0] !== batch)) return;
        // Where one is stretched to more dimensions, its first is not the batch.
        if (inputs.some(({ length }) => length !== inputs[0]?.length)) return;
        // Some layers join the batch with something else; what takes no input has none.
        if (!keepsBatch(layer, attributes, inputs)) return;
        const once = outcome(layer, attributes, inputs);
        const thrice = outcome(layer, attributes, batches(layer, inputs, 3));
        if (once instanceof VggError || thrice instanceof VggError) return;
        // The batch is the second dimension then.
        if ('batch_first' in once.attributes && once.attributes.batch_first === false) return;
        compared++;
        expect(thrice.output).toEqual([3 * batch, ...once.output.slice(1)]);
        expect(thrice.weights).toEqual(once.weights);
        expect(thrice.macs).toBe(3 * once.macs);
        expect(thrice.elementwise).toBe(3 * once.elementwise);
      }),
      { numRuns: 500 },
    );
    if (layer.takes?.most !== 0) expect(compared).toBeGreaterThan(0);
  });
});
