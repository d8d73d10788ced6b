import * as ort from 'onnxruntime-node';
import { describe, expect, test } from 'vitest';
import { buildArchitecture } from '../../../src/arch/architecture.ts';
import { architecture } from '../../../src/arch/catalog.ts';
import { resolve } from '../../../src/graph/resolve.ts';
import { elements } from '../../../src/core/arithmetic.ts';
import { thin } from '../../../src/graph/thin.ts';
import { filterGradient } from '../../../src/layers/shared/onnx/convolution/filter-gradient.ts';
import { encodeModel } from '../../../src/onnx/encode.ts';
import { liveness } from '../../../src/train/onnx/liveness.ts';
import { writeStep } from '../../../src/train/onnx/step.ts';
import { OnnxWriter } from '../../../src/onnx/writer.ts';
import { Random } from '../../../src/train/random.ts';

const window = { kernel: [3, 3], stride: [1, 1], dilation: [1, 1], before: [1, 1], after: [1, 1] } as const;
const random = new Random(3);
const length = (values: Float64Array) => Math.sqrt(values.reduce((sum, value) => sum + value * value, 0));
const uniform = (count: number) => Float32Array.from({ length: count }, () => random.float() - 0.5);

function written([n, c, h, w]: readonly number[], o: number) {
  const g = new OnnxWriter({ training: true });
  const x = g.input('x', [n!, c!, h!, w!]);
  const gradient = g.input('gradient', [n!, o, h!, w!]);
  const filters = filterGradient(g, { window, groups: 1 }, gradient, x, [o, c!, 3, 3]);
  return g.model({ name: 'filters', about: 'filter gradient' }, [g.output(filters, 'filters')]);
}

async function run(shape: readonly number[], o: number, x: Float32Array, gradient: Float32Array) {
  const model = written(shape, o);
  const session = await ort.InferenceSession.create(encodeModel(model), { logSeverityLevel: 4 });
  const { filters } = await session.run({
    x: new ort.Tensor('float32', x, shape),
    gradient: new ort.Tensor('float32', gradient, shape.with(1, o)),
  });
  await session.release();
  const products = model.nodes.filter(({ operator }) => operator.endsWith('FusedMatMul')).length;
  return { products, values: filters!.data as Float32Array };
}

describe('the gradient of filters', () => {
  test.each([
    ['wide images', [7, 8, 224, 224], 2],
    ['small images, side by side', [11, 400, 22, 22], 401],
  ] as const)(
    'of a large batch is computed in parts and is the sum over its examples: %s',
    async (_, shape, o) => {
      const [n, c, h, w] = shape;
      const [x, gradient] = [uniform(n * c * h * w), uniform(n * o * h * w)];
      const whole = await run(shape, o, x, gradient);
      expect(whole.products).toBe(2);
      const sum = new Float64Array(whole.values.length);
      for (let i = 0; i < n; i++) {
        const of = (all: Float32Array) => all.slice((i * all.length) / n, ((i + 1) * all.length) / n);
        const { products, values } = await run([1, c, h, w], o, of(x), of(gradient));
        expect(products).toBe(1);
        values.forEach((value, k) => (sum[k]! += value));
      }
      const difference = sum.map((value, k) => value - whole.values[k]!);
      expect(length(difference) / length(sum)).toBeLessThan(1e-5);
    },
  );

  test('needs little beside what the forward pass keeps and the gradient of its largest tensor', () => {
    const graph = thin(buildArchitecture(architecture('vgg11'), { classes: 10 }), 4);
    const network = resolve(graph, [128, 1, 224, 224]);
    const largest = 4 * Math.max(...network.nodes.map(({ output }) => elements(output)));
    const { model } = writeStep(network, {
      optimizer: { name: 'sgd', lr: 0.1, momentum: 0, weightDecay: 0 },
    });
    const { endOfForward, peak } = liveness(model);
    expect(peak / (endOfForward + largest)).toBeLessThan(1.05);
  });
});
