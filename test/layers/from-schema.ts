import fc from 'fast-check';
import type { z } from 'zod/mini';
import type { LayerKind } from '../../src/layers/layer.ts';
import { argumentSchemas } from '../../src/layers/shared/attributes.ts';

/** Attributes that a kind's schema mostly accepts: small numbers near its bounds, so that shapes often fit. */
export function attributesOf(layer: LayerKind): fc.Arbitrary<object> {
  const schemas = Object.entries(argumentSchemas(layer));
  const all = schemas.map(
    ([name, schema]) => [name, AIMED[`${layer.kind}.${name}`] ?? AIMED[name] ?? valueOf(schema)] as const,
  );
  const optional = schemas.filter(([, schema]) => schema._zod.optin !== undefined);
  const required = all.map(([name]) => name).filter((name) => !optional.some(([other]) => other === name));
  return fc.record(Object.fromEntries(all), { requiredKeys: required }) as fc.Arbitrary<object>;
}

/** Arguments of which hardly any blind draw fits. */
const AIMED: Readonly<Record<string, fc.Arbitrary<unknown>>> = {
  'tile.dims': fc.array(fc.integer({ min: 1, max: 3 }), { minLength: 1, maxLength: 5 }),
  dims: fc
    .integer({ min: 1, max: 5 })
    .chain((rank) => fc.shuffledSubarray([...Array(rank).keys()], { minLength: rank })),
  groups: fc.oneof(
    { weight: 3, arbitrary: fc.constant(1) },
    { weight: 2, arbitrary: fc.integer({ min: -1, max: 6 }) },
  ),
  num_groups: fc.oneof(
    { weight: 2, arbitrary: fc.constant(1) },
    { weight: 2, arbitrary: fc.integer({ min: -1, max: 6 }) },
  ),
  in_channels: fc.oneof(
    { weight: 3, arbitrary: fc.constant(undefined) },
    { weight: 1, arbitrary: fc.integer({ min: 0, max: 6 }) },
  ),
  equation: fc.constantFrom(
    'abcd->ab',
    'abcd->dabc',
    'abcd',
    'abc->ca',
    'abc->',
    'abcde->abc',
    'ab->ba',
    'ab->a',
    'a->b',
  ),
  // Sizes to resize to, and sizes to repeat to, which mostly stay as they are.
  size: fc.oneof(
    fc.integer({ min: 0, max: 6 }),
    fc.array(fc.integer({ min: 0, max: 6 }), { minLength: 1, maxLength: 3 }),
    fc.array(
      fc.oneof(
        { weight: 9, arbitrary: fc.constant(-1) },
        { weight: 1, arbitrary: fc.integer({ min: 1, max: 5 }) },
      ),
      { minLength: 2, maxLength: 5 },
    ),
    fc.constant(null),
  ),
};

/** The second input of a kind that takes a number for each relative position in a window. */
export function positionsOf(kind: string, attributes: object): number[] | undefined {
  if (kind !== 'shifted_window_attention_v2') return undefined;
  const { window_size: window, num_heads: heads } = attributes as {
    window_size: readonly number[];
    num_heads: number;
  };
  return [1, ...window.map((side) => 2 * side - 1), heads];
}

/** A grid of 5 by 4 places for what comes into a kind that samples images or volumes. */
export const gridOf = (kind: string, [n = 1, , ...sides]: readonly number[]): number[] | undefined =>
  kind === 'grid_sample' ? [n, ...[5, 4, 3].slice(0, sides.length), sides.length] : undefined;

type Sides = number | readonly number[];

/** The columns that a fold of these arguments takes, of two images of two channels; undefined for other kinds. */
export function columnsOf(kind: string, attributes: object): number[] | undefined {
  if (kind !== 'fold') return undefined;
  const {
    output_size,
    kernel_size,
    dilation = 1,
    padding = 0,
    stride = 1,
  } = attributes as Record<string, Sides>;
  const side = (value: Sides | undefined, axis: number) =>
    typeof value === 'number' ? value : value![axis]!;
  const counts = [0, 1].map((axis) => {
    const reach = side(dilation, axis) * (side(kernel_size, axis) - 1) + 1;
    const left = side(output_size, axis) + 2 * side(padding, axis) - reach;
    return Math.floor(left / side(stride, axis)) + 1;
  });
  const pixels = side(kernel_size, 0) * side(kernel_size, 1);
  const shape = [2, 2 * pixels, counts[0]! * counts[1]!];
  return shape.every((size) => Number.isSafeInteger(size) && size > 0) ? shape : undefined;
}

function valueOf(schema: z.core.$ZodType): fc.Arbitrary<unknown> {
  const { def } = (schema as z.core.$ZodTypes)._zod;
  switch (def.type) {
    case 'number':
      return 'format' in def ? wholeNumber(def) : fc.double({ min: -0.5, max: 3, noNaN: true });
    case 'boolean':
      return fc.boolean();
    case 'enum':
      return fc.constantFrom(...Object.values(def.entries));
    case 'array':
      return fc.array(valueOf(def.element), { minLength: 1, maxLength: 4 });
    case 'tuple':
      return fc.tuple(...def.items.map(valueOf));
    case 'union':
      return fc.oneof(...def.options.map(valueOf));
    case 'nullable':
      return fc.oneof({ weight: 3, arbitrary: valueOf(def.innerType) }, fc.constant(null));
    case 'optional':
    case 'default':
      return valueOf(def.innerType);
    case 'pipe':
      return valueOf(def.in);
    default:
      throw new Error(`no values are known for a schema of type ${def.type}`);
  }
}

function wholeNumber(def: z.core.$ZodNumberDef): fc.Arbitrary<number> {
  const bounds = (def.checks ?? []).map((check) => check._zod.def as { check: string; value?: number });
  const least = bounds.find(({ check }) => check === 'greater_than')?.value ?? -4;
  const from = Math.max(least, -4);
  return fc.oneof(
    { weight: 20, arbitrary: fc.integer({ min: from, max: from + 5 }) },
    { weight: 1, arbitrary: fc.constantFrom(from - 1, 2 ** 31 - 1, 2 ** 20) },
  );
}
