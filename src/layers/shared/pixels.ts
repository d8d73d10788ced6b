import * as z from 'zod/mini';
import { VggError } from '../../core/errors/error.ts';
import { product } from '../../core/arithmetic.ts';
import type { Shape } from '../../core/shape.ts';
import type { OnnxGraph, Tensor } from '../../onnx/graph.ts';
import type { LayerKind, NoWeights } from '../layer.ts';
import { integer } from './attributes.ts';
import { checkRank } from './dimension.ts';
import type { One } from './inputs.ts';
import { reshape, transpose } from './onnx/arithmetic.ts';

type Factor = 'upscale_factor' | 'downscale_factor';
type Direction = 'into pixels' | 'into channels';

const schema = <F extends Factor>(name: F) =>
  z.strictObject({ [name]: integer(1) } as Record<F, ReturnType<typeof integer>>);

/** Channels that become pixels, or the other way round; one moves what the other moves back. */
export function rearrangement<F extends Factor>(
  kind: string,
  name: F,
  direction: Direction,
): LayerKind<ReturnType<typeof schema<F>>, One, NoWeights> {
  const factorOf = (a: object): number => (a as Record<F, number>)[name];
  return {
    kind,
    family: 'reshape',
    stem: 'shuffle',
    takesTypes: 'any',
    attributes: schema(name),
    shape: ({ attributes: a, inputs: [x] }) => rearranged({ kind, name }, direction, factorOf(a), x),
    onnx(g, { attributes: a, inputs: [x], output }) {
      const back = direction === 'into pixels' ? 'into channels' : 'into pixels';
      return {
        output: move(g, x, factorOf(a), direction, output),
        backward: (gradient) => ({ inputs: [move(g, gradient, factorOf(a), back, x.shape)] }),
      };
    },
    execute: (operators, { inputs: [x], output }) =>
      operators.run({ inputs: [x], output, layout: 'contiguous' }),
  };
}

interface Argument {
  readonly kind: string;
  readonly name: string;
}

/** Throws `too-few-dimensions` and `bad-attribute`. */
function rearranged({ kind, name }: Argument, direction: Direction, factor: number, x: Shape): Shape {
  checkRank(kind, x, 3);
  const [c, h, w] = x.slice(-3) as [number, number, number];
  const refuse = (problem: string) => new VggError('bad-attribute', { kind, name, value: factor, problem });
  const square = product([factor, factor], 'the size of an output');
  if (direction === 'into pixels') {
    if (c % square !== 0) throw refuse(`must be the root of a divisor of the ${c} channels`);
    return [...x.slice(0, -3), c / square, h * factor, w * factor];
  }
  if (h % factor !== 0 || w % factor !== 0) throw refuse(`must divide the height ${h} and the width ${w}`);
  return [...x.slice(0, -3), c * square, h / factor, w / factor];
}

/** The factor's two axes apart, moved, and joined with others. */
function move(g: OnnxGraph, x: Tensor, factor: number, direction: Direction, output: Shape): Tensor {
  const ahead = x.shape.slice(0, -3);
  const [c, h, w] = x.shape.slice(-3) as [number, number, number];
  const [apart, order] =
    direction === 'into pixels'
      ? [
          [c / factor ** 2, factor, factor, h, w],
          [0, 3, 1, 4, 2],
        ]
      : [
          [c, h / factor, factor, w / factor, factor],
          [0, 2, 4, 1, 3],
        ];
  const axes = [...ahead.map((_, axis) => axis), ...order.map((axis) => axis + ahead.length)];
  return reshape(g, transpose(g, reshape(g, x, [...ahead, ...apart]), axes), output);
}
