import { elements } from '../../core/arithmetic.ts';
import { sameShape, type Shape } from '../../core/shape.ts';
import { MOST_INTEGERS } from '../../onnx/tensor-data.ts';
import type { FileTensor } from '../../onnx/file.ts';
import { commonShape, expanded, joined, mapped, strided, taken, transposed, type Numbers } from './arrays.ts';
import type { Call } from './call.ts';
import type { Results } from './host.ts';
import { reshapedTo, sliced, splitSizes, squeezed, unsqueezed } from './shapes.ts';
import { asFloats, fromFile, integers, type Constant } from './value.ts';

type Fold = (call: Call, name: string) => Results | undefined;

/**
 * What a node gives that reads constants alone: the arithmetic on shapes that exporters write, and views of weights.
 * Undefined where it is not known here.
 */
export function fold(call: Call): Results | undefined {
  const { operator, outputs } = call.node;
  const name = outputs[0] ?? '';
  const seen = views.get(operator);
  if (seen) return seen(call, name);
  const sources = CHANGES.has(operator) ? call.inputs.slice(0, 1) : call.inputs;
  const weighs = sources.some((value) => value?.constant && isWeight(value, operator));
  return weighs ? undefined : folds.get(operator)?.(call, name);
}

/** The same tensor of the file seen in another way. */
const view = (of: Constant, { shape, values }: Numbers): Results => [{ ...of, shape, values }];

/** A tensor that is not in the file. */
const made = (like: Constant, { shape, values }: Numbers, root: string, holds = like.holds): Results => [
  { constant: true, root, shape, holds, values, origin: 'computed' },
];

/** What is computed of weights is computed by layers; small lists of numbers, such as scales, are taken apart here. */
const isWeight = ({ origin, holds, values, shape }: Constant, operator: string): boolean =>
  holds === 'float' &&
  (origin === 'tensor' || origin === 'written') &&
  (!values || (origin === 'tensor' && shape.length > 0 && !APART.has(operator)));

/** What changes some numbers of a tensor: those that it takes are no weights. */
const CHANGES: ReadonlySet<string> = new Set(['ScatterND', 'ScatterElements', 'Trilu', 'CumSum']);
const APART: ReadonlySet<string> = new Set(['Concat', 'Slice', 'Split', 'Gather']);

const first = (call: Call): Constant => call.constant(0) ?? call.fail('has no input 1');

const all = (call: Call): Constant[] =>
  call.inputs.map((_, place) => call.constant(place) ?? call.fail(`has no input ${place + 1}`));

/** A function of elements, stretched to one shape. */
const elementwise =
  (f: (call: Call) => (...values: number[]) => number, holds?: Constant['holds']): Fold =>
  (call, name) => {
    const inputs = all(call);
    const [one] = inputs;
    if (!one) return call.fail('has no input 1');
    const result = mapped(inputs, f(call)) ?? call.fail('has inputs whose shapes do not fit');
    return made(one, result, name, holds);
  };

const plain = (f: (...values: number[]) => number, holds?: Constant['holds']): Fold =>
  elementwise(() => f, holds);

/** Integers are divided towards zero. */
const divided: Fold = elementwise((call) =>
  call.type() === 'int64' ? (a, b) => (b === 0 ? 0 : Math.trunc(a! / b!)) : (a, b) => a! / b!,
);

/** The sign follows the divisor unless `fmod` is set. */
const remainder: Fold = elementwise((call) => {
  const sign = call.int('fmod', 0) === 0;
  return (a, b) => {
    const rest = b === 0 ? 0 : a! % b!;
    return sign && rest !== 0 && rest < 0 !== b! < 0 ? rest + b! : rest;
  };
});

const reduced =
  (f: (a: number, b: number) => number, start: number): Fold =>
  (call, name) => {
    const x = first(call);
    // Lists of sizes are reduced whole.
    if (x.shape.length !== 1 || !x.values) return undefined;
    const shape = call.int('keepdims', 1) === 1 ? [1] : [];
    return made(x, { shape, values: Float64Array.of(x.values.reduce(f, start)) }, name);
  };

const cast: Fold = (call) => {
  const x = first(call);
  const to = call.int('to', 1);
  const holds = to === 9 ? 'bool' : [1, 10, 11, 16].includes(to) ? 'float' : 'int64';
  const change =
    holds === 'int64' ? Math.trunc : holds === 'bool' ? (v: number) => (v === 0 ? 0 : 1) : undefined;
  const values = change && x.values ? x.values.map(change) : x.values;
  return [{ ...x, holds, values, origin: x.holds === 'float' ? x.origin : 'computed' }];
};

const constant: Fold = ({ node }, name) => {
  const of = (key: string) => node.attributes.get(key) ?? {};
  const tensor: FileTensor | undefined = of('value').tensor;
  if (tensor) return [{ ...fromFile({ ...tensor, name }, 'written') }];
  const { int } = of('value_int');
  if (int !== undefined) return [integers([int], name, [])];
  const { ints } = of('value_ints');
  if (ints || node.attributes.has('value_ints')) return [integers(ints ?? [], name)];
  const { float } = of('value_float');
  const { floats } = of('value_floats');
  const values = float === undefined ? floats : [float];
  if (!values) return undefined;
  const shape = float === undefined ? [values.length] : [];
  return [
    {
      constant: true,
      root: name,
      shape,
      holds: 'float',
      values: Float64Array.from(values),
      origin: 'written',
    },
  ];
};

const filled: Fold = (call, name) => {
  const shape = call.numbers(0);
  if (!shape) return undefined;
  if (shape.some((size) => size < 0)) call.fail(`has a size of ${Math.min(...shape)}`);
  const value = call.attribute('value').tensor;
  const holds = value?.type.holds ?? 'float';
  const count = elements(shape);
  const few = count <= (holds === 'float' ? 64 : MOST_INTEGERS);
  const number = value ? value.values?.[0] : 0;
  const values = few && number !== undefined ? new Float64Array(count).fill(number) : undefined;
  return [{ constant: true, root: name, shape, holds, values, origin: 'filled' }];
};

/** Weights are drawn when the network runs, in networks that have none of their own. */
const drawn: Fold = (call, name) => {
  const shape = call.ints('shape') ?? call.constant(0)?.shape;
  return shape && [{ constant: true, root: name, shape, holds: 'float', origin: 'filled' }];
};

const range: Fold = (call, name) => {
  const [start, limit, step] = [call.numbers(0)?.[0], call.numbers(1)?.[0], call.numbers(2)?.[0]];
  if (start === undefined || limit === undefined || !step) return undefined;
  const count = Math.max(Math.ceil((limit - start) / step), 0);
  const shape = [count];
  if (!(count <= MOST_INTEGERS)) return undefined;
  return made(
    first(call),
    { shape, values: Float64Array.from({ length: count }, (_, i) => start + i * step) },
    name,
  );
};

const gather: Fold = (call, name) => {
  const [x, indices] = [first(call), call.constant(1)];
  if (!indices) return undefined;
  const axis = call.axis(call.int('axis', 0), x.shape.length);
  return made(x, taken(x, axis, indices), name);
};

const concatenated: Fold = (call, name) => {
  const parts = all(call);
  const axis = call.axis(call.int('axis', 1), parts[0]?.shape.length ?? 1);
  const [one] = parts;
  const around = (shape: Shape) => shape.toSpliced(axis, 1);
  const fits = parts.every(
    ({ shape }) => one && shape.length === one.shape.length && sameShape(around(shape), around(one.shape)),
  );
  if (!fits) return call.fail('has inputs whose shapes do not fit');
  return one && made(one, joined(parts, axis), name);
};

const slice: Fold = (call, name) => {
  const x = first(call);
  const cuts = sliced(call, x.shape);
  if (!cuts) return undefined;
  let result: Numbers = x;
  for (const { axis, start, step, count } of cuts) result = strided(result, axis, start, step, count);
  return made(x, result, name);
};

const split: Fold = (call) => {
  const x = first(call);
  const axis = call.axis(call.int('axis', 0), x.shape.length);
  const sizes = splitSizes(call, x.shape[axis]!);
  if (!sizes) return undefined;
  let start = 0;
  return sizes.flatMap((size, i) => {
    const part = strided(x, axis, start, 1, size);
    start += size;
    return made(x, part, call.node.outputs[i] ?? '');
  });
};

const expand: Fold = (call, name) => {
  const [x, wanted] = [first(call), call.numbers(1)];
  const shape = wanted && commonShape([x.shape, wanted]);
  return shape && made(x, expanded(x, shape), name);
};

const where: Fold = (call, name) => {
  const [condition, x, y] = all(call);
  if (!condition || !x || !y) return undefined;
  const result = mapped([condition, x, y], (which, a, b) => (which ? a! : b!));
  return result && made(x, result, name);
};

/** Some numbers of it are others: masks, mostly, whose numbers nothing here needs. */
const changed: Fold = (call, name) => made(first(call), { shape: first(call).shape }, name);

/** The whole, or the scale and zero point left out: weights of fewer bits. */
const same: Fold = (call) => [first(call)];

/** What leaves a tensor of the file that tensor. */
const views: ReadonlyMap<string, Fold> = new Map<string, Fold>([
  ['Constant', constant],
  ['ConstantOfShape', filled],
  ['RandomNormal', drawn],
  ['RandomUniform', drawn],
  ['RandomNormalLike', drawn],
  ['RandomUniformLike', drawn],
  ['Identity', same],
  ['Dropout', same],
  ['Cast', cast],
  ['QuantizeLinear', (call) => [asFloats(first(call))]],
  ['DequantizeLinear', (call) => [asFloats(first(call))]],
  ['CastLike', same],
  ['Shape', (call, name) => shapeOf(call, first(call).shape, name)],
  ['Size', (call, name) => [integers([elements(first(call).shape)], name, [])]],
  [
    'Reshape',
    (call) => {
      const x = first(call);
      const shape = reshapedTo(call, x.shape);
      return shape && view(x, { ...x, shape });
    },
  ],
  [
    'Flatten',
    (call) => {
      const x = first(call);
      const axis = call.int('axis', 1);
      const cut = axis < 0 ? axis + x.shape.length : axis;
      return view(x, { ...x, shape: [elements(x.shape.slice(0, cut)), elements(x.shape.slice(cut))] });
    },
  ],
  [
    'Squeeze',
    (call) => view(first(call), { ...first(call), shape: squeezed(call, first(call).shape).shape }),
  ],
  [
    'Unsqueeze',
    (call) => view(first(call), { ...first(call), shape: unsqueezed(call, first(call).shape).shape }),
  ],
  [
    'Transpose',
    (call) => {
      const x = first(call);
      const order = call.ints('perm') ?? x.shape.map((_, axis) => axis).toReversed();
      if (order.length !== x.shape.length || new Set(order).size !== order.length)
        return call.fail('has no permutation');
      return view(
        x,
        transposed(
          x,
          order.map((axis) => call.axis(axis, x.shape.length)),
        ),
      );
    },
  ],
]);

const folds: ReadonlyMap<string, Fold> = new Map<string, Fold>([
  ['Gather', gather],
  ['Concat', concatenated],
  ['Slice', slice],
  ['Split', split],
  ['Expand', expand],
  ['Range', range],
  ['Where', where],
  ['ScatterND', changed],
  ['ScatterElements', changed],
  ['Trilu', changed],
  ['CumSum', changed],
  ['Add', plain((a, b) => a! + b!)],
  ['Sub', plain((a, b) => a! - b!)],
  ['Mul', plain((a, b) => a! * b!)],
  ['Div', divided],
  ['Mod', remainder],
  ['Pow', plain((a, b) => a! ** b!)],
  ['Min', plain((...values) => Math.min(...values))],
  ['Max', plain((...values) => Math.max(...values))],
  ['Sum', plain((...values) => values.reduce((a, b) => a + b, 0))],
  ['Neg', plain((a) => -a!)],
  ['Abs', plain((a) => Math.abs(a!))],
  ['Sqrt', plain((a) => Math.sqrt(a!))],
  ['Exp', plain((a) => Math.exp(a!))],
  ['Log', plain((a) => Math.log(a!))],
  ['Reciprocal', plain((a) => 1 / a!)],
  ['Floor', plain((a) => Math.floor(a!))],
  ['Ceil', plain((a) => Math.ceil(a!))],
  ['Round', plain((a) => (Math.abs(a! % 1) === 0.5 ? 2 * Math.round(a! / 2) : Math.round(a!)))],
  ['Sign', plain((a) => Math.sign(a!))],
  ['Equal', plain((a, b) => Number(a === b), 'bool')],
  ['Greater', plain((a, b) => Number(a! > b!), 'bool')],
  ['GreaterOrEqual', plain((a, b) => Number(a! >= b!), 'bool')],
  ['Less', plain((a, b) => Number(a! < b!), 'bool')],
  ['LessOrEqual', plain((a, b) => Number(a! <= b!), 'bool')],
  ['And', plain((a, b) => a! && b!, 'bool')],
  ['Or', plain((a, b) => a! || b!, 'bool')],
  ['Not', plain((a) => Number(!a), 'bool')],
  ['ReduceProd', reduced((a, b) => a * b, 1)],
  ['ReduceSum', reduced((a, b) => a + b, 0)],
  ['ReduceMax', reduced(Math.max, -Infinity)],
  ['ReduceMin', reduced(Math.min, Infinity)],
]);

/** The sizes from `start` to before `end`. */
export function shapeOf(call: Call, shape: readonly number[], name: string): Results {
  const start = call.int('start', 0);
  const end = call.int('end', shape.length);
  return [integers(shape.slice(start, end), name)];
}
