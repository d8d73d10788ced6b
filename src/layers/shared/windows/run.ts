import { isContiguous } from '../../../core/layout.ts';
import type { Shape } from '../../../core/shape.ts';
import { reordered, swap, without } from '../axes.ts';
import { runSum } from '../elementwise.ts';
import { runLinear } from '../linear.ts';
import type { Operators, Value } from '../operators.ts';
import { runMatmul } from '../products.ts';
import { runIndex } from '../rows.ts';
import { copied, inShape, partOf, viewAs } from '../view.ts';
import { cut, WINDOWS_FIRST, type WindowAttention, type Windows } from './windows.ts';

export interface WindowWeights<T> {
  readonly 'qkv.weight': T;
  readonly 'qkv.bias': T | undefined;
  readonly 'proj.weight': T;
  readonly 'proj.bias': T | undefined;
}

/** What the two versions do in their own way. */
export interface Version {
  /** The bias of the first linear layer as it is used. */
  readonly bias: (bias: Value | undefined) => Value | undefined;
  /** Products of queries and keys; the variables that live until the function returns. */
  readonly products: (
    query: Value,
    key: Value,
  ) => { readonly products: Value; readonly held: readonly Value[] };
}

/**
 * torchvision's function of that name, step by step. Its local variables live until it returns. `relative` is the bias
 * of relative positions, 1 × heads × pixels × pixels. Source: torchvision/models/swin_transformer.py,
 * shifted_window_attention.
 */
export function runShiftedWindows(
  operators: Operators,
  windows: Windows,
  a: WindowAttention,
  input: Value,
  {
    weights,
    relative,
    version,
  }: {
    readonly weights: WindowWeights<Value>;
    readonly relative: Value;
    readonly version: Version;
  },
): Value {
  const { batch, padded, size, shifted, count, pixels, heads, channels } = windows;
  const drop = (...values: readonly Value[]) => {
    for (const value of values) operators.release(value);
  };
  const all = batch * count;
  const rows = inWindows(operators, windows, input);
  const bias = version.bias(weights['qkv.bias']);
  const mixed = runLinear(operators, rows, weights['qkv.weight'], bias, [all, pixels, 3 * channels]);
  const split = inShape(operators, mixed, [all, pixels, 3, heads, channels / heads]);
  drop(mixed);
  const qkv = reordered(operators, split, [2, 0, 3, 1, 4]);
  drop(split);
  const [q, key, value] = [0, 1, 2].map(() => partOf(operators, qkv, without(qkv, 0))) as [
    Value,
    Value,
    Value,
  ];
  const { products, held } = version.products(q, key);
  const biased = runSum(operators, products, relative, products.shape);
  drop(products);
  const mask = shifted ? maskOf(operators, windows, rows) : undefined;
  const masked = mask ? withMask(operators, windows, biased, mask) : biased;
  const softmax = operators.run({
    inputs: [masked],
    output: masked.shape,
    saves: ['result'],
    layout: 'contiguous',
    autocast: 'float32Result',
  });
  drop(masked);
  const probabilities = dropped(operators, softmax, a.attention_dropout);
  const attended = runMatmul(operators, probabilities, value, [all, heads, pixels, channels / heads]);
  const turned = reordered(operators, attended, swap(1, 2, attended.shape));
  drop(attended);
  const joined = inShape(operators, turned, [all, pixels, channels]);
  drop(turned, rows);
  const projected = runLinear(operators, joined, weights['proj.weight'], weights['proj.bias'], joined.shape);
  drop(joined);
  const noisy = dropped(operators, projected, a.dropout);
  const whole = outOfWindows(operators, windows, noisy);
  const back = shifted ? roll(operators, whole) : whole;
  const result = unpadded(operators, back, [batch, ...size, channels], padded);
  drop(probabilities, ...held, key, value, qkv, ...(mask ? [mask] : []));
  if (bias && bias !== weights['qkv.bias']) drop(bias);
  return result;
}

/** Padded, shifted, and cut into (images · windows) × pixels × channels. */
function inWindows(operators: Operators, windows: Windows, input: Value): Value {
  const { batch, padded, shifted, count, pixels, channels } = windows;
  const image = operators.run({ inputs: [input], output: [batch, ...padded, channels] });
  const shiftedImage = shifted ? roll(operators, image) : image;
  const split = inShape(operators, shiftedImage, cut(windows));
  operators.release(shiftedImage);
  const turned = reordered(operators, split, WINDOWS_FIRST);
  operators.release(split);
  const rows = inShape(operators, turned, [batch * count, pixels, channels]);
  operators.release(turned);
  return rows;
}

function outOfWindows(operators: Operators, windows: Windows, rows: Value): Value {
  const { batch, padded, channels } = windows;
  const sides = cut(windows);
  const split = inShape(
    operators,
    rows,
    WINDOWS_FIRST.map((axis) => sides[axis]!),
  );
  operators.release(rows);
  const turned = reordered(operators, split, WINDOWS_FIRST);
  operators.release(split);
  const whole = inShape(operators, turned, [batch, ...padded, channels]);
  operators.release(turned);
  return whole;
}

/** Along both sides, one after the other. */
function roll(operators: Operators, x: Value): Value {
  const once = operators.run({ inputs: [x], output: x.shape, layout: 'contiguous' });
  const twice = operators.run({ inputs: [once], output: x.shape, layout: 'contiguous' });
  operators.release(once);
  operators.release(x);
  return twice;
}

/** −100 where a pixel came from another part of the image: windows × pixels × pixels, created in each forward pass. */
function maskOf(operators: Operators, windows: Windows, { type }: Value): Value {
  const { padded, count, pixels, window } = windows;
  const made = (inputs: readonly Value[], output: Shape, resultType = type) =>
    operators.run({ inputs, output, resultType, layout: 'contiguous' });
  const image = made([], padded);
  const [rows, columns] = [padded[0] / window[0], padded[1] / window[1]];
  const split = inShape(operators, image, [rows, window[0], columns, window[1]]);
  operators.release(image);
  const turned = reordered(operators, split, [0, 2, 1, 3]);
  operators.release(split);
  const parts = inShape(operators, turned, [count, pixels]);
  operators.release(turned);
  const pairs = [count, pixels, pixels];
  const differences = made([parts], pairs);
  operators.release(parts);
  const other = made([differences], pairs, 'bool');
  const hidden = made([differences], pairs);
  operators.release(other);
  const own = made([differences], pairs, 'bool');
  const mask = made([hidden], pairs);
  for (const one of [own, hidden, differences]) operators.release(one);
  return mask;
}

function withMask(operators: Operators, windows: Windows, products: Value, mask: Value): Value {
  const { batch, count, heads, pixels } = windows;
  const apart = inShape(operators, products, [batch, count, heads, pixels, pixels]);
  operators.release(products);
  const wide = inShape(operators, mask, [1, count, 1, pixels, pixels]);
  const sum = runSum(operators, apart, wide, apart.shape);
  operators.release(wide);
  operators.release(apart);
  const result = inShape(operators, sum, [batch * count, heads, pixels, pixels]);
  operators.release(sum);
  return result;
}

function dropped(operators: Operators, x: Value, p: number): Value {
  if (!operators.training || p === 0) return x;
  const result = operators.run({
    inputs: [x],
    output: x.shape,
    byproducts: [p === 1 ? { shape: [] } : { shape: x.shape, type: 'bool' }],
  });
  operators.release(x);
  return result;
}

/** The image without its padding, in a tensor without gaps. */
function unpadded(operators: Operators, x: Value, output: Shape, [height, width]: readonly number[]): Value {
  const cutRows =
    output[1] === height
      ? x
      : partOf(operators, x, { shape: x.shape.with(1, output[1]!), strides: x.strides });
  if (cutRows !== x) operators.release(x);
  const inside =
    output[2] === width ? cutRows : partOf(operators, cutRows, { shape: output, strides: cutRows.strides });
  if (inside !== cutRows) operators.release(cutRows);
  if (inside === x) {
    const alias = viewAs(operators, x, x, 'incoming');
    operators.release(x);
    return alias;
  }
  if (isContiguous(inside)) return inside;
  const result = copied(operators, inside);
  operators.release(inside);
  return result;
}

/** The biases of a table's rows: 1 × heads × pixels × pixels. Source: _get_relative_position_bias. */
export function relativeBias(operators: Operators, table: Value, index: Value, pixels: number): Value {
  const heads = table.shape[1]!;
  const taken = runIndex(operators, table, index, [pixels * pixels, heads]);
  const pairs = inShape(operators, taken, [pixels, pixels, heads]);
  operators.release(taken);
  const turned = reordered(operators, pairs, [2, 0, 1]);
  operators.release(pairs);
  const laid = isContiguous(turned) ? turned : copied(operators, turned);
  if (laid !== turned) operators.release(turned);
  const wide = inShape(operators, laid, [1, heads, pixels, pixels]);
  operators.release(laid);
  return wide;
}
