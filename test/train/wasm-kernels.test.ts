import type { Scalar, Tensor, Tensor4D } from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, test } from 'vitest';
import { Random } from '../../src/train/random.ts';
import { loadTensorFlow } from '../../src/train/tfjs/tfjs.ts';
import { registerTrainingKernels } from '../../src/train/tfjs/wasm/register.ts';

const { tf } = loadTensorFlow('wasm', '@tensorflow/tfjs-backend-wasm');
loadTensorFlow('cpu', '@tensorflow/tfjs-backend-cpu');

beforeAll(async () => {
  await tf.setBackend('wasm');
  registerTrainingKernels(tf);
});

const random = new Random(11, 'kernels');
const between = (low: number, high: number) => low + random.below(high - low + 1);
const values = (shape: readonly number[]) =>
  random.uniform(
    shape.reduce((a, b) => a * b, 1),
    1,
  );

type Function_ = (inputs: Tensor[]) => Tensor;
interface Case {
  readonly name: string;
  readonly shapes: readonly number[][];
  readonly f: Function_;
  /** Integer values, so that windows hold ties. */
  readonly ties?: boolean;
}

/** The gradients of Σ f(x) · w for a random w, and that sum itself, on one backend. */
async function gradients(backend: string, { shapes, f }: Case, data: Float32Array[], w?: Float32Array) {
  await tf.setBackend(backend);
  return tf.tidy(() => {
    const inputs = shapes.map((shape, i) => tf.tensor(data[i]!, shape));
    const weights = w ?? values(f(inputs).shape);
    const weighted = (xs: Tensor[]) => {
      const y = f(xs);
      return tf.sum(tf.mul(y, tf.tensor(weights, y.shape)));
    };
    const { value, grads } = tf.valueAndGrads((...xs: Tensor[]) => weighted(xs) as Scalar)(inputs);
    return { weights, value: value.dataSync()[0]!, grads: grads.map((g) => g.dataSync() as Float32Array) };
  });
}

function expectClose(actual: Float32Array, expected: Float32Array, tolerance: number, what: string): void {
  const scale = Math.max(1e-3, ...expected.map(Math.abs));
  const worst = actual.reduce((most, value, i) => Math.max(most, Math.abs(value - expected[i]!)), 0);
  expect(actual.length, what).toBe(expected.length);
  expect(worst / scale, what).toBeLessThan(tolerance);
}

const windows = (count: number) =>
  Array.from({ length: count }, () => {
    const [kh, kw] = [between(1, 5), between(1, 4)];
    const [sh, sw] = [between(1, 3), between(1, 3)];
    const explicit: [[0, 0], [number, number], [number, number], [0, 0]] = [
      [0, 0],
      [between(0, kh - 1), between(0, kh - 1)],
      [between(0, kw - 1), between(0, kw - 1)],
      [0, 0],
    ];
    // With a stride tfjs's own convolutions go wrong on 'same' where the window is smaller than the stride; networks
    // are built without that.
    const unit = sh === 1 && sw === 1;
    const pad = (['valid', unit ? 'same' : explicit, explicit] as const)[random.below(3)]!;
    const x = [between(1, 3), between(kh, 9), between(kw, 9), between(1, 5)];
    return {
      kh,
      kw,
      strides: [sh, sw] as [number, number],
      pad,
      x,
      text: JSON.stringify({ kh, kw, sh, sw, pad, x }),
    };
  });

const convolutions: Case[] = windows(60).map(({ kh, kw, strides, pad, x, text }) => ({
  name: `conv2d ${text}`,
  shapes: [x, [kh, kw, x[3]!, between(1, 6)]],
  f: ([a, w]) => tf.conv2d(a as Tensor4D, w as Tensor4D, strides, pad as never),
}));
const large: Case[] = [
  [3, 40, 41, 3],
  [1, 60, 7, 2],
].map((shape) => ({
  // Long enough for several runs of rows, and runs that span images.
  name: `conv2d in several runs on ${shape.join('×')}`,
  shapes: [shape, [3, 3, shape[3]!, 4]],
  f: ([a, w]) => tf.conv2d(a as Tensor4D, w as Tensor4D, 1, 'same'),
}));
const depthwise: Case[] = windows(30).map(({ kh, kw, strides, pad, x, text }) => ({
  name: `depthwiseConv2d ${text}`,
  shapes: [x, [kh, kw, x[3]!, between(1, 2)]],
  f: ([a, w]) => tf.depthwiseConv2d(a as Tensor4D, w as Tensor4D, strides, pad as never),
}));
const pools: Case[] = windows(50).flatMap(({ kh, kw, strides, pad, x, text }, i) => [
  {
    name: `maxPool ${text}${i % 2 ? ' with ties' : ''}`,
    shapes: [x],
    ties: i % 2 === 1,
    f: ([a]) => tf.maxPool(a as Tensor4D, [kh, kw], strides, pad as never),
  },
  {
    name: `avgPool without padding ${text}`,
    shapes: [x],
    f: ([a]) => tf.avgPool(a as Tensor4D, [kh, kw], strides, 'valid'),
  },
]);
const products: Case[] = Array.from({ length: 40 }, (_, i) => {
  const [m, k, n] = [between(1, 70), between(1, 70), between(1, 70)];
  const [ta, tb] = [(i & 1) === 1, (i & 2) === 2];
  const batch = i % 5 === 0 ? [between(1, 3)] : [];
  return {
    name: `matMul ${batch}×${m}×${k}×${n} ${ta} ${tb}`,
    shapes: [
      [...batch, ...(ta ? [k, m] : [m, k])],
      [...batch, ...(tb ? [n, k] : [k, n])],
    ],
    f: ([a, b]) => tf.matMul(a!, b!, ta, tb),
  } satisfies Case;
});
const dense: Case = {
  name: 'fused matMul with bias',
  shapes: [[5, 37], [37, 11], [11]],
  f: ([a, b, c]) => tf.fused.matMul({ a: a!, b: b!, bias: c! }),
};
const sums: Case[] = [[0], [0, 1], [1], [0, 1, 2], [0, 2], [-1], [3]].map((axes) => ({
  name: `sum over ${axes.join()}`,
  shapes: [[3, 4, 5, 6]],
  f: ([a]) => tf.sum(tf.square(a!), axes),
}));

const all = [...convolutions, ...large, ...depthwise, ...pools, ...products, dense, ...sums];

describe('gradients on wasm', () => {
  test.each(all)('agree with the plain JavaScript backend: $name', async (testCase) => {
    const data = testCase.shapes.map((shape) => {
      const numbers = values(shape);
      return testCase.ties ? numbers.map((v) => Math.round(v * 2)) : numbers;
    });
    const wasm = await gradients('wasm', testCase, data);
    const cpu = await gradients('cpu', testCase, data, wasm.weights);
    expect(Math.abs(wasm.value - cpu.value)).toBeLessThan(1e-4 * Math.max(1, Math.abs(cpu.value)));
    wasm.grads.forEach((g, i) => expectClose(g, cpu.grads[i]!, 2e-5, `input ${i}`));
  });

  test.each(all.filter((_, i) => i % 7 === 0 && !all[i]!.ties))(
    'agree with finite differences: $name',
    async (testCase) => {
      // Values far enough apart that a step of `h` changes no window's largest.
      const data = testCase.shapes.map((shape) => {
        const size = shape.reduce((a, b) => a * b, 1);
        return Float32Array.from(random.permutation(size), (place) => (place / size - 0.5) * 2);
      });
      const { weights, grads } = await gradients('wasm', testCase, data);
      for (const [input, gradient] of grads.entries()) {
        const at = random.below(gradient.length);
        // The functions are linear in each entry, or at most quadratic, so that a central difference is exact but for
        // rounding; the step keeps the order of the values.
        const h = testCase.name.startsWith('maxPool') ? 0.4 / gradient.length : 0.25;
        const moved = async (by: number) => {
          const shifted = data.map((array, i) =>
            i === input ? array.map((v, j) => (j === at ? v + by : v)) : array,
          );
          return (await gradients('wasm', testCase, shifted, weights)).value;
        };
        const difference = ((await moved(h)) - (await moved(-h))) / (2 * h);
        expect(Math.abs(difference - gradient[at]!)).toBeLessThan(
          2e-3 * Math.max(1, Math.abs(gradient[at]!)),
        );
      }
    },
  );

  test('share memory where a cast changes nothing, and convert where it does', async () => {
    await tf.setBackend('wasm');
    const backend = tf.backend() as unknown as { numDataIds(): number };
    const before = backend.numDataIds();
    const x = tf.tensor1d([1.75, -2.5, 3]);
    const same = tf.cast(x, 'float32');
    expect(backend.numDataIds()).toBe(before + 1);
    x.dispose();
    expect([...same.dataSync()]).toEqual([1.75, -2.5, 3]);
    const whole = tf.cast(same, 'int32');
    const back = tf.cast(whole, 'float32');
    expect([whole.dtype, ...back.dataSync()]).toEqual(['int32', 1, -2, 3]);
    tf.dispose([same, whole, back]);
    expect(backend.numDataIds()).toBe(before);
  });

  test('leave no tensor behind', async () => {
    await tf.setBackend('wasm');
    const backend = tf.backend() as unknown as { numDataIds(): number };
    const before = [tf.memory().numTensors, backend.numDataIds()];
    for (const testCase of all) await gradients('wasm', testCase, testCase.shapes.map(values));
    expect([tf.memory().numTensors, backend.numDataIds()]).toEqual(before);
  });
});
