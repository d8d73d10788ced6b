import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { VggError } from '../../../src/core/errors/error.ts';
import { elements } from '../../../src/core/arithmetic.ts';
import type { LayerKind } from '../../../src/layers/layer.ts';
import { joinsBranches } from '../../../src/layers/shared/inputs.ts';
import { layerKinds } from '../../../src/layers/registry.ts';
import { Random } from '../../../src/train/random.ts';
import { attributesOf, columnsOf, positionsOf } from '../../layers/from-schema.ts';
import { rankOf } from '../../layers/ranks.ts';
import { resolveCase } from './cases.ts';
import { writeGradients } from './gradient-graph.ts';

/** Networks of each kind, with other attributes and sizes. */
const NETWORKS = 8;
/** A value beside a corner or a tie is drawn again: a wrong gradient is wrong in every draw. */
const DRAWS = 4;
const STEPS = [1e-2, 3e-3, 1e-3];

/** The largest sides of sequences, images and volumes. */
const SIDES = { 1: [15], 2: [9, 9], 3: [5, 5, 5] } as const;
const shapesFor = (kind: string) =>
  fc
    .tuple(
      fc.integer({ min: 1, max: 3 }),
      fc.constantFrom(1, 2, 3, 4, 6),
      fc
        .constantFrom(...(rankOf(kind) === undefined ? Object.values(SIDES) : [SIDES[rankOf(kind) as 1]]))
        .chain((sides) => fc.tuple(...sides.map((max) => fc.integer({ min: 1, max })))),
    )
    .map(([n, channels, size]) => [n, channels, ...size]);
const networksOf = (layer: LayerKind) =>
  fc.sample(fc.record({ attributes: attributesOf(layer), shape: shapesFor(layer.kind) }), {
    seed: 5,
    numRuns: 1200,
  });

const everySecond = (count: number) => Array.from({ length: count }, (_, i) => i % 2);

/** Functions of numbers above 0. */
const OF_POSITIVES: ReadonlySet<string> = new Set(['log', 'sqrt', 'rsqrt']);

/** The layer alone, or joining the image and a smooth function of it; undefined where they do not fit. */
function written(layer: LayerKind, attributes: object, shape: readonly number[]) {
  const several = Array.from({ length: layer.takes?.least ?? 1 }, (_, i) => i % 2);
  const positions = positionsOf(layer.kind, attributes);
  const steps = positions
    ? ([
        ['parameter', { shape: positions, std: 1 }, []],
        [layer.kind, attributes, [0, 1]],
      ] as const)
    : layer.takesTypes?.includes('bool')
      ? ([
          ['constant', { shape, dtype: 'bool', values: everySecond(elements(shape)) }, []],
          [layer.kind, attributes, (layer.takesTypes as string[]).map((type) => (type === 'bool' ? 1 : 0))],
        ] as const)
      : layer.takesTypes?.[1] === 'int64'
        ? ([
            ['buffer', { shape: [3], dtype: 'int64', values: [0, 0, 0] }, []],
            [layer.kind, attributes, [0, 1]],
          ] as const)
        : joinsBranches(layer) || several.length > 1
          ? ([
              ['silu', {}],
              [layer.kind, attributes, several.length > 1 ? several : [0, 1]],
            ] as const)
          : ([
              ...(OF_POSITIVES.has(layer.kind) ? ([['sigmoid', {}]] as const) : []),
              [layer.kind, attributes],
            ] as const);
  try {
    const resolved = resolveCase({ name: layer.kind, input: shape, steps });
    if (resolved.nodes.some(({ output }) => elements(output) > 2000)) return undefined;
    return writeGradients(resolved);
  } catch (error) {
    if (error instanceof VggError) return undefined;
    throw error;
  }
}

/** A divisor of next to nothing makes values that are no numbers, in PyTorch too. */
async function isFinite({ run, draw }: ReturnType<typeof writeGradients>): Promise<boolean> {
  const values = Object.values(await run(draw(new Random(0, 'values'))));
  return values.every((list) => list.every(Number.isFinite));
}

type Feeds = Record<string, Float32Array>;

/** Slope of Σ cotangent·output along a direction in one tensor, by the gradient and by differences. */
async function slopes(run: (feeds: Feeds) => Promise<Feeds>, feeds: Feeds, name: string, random: Random) {
  const direction = random.uniform(feeds[name]!.length, 1);
  const total = (output: Float32Array) =>
    output.reduce((sum, value, i) => sum + value * feeds['cotangent']![i]!, 0);
  const along = async (step: number) => {
    const moved = feeds[name]!.map((value, i) => value + step * direction[i]!);
    const { output } = await run({ ...feeds, [name]: moved });
    return total(output!);
  };
  const { output, [`gradient/${name}`]: gradient } = await run(feeds);
  const size = output!.reduce((sum, value, i) => sum + Math.abs(value * feeds['cotangent']![i]!), 0);
  const slope = gradient!.reduce((sum, value, i) => sum + value * direction[i]!, 0);
  const length = Math.hypot(...gradient!) * Math.hypot(...direction);
  let nearest = Infinity;
  for (const step of STEPS) {
    const difference = ((await along(step)) - (await along(-step))) / (2 * step);
    // What float32 rounds away of the two sums.
    const rounding = (2 ** -22 * size) / step;
    const allowed = 1e-2 * Math.abs(slope) + 2e-3 * length + rounding;
    const off = Math.abs(difference - slope);
    nearest = Math.min(nearest, off === 0 ? 0 : off / allowed);
  }
  return nearest;
}

// What takes no input has the gradient that arrives.
const differentiated = [...layerKinds].filter(([, { onnx, takes }]) => onnx && takes?.most !== 0);

describe.each(differentiated)('the gradient of %s', (kind, layer) => {
  test('is the slope that differences show', async () => {
    let tried = 0;
    for (const { attributes, shape: drawn } of networksOf(layer)) {
      const shape = columnsOf(kind, attributes) ?? drawn;
      const graph = written(layer, attributes, shape);
      if (graph === undefined || !(await isFinite(graph))) continue;
      tried++;
      for (const name of graph.learned) {
        const found: number[] = [];
        for (let draw = 0; draw < DRAWS && !(Math.min(...found) <= 1); draw++) {
          const random = new Random(draw, kind, name);
          found.push(await slopes(graph.run, graph.draw(random), name, random));
        }
        const about = `${name} of ${kind} ${JSON.stringify(attributes)} on ${shape.join('×')}`;
        expect(Math.min(...found), about).toBeLessThanOrEqual(1);
      }
      await graph.release();
      if (tried === NETWORKS) break;
    }
    expect(tried).toBe(NETWORKS);
  });
});
